import Bytes
import Testing

@testable import DiskFormats

private typealias Failure = PartitionReadError<Never>

private func table(_ disk: SectorSource) throws(Failure) -> MBRTable {
  try MBRTable(reading: disk, geometry: disk.geometry)
}

extension SectorSource {
  /// A change of an entry: its type and its two numbers, where they are said.
  fileprivate mutating func set(
    _ slot: Int, at lba: UInt64 = 0, type: UInt8? = nil, first: UInt32? = nil,
    sectors: UInt32? = nil
  ) {
    let offset = 446 + 16 * slot
    if let type { self[lba][offset + 4] = type }
    if let first { self[lba][littleEndian: offset + 8] = first }
    if let sectors { self[lba][littleEndian: offset + 12] = sectors }
  }
}

private typealias Fault = @Sendable (inout SectorSource) -> Void

/// Of `MBRLayout.twoLogical`: 1, the container 3, and in it 5 and 6 with records at 10240 and
/// 18432.
private let faults: [(String, PartitionTableError, Fault)] = [
  ("no signature", .noTable, { $0[0][511] = 0 }),
  ("a status that is none", .noTable, { $0[0][446 + 32] = 0x20 }),
  ("a status that is none, of an entry not in use", .noTable, { $0[0][446 + 48] = 1 }),
  ("a GPT's entry", .noTable, { $0.set(3, type: 0xEE) }),
  ("NTFS", .noTable, { $0[0].replaceSubrange(3..<11, with: "NTFS    ".utf8) }),
  ("exFAT", .noTable, { $0[0].replaceSubrange(3..<11, with: "EXFAT   ".utf8) }),
  ("BitLocker", .noTable, { $0[0].replaceSubrange(3..<11, with: "-FVE-FS-".utf8) }),
  ("AIX", .noTable, { $0[0].replaceSubrange(0..<4, with: [0xC9, 0xC2, 0xD4, 0xC1]) }),
  ("sectors of 256 bytes", .sectorSize(256), { $0.geometry = DiskGeometry(256, 32768) }),
  ("sectors of 8192 bytes", .sectorSize(8192), { $0.geometry = DiskGeometry(8192, 32768) }),
  ("sectors of 520 bytes", .sectorSize(520), { $0.geometry = DiskGeometry(520, 32768) }),
  ("sectors of 0 bytes", .sectorSize(0), { $0.geometry = DiskGeometry(0, 32768) }),
  (
    "two containers", .severalExtended(3, 4),
    { $0.set(3, type: 0x0F, first: 31000, sectors: 100) }
  ),
  (
    "a container without a length", .bootRecord(lba: 31000),
    { $0.set(3, type: 0x05, first: 31000) }
  ),
  ("primary ones that overlap", .overlap(1, 2), { $0.set(1, type: 7, first: 10239, sectors: 1) }),
  ("one over the container", .overlap(1, 3), { $0.set(0, sectors: 8193) }),
  ("a disk that has become smaller", .beyondDisk(3, sectors: 720), { $0.geometry = .of(30000) }),
  ("a disk as small as can be", .beyondDisk(1, sectors: 10239), { $0.geometry = .of(1) }),
  (
    "a length of 2^32 - 1", .beyondDisk(1, sectors: 2048 + UInt64(UInt32.max) - 32768),
    { $0.set(0, sectors: .max) }
  ),
  ("a container at 0", .chain(lba: 0), { $0.set(0, sectors: 0); $0.set(2, first: 0) }),
  ("a first record without signature", .bootRecord(lba: 10240), { $0[10240][510] = 0 }),
  ("a second record without signature", .bootRecord(lba: 18432), { $0[18432][510] = 0 }),
  (
    "a record with two partitions", .bootRecord(lba: 18432),
    { $0.set(1, at: 18432, type: 0x83, first: 6000, sectors: 1) }
  ),
  (
    "a record with a third entry", .bootRecord(lba: 18432),
    { $0.set(2, at: 18432, type: 0x83, first: 6000, sectors: 1) }
  ),
  (
    "a record with two links", .bootRecord(lba: 10240),
    { $0.set(0, at: 10240, type: 0x05) }
  ),
  ("a link without a length", .bootRecord(lba: 10240), { $0.set(1, at: 10240, sectors: 0) }),
  ("a link to the first record", .chain(lba: 10240), { $0.set(1, at: 10240, first: 0) }),
  (
    "a link back", .chain(lba: 18432),
    { $0.set(1, at: 18432, type: 0x05, first: 8192, sectors: 1) }
  ),
  ("a link out of the container", .chain(lba: 30720), { $0.set(1, at: 10240, first: 20480) }),
  (
    "a link as far as can be", .chain(lba: 10240 + UInt64(UInt32.max)),
    { $0.set(1, at: 10240, first: .max) }
  ),
  ("a partition over its own record", .bootRecord(lba: 18432), { $0.set(0, at: 18432, first: 0) }),
  ("a partition over another's record", .overlap(5, 6), { $0.set(0, at: 10240, sectors: 6145) }),
  ("logical ones that overlap", .overlap(5, 6), { $0.set(0, at: 10240, first: 10000) }),
  (
    "a partition over a record without one", .chain(lba: 18432),
    {
      $0.set(0, at: 18432, sectors: 0)
      $0.set(0, at: 10240, sectors: 6145)
    }
  ),
  (
    "a partition behind its container", .outsideContainer(6),
    { $0.set(0, at: 18432, sectors: 10241) }
  ),
  (
    "a partition as far as can be", .outsideContainer(6),
    { $0.set(0, at: 18432, first: .max, sectors: .max) }
  ),
]

extension DiskGeometry {
  fileprivate init(_ sectorSize: UInt32, _ sectors: UInt64) {
    self.init(sectorSize: sectorSize, sectors: sectors)
  }

  fileprivate static func of(_ sectors: UInt64) -> DiskGeometry {
    DiskGeometry(sectorSize: 512, sectors: sectors)
  }
}

@Suite struct `An MBR that is not safe` {
  @Test(arguments: faults)
  private func `is refused with its fault`(
    name: String, error: PartitionTableError, fault: Fault
  ) throws {
    var disk = try TestDisk(MBRLayout.twoLogical, sectors: 32768).tableSectors()
    #expect(try table(disk).partitions.map(\.number) == [1, 3, 5, 6])
    fault(&disk)
    #expect(throws: Failure.unusable(error)) { try table(disk) }
  }

  @Test(arguments: [["-F", "12"], ["-F", "16"], ["-F", "32"], ["--mbr=y"]])
  func `is the first sector of a FAT`(options: [String]) throws {
    let folder = try Folder()
    try Tool.mkfsVfat(options + ["-C", "image", "40960"], in: folder.url)
    let bytes = try folder.bytes(of: "image")
    #expect(throws: Failure.unusable(.noTable)) {
      try MBRTable(reading: ByteArraySource(bytes), geometry: .of(UInt64(bytes.count / 512)))
    }
  }

  @Test
  func `is a disk shorter than its sectors are said to be`() throws {
    let disk = try TestDisk(MBRLayout.twoLogical, sectors: 32768)
    let bytes = [UInt8](try disk.contents)
    for (length, error) in [
      (0, .noTable), (511, .noTable), (512, .bootRecord(lba: 10240)),
      (18432 * 512 + 511, .bootRecord(lba: 18432)),
    ] as [(Int, PartitionTableError)] {
      let source = ByteArraySource([UInt8](bytes[..<length]))
      #expect(throws: Failure.unusable(error)) {
        try MBRTable(reading: source, geometry: disk.geometry)
      }
    }
  }

  @Test
  func `has a chain of more records than the kernel follows`() throws {
    /// So many records without a partition, one behind the other.
    func chain(_ count: UInt32) -> SectorSource {
      var disk = SectorSource(geometry: .of(32768))
      for index in 0...count {
        let lba = index == 0 ? 0 : 2047 + UInt64(index)
        disk[lba][littleEndian: 510] = 0xAA55 as UInt16
        if index == 0 { disk.set(0, type: 5, first: 2048, sectors: 30720) }
        if index > 0, index < count { disk.set(1, at: lba, type: 5, first: index, sectors: 1) }
      }
      return disk
    }
    #expect(try table(chain(100)).partitions.count == 1)
    #expect(throws: Failure.unusable(.chain(lba: 2148))) { try table(chain(101)) }
  }

  @Test
  func `is read no further than its records reach, and not after a failure`() throws {
    let disk = try TestDisk(MBRLayout.twoLogical, sectors: 32768)
    let bytes = [UInt8](try disk.contents)
    let source = RecordingSource(bytes)
    _ = try MBRTable(reading: source, geometry: disk.geometry)
    #expect(
      source.reads == [0, 10240, 18432].map { RecordingSource.Read(offset: $0 * 512, count: 512) })
    for (reads, lba) in [(0, 0), (1, 10240), (2, 18432)] as [(Int, UInt64)] {
      #expect(throws: PartitionReadError.unreadable(ReadRefused(offset: lba * 512))) {
        try MBRTable(
          reading: RecordingSource(bytes, refusedFrom: reads), geometry: disk.geometry)
      }
    }
  }

  @Test
  func `does not have the partition that is asked for`() throws {
    let disk = try TestDisk(MBRLayout.debian, sectors: 32768)
    for number in [0, 3, 4, 6, .max] as [UInt32] {
      #expect(throws: PartitionTableError.noSuchPartition(number)) {
        try disk.mbr().growth(of: number, PartitionRequest())
      }
    }
  }
}

@Suite struct `An MBR with random faults` {
  @Test(arguments: [
    (MBRLayout.debian, 512), (MBRLayout.twoLogical, 512), (MBRLayout.threeLogical, 512),
    (MBRLayout.backwards, 512), (MBRLayout.debian4096, 4096),
  ] as [([String], UInt32)])
  func `is refused, or is read as the kernel reads it and grows into free space only`(
    layout: [String], sectorSize: UInt32
  ) throws {
    let whole = try TestDisk(
      layout, sectors: 32768 * 512 / UInt64(sectorSize), sectorSize: sectorSize
    ).tableSectors()
    var random = Seeded(state: 0xB007)
    var (refused, unchanged, grown) = (0, 0, 0)
    for _ in 0..<5000 {
      var disk = whole
      disk.geometry = DiskGeometry(
        sectorSize: sectorSize,
        sectors: whole.geometry.sectors * [1, 4, 1 << 20].randomElement(using: &random)!)
      for _ in 0..<Int.random(in: 1...4, using: &random) { fault(&disk, &random) }
      guard let table = try? table(disk) else {
        refused += 1
        continue
      }
      let old = kernelPartitions(disk)
      #expect(table.partitions == old)
      guard let partition = old.randomElement(using: &random) else { continue }
      let request = anyRequest(&random)
      guard let change = try table.growth(of: partition.number, request) else {
        unchanged += 1
        continue
      }
      grown += 1
      #expect(check(change, of: partition, request, table: table, on: disk) == nil)
    }
    #expect(refused > 500 && unchanged > 500 && grown > 500, "\(refused) \(unchanged) \(grown)")
  }

  @Test
  func `of nothing but entries is no worse`() throws {
    var random = Seeded(state: 6)
    var (read, grown) = (0, 0)
    for _ in 0..<3000 {
      var disk = SectorSource(
        geometry: DiskGeometry(
          sectorSize: 512, sectors: .random(in: 0 ... .max, using: &random)))
      // The first sector, as most others, is one in which something may be in use.
      for lba in [0] + (1...20).map({ _ in UInt64.random(in: 1...40, using: &random) }) {
        for slot in 0..<4 where Bool.random(using: &random) {
          disk.set(
            slot, at: lba, type: [0x05, 0x0F, 0x83].randomElement(using: &random),
            first: .random(in: 0...40, using: &random),
            sectors: .random(in: 0...40, using: &random))
        }
        disk[lba][littleEndian: 510] = 0xAA55 as UInt16
      }
      guard let table = try? table(disk) else { continue }
      read += 1
      #expect(table.partitions == kernelPartitions(disk))
      for partition in table.partitions {
        let request = anyRequest(&random)
        guard let change = try table.growth(of: partition.number, request) else { continue }
        grown += 1
        #expect(check(change, of: partition, request, table: table, on: disk) == nil)
      }
    }
    #expect(read > 100 && grown > 100, "\(read) \(grown)")
  }
}

/// Changes some byte of a table, or a whole field.
private func fault(_ disk: inout SectorSource, _ random: inout Seeded) {
  let lba = disk.sectors.keys.sorted().randomElement(using: &random)!
  let offset = 446 + 16 * Int.random(in: 0..<4, using: &random)
  let field = [0, 4, 5, 8, 8, 12, 12, 12].randomElement(using: &random)!
  switch field {
  case 8, 12:
    let old: UInt32 = disk[lba][littleEndian: offset + field]
    disk[lba][littleEndian: offset + field] =
      [
        0, 1, .max, old &+ 1, old &- 1, old &* 2, old / 2, old &+ 2048, old &- 2048,
        .random(in: 0 ... .max, using: &random),
      ].randomElement(using: &random)!
  case 4:
    disk[lba][offset + 4] = [0, 5, 0x0F, 0x85, 0x83, 0xEE].randomElement(using: &random)!
  default:
    disk[lba][offset + field] = .random(in: 0 ... .max, using: &random)
  }
}

private func anyRequest(_ random: inout Seeded) -> PartitionRequest {
  var request = PartitionRequest()
  request.alignment = [0, 1, 512, 4096, 1 << 20, .max].randomElement(using: &random)!
  request.minimum = [0, 512, 1 << 20, 1 << 20, .max].randomElement(using: &random)!
  request.endLimit = [nil, nil, 0, 20000, 100_000, .max].randomElement(using: &random)!
  return request
}

/// What is wrong with a change; `nil` if nothing is.
private func check(
  _ change: PartitionChange, of partition: Partition, _ request: PartitionRequest,
  table: MBRTable, on disk: SectorSource
) -> String? {
  let old = kernelPartitions(disk)
  let size = UInt64(disk.geometry.sectorSize)
  let end = partition.first + change.newSectors
  guard change.partition == partition, change.newSectors > partition.sectors,
    (change.newSectors - partition.sectors) * size >= request.minimum,
    end <= disk.geometry.sectors, end <= 1 << 32, end <= request.endLimit ?? .max,
    request.alignment < size || (end * size) % request.alignment == 0
  else { return "an end at \(end)" }

  var disk = disk
  for (index, write) in change.writes.enumerated() {
    guard table.records.contains(where: { $0.lba * size == write.offset }) else {
      return "a write at \(write.offset)"
    }
    disk.apply(write)
    let new = kernelPartitions(disk)
    guard new.count == old.count else { return "\(new.count) partitions" }
    for (before, after) in zip(old, new) where before != after {
      var wanted = before
      wanted.sectors = after.sectors
      let isDone = after.number == partition.number && index == change.writes.count - 1
      let isContainer = after.number == change.container?.partition.number
      guard after == wanted, isDone || isContainer,
        after.sectors == (isDone ? change.newSectors : change.container?.newSectors)
      else { return "\(before) became \(after) after write \(index)" }
    }
    for one in new {
      for other in new
      where one.number < other.number && one.first < other.end && other.first < one.end {
        guard one.role == .extended, other.role == .logical, other.first > one.first,
          other.end <= one.end
        else { return "\(one) overlaps \(other) after write \(index)" }
      }
      for record in table.records
      where one.role != .extended && one.first <= record.lba && record.lba < one.end
        && partition.number == one.number && partition.end <= record.lba
      {
        return "\(one) overlaps the record at \(record.lba) after write \(index)"
      }
    }
  }
  guard kernelPartitions(disk).contains(where: { $0.end == end && $0.number == partition.number })
  else { return "no new end" }
  return nil
}
