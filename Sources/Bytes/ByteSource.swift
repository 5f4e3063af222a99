/// Bytes that can be read at an offset: a block device, an image file, an array in a test.
public protocol ByteSource {
  associatedtype Failure: Error

  /// Up to `count` bytes from `offset` (both in bytes); fewer only where the source ends.
  func read(at offset: UInt64, count: Int) throws(Failure) -> [UInt8]
}

/// Bytes in memory, as a source that cannot fail.
public struct ByteArraySource: ByteSource {
  public let bytes: [UInt8]

  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  public func read(at offset: UInt64, count: Int) throws(Never) -> [UInt8] {
    guard offset < UInt64(bytes.count) else { return [] }
    let start = Int(offset)
    return [UInt8](bytes[start..<min(bytes.count, start + count)])
  }
}
