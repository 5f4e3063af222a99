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
  /// What a device of so many bytes has to gain before the kernel takes it: it refuses sizes below
  /// 256 MiB. Source: linux/fs/btrfs/ioctl.c, btrfs_ioctl_resize.
  public static func smallest(beyond bytes: UInt64) -> UInt64 {
    bytes < 256 << 20 ? 256 << 20 - bytes : 0
  }

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
