import Bytes
import DiskFormats

/// What the change of a partition table overwrites, kept while it is made and after it.
///
/// As a file, one a disk, `/run/guestagent/tables/MAJOR:MINOR`, little-endian:
///
///     offset  size  field
///          0     8  "GAtable1"
///          8     4  CRC-32 (as in a GPT) of all that follows
///         12     4  major number of the disk
///         16     4  minor number
///         20     4  bytes of its logical sector
///         24     8  bytes of the disk
///         32     4  number of the partition that is made longer; 0: none
///         36     4  count of regions
///         40     8  LBA of the partition's first sector
///         48     8  its sectors before
///         56     8  its sectors after
///         64     4  bytes of the disk's path
///         68        the path in UTF-8, then the regions in the order in which they are written:
///                   offset on the disk (8), length (4), the bytes before, the bytes after
struct TableBackup: Equatable {
  var disk: String
  var major: UInt32
  var minor: UInt32
  var sectorSize: UInt32
  var diskSize: UInt64
  /// `nil`: only the copies of the table were mended.
  var partition: Resized?
  var regions: [Region]

  struct Resized: Equatable {
    var number: UInt32
    var first: UInt64
    var sectors: UInt64
    var newSectors: UInt64
  }

  struct Region: Equatable {
    var offset: UInt64
    var before: [UInt8]
    /// As many.
    var after: [UInt8]
  }

  static var folder: String { "/run/guestagent/tables" }
  static func path(_ name: String) -> String { "\(folder)/\(name)" }
  var name: String { "\(major):\(minor)" }

  /// A few times what the writes of a GPT with 1024 entries come to, before and after.
  static var sizeLimit: Int { 4 << 20 }

  private static var magic: [UInt8] { Array("GAtable1".utf8) }
  private static var headSize: Int { 68 }

  var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.headSize)
    bytes.replaceSubrange(0..<8, with: Self.magic)
    bytes[littleEndian: 12] = major
    bytes[littleEndian: 16] = minor
    bytes[littleEndian: 20] = sectorSize
    bytes[littleEndian: 24] = diskSize
    bytes[littleEndian: 32] = partition?.number ?? 0
    bytes[littleEndian: 36] = UInt32(regions.count)
    bytes[littleEndian: 40] = partition?.first ?? 0
    bytes[littleEndian: 48] = partition?.sectors ?? 0
    bytes[littleEndian: 56] = partition?.newSectors ?? 0
    let path = Array(disk.utf8)
    bytes[littleEndian: 64] = UInt32(path.count)
    bytes += path
    for region in regions {
      var head = [UInt8](repeating: 0, count: 12)
      head[littleEndian: 0] = region.offset
      head[littleEndian: 8] = UInt32(region.before.count)
      bytes += head
      bytes += region.before
      bytes += region.after
    }
    bytes[littleEndian: 8] = Self.checksum(bytes)
    return bytes
  }

  /// `nil`: the bytes are no backup, or a damaged one.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.headSize, bytes[..<8].elementsEqual(Self.magic),
      bytes[littleEndian: 8] == Self.checksum(bytes)
    else { return nil }
    major = bytes[littleEndian: 12]
    minor = bytes[littleEndian: 16]
    sectorSize = bytes[littleEndian: 20]
    diskSize = bytes[littleEndian: 24]
    let number: UInt32 = bytes[littleEndian: 32]
    if number != 0 {
      partition = Resized(
        number: number, first: bytes[littleEndian: 40], sectors: bytes[littleEndian: 48],
        newSectors: bytes[littleEndian: 56])
    }
    var rest = bytes[Self.headSize...]
    func take(_ count: UInt32) -> [UInt8]? {
      guard rest.count >= Int(count) else { return nil }
      defer { rest.removeFirst(Int(count)) }
      return Array(rest.prefix(Int(count)))
    }
    guard sectorSize > 0, let path = take(bytes[littleEndian: 64]) else { return nil }
    disk = String(decoding: path, as: UTF8.self)
    regions = []
    let count: UInt32 = bytes[littleEndian: 36]
    for _ in 0..<count {
      guard let head = take(12) else { return nil }
      let length: UInt32 = head[littleEndian: 8]
      guard let before = take(length), let after = take(length) else { return nil }
      regions.append(Region(offset: head[littleEndian: 0], before: before, after: after))
    }
    guard rest.isEmpty else { return nil }
  }

  init(
    disk: String, number: (major: UInt32, minor: UInt32), geometry: DiskGeometry, size: UInt64,
    change: PartitionChange?, regions: [Region]
  ) {
    self.disk = disk
    (major, minor) = number
    sectorSize = geometry.sectorSize
    diskSize = size
    partition = change.map {
      Resized(
        number: $0.partition.number, first: $0.partition.first, sectors: $0.partition.sectors,
        newSectors: $0.newSectors)
    }
    self.regions = regions
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    crc32(bytes[12...])
  }
}
