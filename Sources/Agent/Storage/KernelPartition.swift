import Bytes
import DiskFormats
import Linux

/// A partition as the kernel has it now, which may differ from the table on the disk.
struct KernelPartition: Equatable {
  let number: UInt32
  /// Its node below /dev.
  let name: String
  /// Bytes from the disk's beginning.
  let start: UInt64
  /// Bytes; of an extended partition a sector or two, whatever its table says.
  let size: UInt64

  var end: UInt64 { start +| size }

  /// All partitions of a disk; none of an image. Source: Linux, Documentation/ABI/stable/
  /// sysfs-block: `partition`, `start` and `size`, both in 512 bytes whatever the disk's sectors.
  static func all(
    of disk: DiskDevice, _ files: FileTree
  ) throws(SystemError) -> [KernelPartition] {
    let failures = ReadFailures()
    var files = files
    files.failures = failures
    guard let number = disk.number else { return [] }
    let folder = "/sys/dev/block/\(number.major):\(number.minor)"
    var partitions: [KernelPartition] = []
    // A partition's name ends in its number; those of the forty other entries end in letters.
    for name in files.names(in: folder) where endsInDigit(name) {
      guard let number = files.number(in: "\(folder)/\(name)/partition"),
        let start = files.number(in: "\(folder)/\(name)/start"),
        let size = files.number(in: "\(folder)/\(name)/size")
      else { continue }
      partitions.append(
        KernelPartition(
          number: UInt32(clamping: number), name: name, start: start *| 512, size: size *| 512))
    }
    if let failure = failures.first { throw failure }
    return partitions
  }

  private static func endsInDigit(_ name: String) -> Bool {
    name.utf8.last.map { (0x30...0x39).contains($0) } ?? false
  }
}

/// What a partition of a table comes to in bytes, to be compared with the kernel's.
struct PartitionBytes {
  let start: UInt64
  let size: UInt64

  init(_ partition: Partition, sectors: UInt64? = nil, _ geometry: DiskGeometry) {
    start = partition.first *| UInt64(geometry.sectorSize)
    size = (sectors ?? partition.sectors) *| UInt64(geometry.sectorSize)
  }

  var end: UInt64 { start +| size }
}
