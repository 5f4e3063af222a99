import Bytes
import Testing

@testable import DiskFormats

@Test func `the CRC-32 is that of the usual check string`() {
  #expect(crc32(Array("123456789".utf8)[...]) == 0xCBF4_3926)
  #expect(crc32([]) == 0)
}

/// Tables as programs make them: the script, what sgdisk does afterwards, the partitions.
private let made: [(String, [String], [Partition])] = [
  ("size=4M\nsize=2M", [], [p(1, 2048, 8192), p(2, 10240, 4096)]),
  ("table-length: 4\nsize=4M", [], [p(1, 2048, 8192)]),
  ("table-length: 256\nsize=4M", [], [p(1, 2048, 8192)]),
  ("first-lba: 34\nstart=40,size=6144", [], [p(1, 40, 6144)]),
  ("5:size=4M\n9:size=1M", [], [p(5, 2048, 8192), p(9, 10240, 2048)]),
  ("2:start=2048,size=1M\n1:start=4096,size=1M", [], [p(1, 4096, 2048), p(2, 2048, 2048)]),
  ("size=4M", ["--move-main-table=1000"], [p(1, 2048, 8192)]),
  ("size=4M,type=21686148-6449-6E6F-744E-656564454649", ["--hybrid=1"], [p(1, 2048, 8192)]),
  ("", [], []),
]

private func p(_ number: UInt32, _ first: UInt64, _ sectors: UInt64) -> Partition {
  Partition(number: number, first: first, sectors: sectors)
}

@Test(arguments: made)
func `a table is read as its maker made it, and needs no mending`(
  script: String, changes: [String], partitions: [Partition]
) throws {
  let disk = try GPTTestDisk(script, mebibytes: 16)
  for change in changes { try disk.sgdisk(change) }
  let table = try disk.table()
  #expect(table.partitions == partitions)
  #expect(table.mending == [])
}

@Test func `sectors of 4096 bytes are read`() throws {
  let disk = try GPTTestDisk("g\nn\n1\n\n+4M\nn\n7\n\n+1M", mebibytes: 16, sectorSize: 4096)
  let table = try disk.table()
  #expect(table.partitions == [p(1, 256, 1024), p(7, 1280, 256)])
  #expect(table.mending == [])
}

/// First sectors: the types of its entries, the first LBA of those of type EE, whether a GPT is
/// announced.
@Test(arguments: [
  ([0xEE, 0, 0, 0], true), ([0, 0, 0, 0xEE], true), ([0x83, 0xEE, 0x0C, 0], true),
  ([0, 0, 0, 0], false), ([0x83, 0x05, 0, 0], false),
] as [([UInt8], Bool)])
func `any entry of type EE announces a GPT`(types: [UInt8], announced: Bool) {
  var sector = [UInt8](repeating: 0, count: 512)
  for (index, type) in types.enumerated() {
    sector[446 + 16 * index + 4] = type
    sector[littleEndian: 446 + 16 * index + 8] = 1 as UInt32
  }
  #expect(!GPTTable.isAnnounced(by: sector))
  sector[510] = 0x55
  sector[511] = 0xAA
  #expect(GPTTable.isAnnounced(by: sector) == announced)
  #expect(!GPTTable.isAnnounced(by: [UInt8](sector[..<511])))
}

@Test func `a whole GPT behind an entry EE that does not begin at LBA 1 is none, as for Linux`()
  throws
{
  let disk = try GPTTestDisk("size=4M", mebibytes: 8)
  var mbr = try disk.bytes(0)
  mbr[littleEndian: 446 + 8] = 2 as UInt32
  try disk.write(mbr, at: 0)
  #expect(try disk.refusal() == .noTable)
  #expect(try disk.kernel() == nil)
}

@Test(arguments: [0, 256, 513, 1536, 8192, UInt32.max])
func `sectors of another size than a power of two in 512 to 4096 are refused`(size: UInt32) throws {
  let disk = try GPTTestDisk("size=4M", mebibytes: 8)
  let source = try FileSource(disk.url)
  #expect(throws: PartitionReadError<ReadRefused>.unusable(.sectorSize(size))) {
    try GPTTable(reading: source, geometry: DiskGeometry(sectorSize: size, sectors: 16384))
  }
}

@Test func `a disk that cannot be read says so, wherever reading stops`() throws {
  let disk = try GPTTestDisk("size=4M", mebibytes: 8)
  let bytes = try disk.bytes(0, count: 16384)
  let whole = RecordingSource(bytes)
  _ = try GPTTable(reading: whole, geometry: disk.geometry)
  for count in 0..<whole.reads.count {
    let source = RecordingSource(bytes, refusedFrom: count)
    let refused = ReadRefused(offset: whole.reads[count].offset)
    #expect(throws: PartitionReadError.unreadable(refused)) {
      try GPTTable(reading: source, geometry: disk.geometry)
    }
  }
}

@Test func `no more is read than the table's own sectors`() throws {
  let disk = try GPTTestDisk("size=4M", mebibytes: 8)
  let source = RecordingSource(try disk.bytes(0, count: 16384))
  _ = try GPTTable(reading: source, geometry: disk.geometry)
  for read in source.reads {
    let end = read.offset + UInt64(read.count)
    #expect(end <= 34 * 512 || read.offset >= (16384 - 33) * 512)
  }
}
