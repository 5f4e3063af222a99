import Bytes

/// The table that says of each cluster which one follows it.
///
/// Entries are little-endian, those of FAT12 one and a half bytes long: an even one has the low
/// twelve bits of its two bytes, an odd one the high twelve. The upper four bits of FAT32's are
/// not part of it. Source: fatgen103, "FAT Data Structure".
struct FileAllocationTable<Source: ByteSource> {
  typealias Failure = FileSystemError<Source.Failure>

  /// A multiple of 3 bytes (no entry of FAT12 lies across) and of every sector size.
  private static var chunkSize: UInt64 { 3 * 4096 }

  private let boot: BootSector
  private let source: HeldSource<Source>
  private var chunk: [UInt8] = []
  private var chunkNumber: UInt64?

  init(_ boot: BootSector, in source: HeldSource<Source>) {
    self.boot = boot
    self.source = source
  }

  /// The cluster after this one, which must be of the volume, and where it is written;
  /// a `nil` cluster at the end of the chain.
  mutating func next(
    after cluster: UInt32
  ) throws(Failure) -> (cluster: UInt32?, offset: UInt64) {
    let position = UInt64(cluster) * boot.kind.entryBits / 8
    let number = position / Self.chunkSize
    if number != chunkNumber {
      let start = number * Self.chunkSize
      let count = min(Self.chunkSize, boot.table.count - start)
      chunk = try source.bytes(Extent(offset: boot.table.offset + start, count: count))
      chunkNumber = number
    }
    let index = Int(position % Self.chunkSize)
    let value: UInt32
    let endMark: UInt32
    switch boot.kind {
    case .fat12:
      let pair: UInt16 = chunk[littleEndian: index]
      value = UInt32(cluster % 2 == 0 ? pair & 0x0FFF : pair >> 4)
      endMark = 0x0FF8
    case .fat16:
      value = UInt32(chunk[littleEndian: index] as UInt16)
      endMark = 0xFFF8
    case .fat32:
      value = (chunk[littleEndian: index] as UInt32) & 0x0FFF_FFFF
      endMark = 0x0FFF_FFF8
    }
    return (value >= endMark ? nil : value, boot.table.offset + position)
  }
}
