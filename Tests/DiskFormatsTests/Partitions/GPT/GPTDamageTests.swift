import Bytes
import Testing

@testable import DiskFormats

/// Harm done to a disk of 16384 sectors with two partitions, made larger to 32768 or not.
struct GPTHarm: Sendable, CustomTestStringConvertible {
  let name: String
  var sectors = 32768
  let harm: @Sendable (GPTTestDisk) throws -> Void

  init(
    _ name: String, sectors: Int = 32768, _ harm: @escaping @Sendable (GPTTestDisk) throws -> Void
  ) {
    self.name = name
    self.sectors = sectors
    self.harm = harm
  }

  var testDescription: String { "\(name), \(sectors) sectors" }

  static let script = "size=4M,name=\"a b\",attrs=GUID:60\nsize=1M"

  func disk() throws -> GPTTestDisk {
    let disk = try GPTTestDisk(Self.script, mebibytes: 8)
    try disk.resize(sectors: sectors)
    try harm(disk)
    return disk
  }

  /// With those partitions left whole that a mended table has to have.
  private static func common(_ sectors: Int) -> [GPTHarm] {
    [
      GPTHarm("primary signature", sectors: sectors) { try $0.spoil(1) },
      GPTHarm("primary header", sectors: sectors) { try $0.spoil(1, at: 60) },
      GPTHarm("primary entries", sectors: sectors) { try $0.spoil(2, at: 40) },
      GPTHarm("primary entries, the last ones", sectors: sectors) { try $0.spoil(33, at: 500) },
      GPTHarm("primary copy all zeros", sectors: sectors) {
        try $0.write([UInt8](repeating: 0, count: 33 * 512), at: 512)
      },
      GPTHarm("backup signature", sectors: sectors) { try $0.spoil(16383) },
      GPTHarm("backup header", sectors: sectors) { try $0.spoil(16383, at: 60) },
      GPTHarm("backup entries", sectors: sectors) { try $0.spoil(16351, at: 40) },
      GPTHarm("backup all zeros", sectors: sectors) {
        try $0.write([UInt8](repeating: 0, count: 33 * 512), at: 16351 * 512)
      },
      GPTHarm("PMBR of another size", sectors: sectors) {
        var mbr = try $0.bytes(0)
        mbr[littleEndian: 446 + 12] = 9999 as UInt32
        try $0.write(mbr, at: 0)
      },
    ]
  }

  private static let special: [GPTHarm] = [
    GPTHarm("backup left at the old end") { _ in },
    GPTHarm("primary header in place of the backup", sectors: 16384) {
      try $0.write(try $0.bytes(1), at: 16383 * 512)
    },
    GPTHarm("the end of the disk full of other bytes") {
      try $0.write([UInt8](repeating: 0xA5, count: 40 * 512), at: 32728 * 512)
    },
    GPTHarm("a whole backup of another table at the end") {
      let other = try GPTTestDisk("start=4096,size=9M", mebibytes: 16)
      try $0.write(try other.bytes(32735, count: 33), at: 32735 * 512)
    },
    GPTHarm("primary header damaged, the largest size in the PMBR", sectors: 16384) {
      var mbr = try $0.bytes(0)
      mbr[littleEndian: 446 + 12] = UInt32.max
      try $0.write(mbr, at: 0)
      try $0.spoil(1)
    },
    GPTHarm("a smaller disk, with room for the backup", sectors: 14336) { _ in },
  ]

  static let mendable = common(16384) + common(32768) + special
}

@Test(arguments: GPTHarm.mendable)
func `a damaged or left-behind copy is mended from the good one`(harm: GPTHarm) throws {
  let old = try GPTTestDisk(GPTHarm.script, mebibytes: 8)
  let disk = try harm.disk()
  let table = try disk.table()
  let partitions = try old.table().partitions
  #expect(table.partitions == partitions)
  #expect(!table.mending.isEmpty)
  try disk.write(table.mending)
  #expect(
    try disk.kernel()
      == partitions.map { .init(number: Int($0.number), first: $0.first, last: $0.end - 1) })
  // The largest size is left in a protective MBR; the judges take it.
  #expect(try disk.complaints() == [])
  #expect(try disk.table().mending == [])
  #expect(try disk.dump().map(withoutGUID) == old.dump().map(withoutGUID))
}

@Test(arguments: GPTHarm.mendable.filter { $0.sectors == 32768 })
func `a partition of a damaged table grows, and the table is whole then`(harm: GPTHarm) throws {
  let disk = try harm.disk()
  let change = try #require(try disk.table().growth(of: 2, PartitionRequest()))
  #expect(change.newSectors == 30720 - 10240)
  try disk.write(change.writes)
  #expect(
    try disk.kernel() == [
      .init(number: 1, first: 2048, last: 10239), .init(number: 2, first: 10240, last: 30719),
    ])
  #expect(try disk.complaints() == [])
  #expect(try disk.table().mending == [])
}

@Test(arguments: GPTHarm.mendable)
func `a cut while a table is mended never loses it`(harm: GPTHarm) throws {
  let disk = try harm.disk()
  let partitions = try disk.table().partitions
  for write in try disk.table().mending {
    for start in stride(from: 0, to: write.bytes.count, by: 512) {
      try disk.write([UInt8](write.bytes[start..<start + 512]), at: write.offset + UInt64(start))
      #expect(try disk.table().partitions == partitions)
    }
  }
  try disk.write(try disk.table().mending)
  #expect(try disk.complaints() == [])
  #expect(try disk.table().mending == [])
}

/// Each partition has a random GUID of its own.
private func withoutGUID(_ line: String) -> String {
  line.split(separator: ",").filter { !$0.hasPrefix("uuid=") }.joined(separator: ",")
}

/// LBAs of which a byte is changed, at this offset; what is wrong with each copy then.
private let harmsOfBoth: [(primary: (UInt64, Int, GPTDamage), backup: (UInt64, Int, GPTDamage))] = [
  ((1, 0, .signature), (16383, 0, .signature)),
  ((1, 60, .headerChecksum), (16351, 0, .entriesChecksum)),
  ((2, 0, .entriesChecksum), (16383, 60, .headerChecksum)),
]

@Test(arguments: harmsOfBoth)
func `two damaged copies are refused, with what is wrong with each`(
  primary: (UInt64, Int, GPTDamage), backup: (UInt64, Int, GPTDamage)
) throws {
  let disk = try GPTTestDisk(GPTHarm.script, mebibytes: 8)
  try disk.spoil(primary.0, at: primary.1)
  try disk.spoil(backup.0, at: backup.1)
  #expect(try disk.refusal() == .bothCopies(primary: primary.2, backup: backup.2))
}

/// One field of a primary header: its offset and size in bytes, the value, what is wrong then.
struct GPTFieldFault: Sendable {
  let offset: Int
  let size: Int
  let value: UInt64
  let damage: GPTDamage

  init(_ offset: Int, _ size: Int, _ value: UInt64, _ damage: GPTDamage) {
    self.offset = offset
    self.size = size
    self.value = value
    self.damage = damage
  }

  static let all: [GPTFieldFault] = [
    GPTFieldFault(12, 4, 91, .headerSize(91)),
    GPTFieldFault(12, 4, 497, .headerLength(497)),
    GPTFieldFault(12, 4, 512, .headerLength(512)),
    GPTFieldFault(12, 4, 513, .headerSize(513)),
    GPTFieldFault(12, 4, 0xFFFF_FFFF, .headerSize(.max)),
    GPTFieldFault(8, 4, 0x20000, .revision(0x20000)),
    GPTFieldFault(24, 8, 2, .ownLBA(2)),
    GPTFieldFault(84, 4, 127, .entrySize(127)),
    GPTFieldFault(84, 4, 0, .entrySize(0)),
    GPTFieldFault(84, 4, 384, .entrySize(384)),
    GPTFieldFault(84, 4, 0xFFFF_FFFF, .entrySize(.max)),
    GPTFieldFault(80, 4, 0, .entryCount(0)),
    GPTFieldFault(80, 4, 8193, .entryCount(8193)),
    GPTFieldFault(80, 4, 0xFFFF_FFFF, .entryCount(.max)),
    GPTFieldFault(72, 8, 1, .bounds),
    GPTFieldFault(72, 8, 2017, .bounds),
    GPTFieldFault(72, 8, 16353, .bounds),
    GPTFieldFault(72, 8, .max, .bounds),
    GPTFieldFault(40, 8, 33, .bounds),
    GPTFieldFault(40, 8, .max, .bounds),
    GPTFieldFault(48, 8, 0, .bounds),
    GPTFieldFault(72, 8, 3, .entriesChecksum),
    GPTFieldFault(88, 4, 0, .entriesChecksum),
  ]
}

@Test(arguments: GPTFieldFault.all)
func `a field out of bounds is named, and refused beside a whole backup if it was meant`(
  fault: GPTFieldFault
) throws {
  let disk = try GPTTestDisk(GPTHarm.script, mebibytes: 8)
  try disk.edit(header: 1) { header in
    for index in 0..<fault.size {
      header[fault.offset + index] = UInt8(truncatingIfNeeded: fault.value >> (8 * UInt64(index)))
    }
  }
  switch fault.damage {
  case .headerLength, .revision, .entrySize, .entryCount, .bounds:
    #expect(try disk.refusal() == .strangeHeader(fault.damage))
  default:
    #expect(try disk.refusal() == nil)
    try disk.spoil(16383)
    #expect(try disk.refusal() == .bothCopies(primary: fault.damage, backup: .signature))
  }
}

/// Whole backups of other partitions than the primary's, and whether that is refused.
private let otherBackups: [(String, String, Bool)] = [
  ("a partition more in the backup", "size=4M\nsize=1M\nsize=1M", true),
  ("a partition elsewhere in the backup", "size=4M\nstart=12288,size=1M", true),
  ("a partition less in the backup", "size=4M", false),
  ("a longer partition in the backup", "size=4M\nsize=2M", false),
  ("a shorter partition in the backup", "size=4M\nsize=512K", false),
]

@Test(arguments: otherBackups)
func `two whole copies differ only where a partition of the backup could be lost`(
  name: String, script: String, differ: Bool
) throws {
  let disk = try GPTTestDisk(GPTHarm.script, mebibytes: 8)
  let other = try GPTTestDisk(script, mebibytes: 8)
  try disk.write(try other.bytes(16351, count: 33), at: 16351 * 512)
  if differ {
    #expect(try disk.refusal() == .copiesDiffer)
    return
  }
  let partitions = try disk.kernel()
  try disk.write(try disk.table().mending)
  #expect(try disk.kernel() == partitions)
  #expect(try disk.complaints() == [])
}

@Test func `without a primary copy, two whole backups that differ are refused`() throws {
  let disk = try GPTHarm("") { try $0.spoil(1) }.disk()
  let other = try GPTTestDisk("start=4096,size=9M", mebibytes: 16)
  try disk.write(try other.bytes(32735, count: 33), at: 32735 * 512)
  #expect(try disk.refusal() == .copiesDiffer)
}

/// What no partition is grown beside: the entry's first and last LBA, the error.
private let impossible: [(UInt64, UInt64, PartitionTableError)] = [
  (2048, 16384, .beyondDisk(2, sectors: 1)),
  (2048, UInt64.max, .beyondDisk(2, sectors: UInt64.max - 16384)),
  (0, UInt64.max, .beyondDisk(2, sectors: UInt64.max - 16384)),
  (UInt64.max, UInt64.max, .beyondDisk(2, sectors: UInt64.max - 16384)),
  (12000, 16360, .beyondDisk(2, sectors: 10)),
  (1, 100, .overTable(2)),
  (0, 0, .overTable(2)),
  (33, 40, .overTable(2)),
  (4000, 4000, .overlap(1, 2)),
  (2000, 2048, .overlap(1, 2)),
  (1000, 12000, .overlap(1, 2)),
]

@Test(arguments: impossible)
func `a partition where it cannot be is named, and nothing is written`(
  first: UInt64, last: UInt64, error: PartitionTableError
) throws {
  let table = try withSecondEntry(first, last).table()
  for number in [1, 2] as [UInt32] {
    #expect(throws: error) { try table.growth(of: number, PartitionRequest()) }
  }
  #expect(table.mending == [])
}

@Test func `a partition that ends before it begins is refused`() throws {
  #expect(try withSecondEntry(5000, 4999).refusal() == .endsBeforeBeginning(2))
}

/// Both copies have these LBAs in entry 2.
private func withSecondEntry(_ first: UInt64, _ last: UInt64) throws -> GPTTestDisk {
  let disk = try GPTTestDisk(GPTHarm.script, mebibytes: 8)
  for (header, entries) in [(1, 2), (16383, 16351)] as [(UInt64, UInt64)] {
    var array = try disk.bytes(entries, count: 32)
    array[littleEndian: 128 + 32] = first
    array[littleEndian: 128 + 40] = last
    try disk.write(array, at: entries * 512)
    try disk.edit(header: header) { $0[littleEndian: 88] = otherCRC32(array[...]) }
  }
  return disk
}

/// A disk of 8 MiB with its last partition up to sector 12288, made smaller to so many sectors.
@Test(arguments: [
  (12000, .beyondDisk(2, sectors: 288)), (12288, .beyondDisk(2, sectors: 33)),
  (12320, .beyondDisk(2, sectors: 1)), (2048, .beyondDisk(1, sectors: 8192)),
] as [(Int, PartitionTableError)])
func `a disk that became too small for its partitions is reported, and nothing is written`(
  sectors: Int, error: PartitionTableError
) throws {
  let disk = try GPTHarm("", sectors: sectors) { _ in }.disk()
  let table = try disk.table()
  #expect(throws: error) { try table.growth(of: 2, PartitionRequest()) }
  #expect(table.mending == [])
}

@Test func `a disk too small for the table itself is reported`() throws {
  let disk = try GPTTestDisk("", mebibytes: 8)
  try disk.resize(sectors: 2000)
  let table = try disk.table()
  #expect(throws: PartitionTableError.noRoomForBackup) {
    try table.growth(of: 1, PartitionRequest())
  }
  #expect(table.mending == [])
}
