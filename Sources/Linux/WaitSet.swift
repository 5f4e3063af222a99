// Unsafe: the kernel is told as many entries as the array has.
import CLinux

/// Descriptors that are waited for together (`poll`).
public struct WaitSet {
  private let descriptors: [Int32]
  private var entries: [pollfd]

  public init(_ descriptors: [Int32]) {
    self.descriptors = descriptors
    entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  }

  /// Whether the one at this position is waited for.
  public mutating func hear(_ position: Int, _ hears: Bool) {
    // poll(2) passes over negative ones.
    entries[position].fd = hears ? descriptors[position] : -1
  }

  /// Until one can be read or the time has come (`Clock.now`); `nil`: however long that takes.
  public mutating func wait(until time: Int64?) throws(SystemError) {
    var milliseconds: Int32 = -1
    if let time {
      milliseconds = Int32(clamping: max(0, (time - Clock.now + 999_999) / 1_000_000))
    }
    let result = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
    if result >= 0 { return }
    guard clinux_errno() == EINTR else { throw SystemError(.wait) }
    for position in entries.indices { entries[position].revents = 0 }
  }

  /// Also where all there is to read is an error.
  public func isReady(_ position: Int) -> Bool { entries[position].revents != 0 }
}
