import Testing

@testable import DiskFormats

private let cases: [(layout: [String], sectorSize: UInt32, number: UInt32)] = [
  (MBRLayout.debian, 512, 5),
  (MBRLayout.debian, 512, 2),
  (MBRLayout.twoLogical, 512, 5),
  (MBRLayout.twoLogical, 512, 6),
  (MBRLayout.threeLogical, 512, 6),
  (MBRLayout.threeLogical, 512, 7),
  (MBRLayout.backwards, 512, 5),
  (MBRLayout.backwards, 512, 6),
  (MBRLayout.onePrimary, 512, 1),
  (MBRLayout.debian4096, 4096, 5),
]

/// A disk that has become four times as large.
private func enlarged(_ layout: [String], sectorSize: UInt32) throws -> TestDisk {
  let sectors = 32768 * 512 / UInt64(sectorSize)
  let disk = try TestDisk(layout, sectors: sectors, sectorSize: sectorSize)
  try disk.resize(sectors: 4 * sectors)
  return disk
}

@Suite struct `A growth of an MBR's partition that is cut off` {
  /// Each write is one sector, which a disk writes whole or not at all, so the cuts between the
  /// writes are all there are.
  @Test(arguments: cases)
  func `leaves the partition as it was, and is finished by the next`(
    layout: [String], sectorSize: UInt32, number: UInt32
  ) throws {
    let disk = try enlarged(layout, sectorSize: sectorSize)
    let old = try disk.dump()
    let change = try #require(try disk.mbr().growth(of: number, PartitionRequest()))
    #expect(change.writes.allSatisfy { $0.bytes.count == Int(sectorSize) })
    let new = old.map { each in
      var each = each
      if each.number == number { each.sectors = change.newSectors }
      if let container = change.container, each.number == container.partition.number {
        each.sectors = container.newSectors
      }
      return each
    }
    let whole = try enlarged(layout, sectorSize: sectorSize)
    try whole.apply(change.writes)
    #expect(try whole.dump() == new)

    for cut in 0...change.writes.count {
      let disk = try enlarged(layout, sectorSize: sectorSize)
      try disk.apply(Array(change.writes[..<cut]))
      let found = try disk.dump()
      #expect(try disk.verdict() == "No errors detected.")
      #expect(try disk.mbr().partitions == found)
      #expect(try kernelPartitions(disk.tableSectors()) == found)
      if sectorSize == 512 { #expect(try disk.partedList() == found) }
      for (index, partition) in found.enumerated() {
        let isDone = cut == change.writes.count
        #expect(
          partition == old[index] && !isDone || partition == new[index] && isDone
            || partition == new[index] && partition.role == .extended)
      }

      let rest = try disk.mbr().growth(of: number, PartitionRequest())
      #expect((rest?.writes ?? []) == Array(change.writes[cut...]))
      try disk.apply(rest?.writes ?? [])
      #expect(try disk.contents == whole.contents)
    }
  }

  @Test
  func `by another tool with the container alone grown is finished`() throws {
    let disk = try enlarged(MBRLayout.debian, sectorSize: 512)
    let container = try #require(try disk.mbr().growth(of: 2, PartitionRequest()))
    try disk.apply(container.writes)
    let change = try #require(try disk.mbr().growth(of: 5, PartitionRequest()))
    #expect(change.container == nil)
    #expect(change.newSectors == 118784)
    #expect(change.writes.map(\.offset) == [12286 * 512])
  }

  @Test
  func `by sfdisk with the link left behind has it mended when it grows again`() throws {
    let disk = try enlarged(MBRLayout.twoLogical, sectorSize: 512)
    let change = try #require(try disk.mbr().growth(of: 6, PartitionRequest()))
    // sfdisk -N leaves the link in the record of 5.
    try #require(change.writes.map(\.offset) == [0, 10240 * 512, 18432 * 512])
    try disk.apply([change.writes[0], change.writes[2]])
    #expect(try disk.verdict() == "No errors detected.")
    try disk.resize(sectors: 262144)
    let more = try #require(try disk.mbr().growth(of: 6, PartitionRequest()))
    #expect(more.writes.map(\.offset) == [0, 10240 * 512, 18432 * 512])
    try disk.apply(more.writes)
    let link = try disk.mbr().records[1].entry(1)
    #expect(link.first + link.sectors + 10240 == 262144)
  }

  @Test
  func `leaves a link alone that reaches far enough`() throws {
    let disk = try enlarged(MBRLayout.twoLogical, sectorSize: 512)
    // Some tools give a link all the rest of the container.
    var record = try disk.mbr().records[1]
    record = record.lengthened(1, sectors: 131072 - 18432, last: 131071)
    try disk.apply([record.write])
    let change = try #require(try disk.mbr().growth(of: 6, PartitionRequest()))
    #expect(change.writes.map(\.offset) == [0, 18432 * 512])
  }
}
