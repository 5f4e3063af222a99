import Testing

@testable import DiskFormats

private struct Row: CustomTestStringConvertible {
  let testDescription: String
  let layout: [String]
  var sectorSize: UInt32 = 512
  var sectors: UInt64 = 32768
  let number: UInt32
  /// Of the larger disk.
  let to: UInt64
  var request = PartitionRequest()
  /// The partition's sectors, and those of its container, if it grows.
  let grown: UInt64
  var container: UInt64?
  let bound: Bound
  /// sfdisk can make the result from nothing.
  var isMade = true
}

private func request(_ change: (inout PartitionRequest) -> Void) -> PartitionRequest {
  var request = PartitionRequest()
  change(&request)
  return request
}

private let rows = [
  Row(
    testDescription: "Debian's layout", layout: MBRLayout.debian, number: 5, to: 131072,
    grown: 118784, container: 118786, bound: .disk),
  Row(
    testDescription: "an extended partition alone", layout: MBRLayout.debian, number: 2,
    to: 131072, grown: 118786, bound: .disk),
  Row(
    testDescription: "type 0f",
    layout: MBRLayout.debian.map { $0.replacing("type=5", with: "type=f") }, number: 5,
    to: 131072, grown: 118784, container: 118786, bound: .disk),
  Row(
    testDescription: "type 85",
    layout: MBRLayout.debian.map { $0.replacing("type=5", with: "type=85") }, number: 5,
    to: 131072, grown: 118784, container: 118786, bound: .disk),
  Row(
    testDescription: "the last of two logical ones", layout: MBRLayout.twoLogical, number: 6,
    to: 131072, grown: 110592, container: 120832, bound: .disk),
  Row(
    testDescription: "the first of two logical ones", layout: MBRLayout.twoLogical, number: 5,
    to: 131072, grown: 6144, bound: .partition(6)),
  Row(
    testDescription: "a logical one within its container", layout: MBRLayout.twoLogical,
    number: 6, to: 131072, request: request { $0.endLimit = 30721 }, grown: 10240,
    bound: .request),
  Row(
    testDescription: "the last of three logical ones", layout: MBRLayout.threeLogical, number: 7,
    to: 131072, grown: 104448, container: 120832, bound: .disk),
  Row(
    testDescription: "the middle one of three", layout: MBRLayout.threeLogical, number: 6,
    to: 131072, grown: 6144, bound: .partition(7)),
  Row(
    testDescription: "the first of the chain, the last on the disk", layout: MBRLayout.backwards,
    number: 5, to: 131072, grown: 106496, container: 120832, bound: .disk),
  Row(
    testDescription: "the last of the chain, the first on the disk", layout: MBRLayout.backwards,
    number: 6, to: 131072, grown: 12288, bound: .partition(5), isMade: false),
  Row(
    testDescription: "a container with a primary one behind it",
    layout: MBRLayout.debian + ["3 : start=65537, size=4096, type=83"], sectors: 98304,
    number: 5, to: 131072, grown: 53248, container: 53250, bound: .partition(3)),
  Row(
    testDescription: "a primary one with a container behind it",
    layout: ["2 : start=20481, size=10239, type=5", "1 : start=2048, size=2048, type=83"],
    number: 1, to: 131072, grown: 18432, bound: .partition(2)),
  Row(
    testDescription: "a primary one, the only one", layout: MBRLayout.onePrimary, number: 1,
    to: 131072, grown: 129024, bound: .disk),
  Row(
    testDescription: "the last primary one, first in the table",
    layout: ["2 : start=20480, size=2048, type=83", "4 : start=2048, size=2048, type=83"],
    number: 2, to: 131072, grown: 110592, bound: .disk),
  Row(
    testDescription: "a primary one with another behind it",
    layout: ["2 : start=20480, size=2048, type=83", "4 : start=2048, size=2048, type=83"],
    number: 4, to: 131072, grown: 18432, bound: .partition(2)),
  Row(
    testDescription: "a start in sector 63", layout: ["1 : start=63, size=8001, type=83"],
    number: 1, to: 131072, grown: 131009, bound: .disk),
  Row(
    testDescription: "a disk of no whole MiB", layout: MBRLayout.debian, number: 5,
    to: 131072 + 2047, grown: 118784, container: 118786, bound: .disk),
  Row(
    testDescription: "a growth of just 1 MiB", layout: MBRLayout.onePrimary, number: 1,
    to: 20480, request: request { $0.endLimit = 20480 }, grown: 18432, bound: .disk),
  Row(
    testDescription: "other alignment, and less is enough", layout: MBRLayout.onePrimary,
    number: 1, to: 32768,
    request: request {
      $0.alignment = 4096
      $0.minimum = 4096
      $0.endLimit = 18449
    }, grown: 16400, bound: .request),
  Row(
    testDescription: "more than 2 TiB", layout: MBRLayout.onePrimary, number: 1, to: 6 << 30,
    grown: 4_294_965_248, bound: .addressing),
  Row(
    testDescription: "a logical one on more than 2 TiB", layout: MBRLayout.twoLogical, number: 6,
    to: 6 << 30, grown: 4_294_946_816, container: 4_294_957_056, bound: .addressing),
  Row(
    testDescription: "sectors of 4096 bytes", layout: MBRLayout.debian4096, sectorSize: 4096,
    sectors: 4096, number: 5, to: 16384, grown: 14848, container: 14850, bound: .disk),
  Row(
    testDescription: "sectors of 4096 bytes, a primary one",
    layout: ["1 : start=256, size=1024, type=83"], sectorSize: 4096, sectors: 4096, number: 1,
    to: 16385, grown: 16128, bound: .disk),
  Row(
    testDescription: "sectors of 4096 bytes on more than 2 TiB", layout: MBRLayout.debian4096,
    sectorSize: 4096, sectors: 4096, number: 5, to: 768 << 20, grown: 805_304_832,
    container: 805_304_834, bound: .disk),
]

@Suite struct `A partition of an MBR grows` {
  @Test(arguments: rows)
  private func `as far as the space behind it, and to the bytes that sfdisk writes`(
    row: Row
  ) throws {
    let disk = try TestDisk(row.layout, sectors: row.sectors, sectorSize: row.sectorSize)
    try disk.resize(sectors: row.to)
    let table = try disk.mbr()
    let old = try disk.dump()
    #expect(table.partitions == old)

    let change = try #require(try table.growth(of: row.number, row.request))
    let partition = try #require(old.first { $0.number == row.number })
    let container = try row.container.map { sectors in
      PartitionChange.Container(
        partition: try #require(old.first { $0.role == .extended }), newSectors: sectors)
    }
    #expect(
      change
        == PartitionChange(
          partition: partition, newSectors: row.grown, container: container, bound: row.bound,
          writes: change.writes))

    try disk.apply(change.writes)
    let new = old.map { each in
      var each = each
      if each.number == row.number { each.sectors = row.grown }
      if each.role == .extended, let sectors = row.container { each.sectors = sectors }
      return each
    }
    #expect(try disk.verdict() == "No errors detected.")
    #expect(try disk.dump() == new)
    #expect(try disk.mbr().partitions == new)
    #expect(try disk.mbr().growth(of: row.number, row.request) == nil)

    guard row.isMade else { return }
    let layout = zip(row.layout, row.layout.map { UInt32($0.prefix(1)) }).map { line, number in
      let size = new.first { $0.number == number }?.sectors ?? 0
      return line.replacing(#/size=\d+/#, with: "size=\(size)")
    }
    let wanted = try TestDisk(layout, sectors: row.to, sectorSize: row.sectorSize)
    #expect(try disk.tableSectors() == wanted.tableSectors())
  }

  @Test(arguments: [
    ("nothing behind it", MBRLayout.onePrimary, 18432, PartitionRequest()),
    ("less than 1 MiB behind it", MBRLayout.onePrimary, 18432 + 2047, PartitionRequest()),
    (
      "less than the minimum", MBRLayout.onePrimary, 32768, request { $0.minimum = (7 << 20) + 1 }
    ),
    ("an end that it has already", MBRLayout.onePrimary, 32768, request { $0.endLimit = 18432 }),
    ("an end within it", MBRLayout.onePrimary, 32768, request { $0.endLimit = 4096 }),
    ("an end at 0", MBRLayout.onePrimary, 32768, request { $0.endLimit = 0 }),
    ("a container right behind it", MBRLayout.debian, 131072, PartitionRequest()),
    (
      "no new space and no minimum", MBRLayout.onePrimary, 18432,
      request {
        $0.minimum = 0
        $0.alignment = 0
      }
    ),
  ] as [(String, [String], UInt64, PartitionRequest)])
  func `by nothing`(
    name: String, layout: [String], sectors: UInt64, request: PartitionRequest
  ) throws {
    let disk = try TestDisk(layout, sectors: max(sectors, 32768))
    try disk.resize(sectors: sectors)
    #expect(try disk.mbr().growth(of: 1, request) == nil)
  }

  @Test
  func `up to 2^32 sectors of 4096 bytes each`() throws {
    let small = try TestDisk(MBRLayout.debian4096, sectors: 4096, sectorSize: 4096)
    var disk = try small.tableSectors()
    disk.geometry = DiskGeometry(sectorSize: 4096, sectors: 6 << 30)
    let table = try MBRTable(reading: disk, geometry: disk.geometry)
    let change = try #require(try table.growth(of: 5, PartitionRequest()))
    #expect(change.newSectors == 4_294_965_760)
    #expect(change.container?.newSectors == 4_294_965_762)
    #expect(change.bound == .addressing)
    for write in change.writes { disk.apply(write) }
    let grown = try MBRTable(reading: disk, geometry: disk.geometry)
    #expect(grown.partitions.map(\.end) == [1280, 1 << 32, 1 << 32])
    #expect(try grown.growth(of: 5, PartitionRequest()) == nil)
    #expect(try grown.growth(of: 2, PartitionRequest()) == nil)
  }

  @Test
  func `and of the whole disk nothing changes but lengths and ends`() throws {
    let disk = try TestDisk(MBRLayout.twoLogical, sectors: 32768)
    try disk.resize(sectors: 131072)
    let before = try disk.contents
    let change = try #require(try disk.mbr().growth(of: 6, PartitionRequest()))
    try disk.apply(change.writes)
    let after = try disk.contents
    #expect(before.count == after.count)
    var changed: [Int] = []
    for sector in stride(from: 0, to: before.count, by: 512) {
      let range = sector..<sector + 512
      if before[range] == after[range] { continue }
      changed += range.filter { before[$0] != after[$0] }
    }
    // The container's entry is the third of the MBR, the link of 5 is the second of its record.
    let entries: [Int] = [478, 10240 * 512 + 462, 18432 * 512 + 446]
    #expect(!changed.isEmpty)
    let others = changed.filter { offset in
      !entries.contains { (5..<8).contains(offset - $0) || (12..<16).contains(offset - $0) }
    }
    #expect(others == [])
  }

  @Test
  func `not into the record of a partition that was deleted`() throws {
    let disk = try TestDisk(MBRLayout.threeLogical, sectors: 32768)
    try disk.write(.init(count: 16), at: 16384 * 512 + 446)
    try disk.resize(sectors: 131072)
    #expect(try disk.mbr().partitions == disk.dump())
    #expect(try disk.mbr().partitions.map(\.number) == [2, 5, 6])
    let five = try #require(try disk.mbr().growth(of: 5, PartitionRequest()))
    #expect(five.newSectors == 4096)
    #expect(five.bound == .partition(6))
    let six = try #require(try disk.mbr().growth(of: 6, PartitionRequest()))
    #expect(six.newSectors == 104448)
    // The container, the link in the record without a partition, and the record of 6.
    #expect(six.writes.map(\.offset) == [0, 16384 * 512, 24576 * 512])
    try disk.apply(five.writes)
    try disk.apply(six.writes)
    #expect(
      try disk.dump() == [
        Partition(number: 2, first: 10240, sectors: 120832, role: .extended),
        Partition(number: 5, first: 12288, sectors: 4096, role: .logical),
        Partition(number: 6, first: 26624, sectors: 104448, role: .logical),
      ])
  }

  @Test
  func `with the fillers of parted`() throws {
    let disk = try TestDisk([], sectors: 32768)
    try disk.parted([
      "mklabel", "msdos", "mkpart", "primary", "2048s", "10239s",
      "mkpart", "extended", "12286s", "30719s", "mkpart", "logical", "12288s", "30719s",
    ])
    // As parted leaves an end that its geometry does not reach.
    let filler = [0x03, 0xE0, 0xFF] as [UInt8]
    for offset in [462 + 5, 12286 * 512 + 446 + 5] as [UInt64] {
      try disk.write(.init(filler), at: offset)
    }
    try disk.resize(sectors: 131072)
    let change = try #require(try disk.mbr().growth(of: 5, PartitionRequest()))
    try disk.apply(change.writes)
    let bytes = try disk.contents
    #expect([UInt8](bytes[462 + 5..<462 + 8]) == filler)
    #expect([UInt8](bytes[12286 * 512 + 451..<12286 * 512 + 454]) == filler)
    #expect(try disk.verdict() == "No errors detected.")
    #expect(try disk.partedList() == disk.mbr().partitions)
  }
}
