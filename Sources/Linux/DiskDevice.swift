import Bytes
import CLinux

/// A disk, or the image of one in a regular file; closed with its last use, which also gives up
/// its lock. All reading and writing goes through the page cache, as the kernel's own does.
public final class DiskDevice: ByteSource {
  private let file: File
  /// `nil`: the image of a disk.
  public let number: (major: UInt32, minor: UInt32)?
  /// Bytes of the regular file.
  private let fileSize: UInt64

  public init(reading path: String) throws(SystemError) {
    file = try File(reading: path)
    (number, fileSize) = try Self.status(of: file)
  }

  /// For reading and writing. The kernel lets that also where its partitions are in use.
  public init(writing path: String) throws(SystemError) {
    file = try File(updating: path)
    (number, fileSize) = try Self.status(of: file)
  }

  private static func status(
    of file: borrowing File
  ) throws(SystemError) -> ((major: UInt32, minor: UInt32)?, UInt64) {
    var status = stat()
    guard clinux_fstat(file.descriptor, &status) == 0 else {
      throw SystemError(.readSize(file.path))
    }
    if clinux_is_block_device(status.st_mode) != 0 {
      return (deviceNumbers(status.st_rdev), 0)
    }
    guard clinux_is_regular(status.st_mode) != 0 else {
      throw SystemError(.readSize(file.path), errno: ENOTBLK)
    }
    return (nil, UInt64(status.st_size))
  }

  /// The size in bytes, as the kernel has it now (`BLKGETSIZE64`, of an image `fstat`).
  public func size() throws(SystemError) -> UInt64 {
    guard number != nil else { return fileSize }
    var bytes: UInt64 = 0
    guard clinux_device_size(file.descriptor, &bytes) == 0 else {
      throw SystemError(.readSize(file.path))
    }
    return bytes
  }

  /// Bytes of a logical sector (`BLKSSZGET`); 512 in an image, as sfdisk takes it.
  public func sectorSize() throws(SystemError) -> UInt32 {
    guard number != nil else { return 512 }
    var bytes: Int32 = 0
    guard clinux_sector_size(file.descriptor, &bytes) == 0 else {
      throw SystemError(.readSize(file.path))
    }
    return UInt32(clamping: bytes)
  }

  public func read(at offset: UInt64, count: Int) throws(SystemError) -> [UInt8] {
    try file.read(at: offset, count: count)
  }

  /// All bytes at `offset`, and on the medium when this returns.
  public func write(_ bytes: [UInt8], at offset: UInt64) throws(SystemError) {
    try file.write(bytes, at: offset)
    try file.synchronizeData()
  }

  /// Takes the whole disk for this program alone, among those that ask (`flock`): udev, sfdisk,
  /// growpart and others do. `false`: another has it still when the deadline has passed.
  ///
  /// Source: systemd's "Locking Block Device Access".
  public func lock(until deadline: Deadline) throws(SystemError) -> Bool {
    // udev holds it for milliseconds.
    try file.lock(until: deadline, every: 10)
  }

  /// Makes the kernel take a partition, in use or not, as so long (`BLKPG_RESIZE_PARTITION`).
  /// `start` and `length` are bytes. The kernel would also make it shorter: compare before.
  public func resizePartition(
    _ partition: UInt32, start: UInt64, length: UInt64
  ) throws(SystemError) {
    var wanted = blkpg_partition()
    wanted.pno = Int32(clamping: partition)
    wanted.start = Int64(clamping: start)
    wanted.length = Int64(clamping: length)
    guard clinux_resize_partition(file.descriptor, &wanted) == 0 else {
      throw SystemError(.resizePartition(partition, file.path))
    }
  }
}
