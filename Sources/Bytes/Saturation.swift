/// Arithmetic on what others have written (sizes of a disk's tables, counts of the kernel's), where
/// a wrong number must neither end the program nor turn into a plausible one: what is too large is
/// the largest number, what is below zero is zero.
infix operator +| : AdditionPrecedence
infix operator -| : AdditionPrecedence
infix operator *| : MultiplicationPrecedence
infix operator +|= : AssignmentPrecedence

extension UnsignedInteger where Self: FixedWidthInteger {
  @inlinable
  public static func +| (one: Self, other: Self) -> Self {
    let (sum, overflow) = one.addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  @inlinable
  public static func -| (one: Self, other: Self) -> Self {
    one > other ? one - other : 0
  }

  @inlinable
  public static func *| (one: Self, other: Self) -> Self {
    let (product, overflow) = one.multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }

  @inlinable
  public static func +|= (one: inout Self, other: Self) { one = one +| other }
}
