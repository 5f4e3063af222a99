import Bytes
import Testing

@testable import DiskFormats

/// A disk in memory, of which only the sectors that are not zero are kept.
private struct Sectors: ByteSource {
  let size: Int
  let count: UInt64
  var sectors: [UInt64: [UInt8]] = [:]

  var geometry: DiskGeometry { DiskGeometry(sectorSize: UInt32(size), sectors: count) }

  /// The table's own sectors of a disk.
  init(_ disk: GPTTestDisk, old: UInt64) throws {
    size = disk.sectorSize
    count = disk.sectors
    for range in [0..<1100, old - 80..<old, count - 80..<count] {
      let bytes = try disk.bytes(range.lowerBound, count: range.count)
      for (index, lba) in range.enumerated() where lba < count {
        put([UInt8](bytes[index * size..<(index + 1) * size]), at: lba)
      }
    }
  }

  func read(at offset: UInt64, count bytes: Int) throws(Never) -> [UInt8] {
    sectors(offset / UInt64(size), bytes / size)
  }

  func sectors(_ lba: UInt64, _ number: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for index in 0..<UInt64(number) where lba + index < count {
      bytes += sectors[lba + index] ?? [UInt8](repeating: 0, count: size)
    }
    return bytes
  }

  /// Those of the write's sectors that the medium took.
  mutating func take(_ write: BlockWrite, where taken: (Int) -> Bool = { _ in true }) {
    for index in 0..<write.bytes.count / size where taken(index) {
      put(
        [UInt8](write.bytes[index * size..<(index + 1) * size]),
        at: write.offset / UInt64(size) + UInt64(index))
    }
  }

  private mutating func put(_ sector: [UInt8], at lba: UInt64) {
    sectors[lba] = sector == [UInt8](repeating: 0, count: size) ? nil : sector
  }

  var table: GPTTable? { try? GPTTable(reading: self, geometry: geometry) }

  var kernel: [KernelGPT.Entry]? {
    KernelGPT(sectorSize: size, sectors: count, read: sectors)?.entries
  }

  /// What our reader sees, in the kernel's terms.
  var ours: [KernelGPT.Entry]? {
    table?.partitions.map {
      KernelGPT.Entry(number: Int($0.number), first: $0.first, last: $0.end - 1)
    }
  }
}

/// The disk without the signature of an old backup, which a cut may leave.
private func withoutWiped(_ disk: Sectors, _ writes: [BlockWrite]) -> [UInt64: [UInt8]] {
  var sectors = disk.sectors
  if let last = writes.last, last.bytes == [UInt8](repeating: 0, count: disk.size) {
    sectors[last.offset / UInt64(disk.size)] = nil
  }
  return sectors
}

/// States that a cut can leave: each prefix of the writes, and within the next one each number of
/// sectors from its beginning, some numbers from its end, and some sectors taken at random.
private func everyCut(
  _ disk: Sectors, _ writes: [BlockWrite], _ body: (Sectors, String) throws -> Void
) rethrows {
  var numbers = Seeded(state: 7)
  var before = disk
  for (index, write) in writes.enumerated() {
    let count = write.bytes.count / disk.size
    for taken in 0...count {
      var (front, back, some) = (before, before, before)
      let chosen = (0..<count).map { _ in Bool.random(using: &numbers) }
      front.take(write) { $0 < taken }
      back.take(write) { $0 >= taken }
      some.take(write) { chosen[$0] }
      try body(front, "write \(index), first \(taken)")
      guard taken < 3 || taken % 8 == 0 else { continue }
      try body(back, "write \(index), from \(taken)")
      try body(some, "write \(index), \(chosen)")
    }
    before.take(write)
  }
  try body(before, "all")
}

@Test(arguments: GPTLayoutCase.all)
func `Linux reads the old or the new table after each cut, and the next run finishes`(
  layout: GPTLayoutCase
) throws {
  let file = try layout.disk()
  let disk = try Sectors(file, old: UInt64(layout.before << 20 / layout.sectorSize))
  let old = try #require(disk.kernel)
  let writes = try #require(try disk.table?.growth(of: layout.number, PartitionRequest())).writes
  var finished = disk
  for write in writes { finished.take(write) }
  let new = try #require(finished.kernel)
  #expect(old != new)

  var seen = (old: 0, new: 0)
  try everyCut(disk, writes) { cut, place in
    let kernel = cut.kernel
    #expect(kernel == old || kernel == new, "\(place)")
    #expect(cut.ours == kernel, "\(place)")
    if kernel == old { seen.old += 1 } else { seen.new += 1 }

    // Mended without a growth, it is whole and has the same partitions.
    var mended = cut
    for write in try #require(cut.table).mending { mended.take(write) }
    #expect(mended.kernel == kernel, "\(place)")
    #expect(mended.table?.mending == [], "\(place)")

    var again = cut
    let change = try #require(cut.table).growth(of: layout.number, PartitionRequest())
    #expect((change == nil) == (kernel == new), "\(place)")
    for write in try change?.writes ?? #require(cut.table).mending { again.take(write) }
    #expect(
      withoutWiped(again, writes) == withoutWiped(finished, writes), "\(place)")
    #expect(again.table?.mending == [], "\(place)")
  }
  #expect(seen.old > 3 && seen.new > 3)
}

@Test(arguments: GPTLayoutCase.all.filter { $0.script.contains("table-length: 16") })
func `a run that is cut again while it finishes a cut one leaves the old or the new table`(
  layout: GPTLayoutCase
) throws {
  let file = try layout.disk()
  let disk = try Sectors(file, old: UInt64(layout.before << 20 / layout.sectorSize))
  let old = try #require(disk.kernel)
  let writes = try #require(try disk.table?.growth(of: layout.number, PartitionRequest())).writes
  var finished = disk
  for write in writes { finished.take(write) }
  let new = finished.kernel

  var before = disk
  for write in writes {
    var cut = before
    cut.take(write) { $0 % 2 == 0 }
    let table = try #require(cut.table)
    let second =
      try table.growth(of: layout.number, PartitionRequest())?.writes ?? table.mending
    everyCut(cut, second) { again, place in
      #expect(again.kernel == old || again.kernel == new, "\(place)")
      #expect(again.ours == again.kernel, "\(place)")
    }
    before.take(write)
  }
}

@Test(arguments: GPTLayoutCase.all)
func `sfdisk reads the old or the new table after each sector, and what finishes is clean`(
  layout: GPTLayoutCase
) throws {
  let disk = try layout.disk()
  let old = try disk.dump()
  let change = try #require(try disk.table().growth(of: layout.number, PartitionRequest()))
  let size = layout.sectorSize
  var states: Set<[String]> = []
  for write in change.writes {
    for start in stride(from: 0, to: write.bytes.count, by: size) {
      try disk.write(
        [UInt8](write.bytes[start..<start + size]), at: write.offset + UInt64(start))
      // All sectors of one kind of write are alike; of 32 some will do.
      let sector = start / size
      guard sector < 2 || sector % 8 == 0 || start + size == write.bytes.count else { continue }
      states.insert(try disk.dump())
    }
  }
  #expect(states.count == 2)
  #expect(states.contains(old))
  #expect(states.contains(try disk.dump()))
  #expect(try disk.complaints() == [])
}
