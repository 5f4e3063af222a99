/// A DOS partition table as Linux reads it, written from its layout alone; no code of the rooms.
///
/// Four entries of 16 bytes at 446: status, 3 bytes, type at 4, 3 bytes, first sector at 8, sectors
/// at 12; 55 AA at 510. Types 05, 0F and 85 contain a chain of such records, in which a partition
/// counts from its record and the next record from the container.
struct MBRReader: Equatable {
  var partitions: [Part] = []
  /// Where the records of the chain lie.
  var records: [UInt64] = []

  struct Part: Equatable {
    var number: Int
    var first: UInt64
    var sectors: UInt64
    /// Status, beginning as cylinder and so on, and type: what never changes.
    var kept: [UInt8]
    var isContainer: Bool

    var end: UInt64 { first + sectors }
  }

  /// `nil` without a table.
  init?(_ disk: SparseDisk) {
    let master = disk.block(0)
    guard master.count == disk.unit, master[510] == 0x55, master[511] == 0xAA else { return nil }
    for slot in 0..<4 {
      let part = Self.part(in: master, slot, number: slot + 1, from: 0)
      if part.sectors > 0 { partitions.append(part) }
    }
    guard let container = partitions.first(where: { $0.isContainer }) else { return }
    var next: UInt64? = container.first
    while let lba = next, records.count < 200 {
      records.append(lba)
      let record = disk.block(lba)
      guard record.count == disk.unit, record[510] == 0x55, record[511] == 0xAA else { return nil }
      next = nil
      for slot in 0..<4 {
        var part = Self.part(in: record, slot, number: partitions.count + 1, from: lba)
        guard part.sectors > 0 else { continue }
        if part.isContainer {
          next = next ?? container.first + (part.first - lba)
        } else {
          part.number = 5 + partitions.count { $0.number > 4 }
          partitions.append(part)
        }
      }
    }
  }

  private static func part(
    in record: [UInt8], _ slot: Int, number: Int, from lba: UInt64
  ) -> Part {
    let entry = record[446 + 16 * slot..<462 + 16 * slot]
    let type = entry[entry.startIndex + 4]
    return Part(
      number: number, first: lba + entry.number(8, 4), sectors: entry.number(12, 4),
      kept: [UInt8](entry.prefix(5)), isContainer: [0x05, 0x0F, 0x85].contains(type))
  }

  /// Whether partitions share sectors, lie outside of their container or disk, or over a record.
  func fault(on disk: SparseDisk) -> String? {
    let container = partitions.first { $0.isContainer }
    for (index, one) in partitions.enumerated() {
      if one.end > disk.blocks { return "partition \(one.number) ends behind the disk" }
      let isLogical = one.number > 4
      for other in partitions[..<index] where one.first < other.end && other.first < one.end {
        if other.isContainer && isLogical { continue }
        return "partitions \(other.number) and \(one.number) overlap"
      }
      guard isLogical, let container else { continue }
      if one.first < container.first || one.end > container.end {
        return "partition \(one.number) leaves its container"
      }
      if records.contains(where: { $0 >= one.first && $0 < one.end }) {
        return "partition \(one.number) lies over a boot record"
      }
    }
    return nil
  }
}
