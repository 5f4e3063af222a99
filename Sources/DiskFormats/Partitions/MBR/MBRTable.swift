import Bytes

/// A DOS partition table: four entries of the master boot record, of which one may be a container
/// of logical partitions.
///
/// A table that exists has no partitions that share sectors or reach behind the disk, nor any
/// that lie over a boot record: what is behind a partition is free up to the next of them.
public struct MBRTable: Equatable, Sendable {
  let geometry: DiskGeometry
  /// The master boot record, then the extended ones in the order of their chain.
  let records: [BootRecord]
  /// In the order of their numbers.
  let entries: [Entry]

  /// A partition, and the record and position where it stands.
  struct Entry: Equatable, Sendable {
    let partition: Partition
    let record: Int
    let slot: Int
    /// The position, in the record before, of the link that leads to this one.
    var link: Int?
  }

  public var partitions: [Partition] { entries.map { $0.partition } }

  var container: Entry? { entries.first { $0.partition.role == .extended } }

  init<Source: ByteSource>(
    reading source: Source, geometry: DiskGeometry
  ) throws(PartitionReadError<Source.Failure>) {
    let size = geometry.sectorSize
    guard size >= 512, size <= 4096, size & (size - 1) == 0 else {
      throw .unusable(.sectorSize(size))
    }
    let sector: [UInt8]
    do { sector = try source.read(at: 0, count: Int(size)) } catch { throw .unreadable(error) }
    guard sector.count == Int(size), !isForeign(sector), let master = BootRecord(sector, lba: 0)
    else { throw .unusable(.noTable) }

    var records = [master]
    var entries: [Entry]
    do throws(PartitionTableError) {
      entries = try primaryEntries(of: master)
      try entries.checkSectors(on: geometry)
    } catch { throw .unusable(error) }
    if let container = entries.first(where: { $0.partition.role == .extended })?.partition {
      let chain = try LogicalChain(reading: source, container: container, sectorSize: size)
      entries += chain.entries
      records += chain.links.map { $0.record }
      do throws(PartitionTableError) {
        try entries.checkLogical(in: container, records: records)
        try entries.checkSectors(on: geometry)
      } catch { throw .unusable(error) }
    }
    self.geometry = geometry
    self.records = records
    self.entries = entries
  }
}

/// The partitions of the master boot record, whose position is their number.
private func primaryEntries(
  of master: BootRecord
) throws(PartitionTableError) -> [MBRTable.Entry] {
  var entries: [MBRTable.Entry] = []
  var container: UInt32?
  for slot in 0..<4 {
    let entry = master.entry(slot)
    let number = UInt32(slot + 1)
    // As in Linux: a status that is none says that this is code or text. EE is a GPT's.
    guard entry.status & 0x7F == 0, entry.type != 0xEE else { throw .noTable }
    guard entry.sectors > 0 else {
      // sfdisk would look for logical partitions there, the kernel does not.
      if entry.isExtended, entry.first > 0 { throw .bootRecord(lba: entry.first) }
      continue
    }
    if entry.isExtended {
      if let container { throw .severalExtended(container, number) }
      container = number
    }
    let partition = Partition(
      number: number, first: entry.first, sectors: entry.sectors,
      role: entry.isExtended ? .extended : .primary)
    entries.append(MBRTable.Entry(partition: partition, record: 0, slot: slot))
  }
  return entries
}

extension [MBRTable.Entry] {
  /// That each partition ends on the disk and shares no sector with another of its kind.
  fileprivate func checkSectors(on geometry: DiskGeometry) throws(PartitionTableError) {
    for (index, entry) in self.enumerated() {
      let partition = entry.partition
      guard partition.end <= geometry.sectors else {
        throw .beyondDisk(partition.number, sectors: partition.end - geometry.sectors)
      }
      for other in self[..<index].lazy.map({ $0.partition })
      where other.first < partition.end && partition.first < other.end {
        // A container is there to be shared.
        if other.role == .extended, partition.role == .logical { continue }
        throw .overlap(other.number, partition.number)
      }
    }
  }

  /// That logical partitions lie within their container, and none over a boot record.
  fileprivate func checkLogical(
    in container: Partition, records: [BootRecord]
  ) throws(PartitionTableError) {
    for partition in self.lazy.map({ $0.partition }) where partition.role == .logical {
      guard partition.first >= container.first, partition.end <= container.end else {
        throw .outsideContainer(partition.number)
      }
      for (index, record) in records.enumerated()
      where record.lba >= partition.first && record.lba < partition.end {
        guard let other = first(where: { $0.record == index })?.partition.number else {
          throw .chain(lba: record.lba)
        }
        throw .overlap(Swift.min(partition.number, other), Swift.max(partition.number, other))
      }
    }
  }
}

/// The first sector of a file system, or of AIX: where others have a partition table it may have
/// anything. A FAT can also have a table in which it lies itself (`mkfs.fat --mbr`).
/// Sources: util-linux, libblkid/src/partitions/dos.c; Linux, block/partitions/msdos.c.
private func isForeign(_ sector: [UInt8]) -> Bool {
  let name = sector[3..<11]
  return name.elementsEqual("NTFS    ".utf8) || name.elementsEqual("EXFAT   ".utf8)
    || name.elementsEqual("-FVE-FS-".utf8)
    || sector.starts(with: [0xC9, 0xC2, 0xD4, 0xC1]) || BootSector(sector) != nil
}
