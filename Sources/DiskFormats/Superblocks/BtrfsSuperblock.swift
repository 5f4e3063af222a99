import Bytes

/// The superblock of a device of a btrfs filesystem: 4096 bytes at 64 KiB. Little-endian.
///
///     offset  size  field
///         64     8  "_BHRfS_M"
///        136     8  devices of the filesystem
///        144     4  sector size in bytes
///        201     8  id of this device
///        209     8  bytes of this device that the filesystem has taken
///
/// Source: linux/btrfs_tree.h, struct btrfs_super_block, struct btrfs_dev_item.
public struct BtrfsSuperblock: Equatable, Sendable {
  public let deviceCount: UInt64
  public let sectorSize: UInt64
  public let deviceID: UInt64
  public let deviceSize: UInt64

  static let offset = 65536 as UInt64
  static let count = 4096

  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 512, bytes[64..<72].elementsEqual("_BHRfS_M".utf8) else { return nil }
    deviceCount = bytes[littleEndian: 136]
    sectorSize = UInt64(bytes[littleEndian: 144] as UInt32)
    deviceID = bytes[littleEndian: 201]
    deviceSize = bytes[littleEndian: 209]
    guard (512...65536).contains(sectorSize), sectorSize & (sectorSize - 1) == 0 else {
      return nil
    }
  }
}
