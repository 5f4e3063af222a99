import Linux

/// What a service manager hears of us, and wants to hear. Source: sd_notify(3),
/// sd_watchdog_enabled(3).
struct ServiceManager {
  private let socket = NotifySocket()
  private var status = ""
  /// Nanoseconds between two signs of life; `nil`: nobody waits for any.
  private let period: Int64?
  private(set) var nextSign: Int64?

  init(at now: Int64) {
    period = socket == nil ? nil : Self.period
    nextSign = period.map { now + $0 }
  }

  /// Half of what the manager waits for, unless it waits for another process.
  private static var period: Int64? {
    if let process = System.environment("WATCHDOG_PID"),
      process != System.processNumber.description
    {
      return nil
    }
    var microseconds: Int64 = 0
    for byte in (System.environment("WATCHDOG_USEC") ?? "").utf8 {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), microseconds < 1 << 50
      else { return nil }
      microseconds = microseconds * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return microseconds > 0 ? max(1_000_000, microseconds * 500) : nil
  }

  func ready() { socket?.send("READY=1\nSTATUS=\(status)") }

  func reloading() {
    socket?.send("RELOADING=1\nMONOTONIC_USEC=\(Clock.now / 1000)")
  }

  func stopping() { socket?.send("STOPPING=1") }

  /// Said again only if it is another.
  mutating func tell(_ status: String) {
    guard let socket, status != self.status else { return }
    self.status = status
    socket.send("STATUS=\(status)")
  }

  /// Gives the sign of life when it is time.
  mutating func live(at now: Int64) {
    guard let next = nextSign, let period, now >= next else { return }
    nextSign = now + period
    socket?.send("WATCHDOG=1")
  }
}
