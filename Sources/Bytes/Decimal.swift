/// A number in decimal digits and nothing else; `nil` also for one beyond 64 bits.
public func decimal(_ digits: some Sequence<UInt8>) -> UInt64? {
  var number: UInt64?
  for digit in digits {
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
    let (product, tooLarge) = (number ?? 0).multipliedReportingOverflow(by: 10)
    let (sum, overflow) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
    guard !tooLarge, !overflow else { return nil }
    number = sum
  }
  return number
}

extension FixedWidthInteger {
  /// Decimal digits and nothing else; `nil` also for a number that the type cannot hold. Swift's
  /// own takes a sign, and is some 600 bytes of the portable binary for each type.
  public init?(decimal text: String) {
    guard let number = Bytes.decimal(text.utf8) else { return nil }
    self.init(exactly: number)
  }
}

extension Int {
  /// The same behind a minus, too: the kernel has sysctls below zero.
  public init?(signed text: String) {
    let isBelow = text.utf8.first == UInt8(ascii: "-")
    guard let number = decimal(text.utf8.dropFirst(isBelow ? 1 : 0)),
      let value = Int(exactly: number)
    else { return nil }
    self = isBelow ? -value : value
  }
}
