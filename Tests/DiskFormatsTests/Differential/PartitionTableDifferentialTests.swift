import Bytes
import Testing

@testable import DiskFormats

extension FdiskDisk {
  /// What our reader makes of the disk, or why it refuses.
  func ours() throws -> Result<PartitionTable, PartitionTableError> {
    do throws(PartitionReadError<ReadRefused>) {
      return .success(try PartitionTable(reading: self, geometry: geometry))
    } catch {
      guard case .unusable(let refusal) = error else { throw error }
      return .failure(refusal)
    }
  }

  /// What Linux makes of it.
  func kernel() throws -> [Partition] {
    guard GPTTable.isAnnounced(by: sector(0)) else {
      return kernelPartitions(geometry) { sector($0) }
    }
    let size = Int(geometry.sectorSize)
    let table = try KernelGPT(sectorSize: size, sectors: geometry.sectors) { lba, count in
      guard lba < geometry.sectors else { return [] }
      return try read(at: lba * UInt64(size), count: count * size)
    }
    return (table?.entries ?? []).map {
      Partition(number: UInt32($0.number), first: $0.first, sectors: $0.last &- $0.first &+ 1)
    }
  }
}

private func text(_ partitions: [Partition]) -> String {
  partitions.map { "\($0.number) \($0.role) \($0.first)+\($0.sectors)" }.joined(separator: ", ")
}

@Test(arguments: RandomTable.Kind.allCases)
func `libfdisk finds the partitions that we find`(kind: RandomTable.Kind) throws {
  let cases = Cases(150)
  var figures = Figures("tables (\(kind)) and libfdisk")
  let disk = try FdiskDisk()
  for seed in cases.seeds {
    var maker = RandomTable(seed)
    guard try maker.make(kind, on: disk) else {
      figures.count("not made by libfdisk")
      continue
    }
    if maker.random.chance(50) {
      disk.resize(maker.geometry.sectors + UInt64(maker.random.number(1...65536)))
    }
    let theirs = try disk.reading()
    switch try disk.ours() {
    case .success(let table):
      let rule = FdiskDifference(table, theirs, kernel: try disk.kernel())
      #expect(
        rule == .emptyEntry || text(table.partitions) == text(theirs.partitions), "seed \(seed)")
      figures.count(rule?.rawValue ?? "the same")
      figures.count("partitions", table.partitions.count)
    case .failure(.overlap) where kind == .mbr && theirs.problems == 0:
      // A boot record lies in a partition, whose next bytes would destroy the chain.
      figures.count("refused for a record in a partition")
    case .failure(let refusal):
      Issue.record("seed \(seed): \(refusal), theirs \(text(theirs.partitions))")
    }
  }
  figures.report(cases, most: "the same")
}

extension PartitionChange {
  /// What a partition of the table is after it.
  fileprivate func applied(to other: Partition) -> Partition {
    var other = other
    if other.number == partition.number { other.sectors = newSectors }
    if let container, other.number == container.partition.number {
      other.sectors = container.newSectors
    }
    return other
  }
}

extension FdiskDisk.Reading {
  /// Pairs of partitions that share sectors, other than a container and what is in it.
  fileprivate var overlaps: [(UInt32, UInt32)] {
    let ordered = partitions.filter { $0.role != .extended && $0.sectors > 0 }
      .sorted { $0.first < $1.first }
    return zip(ordered, ordered.dropFirst()).filter { $0.end > $1.first }
      .map { ($0.number, $1.number) }
  }
}

@Test(arguments: RandomTable.Kind.allCases)
func `of a mutated table libfdisk finds what we find, where we find any`(
  kind: RandomTable.Kind
) throws {
  let cases = Cases(400)
  var figures = Figures("mutated tables (\(kind)) and libfdisk")
  let disk = try FdiskDisk()
  for seed in cases.seeds {
    var maker = RandomTable(seed)
    guard try maker.make(kind, on: disk) else { continue }
    try maker.mutate(kind, disk)
    let theirs = try disk.reading()
    switch try disk.ours() {
    case .failure:
      figures.count("refused")
    case .success(let table) where text(table.partitions) == text(theirs.partitions):
      figures.count("the same")
    case .success(let table):
      let rule = FdiskDifference(table, theirs, kernel: try disk.kernel())
      #expect(rule != nil, """
        seed \(seed): ours \(text(table.partitions))
        theirs \(theirs.label) \(text(theirs.partitions))
        """)
      figures.count(rule.map { $0.rawValue } ?? "different")
    }
  }
  figures.report(cases, most: "the same", "refused")
  // Whoever refused all of them would find nothing else than libfdisk.
  #expect(cases.seeds.count < 50 || figures["the same"] * 6 >= cases.seeds.count)
}

@Test(arguments: [
  (.emptyEntry, .mbr, 8), (.emptyContainer, .mbr, 1087), (.emptyLink, .mbr, 131),
  (.freeEntry, .gpt, 15), (.strayBackup, .hybrid, 49), (.smallerDisk, .gpt, 92),
] as [(FdiskDifference, RandomTable.Kind, UInt64)])
func `each difference to libfdisk occurs`(
  difference: FdiskDifference, kind: RandomTable.Kind, seed: UInt64
) throws {
  let disk = try FdiskDisk()
  var maker = RandomTable(seed)
  #expect(try maker.make(kind, on: disk))
  try maker.mutate(kind, disk)
  let table = try disk.ours().get()
  #expect(FdiskDifference(table, try disk.reading(), kernel: try disk.kernel()) == difference)
}

@Test(arguments: RandomTable.Kind.allCases)
func `libfdisk finds a partition grown, none moved, none smaller and no fault`(
  kind: RandomTable.Kind
) throws {
  let cases = Cases(100)
  var figures = Figures("growth (\(kind)) and libfdisk")
  let disk = try FdiskDisk()
  for seed in cases.seeds {
    var maker = RandomTable(seed)
    guard try maker.make(kind, on: disk) else { continue }
    if maker.random.chance(30) { try maker.mutate(kind, disk) }
    disk.resize(maker.geometry.sectors + UInt64(maker.random.number(0...65536)))
    let before = try disk.reading()
    guard case .success(let table) = try disk.ours() else {
      figures.count("refused")
      continue
    }
    if let rule = FdiskDifference(table, before, kernel: try disk.kernel()), rule != .strayBackup {
      figures.count("read otherwise before")
      continue
    }
    var request = PartitionRequest()
    request.alignment = UInt64(disk.geometry.sectorSize) << maker.random.number(0...6)
    request.minimum = UInt64(disk.geometry.sectorSize)
    for partition in table.partitions {
      let change: PartitionChange?
      do throws(PartitionTableError) {
        change = try table.growth(of: partition.number, request)
      } catch {
        figures.count("growth refused")
        continue
      }
      guard let change else {
        figures.count("nothing to grow")
        continue
      }
      let old = try change.writes.map {
        BlockWrite(offset: $0.offset, bytes: try disk.read(at: $0.offset, count: $0.bytes.count))
      }
      for write in change.writes { disk.write(write.bytes, at: write.offset) }
      let after = try disk.reading()
      #expect(
        text(after.partitions) == text(table.partitions.map { change.applied(to: $0) }),
        "seed \(seed), partition \(partition.number)")
      #expect(after.problems <= before.problems, "seed \(seed), partition \(partition.number)")
      #expect(after.overlaps.isEmpty, "seed \(seed), partition \(partition.number)")
      for write in old.reversed() { disk.write(write.bytes, at: write.offset) }
      figures.count("grown")
    }
  }
  figures.report(cases, most: "grown")
}
