/// An Ethernet hardware address (EUI-48).
public struct MACAddress: Hashable, Sendable {
  /// The six octets, the first one most significant.
  private let number: UInt64

  public init?(_ text: Substring) { self.init(String(text)) }

  /// Six octets of one or two hexadecimal digits between colons, or of two between dashes.
  public init?(_ text: String) {
    var number: UInt64 = 0
    var digits = 0
    var separators = 0
    var separator: UInt8?
    for character in text.utf8 {
      if let value = Self.value(ofHexadecimal: character) {
        guard digits < 2 else { return nil }
        number = digits == 0 ? number << 8 | value : (number & ~0xFF) | (number & 0xFF) << 4 | value
        digits += 1
      } else {
        guard character == UInt8(ascii: ":") || character == UInt8(ascii: "-"),
          separator ?? character == character, digits > 0
        else { return nil }
        separator = character
        separators += 1
        guard separators < 6 else { return nil }
        digits = 0
      }
    }
    guard separators == 5, digits > 0 else { return nil }
    self.number = number
  }

  /// From exactly six octets.
  public init?(octets: some Collection<UInt8>) {
    guard octets.count == 6 else { return nil }
    number = octets.reduce(0) { $0 << 8 | UInt64($1) }
  }

  public var octets: [UInt8] {
    (0..<6).map { UInt8(number >> UInt64(40 - 8 * $0) & 0xFF) }
  }

  private static func value(ofHexadecimal character: UInt8) -> UInt64? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(character - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(character - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(character - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}

extension MACAddress: CustomStringConvertible {
  /// Lower case, two digits, colons.
  public var description: String {
    octets.map { octet in
      (octet < 16 ? "0" : "") + String(octet, radix: 16)
    }.joined(separator: ":")
  }
}
