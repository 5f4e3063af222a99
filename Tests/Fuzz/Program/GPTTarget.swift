import DiskFormats

/// GPT: what is read, mended and grown, and what the disk says at each cut of the writes, also
/// between the sectors of one, by the reader beside this.
///
/// Of entries up to 2 KiB are tried, in sectors of up to 4096 bytes; of both the table keeps what it
/// found and what it makes of it, some thirty in all. Checksums pass over each byte in several
/// copies, old and new.
extension Target {
  static let gpt = Target(
    name: "gpt", longest: 3000, memory: Allowance(floor: 384 << 10, perByte: 64),
    work: Allowance(floor: 400_000, perByte: 100)
  ) { bytes in
    guard let input = TableInput(bytes), seal(input) else { return }
    let disk = input.disk
    guard let table = input.table else { return }
    guard case .gpt = table else { return }
    guard let before = GPTReader(disk) else { broken("a table that is none is read") }
    let parts = before.partitions
    expect(table.partitions.count == parts.count, "partitions are missing")
    for (ours, theirs) in zip(table.partitions, parts) {
      let sectors = theirs.last == .max ? theirs.last - theirs.first : theirs.last - theirs.first + 1
      expect(
        Int(ours.number) == theirs.number && ours.first == theirs.first && ours.sectors == sectors,
        "partition \(theirs.number) is read otherwise")
    }

    var change: PartitionChange?
    if !parts.isEmpty {
      let partition = table.partitions[input.position % parts.count]
      do { change = try table.growth(of: partition.number, input.request) } catch {
        expect(table.mending.isEmpty, "a table that is refused is mended")
        return
      }
      if input.isDefaultRequest { checkPlan(table, input.geometry, partition, change) }
    }
    if let change {
      expect(change.newSectors > change.partition.sectors, "the partition does not grow")
      apply(change.writes, input, before, change)
    } else {
      apply(table.mending, input, before, nil)
    }
  }

  /// `false`: the entries are too long to be tried.
  private static func seal(_ input: TableInput) -> Bool {
    let disk = input.disk
    let places = [1, disk.blocks - 1, disk.block(1).number(32, 8)]
    for (position, lba) in places.enumerated() {
      guard var place = GPTPlace(disk, at: lba) else { continue }
      if place.isTooLong { return false }
      if input.flags & 4 << UInt8(position) != 0 { place.seal(disk) }
    }
    return true
  }

  private static func apply(
    _ writes: [BlockWrite], _ input: TableInput, _ before: GPTReader, _ change: PartitionChange?
  ) {
    let disk = input.disk
    guard !writes.isEmpty else { return }
    let old = before.partitions
    var new = old
    if let change {
      for index in new.indices where new[index].number == Int(change.partition.number) {
        new[index].last = new[index].first + change.newSectors - 1
      }
    }
    let boot = disk.block(0)
    for (index, write) in writes.enumerated() {
      check(write, disk, old)
      var sectors = [write.bytes.count]
      // One of the writes is cut after each of its sectors.
      if index == input.cut % writes.count {
        sectors = [Int](stride(from: disk.unit, to: write.bytes.count, by: disk.unit)) + sectors
      }
      for count in sectors {
        disk.put(write.bytes[..<count], at: write.offset)
        guard let now = GPTReader(disk) else { broken("a cut in write \(index) leaves no table") }
        // Linux reads no other copy, unless it is told to.
        expect(before.lba != 1 || now.lba == 1, "a cut in write \(index) leaves no primary copy")
        expect(
          now.partitions == old || now.partitions == new,
          "a cut in write \(index) leaves other partitions")
      }
    }
    checkResult(disk, before, new, boot)
    // One that lay there before stays: what it was made by knows why.
    for part in new where !old.contains(part) {
      expect(
        part.last <= (GPTReader(disk)?.lastUsable ?? 0), "growth leaves the usable sectors")
    }
    guard let again = try? PartitionTable(reading: disk, geometry: input.geometry) else {
      broken("the new table cannot be read")
    }
    expect(again.mending.isEmpty, "the new table is to be mended")
    guard let change else { return }
    let more = try? again.growth(of: change.partition.number, input.request)
    expect(more == nil, "what has grown grows again")
  }

  /// Whole sectors, of which none belongs to a partition.
  private static func check(_ write: BlockWrite, _ disk: SparseDisk, _ parts: [GPTReader.Part]) {
    let unit = UInt64(disk.unit)
    expect(
      write.offset % unit == 0 && write.bytes.count % disk.unit == 0 && !write.bytes.isEmpty,
      "half a sector is written")
    let (first, end) = (write.offset / unit, (write.offset + UInt64(write.bytes.count)) / unit)
    expect(end <= disk.blocks, "a write behind the disk")
    for part in parts {
      expect(end <= part.first || first > part.last, "a write into partition \(part.number)")
    }
  }

  private static func checkResult(
    _ disk: SparseDisk, _ before: GPTReader, _ new: [GPTReader.Part], _ boot: [UInt8]
  ) {
    guard let primary = GPTReader(disk, at: 1), let backup = GPTReader(disk, at: disk.blocks - 1)
    else { broken("a copy of the new table is not whole") }
    expect(primary.partitions == new, "the new table is another")
    expect(primary.entries == backup.entries, "the copies differ")
    for copy in [primary, backup] {
      if let fault = copy.fault(on: disk) { broken("the new table: \(fault)") }
      expect(
        copy.diskGUID == before.diskGUID && copy.firstUsable == before.firstUsable
          && copy.entrySize == before.entrySize && copy.lastUsable == primary.lastUsable,
        "the new header is another")
      expect(
        copy.entriesFirst > copy.lastUsable || copy.entriesEnd <= copy.firstUsable,
        "entries lie in the usable sectors")
    }
    expect(primary.alternate == disk.blocks - 1 && backup.alternate == 1, "copies lead astray")
    let after = disk.block(0)
    for index in boot.indices where boot[index] != after[index] {
      let isLength = (446..<510).contains(index) && (index - 446) % 16 >= 12
      expect(isLength && boot[index - (index - 446) % 16 + 4] == 0xEE, "the MBR changes at \(index)")
    }
  }
}
