// Unsafe: bytes are counted by their arrays, and recv fills no more than the buffer's room.
import CLinux

/// One request to systemd, by the socket that it keeps for root: D-Bus without a bus, so that no
/// program is started for it. ServiceManagerSocket.c has its bytes.
/// Source: D-Bus Specification, "Message Protocol" and "Authentication Protocol";
/// org.freedesktop.systemd1(5), `TryRestartUnit()`; systemctl(1) goes the same way.
public enum ServiceManagerSocket {
  private static var path: StaticString { "/run/systemd/private" }
  /// Seconds; nothing is waited for but that the job is in the queue.
  private static var patience: Int { 5 }
  /// Bytes of a message that is looked at: an answer is some dozens, and signals come in between.
  private static var limit: Int { 1 << 16 }

  private static var unit: String { "systemd-resolved.service" }

  /// Has systemd-resolved restarted if it runs; does not wait until it has.
  public static func restartResolved() throws(SystemError) {
    let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard made >= 0 else { throw SystemError(.restart(unit)) }
    defer { close(made) }
    guard unsafe clinux_connect_path(made, path.utf8Start) == 0 else {
      throw SystemError(.restart(unit))
    }
    let deadline = Deadline(secondsFromNow: patience)
    var input: [UInt8] = []
    // As user 0, whom the kernel vouches for.
    try send(CLINUX_HELLO, made)
    while !input.contains(UInt8(ascii: "\n")) { try receive(&input, made, deadline) }
    guard input.starts(with: "OK ".utf8) else {
      throw SystemError(.restart(unit), errno: EACCES)
    }
    input.removeFirst((input.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1)
    try send(CLINUX_RESTART, made)
    while true {
      while true {
        guard let size = Message.size(input) else { throw SystemError(.restart(unit), errno: EPROTO) }
        if input.count >= size { break }
        try receive(&input, made, deadline)
      }
      switch input[1] {
      case Message.answer: return
      // The unit is none of the guest's, or the request is not allowed.
      case Message.error: throw SystemError(.restart(unit), errno: EPROTO)
      default: input.removeFirst(Message.size(input) ?? input.count)
      }
    }
  }

  private static func send(_ message: clinux_message, _ socket: Int32) throws(SystemError) {
    guard clinux_send_message(socket, message) == 0 else { throw SystemError(.restart(unit)) }
  }

  private static func receive(
    _ input: inout [UInt8], _ socket: Int32, _ deadline: Deadline
  ) throws(SystemError) {
    guard input.count < limit, try wait(for: socket, until: deadline) else {
      throw SystemError(.restart(unit), errno: ETIMEDOUT)
    }
    var count = 0
    let part = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, filled in
      count = uninterrupted { unsafe recv(socket, buffer.baseAddress!, buffer.count, 0) }
      filled = max(0, count)
    }
    guard count > 0 else {
      throw SystemError(.restart(unit), errno: count < 0 ? clinux_errno() : ECONNRESET)
    }
    input += part
  }

  private enum Message {
    static var answer: UInt8 { 2 }
    static var error: UInt8 { 3 }

    /// Bytes of the message that comes first, or of the head that tells; `nil`: it is none.
    static func size(_ input: [UInt8]) -> Int? {
      guard input.count >= 16 else { return 16 }
      func number(_ at: Int) -> Int {
        Int(input[at]) | Int(input[at + 1]) << 8 | Int(input[at + 2]) << 16
          | Int(input[at + 3]) << 24
      }
      let (body, fields) = (number(4), number(12))
      guard input[0] == UInt8(ascii: "l"), body <= limit, fields <= limit else { return nil }
      return 16 + (fields + 7) / 8 * 8 + body
    }
  }
}
