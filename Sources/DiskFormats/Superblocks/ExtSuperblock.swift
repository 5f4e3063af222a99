import Bytes

/// The superblock of ext2, ext3 or ext4: 1024 bytes at 1024. Little-endian. Only what decides how
/// large the filesystem is and may become is read; nothing is written.
///
///     offset  size  field
///          4     4  blocks, low half
///         20     4  first data block: 1 with blocks of 1 KiB, else 0
///         24     4  block size: 1024 << this
///         28     4  cluster size: 1024 << this (bigalloc)
///         32     4  blocks per group
///         40     4  inodes per group
///         56     2  53 EF
///         58     2  state: bit 1, errors have been recorded
///         76     4  revision: 0 has none of the fields below
///         88     2  inode size
///         92     4  compatible features: 0004 journal, 0200 sparse_super2
///         96     4  incompatible features: 0080 64bit
///        100     4  features compatible for reading: 0001 sparse_super, 0200 bigalloc
///        206     2  blocks kept for group descriptors
///        254     2  size of a group descriptor (64bit)
///        336     4  blocks, high half (64bit)
///        588   2*4  the groups with backups (sparse_super2)
///
/// Source: the kernel's Documentation/filesystems/ext4/super.rst.
public struct ExtSuperblock: Equatable, Sendable {
  public let blockSize: UInt64
  public let blocks: UInt64
  /// The kernel refuses to grow it until it was checked (`EXT4_ERROR_FS`).
  public let hasErrors: Bool
  public let type: String

  private let firstBlock: UInt64
  private let groupBlocks: UInt64
  private let clusterSize: UInt64
  /// Blocks of a group's inode table.
  private let inodeTable: UInt64
  private let descriptorsPerBlock: UInt64
  private let reservedDescriptorBlocks: UInt64
  /// The most blocks that block and inode numbers allow.
  private let blockLimit: UInt64
  private let backups: Backups

  /// Which groups begin with a copy of superblock and descriptors.
  private enum Backups: Equatable {
    case all, sparse, pair(UInt64, UInt64)
  }

  static let offset = 1024 as UInt64
  static let count = 1024

  public init?<Source: ByteSource>(reading source: Source) throws(Source.Failure) {
    self.init(try source.read(at: Self.offset, count: Self.count))
  }

  /// `nil` if the 1024 bytes are no superblock, or one that cannot be.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.count, bytes[56] == 0x53, bytes[57] == 0xEF else { return nil }
    let word = { (offset: Int) -> UInt64 in UInt64(bytes[littleEndian: offset] as UInt32) }
    let half = { (offset: Int) -> UInt64 in UInt64(bytes[littleEndian: offset] as UInt16) }
    let isDynamic = word(76) >= 1
    let (compatible, incompatible) = isDynamic ? (word(92), word(96)) : (0, 0)
    let readOnlyCompatible = isDynamic ? word(100) : 0
    let is64Bit = incompatible & 0x80 != 0
    let inodeSize = isDynamic ? half(88) : 128
    let inodes = word(40)
    let descriptorSize = is64Bit ? half(254) : 32
    guard word(24) <= 6, word(28) <= 32, word(32) > 0, inodes > 0, inodeSize > 0,
      descriptorSize >= 32, word(20) <= 1
    else { return nil }

    blockSize = 1024 << word(24)
    blocks = word(4) | (is64Bit ? word(336) << 32 : 0)
    firstBlock = word(20)
    groupBlocks = word(32)
    clusterSize = readOnlyCompatible & 0x200 != 0 ? 1024 << word(28) : blockSize
    guard blocks > firstBlock, clusterSize >= blockSize, descriptorSize <= blockSize,
      !blocks.multipliedReportingOverflow(by: blockSize).overflow
    else { return nil }
    hasErrors = half(58) & 2 != 0
    inodeTable = (inodes * inodeSize + blockSize - 1) / blockSize
    descriptorsPerBlock = blockSize / descriptorSize
    reservedDescriptorBlocks = isDynamic ? half(206) : 0
    // The kernel counts blocks in 32 bits without 64bit, and inodes always.
    let groups = UInt64(UInt32.max) / inodes
    blockLimit = min(groups * groupBlocks, is64Bit ? 1 << 48 : UInt64(UInt32.max))
    backups =
      compatible & 0x200 != 0
      ? .pair(word(588), word(592)) : readOnlyCompatible & 1 != 0 ? .sparse : .all
    // What ext3 knows: journal, recovery, file types, meta_bg; sparse_super and large_file.
    type =
      incompatible & ~0x16 != 0 || readOnlyCompatible & ~0x7 != 0
      ? "ext4" : compatible & 0x4 != 0 ? "ext3" : "ext2"
  }

  public var size: UInt64 { blocks &* blockSize }

  /// Bytes that it would have on a device of so many bytes; never less than now. Whole pages and
  /// clusters; a last group that would hold little but its own tables is left out, since the
  /// kernel answers success to a request for it and may do nothing.
  /// Source: resize2fs, resize/main.c and adjust_fs_info in resize/resize2fs.c.
  public func size(onDevice bytes: UInt64) -> UInt64 {
    let unit = max(clusterSize, 4096)
    let wanted = min(bytes / unit * unit / blockSize, blockLimit)
    guard wanted > blocks else { return size }
    let tail = (wanted - firstBlock) % groupBlocks
    let full = wanted - tail
    if full >= blocks, tail < leastBlocks(inGroup: (full - firstBlock) / groupBlocks) {
      return full &* blockSize
    }
    return wanted &* blockSize
  }

  /// Bytes behind its end with which it begins to grow; all there are if it cannot at all.
  public var leastGrowth: UInt64 {
    let inGroup = (blocks - firstBlock) % groupBlocks
    let group = (blocks - firstBlock) / groupBlocks
    let least = inGroup > 0 ? 1 : leastBlocks(inGroup: group)
    guard blocks < blockLimit, blockLimit - blocks >= least else { return .max }
    // It may end within a page or cluster; what is new ends with a whole one.
    let unit = max(clusterSize, 4096)
    let (end, overflow) = (size &+ least &* blockSize).addingReportingOverflow(unit - 1)
    return overflow ? .max : end / unit * unit &- size
  }

  /// Blocks of the group's own tables, and 50 for data.
  private func leastBlocks(inGroup group: UInt64) -> UInt64 {
    var count = 2 + inodeTable + 50
    if hasBackup(group) {
      count += 1 + reservedDescriptorBlocks + group / descriptorsPerBlock + 1
    }
    return min(count, groupBlocks)
  }

  private func hasBackup(_ group: UInt64) -> Bool {
    switch backups {
    case .all: return true
    case .pair(let one, let other): return group == 0 || group == one || group == other
    case .sparse:
      if group <= 1 { return true }
      for base in [3, 5, 7] as [UInt64] {
        var power = base
        while power < group { power = power &* base }
        if power == group { return true }
      }
      return false
    }
  }
}
