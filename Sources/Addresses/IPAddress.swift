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

  public init?(_ text: Substring) { self.init(String(text)) }

  /// The text forms of inet_pton(3): dotted quad with all four numbers decimal, or RFC 4291,
  /// section 2.2. No zone (`%eth0`), no brackets, no prefix length.
  public init?(_ text: String) {
    if let number = Self.number(ofDottedQuad: text.utf8) {
      self.init(family: .ipv4, high: 0, low: number)
      return
    }
    guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
    // A NUL inside the text would end it early for C.
    guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
    let address = clinux_ipv6(String(text))
    guard address.is_valid != 0 else { return nil }
    self.init(
      family: .ipv6, high: UInt64(bigEndian: address.high), low: UInt64(bigEndian: address.low))
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
  public var octets: [UInt8] { (family == .ipv4 ? 12..<16 : 0..<16).map { octet($0) } }

  /// The octets without an array of their own.
  public func withOctets<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    let octets = InlineArray<16, UInt8> { octet($0) }
    return body(octets.span.extracting(last: family == .ipv4 ? 4 : 16))
  }

  /// One of the 16 of the number.
  private func octet(_ index: Int) -> UInt8 {
    UInt8((index < 8 ? high : low) >> UInt64(56 - 8 * (index & 7)) & 0xFF)
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
  /// Dotted quad, or for IPv6 the canonical form of RFC 5952, section 4: no leading zeros, the
  /// first of the longest runs of two or more zero groups as `::`, and for an IPv4-mapped address
  /// (RFC 4291, section 2.5.5.2) the last 32 bits as a dotted quad.
  public var description: String {
    var text: [UInt8] = []
    text.reserveCapacity(family == .ipv4 ? 15 : 39)
    if family == .ipv4 {
      putDottedQuad(&text)
    } else {
      putGroups(&text)
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func putGroups(_ text: inout [UInt8]) {
    let isMapped = high == 0 && low >> 32 == 0xFFFF
    let (start, end) = longestZeros
    var group = 0
    while group < (isMapped ? 6 : 8) {
      // Before each group but the first, and before a run.
      if group > 0 || group == start { text.append(UInt8(ascii: ":")) }
      if group == start {
        group = end
        if group == 8 { text.append(UInt8(ascii: ":")) }
        continue
      }
      putHexadecimal(self.group(group), &text)
      group += 1
    }
    if isMapped {
      text.append(UInt8(ascii: ":"))
      putDottedQuad(&text)
    }
  }

  /// One of the eight groups of 16 bits.
  private func group(_ index: Int) -> UInt64 {
    (index < 4 ? high : low) >> UInt64(48 - 16 * (index & 3)) & 0xFFFF
  }

  /// The first of the longest runs of zero groups; from 8 to 8 if none has two.
  private var longestZeros: (start: Int, end: Int) {
    var best = (start: 8, end: 8)
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, group(end) == 0 { end += 1 }
      if end - start >= 2, end - start > best.end - best.start { best = (start, end) }
      start = end + 1
    }
    return best
  }

  private func putHexadecimal(_ number: UInt64, _ text: inout [UInt8]) {
    for shift: UInt64 in [12, 8, 4, 0] where number >> shift > 0 || shift == 0 {
      let digit = UInt8(number >> shift & 0xF)
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
    }
  }

  private func putDottedQuad(_ text: inout [UInt8]) {
    for shift: UInt64 in [24, 16, 8, 0] {
      let number = UInt8(low >> shift & 0xFF)
      let zero = UInt8(ascii: "0")
      if number >= 100 { text.append(zero + number / 100) }
      if number >= 10 { text.append(zero + number / 10 % 10) }
      text.append(zero + number % 10)
      if shift > 0 { text.append(UInt8(ascii: ".")) }
    }
  }
}
