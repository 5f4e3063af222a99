import Bytes

/// How large an XFS filesystem is: from its superblock, or from the kernel (`XFS_IOC_FSGEOMETRY`).
/// The superblock is at 0, big-endian:
///
///     offset  size  field
///          0     4  "XFSB"
///          4     4  block size in bytes: a power of two from 512 to 65536
///          8     8  blocks of the data section
///         84     4  blocks of an allocation group; the last may have fewer
///
/// Source: XFS Algorithms & Data Structures, "Superblocks"; fs/xfs/libxfs/xfs_format.h.
public struct XFSSuperblock: Equatable, Sendable {
  public let blockSize: UInt64
  public let blocks: UInt64
  public let groupBlocks: UInt64

  /// `XFS_MIN_AG_BLOCKS`: a last group with fewer is not begun, and the kernel says nothing of it.
  private static var leastGroup: UInt64 { 64 }

  /// `nil` if a filesystem of such numbers cannot be.
  public init?(blockSize: UInt64, blocks: UInt64, groupBlocks: UInt64) {
    guard (512...65536).contains(blockSize), blockSize & (blockSize - 1) == 0, blocks > 0,
      groupBlocks >= Self.leastGroup, groupBlocks <= UInt64(UInt32.max),
      !blocks.multipliedReportingOverflow(by: blockSize).overflow
    else { return nil }
    self.blockSize = blockSize
    self.blocks = blocks
    self.groupBlocks = groupBlocks
  }

  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 512, bytes.starts(with: [0x58, 0x46, 0x53, 0x42]) else { return nil }
    self.init(
      blockSize: UInt64(bytes[bigEndian: 4] as UInt32), blocks: bytes[bigEndian: 8],
      groupBlocks: UInt64(bytes[bigEndian: 84] as UInt32))
  }

  public var size: UInt64 { blocks &* blockSize }

  /// Blocks that it would have on a device of so many bytes; never fewer than now.
  public func blocks(onDevice bytes: UInt64) -> UInt64 {
    let wanted = bytes / blockSize
    guard wanted > blocks else { return blocks }
    let tail = wanted % groupBlocks
    return tail < Self.leastGroup ? max(wanted - tail, blocks) : wanted
  }

  /// Bytes behind its end with which it begins to grow.
  public var leastGrowth: UInt64 {
    let tail = blocks % groupBlocks
    return (tail < Self.leastGroup ? Self.leastGroup - tail : 1) * blockSize
  }
}
