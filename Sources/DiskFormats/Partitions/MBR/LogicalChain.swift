import Bytes

/// The extended boot records of a container, in the order in which they lead to each other.
///
/// Each has at most one logical partition and at most one link to the next record. The kernel
/// numbers the partitions as it meets them, from 5; a record without one (its partition was
/// deleted) takes no number. Their order on the disk may be any other.
///
/// Refused is what the kernel and sfdisk read differently, so that nobody can say what is free:
/// records with more than two entries in use, links without a length. The length of a link says
/// nothing to either, and is often wrong. Sources: Linux, block/partitions/msdos.c
/// (`parse_extended`); util-linux, libfdisk/src/dos.c (`read_extended`).
struct LogicalChain: Equatable {
  private(set) var links: [Link] = []

  struct Link: Equatable, Sendable {
    let record: BootRecord
    /// The position of the entry that has the logical partition.
    let data: Int?
    /// The position of the entry that leads to the next record.
    let next: Int?
  }

  /// The kernel gives up after as many records without a partition.
  private static let longest = 100

  init<Source: ByteSource>(
    reading source: Source, container: Partition, sectorSize: UInt32
  ) throws(PartitionReadError<Source.Failure>) {
    var lba = container.first
    while true {
      guard lba > 0, lba < container.end, links.count < Self.longest,
        !links.contains(where: { $0.record.lba == lba })
      else { throw .unusable(.chain(lba: lba)) }
      let sector: [UInt8]
      do {
        sector = try source.read(at: lba * UInt64(sectorSize), count: Int(sectorSize))
      } catch { throw .unreadable(error) }
      guard sector.count == Int(sectorSize), let record = BootRecord(sector, lba: lba),
        let link = Link(record)
      else { throw .unusable(.bootRecord(lba: lba)) }
      links.append(link)
      guard let next = link.next else { return }
      lba = container.first + record.entry(next).first
    }
  }

  /// The logical partitions, as entries of records of which the first of this chain is number 1.
  var entries: [MBRTable.Entry] {
    var entries: [MBRTable.Entry] = []
    for (index, link) in links.enumerated() {
      guard let slot = link.data else { continue }
      let entry = link.record.entry(slot)
      let partition = Partition(
        number: 5 + UInt32(entries.count), first: link.record.lba + entry.first,
        sectors: entry.sectors, role: .logical)
      entries.append(
        MBRTable.Entry(
          partition: partition, record: 1 + index, slot: slot,
          link: index > 0 ? links[index - 1].next : nil))
    }
    return entries
  }
}

extension LogicalChain.Link {
  /// `nil` if the record is refused.
  init?(_ record: BootRecord) {
    var data: Int?
    var next: Int?
    for slot in 0..<4 {
      let entry = record.entry(slot)
      if entry.sectors == 0 {
        // sfdisk would follow it, the kernel does not.
        guard !entry.isExtended || entry.first == 0 else { return nil }
        continue
      }
      guard slot < 2 else { return nil }
      if entry.isExtended {
        guard next == nil else { return nil }
        next = slot
      } else {
        guard data == nil, entry.first > 0 else { return nil }
        data = slot
      }
    }
    self.init(record: record, data: data, next: next)
  }
}
