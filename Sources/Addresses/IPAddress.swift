import CLinux

public enum IPFamily: Equatable, Sendable {
  case ipv4
  case ipv6

  /// Bits of an address: 32 or 128.
  public var bits: UInt8 { self == .ipv4 ? 32 : 128 }
}

/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable {
  public let family: IPFamily
  /// The address as a number of 128 bits; of an IPv4 address only the low 32 are used.
  let high: UInt64
  let low: UInt64

  init(family: IPFamily, high: UInt64, low: UInt64) {
    self.family = family
    self.high = high
    self.low = low
  }

  /// The text forms of inet_pton(3): dotted quad with all four numbers decimal, or RFC 4291,
  /// section 2.2. No zone (`%eth0`), no brackets, no prefix length.
  public init?(_ text: some StringProtocol) {
    if let number = Self.number(ofDottedQuad: text.utf8) {
      self.init(family: .ipv4, high: 0, low: number)
      return
    }
    guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
    // A NUL inside the text would end it early for C.
    guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
    var octets: (UInt64, UInt64) = (0, 0)
    guard text.withCString({ inet_pton(AF_INET6, $0, &octets) }) == 1 else { return nil }
    self.init(family: .ipv6, high: UInt64(bigEndian: octets.0), low: UInt64(bigEndian: octets.1))
  }

  /// Four decimal numbers of up to 255, without leading zeros.
  private static func number(ofDottedQuad text: some Sequence<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    var part: UInt64?
    var dots = 0
    for character in text {
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        guard part != 0 else { return nil }
        let value = (part ?? 0) * 10 + UInt64(character - UInt8(ascii: "0"))
        guard value <= 255 else { return nil }
        part = value
      case UInt8(ascii: "."):
        guard let whole = part, dots < 3 else { return nil }
        number = number << 8 | whole
        part = nil
        dots += 1
      default:
        return nil
      }
    }
    guard let part, dots == 3 else { return nil }
    return number << 8 | part
  }

  /// From 4 or 16 octets in network byte order; `nil` for any other count.
  public init?(octets: some Collection<UInt8>) {
    guard octets.count == 4 || octets.count == 16 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for octet in octets {
      high = (high << 8) | (low >> 56)
      low = (low << 8) | UInt64(octet)
    }
    self.init(family: octets.count == 4 ? .ipv4 : .ipv6, high: high, low: low)
  }

  /// 4 or 16 octets in network byte order.
  public var octets: [UInt8] { withOctets { [UInt8]($0) } }

  /// The octets without an array of their own.
  public func withOctets<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes in
      body(UnsafeRawBufferPointer(rebasing: bytes[(family == .ipv4 ? 12 : 0)...]))
    }
  }

  /// `0.0.0.0` or `::`.
  public static func unspecified(_ family: IPFamily) -> IPAddress {
    IPAddress(family: family, high: 0, low: 0)
  }

  public var isUnspecified: Bool { high == 0 && low == 0 }

  /// In `169.254.0.0/16` (RFC 3927) or `fe80::/10` (RFC 4291).
  public var isLinkLocal: Bool {
    family == .ipv4 ? low >> 16 == 0xA9FE : high >> 54 == 0xFE80 >> 6
  }

  /// In `224.0.0.0/4` (RFC 5771) or `ff00::/8` (RFC 4291).
  public var isMulticast: Bool {
    family == .ipv4 ? low >> 28 == 0xE : high >> 56 == 0xFF
  }
}

extension IPAddress: CustomStringConvertible {
  /// Dotted quad, or for IPv6 the canonical form of RFC 5952 as inet_ntop(3) writes it.
  public var description: String {
    guard family == .ipv6 else {
      return dottedQuad
    }
    // INET6_ADDRSTRLEN
    var text = [CChar](repeating: 0, count: 46)
    _ = withOctets { inet_ntop(AF_INET6, $0.baseAddress, &text, 46) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// At most 15 bytes, which a String holds without an allocation.
  private var dottedQuad: String {
    String(unsafeUninitializedCapacity: 15) { text in
      var count = 0
      func put(_ byte: UInt8) {
        text[count] = byte
        count += 1
      }
      for shift: UInt64 in [24, 16, 8, 0] {
        let number = UInt8(truncatingIfNeeded: low >> shift)
        let zero = UInt8(ascii: "0")
        if number >= 100 { put(zero + number / 100) }
        if number >= 10 { put(zero + number / 10 % 10) }
        put(zero + number % 10)
        if shift > 0 { put(UInt8(ascii: ".")) }
      }
      return count
    }
  }
}
