import CMnl
import Linux

/// Events of devices as the kernel sends them (`NETLINK_KOBJECT_UEVENT`), and as udev repeats them
/// once its rules have run, where there is a udev. For guests without libudev.
public final class DeviceEvents {
  private let socket: NetlinkSocket

  /// The kernel's own events are group 1; udev sends to group 2.
  public init() throws(SystemError) {
    socket = try NetlinkSocket(bus: NETLINK_KOBJECT_UEVENT, groups: 0b11)
  }

  /// Waits for an event of the subsystem (`block`, `net`); `false` once the deadline has passed.
  /// Events lost for want of room count as one, since any of them could have been it.
  public func next(of subsystem: String, until deadline: Deadline) throws(SystemError) -> Bool {
    let property = [UInt8]("SUBSYSTEM=\(subsystem)".utf8) + [0]
    while try wait(for: socket.descriptor, until: deadline) {
      do {
        if try socket.receive({ Self.contains(property, in: $0) }) { return true }
      } catch {
        guard error.errno == ENOBUFS else { throw error }
        return true
      }
    }
    return false
  }

  public var descriptor: Int32 { socket.descriptor }

  /// Room for a burst of events, used only while they wait.
  public func makeRoom() { socket.makeRoom() }

  /// One that is there; `nil`: none. Throws ENOBUFS once after there was no room for some. Of a
  /// disk the kernel's word is enough; of a link both are told, since udev may still rename it.
  public func nextWaiting() throws(SystemError) -> DeviceEvent? {
    while true {
      var event = DeviceEvent()
      var isOfUdev = false
      let isThere = try socket.receiveWaiting { datagram in
        event = DeviceEvent(datagram)
        // The kernel begins with `<action>@<path>`, udev with `libudev`, which no action is called.
        isOfUdev = datagram.first == UInt8(ascii: "l")
      }
      if !isThere { return nil }
      if !isOfUdev || event.subsystem == "net" { return event }
    }
  }

  /// Both kinds of event hold `<key>=<value>` texts, each ended by a zero byte.
  private static func contains(_ property: [UInt8], in event: ArraySlice<UInt8>) -> Bool {
    var rest = event
    while !rest.isEmpty {
      if rest.starts(with: property) { return true }
      rest = rest.drop { $0 != 0 }.dropFirst()
    }
    return false
  }

  /// Whether udev, if it runs, has finished with the link and so will not rename it any more.
  /// Source: libudev keeps what it knows of an interface in `/run/udev/data/n<index>`.
  public static func isReady(linkIndex: UInt32, in files: FileTree) -> Bool {
    !files.exists("/run/udev/control") || files.exists("/run/udev/data/n\(linkIndex)")
  }
}
