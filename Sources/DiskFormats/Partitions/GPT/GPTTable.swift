import Bytes

/// A GUID partition table: a primary copy behind the MBR, and a backup that belongs at the end of
/// the disk and is somewhere else after the disk has been made larger.
///
/// Linux and libfdisk follow the primary copy whenever it is whole, and so do we. Linux looks at
/// no other without `gpt` on its command line; libfdisk and we then look for the backup.
/// Source: UEFI 2.10, 5.3; linux/block/partitions/efi.c, find_valid_gpt.
public struct GPTTable: Equatable, Sendable {
  public let partitions: [Partition]

  let geometry: DiskGeometry
  /// The good header and entries.
  let header: GPTHeader
  let entries: GPTEntries
  /// The primary copy is whole and its entries are where they belong.
  let primaryStands: Bool
  /// The LBA of a whole backup that is not at the end of the disk.
  let strayBackup: UInt64?
  let layout: GPTLayout
  let found: GPTSectors

  /// Whether the kernel looks for a GPT because of this first sector, and for nothing else. A
  /// disk with a whole GPT behind another MBR is an MBR disk for it, and for libfdisk.
  static func isAnnounced(by first: [UInt8]) -> Bool {
    ProtectiveMBR(first) != nil
  }

  init<Source: ByteSource>(
    reading source: Source, geometry: DiskGeometry
  ) throws(PartitionReadError<Source.Failure>) {
    let size = geometry.sectorSize
    guard size >= 512, size <= 4096, size & (size - 1) == 0 else {
      throw .unusable(.sectorSize(size))
    }
    let mbr = try source.sectors(at: 0, count: 1, geometry)
    guard geometry.sectors > 2, geometry.sectors <= UInt64(Int64.max) / UInt64(size),
      mbr.count == Int(size), let protective = ProtectiveMBR(mbr), protective.leadsToGPT
    else { throw .unusable(.noTable) }

    let copies = try GPTCopies(reading: source, protective, geometry)
    self.geometry = geometry
    header = copies.header
    entries = copies.entries
    strayBackup = copies.strayBackup
    do { partitions = try entries.partitions() } catch { throw .unusable(error) }
    layout = try GPTLayout(for: copies, source, geometry)
    primaryStands = copies.primary.damage == nil && header.entriesLBA == layout.entriesHome
    found = try GPTSectors(reading: source, mbr, layout, geometry)
  }

  func growth(
    of number: UInt32, _ request: PartitionRequest
  ) throws(PartitionTableError) -> PartitionChange? {
    try check()
    guard let partition = partitions.first(where: { $0.number == number }) else {
      throw .noSuchPartition(number)
    }
    var limit = layout.lastUsable + 1
    var bound = Bound.disk
    for other in partitions where other.first >= partition.end && other.first < limit {
      limit = other.first
      bound = .partition(other.number)
    }
    if let endLimit = request.endLimit, endLimit < limit {
      limit = endLimit
      bound = .request
    }
    let sectorSize = UInt64(geometry.sectorSize)
    let end = limit - limit % max(request.alignment / sectorSize, 1)
    guard end > partition.end,
      end - partition.end >= request.minimum / sectorSize,
      (end - partition.end) * sectorSize >= request.minimum
    else { return nil }
    let grown = entries.ending(number, at: end - 1)
    return PartitionChange(
      partition: partition, newSectors: end - partition.first, bound: bound,
      writes: GPTRewrite.writes(self, to: grown))
  }

  /// Nothing where the table cannot be trusted: then `growth` says why.
  var mending: [BlockWrite] {
    do throws(PartitionTableError) { try check() } catch { return [] }
    return GPTRewrite.writes(self, to: entries)
  }

  /// Refuses what no partition of the disk can be grown beside: overlaps, partitions over the
  /// table's own sectors, and such as lie where the backup has to be, since the disk has become
  /// smaller.
  private func check() throws(PartitionTableError) {
    for partition in partitions {
      if partition.end > geometry.sectors {
        throw .beyondDisk(partition.number, sectors: partition.end - geometry.sectors)
      }
      if partition.end > layout.backupEntries {
        throw .beyondDisk(partition.number, sectors: partition.end - layout.backupEntries)
      }
      let home = layout.entriesHome
      if partition.first < 2
        || (partition.first < home + layout.entriesSectors && partition.end > home)
      {
        throw .overTable(partition.number)
      }
    }
    guard layout.lastUsable >= layout.firstUsable else { throw .noRoomForBackup }
    let ordered = partitions.ordered { $0.first < $1.first }
    for (one, next) in zip(ordered, ordered.dropFirst()) where one.end > next.first {
      throw .overlap(min(one.number, next.number), max(one.number, next.number))
    }
  }
}
