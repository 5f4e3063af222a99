import CLinux

/// A moment after which one no longer waits, by the clock that nobody sets (`CLOCK_MONOTONIC`).
public struct Deadline {
  private let nanoseconds: Int64

  public init(secondsFromNow seconds: Int) {
    nanoseconds = Self.now() + Int64(seconds) * 1_000_000_000
  }

  /// What is left, rounded up, for poll(2); 0 once it has passed.
  public var millisecondsLeft: Int32 {
    let left = nanoseconds - Self.now()
    return left <= 0 ? 0 : Int32(min(Int64(Int32.max), (left + 999_999) / 1_000_000))
  }

  private static func now() -> Int64 { Clock.now }
}

/// Clocks in nanoseconds.
public enum Clock {
  /// Since the machine started (`CLOCK_MONOTONIC`).
  public static var now: Int64 { read(CLOCK_MONOTONIC) }

  /// What this process has had of the processors (`CLOCK_PROCESS_CPUTIME_ID`).
  public static var used: Int64 { read(CLOCK_PROCESS_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Int64 {
    clinux_nanoseconds(clock)
  }
}

/// Lets so much time pass (`poll` on nothing).
public func pause(milliseconds: Int32) {
  poll(nil, 0, milliseconds)
}

/// Waits until the descriptor can be read (`true`) or the deadline has passed (`poll`): then also
/// if it can be read, or who never stops talking would be heard for ever.
public func wait(for descriptor: Int32, until deadline: Deadline) throws(SystemError) -> Bool {
  while true {
    let left = deadline.millisecondsLeft
    if left == 0 { return false }
    let result = clinux_poll(descriptor, Int16(POLLIN), left)
    if result > 0 { return true }
    if result == 0 { return false }
    guard clinux_errno() == EINTR else { throw SystemError(.wait) }
  }
}
