// Unsafe: the buffer has 1024 bytes, as btrfs' field of a path has (BTRFS_DEVICE_PATH_NAME_MAX).
import Bytes
import CLinux

/// A mounted filesystem, by the open directory at its mount point: how large it is, and the
/// requests that grow it.
public struct MountedFileSystem: ~Copyable {
  let directory: File
  public var path: String { directory.path }

  public init(at mountPoint: String) throws(SystemError) {
    directory = try File(reading: mountPoint)
  }

  /// The number of the block device that the kernel has it on (`fstat`); a made-up one of major 0
  /// for btrfs.
  public borrowing func device() throws(SystemError) -> (major: UInt32, minor: UInt32) {
    var status = stat()
    guard clinux_fstat(directory.descriptor, &status) == 0 else {
      throw SystemError(.measure(directory.path))
    }
    return deviceNumbers(status.st_dev)
  }

  /// Bytes for data in all, and free for the unprivileged (`fstatvfs`).
  public borrowing func use() throws(SystemError) -> (
    capacity: UInt64, used: UInt64, available: UInt64
  ) {
    var status = statvfs()
    guard clinux_fstatvfs(directory.descriptor, &status) == 0 else {
      throw SystemError(.measure(directory.path))
    }
    let unit = UInt64(status.f_frsize)
    let (blocks, free) = (UInt64(status.f_blocks), UInt64(status.f_bfree))
    return (blocks *| unit, (blocks - min(blocks, free)) *| unit, UInt64(status.f_bavail) *| unit)
  }

  /// ext2, ext3, ext4: as many blocks in all (`EXT4_IOC_RESIZE_FS`). The kernel refuses fewer than
  /// now.
  public borrowing func resizeExt(toBlocks blocks: UInt64) throws(SystemError) {
    var blocks = blocks
    guard clinux_ext4_resize(directory.descriptor, &blocks) == 0 else {
      throw SystemError(.grow(directory.path))
    }
  }

  public struct XFSGeometry: Equatable, Sendable {
    public var blockSize: UInt64
    public var blocks: UInt64
    public var groupBlocks: UInt64
    /// The most that inodes may take, in percent.
    public var inodePercent: UInt32
  }

  /// `XFS_IOC_FSGEOMETRY`.
  public borrowing func xfsGeometry() throws(SystemError) -> XFSGeometry {
    var geometry = clinux_xfs_geometry()
    guard clinux_xfs_geometry_of(directory.descriptor, &geometry) == 0 else {
      throw SystemError(.measure(directory.path))
    }
    return XFSGeometry(
      blockSize: UInt64(geometry.blocksize), blocks: geometry.datablocks,
      groupBlocks: UInt64(geometry.agblocks), inodePercent: geometry.imaxpct)
  }

  /// As many blocks in all, the share of inodes as it is (`XFS_IOC_FSGROWFSDATA`). Fewer than now
  /// would shrink it, and are refused here with EINVAL.
  public borrowing func growXFS(toBlocks blocks: UInt64) throws(SystemError) {
    let geometry = try xfsGeometry()
    guard blocks >= geometry.blocks else {
      throw SystemError(.grow(directory.path), errno: EINVAL)
    }
    var growth = clinux_xfs_growth(newblocks: blocks, imaxpct: geometry.inodePercent)
    guard clinux_xfs_grow(directory.descriptor, &growth) == 0 else {
      throw SystemError(.grow(directory.path))
    }
  }

  public struct BtrfsDevice: Equatable, Sendable {
    public var id: UInt64
    /// Bytes that the filesystem has taken of it.
    public var size: UInt64
    public var path: String
  }

  /// btrfs' sector size and its devices, by their ids (`BTRFS_IOC_FS_INFO`, `BTRFS_IOC_DEV_INFO`).
  public borrowing func btrfsDevices() throws(SystemError) -> (
    sectorSize: UInt64, devices: [BtrfsDevice]
  ) {
    var info = btrfs_ioctl_fs_info_args()
    guard clinux_btrfs_info(directory.descriptor, &info) == 0 else {
      throw SystemError(.measure(directory.path))
    }
    var devices: [BtrfsDevice] = []
    var id = 1 as UInt64
    // Ids of devices that were removed stay unused: ENODEV.
    while id <= info.max_id, UInt64(devices.count) < info.num_devices {
      if let device = try btrfsDevice(id) { devices.append(device) }
      id += 1
    }
    return (UInt64(info.sectorsize), devices)
  }

  /// `nil`: btrfs has no device of that id here.
  public borrowing func btrfsDevice(_ id: UInt64) throws(SystemError) -> BtrfsDevice? {
    var size = 0 as UInt64
    var failed = false
    let path = unsafe [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
      failed =
        unsafe buffer.withMemoryRebound(to: CChar.self) {
          unsafe clinux_btrfs_device(directory.descriptor, id, &size, $0.baseAddress!)
        } != 0
      count = failed ? 0 : 1024
    }
    if failed {
      if clinux_errno() == ENODEV { return nil }
      throw SystemError(.measure(directory.path))
    }
    return BtrfsDevice(
      id: id, size: size, path: String(decoding: path.prefix { $0 != 0 }, as: UTF8.self))
  }

  /// The filesystem takes the whole of its device of that id (`BTRFS_IOC_RESIZE`, `<id>:max`).
  /// A device smaller than what it has taken would shrink it: to be asked for first.
  public borrowing func growBtrfs(device id: UInt64) throws(SystemError) {
    let result = clinux_btrfs_resize(directory.descriptor, "\(id):max")
    // Positive: enum btrfs_err_code, of which a resize can meet one: another operation on devices.
    if result > 0 { throw SystemError(.grow(directory.path), errno: EINPROGRESS) }
    if result < 0 { throw SystemError(.grow(directory.path)) }
  }
}

/// A device's number as stat(2) has it: 12 bits of the major number between 8 and 24 of the minor.
/// libc's own macros are functions with other names in each libc. Source: makedev(3), the kernel's
/// linux/kdev_t.h (new_encode_dev).
func deviceNumbers(_ device: dev_t) -> (major: UInt32, minor: UInt32) {
  let bits = UInt64(device)
  return (
    UInt32(bits >> 8 & 0xFFF | bits >> 32 & 0xFFFF_F000),
    UInt32(bits & 0xFF | bits >> 12 & 0xFFFF_FF00)
  )
}
