import Addresses
import CMnl

/// One received rtnetlink message, viewed in the buffer that holds it. Lengths that do not fit the
/// buffer end the walk; short fixed parts and attributes read as absent.
struct Message {
  let header: nlmsghdr
  private let payload: UnsafeRawBufferPointer

  /// The fixed part of the message's type, if the message is long enough for it.
  func fixedPart<Part>(as type: Part.Type) -> Part? {
    guard payload.count >= MemoryLayout<Part>.size else { return nil }
    return payload.loadUnaligned(as: type)
  }

  /// Calls `body` with each attribute behind the fixed part.
  func forEachAttribute<Part>(after type: Part.Type, _ body: (Attribute) -> Void) {
    forEachAttribute(afterBytes: MemoryLayout<Part>.size, body)
  }

  func forEachAttribute(afterBytes count: Int, _ body: (Attribute) -> Void) {
    let start = Self.aligned(count)
    guard payload.count > start else { return }
    Attribute.forEach(in: UnsafeRawBufferPointer(rebasing: payload[start...]), body)
  }

  /// Calls `body` with each message of a datagram.
  static func forEach(in datagram: UnsafeRawBufferPointer, _ body: (Message) -> Void) {
    let headerSize = aligned(MemoryLayout<nlmsghdr>.size)
    var offset = 0
    while datagram.count - offset >= headerSize {
      let header = datagram.loadUnaligned(fromByteOffset: offset, as: nlmsghdr.self)
      let length = Int(header.nlmsg_len)
      guard length >= headerSize, length <= datagram.count - offset else { return }
      body(
        Message(
          header: header,
          payload: UnsafeRawBufferPointer(
            rebasing: datagram[(offset + headerSize)..<(offset + length)])))
      offset = min(datagram.count, offset + aligned(length))
    }
  }

  /// `NLMSG_ALIGN` and `NLA_ALIGN`: to 4 bytes.
  fileprivate static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}

/// One attribute: type, and payload in place.
struct Attribute {
  let type: Int
  let payload: UnsafeRawBufferPointer

  static func forEach(in bytes: UnsafeRawBufferPointer, _ body: (Attribute) -> Void) {
    let headerSize = MemoryLayout<nlattr>.size
    var offset = 0
    while bytes.count - offset >= headerSize {
      let header = bytes.loadUnaligned(fromByteOffset: offset, as: nlattr.self)
      let length = Int(header.nla_len)
      guard length >= headerSize, length <= bytes.count - offset else { return }
      body(
        Attribute(
          // The two upper bits are flags (NLA_F_NESTED, NLA_F_NET_BYTEORDER).
          type: Int(header.nla_type & 0x3FFF),
          payload: UnsafeRawBufferPointer(
            rebasing: bytes[(offset + headerSize)..<(offset + length)])))
      offset = min(bytes.count, offset + Message.aligned(length))
    }
  }

  /// The attributes inside this one.
  func forEachNested(_ body: (Attribute) -> Void) { Self.forEach(in: payload, body) }

  func number<Number: FixedWidthInteger>(as type: Number.Type = Number.self) -> Number? {
    payload.count >= MemoryLayout<Number>.size ? payload.loadUnaligned(as: type) : nil
  }

  var address: IPAddress? { IPAddress(octets: payload) }

  var macAddress: MACAddress? { MACAddress(octets: payload) }

  /// A text up to its zero byte.
  var text: String { String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self) }
}
