/// Shares and sizes of a growth policy's grammar.
extension GrowthPolicy {
  /// `70%`, from 1 to 100.
  public static func share(_ text: String) throws(GrowthPolicyError) -> UInt8 {
    let (number, digits, rest) = leadingNumber(text)
    guard (1...3).contains(digits), rest == [UInt8(ascii: "%")], let number,
      (1...100).contains(number)
    else { throw .notShare(text) }
    return UInt8(number)
  }

  /// Bytes.
  public static func size(_ text: String) throws(GrowthPolicyError) -> UInt64 {
    let (number, digits, rest) = leadingNumber(text)
    guard digits > 0, let shift = shift(ofUnit: rest) else { throw .notSize(text) }
    guard let number, case let bytes = number << shift, bytes >> shift == number else {
      throw .sizeTooLarge(text)
    }
    return bytes
  }

  /// A share or a size.
  public static func amount(_ text: String) throws(GrowthPolicyError) -> Amount {
    if text.utf8.last == UInt8(ascii: "%") { return .percent(try share(text)) }
    return .bytes(try size(text))
  }

  /// The number at the beginning (`nil`: more than 64 bits hold), the count of its digits, and
  /// what follows, of which no more than four bytes matter.
  private static func leadingNumber(
    _ text: String
  ) -> (number: UInt64?, digits: Int, rest: [UInt8]) {
    var number: UInt64? = 0
    var digits = 0
    var rest: [UInt8] = []
    for byte in text.utf8 {
      if rest.isEmpty, (0x30...0x39).contains(byte) {
        digits += 1
        guard let value = number else { continue }
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(byte & 0xF))
        number = overflow || carry ? nil : sum
      } else {
        rest.append(byte)
        if rest.count == 4 { break }
      }
    }
    return (number, digits, rest)
  }

  /// The power of two of a unit: nothing, `B`, `K`, `KB`, `KiB`, ..., in either case.
  private static func shift(ofUnit unit: [UInt8]) -> UInt64? {
    guard let first = unit.first else { return 0 }
    let shift: UInt64
    switch first | 0x20 {
    case UInt8(ascii: "b"): return unit.count == 1 ? 0 : nil
    case UInt8(ascii: "k"): shift = 10
    case UInt8(ascii: "m"): shift = 20
    case UInt8(ascii: "g"): shift = 30
    case UInt8(ascii: "t"): shift = 40
    case UInt8(ascii: "p"): shift = 50
    default: return nil
    }
    switch unit.count {
    case 1: return shift
    case 2: return unit[1] | 0x20 == UInt8(ascii: "b") ? shift : nil
    case 3:
      return unit[1] | 0x20 == UInt8(ascii: "i") && unit[2] | 0x20 == UInt8(ascii: "b")
        ? shift : nil
    default: return nil
    }
  }
}

/// A size in the largest unit that divides it: `20G`, `1536M`, `513`.
func sizeText(_ bytes: UInt64) -> String {
  var count = bytes
  for unit in ["", "K", "M", "G", "T"] {
    guard count > 0, count % 1024 == 0 else { return "\(count)" + unit }
    count /= 1024
  }
  return "\(count)P"
}
