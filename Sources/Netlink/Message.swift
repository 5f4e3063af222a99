// Unsafe: what is read as a number or a struct of the kernel's is as long as that, which is
// compared before, and of a type that every pattern of bits is a value of.
import Addresses
import CMnl

/// One received rtnetlink message, viewed in the buffer that holds it. Lengths that do not fit the
/// buffer end the walk; short fixed parts and attributes read as absent.
struct Message {
  let header: nlmsghdr
  private let payload: ArraySlice<UInt8>

  /// The fixed part of the message's type, if the message is long enough for it.
  func fixedPart<Part: BitwiseCopyable>(as type: Part.Type) -> Part? { payload.part(as: type) }

  /// Calls `body` with each attribute behind the fixed part.
  func forEachAttribute<Part>(after type: Part.Type, _ body: (Attribute) -> Void) {
    forEachAttribute(afterBytes: MemoryLayout<Part>.size, body)
  }

  func forEachAttribute(afterBytes count: Int, _ body: (Attribute) -> Void) {
    let start = Self.aligned(count)
    guard payload.count > start else { return }
    Attribute.forEach(in: payload.dropFirst(start), body)
  }

  /// Calls `body` with each message of a datagram.
  static func forEach(in datagram: ArraySlice<UInt8>, _ body: (Message) -> Void) {
    let headerSize = aligned(MemoryLayout<nlmsghdr>.size)
    var rest = datagram
    while let header = rest.part(as: nlmsghdr.self) {
      let length = Int(header.nlmsg_len)
      guard length >= headerSize, length <= rest.count else { return }
      body(Message(header: header, payload: rest.prefix(length).dropFirst(headerSize)))
      rest = rest.dropFirst(aligned(length))
    }
  }

  /// `NLMSG_ALIGN` and `NLA_ALIGN`: to 4 bytes.
  fileprivate static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}

/// One attribute: type, and payload in place.
struct Attribute {
  let type: Int
  let payload: ArraySlice<UInt8>

  static func forEach(in bytes: ArraySlice<UInt8>, _ body: (Attribute) -> Void) {
    let headerSize = MemoryLayout<nlattr>.size
    var rest = bytes
    while let header = rest.part(as: nlattr.self) {
      let length = Int(header.nla_len)
      guard length >= headerSize, length <= rest.count else { return }
      body(
        Attribute(
          // The two upper bits are flags (NLA_F_NESTED, NLA_F_NET_BYTEORDER).
          type: Int(header.nla_type & 0x3FFF),
          payload: rest.prefix(length).dropFirst(headerSize)))
      rest = rest.dropFirst(Message.aligned(length))
    }
  }

  /// The attributes inside this one.
  func forEachNested(_ body: (Attribute) -> Void) { Self.forEach(in: payload, body) }

  func number<Number: FixedWidthInteger & BitwiseCopyable>(
    as type: Number.Type = Number.self
  ) -> Number? {
    payload.part(as: type)
  }

  /// A struct of the kernel's, if the attribute is long enough for it.
  func part<Part: BitwiseCopyable>(as type: Part.Type) -> Part? { payload.part(as: type) }

  var address: IPAddress? { IPAddress(octets: payload) }

  var macAddress: MACAddress? { MACAddress(octets: payload) }

  /// A text up to its zero byte.
  var text: String { String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self) }
}

extension ArraySlice<UInt8> {
  /// What it begins with, if it is long enough for that.
  fileprivate func part<Part: BitwiseCopyable>(as type: Part.Type) -> Part? {
    guard count >= MemoryLayout<Part>.size else { return nil }
    return unsafe withUnsafeBytes { unsafe $0.loadUnaligned(as: type) }
  }
}
