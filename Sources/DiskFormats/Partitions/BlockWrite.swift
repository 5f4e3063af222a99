/// One write to a disk: whole logical sectors at a byte offset. A list of them is carried out in
/// its order, each on the medium before the next begins, so that a power cut anywhere, also
/// within one of them, leaves a table that is read as the old or as the new one.
public struct BlockWrite: Equatable, Sendable {
  /// Bytes from the beginning of the disk.
  public let offset: UInt64
  public let bytes: [UInt8]

  public init(offset: UInt64, bytes: [UInt8]) {
    self.offset = offset
    self.bytes = bytes
  }
}
