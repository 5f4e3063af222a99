import Linux
import Netlink
import Network

/// The end of IPv6 duplicate address detection (RFC 4862, section 5.4), heard from the kernel.
struct DuplicateDetection {
  let socket: NetlinkSocket

  /// By default one probe after up to a second's delay, and a second for the answer.
  private static var limitSeconds: Int { 5 }

  /// Waits until no address of the link is tentative. A link without carrier probes nothing; the
  /// limit ends the wait.
  func awaitEnd(onLink index: UInt32) {
    guard let events = try? NetlinkSocket.ipv6AddressEvents() else { return }
    let deadline = Deadline(secondsFromNow: Self.limitSeconds)
    while isRunning(index) {
      guard (try? wait(for: events.descriptor, until: deadline)) == true else { return }
      // Events lost for want of room are looked for like those received.
      try? events.receive { _ in }
    }
  }

  private func isRunning(_ index: UInt32) -> Bool {
    guard let found = try? NetworkLook(socket: socket).found(),
      let link = found.links.first(where: { $0.index == index }), link.hasCarrier
    else { return false }
    return link.addresses.contains { $0.duplicateDetection == .running }
  }
}
