/// Shares and sizes of a growth policy's grammar.
extension GrowthPolicy {
  /// `70%`, from 1 to 100.
  public static func share(_ text: String) throws(GrowthPolicyError) -> UInt8 {
    let digits = text.utf8.dropLast()
    guard text.utf8.last == UInt8(ascii: "%"), (1...3).contains(digits.count),
      case .bytes(let percent)? = number(digits), (1...100).contains(percent)
    else { throw .notShare(text) }
    return UInt8(truncatingIfNeeded: percent)
  }

  /// Bytes.
  public static func size(_ text: String) throws(GrowthPolicyError) -> UInt64 {
    let isDigit: (UInt8) -> Bool = { (0x30...0x39).contains($0) }
    let digits = text.utf8.prefix(while: isDigit)
    guard let shift = shift(ofUnit: text.utf8.dropFirst(digits.count)),
      let number = number(digits)
    else { throw .notSize(text) }
    guard case .bytes(let count) = number else { throw .sizeTooLarge(text) }
    let bytes = count << shift
    guard bytes >> shift == count else { throw .sizeTooLarge(text) }
    return bytes
  }

  /// A share or a size.
  public static func amount(_ text: String) throws(GrowthPolicyError) -> Amount {
    if text.utf8.last == UInt8(ascii: "%") { return .percent(try share(text)) }
    return .bytes(try size(text))
  }

  private enum Number {
    case bytes(UInt64)
    case tooLarge
  }

  /// `nil`: not one digit, or something else.
  private static func number(_ digits: Substring.UTF8View) -> Number? {
    if digits.isEmpty { return nil }
    var value: UInt64 = 0
    for byte in digits {
      guard (0x30...0x39).contains(byte) else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte &- 0x30))
      if overflow || carry { return .tooLarge }
      value = sum
    }
    return .bytes(value)
  }

  /// The power of two of a unit: `""`, `B`, `K`, `KB`, `KiB`, ..., in either case.
  private static func shift(ofUnit unit: Substring.UTF8View) -> UInt64? {
    guard unit.count <= 3 else { return nil }
    var letters = unit.map { $0 | 0x20 }[...]
    var shift: UInt64 = 0
    switch letters.first {
    case UInt8(ascii: "k"): shift = 10
    case UInt8(ascii: "m"): shift = 20
    case UInt8(ascii: "g"): shift = 30
    case UInt8(ascii: "t"): shift = 40
    case UInt8(ascii: "p"): shift = 50
    default: break
    }
    if shift > 0 {
      letters = letters.dropFirst()
      if letters.first == UInt8(ascii: "i"), letters.count == 2 { letters = letters.dropFirst() }
    }
    guard letters.isEmpty || (letters.count == 1 && letters.first == UInt8(ascii: "b")) else {
      return nil
    }
    return shift
  }
}

/// A size in the largest unit that divides it: `20G`, `1536M`, `513`.
func sizeText(_ bytes: UInt64) -> String {
  var count = bytes
  var unit = 0
  let units = ["", "K", "M", "G", "T", "P"]
  while count > 0, count % 1024 == 0, unit < units.count - 1 {
    count /= 1024
    unit += 1
  }
  return "\(count)\(units[unit])"
}
