// Unsafe: bytes are counted by their arrays, and recv fills no more than the buffer's room.
import CLinux

/// One request to systemd, by the socket that it keeps for root: D-Bus without a bus, so that no
/// program is started for it.
/// Source: D-Bus Specification, "Message Protocol" and "Authentication Protocol";
/// org.freedesktop.systemd1(5), `TryRestartUnit()`; systemctl(1) goes the same way.
public enum ServiceManagerSocket {
  private static var path: StaticString { "/run/systemd/private" }
  /// Seconds; nothing is waited for but that the job is in the queue.
  private static var patience: Int { 5 }
  /// Bytes of a message that is looked at: an answer is some dozens, and signals come in between.
  private static var limit: Int { 1 << 16 }

  /// Has a unit restarted if it runs; does not wait until it has.
  public static func tryRestart(_ unit: String) throws(SystemError) {
    let made = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard made >= 0 else { throw SystemError(.restart(unit)) }
    defer { close(made) }
    guard unsafe clinux_connect_path(made, path.utf8Start) == 0 else {
      throw SystemError(.restart(unit))
    }
    let deadline = Deadline(secondsFromNow: patience)
    var input: [UInt8] = []
    // As user 0, whom the kernel vouches for.
    try send([0] + [UInt8]("AUTH EXTERNAL 30\r\nBEGIN\r\n".utf8), made, unit)
    while !input.contains(UInt8(ascii: "\n")) { try receive(&input, made, unit, deadline) }
    guard input.starts(with: "OK ".utf8) else {
      throw SystemError(.restart(unit), errno: EACCES)
    }
    input.removeFirst((input.firstIndex(of: UInt8(ascii: "\n")) ?? 0) + 1)
    try send(Message.tryRestart(unit), made, unit)
    while true {
      while true {
        guard let size = Message.size(input) else { throw SystemError(.restart(unit), errno: EPROTO) }
        if input.count >= size { break }
        try receive(&input, made, unit, deadline)
      }
      switch input[1] {
      case Message.answer: return
      // The unit is none of the guest's, or the request is not allowed.
      case Message.error: throw SystemError(.restart(unit), errno: EPROTO)
      default: input.removeFirst(Message.size(input) ?? input.count)
      }
    }
  }

  private static func send(
    _ bytes: [UInt8], _ socket: Int32, _ unit: String
  ) throws(SystemError) {
    let sent = uninterrupted {
      unsafe CLinux.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
    guard sent == bytes.count else { throw SystemError(.restart(unit)) }
  }

  private static func receive(
    _ input: inout [UInt8], _ socket: Int32, _ unit: String, _ deadline: Deadline
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

  /// Little-endian, each value at a multiple of its size:
  ///
  ///     offset  size  field
  ///          0     1  byte order, 'l'
  ///          1     1  type
  ///          2     1  flags
  ///          3     1  version, 1
  ///          4     4  bytes of the body
  ///          8     4  serial number
  ///         12     4  bytes of the header's fields, each: code, signature, value
  ///         16        fields, zeros to a multiple of 8, body
  struct Message {
    static var answer: UInt8 { 2 }
    static var error: UInt8 { 3 }
    private var bytes: [UInt8]

    static func tryRestart(_ unit: String) -> [UInt8] {
      var body = Message(bytes: [])
      body.add(unit)
      body.add("replace")
      // A call, the first.
      var message = Message(bytes: [UInt8(ascii: "l"), 1, 0, 1])
      message.add(UInt32(truncatingIfNeeded: body.bytes.count))
      message.add(1)
      message.add(0)
      message.add(field: 1, "o", "/org/freedesktop/systemd1")
      message.add(field: 2, "s", "org.freedesktop.systemd1.Manager")
      message.add(field: 3, "s", "TryRestartUnit")
      message.add(field: 6, "s", "org.freedesktop.systemd1")
      message.align(to: 8)
      message.bytes += [8, 1, UInt8(ascii: "g"), 0, 2, UInt8(ascii: "s"), UInt8(ascii: "s"), 0]
      let length = message.bytes.count - 16
      message.bytes[12] = UInt8(truncatingIfNeeded: length)
      message.bytes[13] = UInt8(truncatingIfNeeded: length >> 8)
      message.align(to: 8)
      return message.bytes + body.bytes
    }

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

    private mutating func align(to size: Int) {
      while bytes.count % size != 0 { bytes.append(0) }
    }

    private mutating func add(_ number: UInt32) {
      for shift in stride(from: 0, to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(shift)))
      }
    }

    private mutating func add(_ text: String) {
      align(to: 4)
      add(UInt32(truncatingIfNeeded: text.utf8.count))
      bytes += text.utf8
      bytes.append(0)
    }

    private mutating func add(field code: UInt8, _ type: Unicode.Scalar, _ value: String) {
      align(to: 8)
      bytes += [code, 1, UInt8(ascii: type), 0]
      add(value)
    }
  }
}
