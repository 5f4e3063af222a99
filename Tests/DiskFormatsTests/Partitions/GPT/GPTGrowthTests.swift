import Bytes
import Testing

@testable import DiskFormats

/// A disk before it is made larger, and what comes of growing one of its partitions.
struct GPTLayoutCase: Sendable, CustomTestStringConvertible {
  let name: String
  var script = "size=4M,name=\"a b\",attrs=\"LegacyBIOSBootable GUID:60\"\nsize=2M,name=root"
  var changes: [[String]] = []
  var number: UInt32 = 2
  /// Mebibytes, or sectors where they are given.
  var before = 8
  var after = 16
  var sectorsAfter: Int?
  var sectorSize = 512
  var first: UInt64 = 10240
  /// Its end after the growth.
  var end: UInt64 = 30720
  var bound = Bound.disk

  var testDescription: String { name }

  func disk() throws -> GPTTestDisk {
    let disk = try GPTTestDisk(script, mebibytes: before, sectorSize: sectorSize)
    for change in changes { try Tool.sgdisk(change + ["disk"], in: disk.folder.url) }
    try disk.resize(sectors: sectorsAfter ?? after << 20 / sectorSize)
    return disk
  }

  /// Few entries where their number is not the point: each sector of them is a cut.
  private static let few = "table-length: 16\nsize=4M,attrs=GUID:60\nsize=2M"

  static let all = [
    GPTLayoutCase(name: "the last of two partitions"),
    GPTLayoutCase(name: "4 entries", script: "table-length: 4\nsize=4M\nsize=2M"),
    GPTLayoutCase(name: "256 entries", script: "table-length: 256\nsize=4M\nsize=2M"),
    GPTLayoutCase(name: "room in the disk as it is", script: few, before: 16),
    GPTLayoutCase(
      name: "room before the next partition", script: few + "\nstart=24576,size=1M", before: 16,
      end: 24576, bound: .partition(3)),
    GPTLayoutCase(
      name: "entries elsewhere than at LBA 2", script: few, changes: [["--move-main-table=1000"]]),
    GPTLayoutCase(name: "a hybrid MBR", script: few, changes: [["--hybrid=1"]]),
    GPTLayoutCase(
      name: "a first usable LBA far behind the entries",
      script: "table-length: 16\nfirst-lba: 4096\nsize=2M\nsize=1M", first: 8192),
    GPTLayoutCase(
      name: "a disk that is no multiple of 1 MiB", script: few, sectorsAfter: 30001, end: 28672),
    GPTLayoutCase(
      name: "a few sectors more than the alignment", script: few, before: 10,
      sectorsAfter: 22533, end: 22528),
    GPTLayoutCase(
      name: "the new backup lies over the old", script: "size=4M\nsize=1M", sectorsAfter: 16404,
      end: 14336),
    GPTLayoutCase(
      name: "4096-byte sectors", script: "g\nn\n1\n\n+4M\nn\n2\n\n+1M", sectorSize: 4096,
      first: 1280, end: 3840),
  ]
}

@Test(arguments: GPTLayoutCase.all)
func `a partition grows to the last whole mebibyte, all else stays, the judges find no fault`(
  layout: GPTLayoutCase
) throws {
  let disk = try layout.disk()
  let (old, mbr) = (try disk.dump(), try disk.bytes(0))
  let before = try #require(try disk.kernel())
  let change = try #require(try disk.table().growth(of: layout.number, PartitionRequest()))
  let was = try #require(before.first { $0.number == layout.number })
  #expect(
    change
      == PartitionChange(
        partition: Partition(
          number: layout.number, first: layout.first, sectors: was.last + 1 - was.first),
        newSectors: layout.end - layout.first, bound: layout.bound, writes: change.writes))

  try disk.write(change.writes)
  let after = before.map {
    $0.number != layout.number
      ? $0 : KernelGPT.Entry(number: $0.number, first: $0.first, last: layout.end - 1)
  }
  #expect(try disk.kernel() == after)
  #expect(try disk.complaints() == [])
  let new = try disk.dump()
  #expect(new.count == old.count)
  #expect(zip(old, new).filter { $0 != $1 }.count == 1)
  #expect(new.map(withoutSize) == old.map(withoutSize))
  if layout.changes == [["--hybrid=1"]] { #expect(try disk.bytes(0) == mbr) }

  let again = try disk.table()
  #expect(again.mending == [])
  #expect(try again.growth(of: layout.number, PartitionRequest()) == nil)
}

/// A line of a dump without the partition's size and last LBA.
private func withoutSize(_ line: String) -> String {
  if line.contains("size=") {
    return line.split(separator: ",").filter { !$0.hasPrefix("size=") }.joined(separator: ",")
  }
  let words = line.split(separator: " ")
  return ([words[0]] + words.dropFirst(2)).joined(separator: " ")
}

@Test(arguments: GPTLayoutCase.all)
func `no write touches a partition, and each is of whole sectors on the disk`(
  layout: GPTLayoutCase
) throws {
  let disk = try layout.disk()
  let table = try disk.table()
  let size = UInt64(layout.sectorSize)
  let change = try #require(try table.growth(of: layout.number, PartitionRequest()))
  for write in change.writes + table.mending {
    let (first, end) = (write.offset / size, (write.offset + UInt64(write.bytes.count)) / size)
    #expect(write.offset % size == 0 && UInt64(write.bytes.count) % size == 0)
    #expect(first < end && end <= disk.sectors)
    for partition in table.partitions {
      #expect(end <= partition.first || first >= partition.end)
    }
  }
}

/// What a table has behind its header and its entries, and fields that no program sets.
@Test func `bytes that nobody names survive, and entries of 256 bytes`() throws {
  let disk = try GPTTestDisk("table-length: 4\nsize=4M\nsize=2M", mebibytes: 8)
  for (lba, entries) in [(1, 2), (16383, 16382)] as [(UInt64, UInt64)] {
    var array = [UInt8](repeating: 0, count: 512)
    let old = try disk.bytes(entries)
    for index in 0..<2 {
      array.replaceSubrange(256 * index..<256 * index + 128, with: old[128 * index..<128 * index + 128])
      for offset in 128..<256 { array[256 * index + offset] = UInt8(truncatingIfNeeded: index + offset) }
    }
    try disk.write(array, at: entries * 512)
    try disk.edit(header: lba) {
      $0[littleEndian: 12] = 100 as UInt32
      $0[littleEndian: 80] = 2 as UInt32
      $0[littleEndian: 84] = 256 as UInt32
      $0[littleEndian: 88] = otherCRC32(array[...])
      for offset in 92..<400 { $0[offset] = UInt8(truncatingIfNeeded: offset &* Int(lba)) }
    }
  }
  let old = (try disk.bytes(1), try disk.bytes(2))
  try disk.resize(mebibytes: 16)
  let change = try #require(try disk.table().growth(of: 2, PartitionRequest()))
  try disk.write(change.writes)
  var (header, entries) = old
  entries[littleEndian: 256 + 40] = 30719 as UInt64
  header[littleEndian: 32] = 32767 as UInt64
  header[littleEndian: 48] = 32765 as UInt64
  header[littleEndian: 88] = otherCRC32(entries[...])
  #expect(try disk.bytes(1) == sealedHeader(header))
  #expect(try disk.bytes(2) == entries)
  #expect(try disk.bytes(32766) == entries)
  #expect(
    try disk.kernel(entrySize: 256) == [
      .init(number: 1, first: 2048, last: 10239), .init(number: 2, first: 10240, last: 30719),
    ])
  #expect(try disk.table().mending == [])
}

@Test func `a backup with room around it stays where it is`() throws {
  let disk = try GPTTestDisk("last-lba: 30000\nsize=4M", mebibytes: 16)
  let change = try #require(try disk.table().growth(of: 1, PartitionRequest()))
  #expect(change.newSectors == 28672 - 2048)
  try disk.write(change.writes)
  // parted misses the sectors behind the last usable one, then as before.
  #expect(try disk.complaints().allSatisfy { $0.contains("an extra 2734 blocks") })
  #expect(GPTHeader(try disk.bytes(1)).lastUsableLBA == 30000)
}

/// Requests on a disk of 16 MiB with one partition at LBA 2048 of 4 MiB: alignment, minimum, end
/// limit; the new end, what bounds it.
@Test(arguments: [
  (1 << 20, 1 << 20, nil, (30720, .disk)),
  (512, 1, nil, (32735, .disk)),
  (0, 0, nil, (32735, .disk)),
  (4096, 1, nil, (32728, .disk)),
  (1 << 20, 1 << 20, 20480, (20480, .request)),
  (1 << 20, 1 << 20, 20479, (18432, .request)),
  (1 << 20, 1 << 20, 32735, (30720, .disk)),
  (1 << 20, 1 << 20, UInt64.max, (30720, .disk)),
  (1 << 20, 10 << 20, nil, (30720, .disk)),
  (1 << 20, 10 << 20 + 1, nil, nil),
  (1 << 20, 1 << 20, 12287, nil),
  (1 << 20, 1 << 20, 10240, nil),
  (1 << 20, 1 << 20, 0, nil),
  (1 << 20, UInt64.max, nil, nil),
  (UInt64.max, 1, nil, nil),
] as [(UInt64, UInt64, UInt64?, (UInt64, Bound)?)])
func `a request bounds the growth`(
  alignment: UInt64, minimum: UInt64, limit: UInt64?, expected: (UInt64, Bound)?
) throws {
  let disk = try GPTTestDisk("size=4M", mebibytes: 16)
  var request = PartitionRequest()
  request.alignment = alignment
  request.minimum = minimum
  request.endLimit = limit
  let change = try disk.table().growth(of: 1, request)
  #expect(change.map { $0.partition.first + $0.newSectors } == expected?.0)
  #expect(change?.bound == expected?.1)
}

@Test func `less than a mebibyte is nothing to do, but the backup moves to the end`() throws {
  let disk = try GPTTestDisk("size=6M", mebibytes: 8)
  try disk.resize(sectors: 16384 + 16)
  let table = try disk.table()
  #expect(try table.growth(of: 1, PartitionRequest()) == nil)
  try disk.write(table.mending)
  #expect(try disk.complaints() == [])
  #expect(try disk.table().mending == [])
}

@Test func `a partition that is not there is said`() throws {
  let table = try GPTTestDisk("size=4M", mebibytes: 16).table()
  for number in [0, 2, 129, UInt32.max] {
    #expect(throws: PartitionTableError.noSuchPartition(number)) {
      try table.growth(of: number, PartitionRequest())
    }
  }
}

@Test func `a disk grows many times in a row`() throws {
  let disk = try GPTTestDisk("size=1M\nsize=1M", mebibytes: 4)
  for mebibytes in 5..<40 {
    try disk.resize(mebibytes: mebibytes)
    let change = try #require(try disk.table().growth(of: 2, PartitionRequest()))
    try disk.write(change.writes)
    #expect(change.partition.first + change.newSectors == UInt64(mebibytes - 1) * 2048)
    #expect(try disk.table().mending == [])
  }
  #expect(try disk.complaints() == [])
}
