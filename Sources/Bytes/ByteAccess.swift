// Unchecked: a byte of a number is meant, and a byte fits any number.

/// Integers within a byte array, at a byte offset, in the byte order that the label says.
/// Reading or writing outside the array is a programming error and traps: check the length first.
extension [UInt8] {
  @inlinable
  public subscript<Integer: FixedWidthInteger>(littleEndian offset: Int) -> Integer {
    get {
      var value: Integer = 0
      for index in (0..<MemoryLayout<Integer>.size).reversed() {
        value = (value << 8) | Integer(truncatingIfNeeded: self[offset + index])
      }
      return value
    }
    set {
      for index in 0..<MemoryLayout<Integer>.size {
        self[offset + index] = UInt8(truncatingIfNeeded: newValue >> Integer(8 * index))
      }
    }
  }

  @inlinable
  public subscript<Integer: FixedWidthInteger>(bigEndian offset: Int) -> Integer {
    get {
      var value: Integer = 0
      for index in 0..<MemoryLayout<Integer>.size {
        value = (value << 8) | Integer(truncatingIfNeeded: self[offset + index])
      }
      return value
    }
    set {
      let size = MemoryLayout<Integer>.size
      for index in 0..<size {
        let shift = Integer(8 * (size - 1 - index))
        self[offset + index] = UInt8(truncatingIfNeeded: newValue >> shift)
      }
    }
  }
}
