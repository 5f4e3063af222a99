import DiskFormats

/// MBR and EBR: what is read, what grows, and what the disk says after each write, by the reader
/// beside this.
///
/// The pieces of the disk begin with the entries of their record; what is before these no part of
/// the program looks at but for names of file systems.
///
/// A record takes 72 bytes of the input and is kept with its sector of up to 4096 bytes, twice for
/// a moment. Each partition is compared with each other, of which there are some twenty.
extension Target {
  static let mbr = Target(
    name: "mbr", longest: 1500, memory: Allowance(floor: 128 << 10, perByte: 128),
    work: Allowance(floor: 20_000, perByte: 200)
  ) { bytes in
    guard let input = TableInput(bytes, skipping: 446) else { return }
    let disk = input.disk
    guard let table = input.table else { return }
    guard case .mbr = table else { return }
    guard let before = MBRReader(disk) else { broken("a table that is none is read") }
    if let fault = before.fault(on: disk) { broken("a table is believed: \(fault)") }
    for (ours, theirs) in zip(table.partitions, before.partitions) {
      expect(
        Int(ours.number) == theirs.number && ours.first == theirs.first
          && ours.sectors == theirs.sectors && (ours.role == .extended) == theirs.isContainer,
        "partition \(theirs.number) is read otherwise")
    }
    expect(table.partitions.count == before.partitions.count, "partitions are missing")
    expect(table.mending.isEmpty, "an MBR is mended")

    guard !table.partitions.isEmpty else { return }
    let partition = table.partitions[input.position % table.partitions.count]
    let change: PartitionChange?
    do { change = try table.growth(of: partition.number, input.request) } catch {
      broken("a table that was read is refused: \(error)")
    }
    if input.isDefaultRequest, partition.role != .extended {
      checkPlan(table, input.geometry, partition, change)
    }
    if let change { apply(change, input, before) }
  }

  private static func apply(_ change: PartitionChange, _ input: TableInput, _ before: MBRReader) {
    let disk = input.disk
    let number = Int(change.partition.number)
    expect(change.newSectors > change.partition.sectors, "the partition does not grow")
    var wanted = before
    for (position, part) in before.partitions.enumerated() {
      if part.number == number { wanted.partitions[position].sectors = change.newSectors }
      if let container = change.container, part.isContainer {
        expect(container.newSectors > part.sectors, "the container does not grow")
        wanted.partitions[position].sectors = container.newSectors
      }
    }
    expect(change.writes.count <= 3 && !change.writes.isEmpty, "\(change.writes.count) writes")
    for write in change.writes {
      checkWrite(write, disk, before)
      disk.put(write.bytes[...], at: write.offset)
      guard let now = MBRReader(disk) else { broken("a write leaves no table") }
      if let fault = now.fault(on: disk) { broken("after a write \(fault)") }
      expect(now.records == before.records, "boot records move")
      expect(now.partitions.count == before.partitions.count, "a partition is lost")
      for (index, part) in now.partitions.enumerated() {
        expect(
          part == before.partitions[index] || part == wanted.partitions[index],
          "partition \(part.number) is neither as it was nor as it is to be")
      }
    }
    guard let after = MBRReader(disk) else { return }
    expect(after == wanted, "the disk does not say what the change says")
    let again = try? PartitionTable(reading: disk, geometry: input.geometry)
    expect(again != nil, "the grown table cannot be read")
    let more = try? again?.growth(of: change.partition.number, input.request)
    expect(more == nil, "what has grown grows again")
  }

  /// A record's sector, in which nothing changes but lengths and ends of entries.
  private static func checkWrite(_ write: BlockWrite, _ disk: SparseDisk, _ before: MBRReader) {
    let unit = UInt64(disk.unit)
    expect(write.offset % unit == 0 && write.bytes.count == disk.unit, "half a sector is written")
    let lba = write.offset / unit
    expect(lba == 0 || before.records.contains(lba), "sector \(lba) is no boot record")
    let old = disk.block(lba)
    for index in old.indices where old[index] != write.bytes[index] {
      expect(
        (446..<510).contains(index) && [5, 6, 7, 12, 13, 14, 15].contains((index - 446) % 16),
        "byte \(index) of sector \(lba) changes")
    }
  }
}
