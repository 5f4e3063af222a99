extension [UInt8] {
  /// What a text in base64 stands for: the standard alphabet, not the one for URLs. White space
  /// is passed over; the `=` at the end may be missing, but are of the right number if they are
  /// there; bits left over are not looked at. Source: RFC 4648, section 4.
  public init(base64 text: some Collection<UInt8>) throws(Base64Error) {
    self = []
    reserveCapacity(text.count / 4 * 3)
    var bits: UInt32 = 0
    var digits = 0
    var padding = 0
    for character in text {
      switch character {
      case 0x20, 0x09...0x0D: continue
      case UInt8(ascii: "="):
        padding += 1
        continue
      case UInt8(ascii: "-"), UInt8(ascii: "_"): throw .urlAlphabet(character)
      default: break
      }
      guard let digit = Self.value(ofBase64: character) else { throw .notADigit(character) }
      if padding > 0 { throw .padding }
      bits = bits << 6 | digit
      digits = (digits + 1) % 4
      // The octets that this digit completes.
      if digits != 1 { append(UInt8(bits >> [0, 0, 4, 2][digits] & 0xFF)) }
    }
    if digits == 1 { throw .cutOff }
    guard padding == 0 || (digits > 1 && padding == 4 - digits) else { throw .padding }
  }

  private static func value(ofBase64 character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}

/// Why a text is not base64.
public enum Base64Error: Error, Equatable {
  case notADigit(UInt8)
  /// `-` or `_`, which stand for `+` and `/` in the alphabet for URLs (RFC 4648, section 5).
  case urlAlphabet(UInt8)
  /// One digit is left over, which is no octet.
  case cutOff
  /// `=` elsewhere than at the end, or too many or few of them.
  case padding
}

extension Base64Error: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notADigit(let byte) where (0x21...0x7E).contains(byte):
      "base64: \"\(Character(Unicode.Scalar(byte)))\" is no digit of it"
    case .notADigit(let byte): "base64: byte \(byte) is no digit of it"
    case .urlAlphabet(let byte):
      "base64: \"\(Character(Unicode.Scalar(byte)))\" is of the alphabet for URLs, "
        + "expected the standard one"
    case .cutOff: "base64: it is cut off"
    case .padding: "base64: its end is not marked by the right number of \"=\""
    }
  }
}
