import Bytes

/// An address with a prefix length: an interface's address (host bits kept), or a network.
public struct IPPrefix: Hashable, Sendable {
  public let address: IPAddress
  /// 0 to 32, or 0 to 128.
  public let length: UInt8

  /// `nil` if `length` exceeds the family's bits.
  public init?(_ address: IPAddress, length: Int) {
    guard (0...Int(address.family.bits)).contains(length) else { return nil }
    self.address = address
    self.length = UInt8(length)
  }

  /// The one address: /32 or /128.
  public init(host address: IPAddress) {
    self.address = address
    self.length = address.family.bits
  }

  /// `0.0.0.0/0` or `::/0`.
  public static func everything(_ family: IPFamily) -> IPPrefix {
    IPPrefix(.unspecified(family), length: 0)!
  }

  public init(_ text: Substring) throws(IPPrefixError) { try self.init(String(text)) }

  /// `<address>/<length>`, the length decimal.
  public init(_ text: String) throws(IPPrefixError) {
    guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
      guard let address = IPAddress(text) else { throw .notAnAddress(text) }
      throw .lengthMissing(address)
    }
    let head = text[..<slash]
    let tail = text[text.utf8.index(after: slash)...]
    guard let address = IPAddress(head) else { throw .notAnAddress(String(head)) }
    guard tail.utf8.count <= 3, let length = Int(decimal: String(tail)),
      let prefix = IPPrefix(address, length: length)
    else { throw .lengthOutOfRange(String(tail), address.family) }
    self = prefix
  }

  public var family: IPFamily { address.family }

  /// True if it names one address only.
  public var isHost: Bool { length == family.bits }

  /// The same prefix with the host bits cleared.
  public var network: IPPrefix {
    let (high, low) = mask
    let masked = IPAddress(
      family: family, high: address.high & high, low: address.low & low)
    return IPPrefix(masked, length: Int(length))!
  }

  public func contains(_ other: IPAddress) -> Bool {
    let (high, low) = mask
    return other.family == family && (other.high ^ address.high) & high == 0
      && (other.low ^ address.low) & low == 0
  }

  /// The netmask on the 128-bit number of `IPAddress`.
  private var mask: (high: UInt64, low: UInt64) {
    let hostBits = Int(family.bits) - Int(length)
    let ones = UInt64.max
    if hostBits >= 64 { return (hostBits == 128 ? 0 : ones << UInt64(hostBits - 64), 0) }
    return (ones, hostBits == 64 ? 0 : ones << UInt64(hostBits))
  }

  /// The length of a netmask written as an address (`255.255.255.248`, `ffff:ffff::`);
  /// `nil` if its ones are not all on the left.
  public static func length(ofNetmask mask: IPAddress) -> Int? {
    let ones = mask.high.nonzeroBitCount + mask.low.nonzeroBitCount
    let all = IPAddress(
      family: mask.family, high: mask.family == .ipv4 ? 0 : .max,
      low: mask.family == .ipv4 ? UInt64(UInt32.max) : .max)
    return IPPrefix(all, length: ones)?.network.address == mask ? ones : nil
  }
}

extension IPPrefix: CustomStringConvertible {
  public var description: String { "\(address)/\(length)" }
}

/// Why a text is not `<address>/<length>`.
public enum IPPrefixError: Error, Equatable {
  case notAnAddress(String)
  case lengthMissing(IPAddress)
  case lengthOutOfRange(String, IPFamily)
}

extension IPPrefixError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAnAddress(let text):
      "\"\(text)\" is not an address"
    case .lengthMissing(let address):
      "\"\(address)\" has no prefix length"
    case .lengthOutOfRange(let text, let family):
      "prefix length \"\(text)\" is not a number from 0 to \(family.bits)"
    }
  }
}
