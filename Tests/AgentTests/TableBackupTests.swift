import DiskFormats
import Testing

@testable import Agent

/// A partition made longer by two writes, on a disk with a path that is not ASCII alone.
private let backup = TableBackup(
  disk: "/dev/größe", number: (major: 259, minor: 1_048_575),
  geometry: DiskGeometry(sectorSize: 512, sectors: 409_600), size: 209_715_200,
  change: PartitionChange(
    partition: Partition(number: 5, first: 24576, sectors: 104_448, role: .logical),
    newSectors: 382_976, bound: .disk, writes: []),
  regions: [
    TableBackup.Region(
      offset: 0, before: [UInt8](repeating: 1, count: 512),
      after: [UInt8](repeating: 2, count: 512)),
    TableBackup.Region(
      offset: 1 << 40, before: [UInt8](repeating: 3, count: 1024),
      after: [UInt8](repeating: 4, count: 1024)),
  ])

@Test func `a backup is read as it was written`() {
  #expect(TableBackup(backup.bytes) == backup)
  #expect(backup.name == "259:1048575")
}

@Test func `a backup of mended copies names no partition`() {
  var mended = backup
  mended.partition = nil
  mended.regions.removeLast()
  #expect(TableBackup(mended.bytes) == mended)
}

@Test func `a backup that is cut off anywhere is none`() {
  let bytes = backup.bytes
  for count in 0..<bytes.count {
    #expect(TableBackup(Array(bytes[..<count])) == nil, "\(count) bytes")
  }
}

@Test func `a backup with any byte changed or one added is none`() {
  let bytes = backup.bytes
  for position in bytes.indices {
    var changed = bytes
    changed[position] ^= 0x10
    #expect(TableBackup(changed) == nil, "byte \(position)")
  }
  #expect(TableBackup(bytes + [0]) == nil)
}

@Test(arguments: [
  (0, 512, UInt8(2), true),
  // Across two sectors of one region.
  (1 << 40 + 256, 512, UInt8(4), true),
  // The bytes that were there before.
  (1 << 40, 512, UInt8(3), false),
  (1 << 40 + 768, 512, UInt8(4), false),
  (512, 512, UInt8(2), false),
  (1 << 40 - 512, 512, UInt8(4), false),
] as [(UInt64, Int, UInt8, Bool)])
func `a sector is ours only where we wrote it`(
  offset: UInt64, count: Int, byte: UInt8, isOurs: Bool
) {
  let bytes = [UInt8](repeating: byte, count: count)
  #expect(backup.regions.contains { $0.wrote(bytes[...], at: offset) } == isOurs)
}
