import Bytes
import Foundation
import Testing

@testable import DiskFormats

/// A sparse image file with a GPT made by fdisk's or gdisk's programs, and what these and a
/// reader of our own, made after the kernel's, see in it.
final class GPTTestDisk {
  let folder: Folder
  let url: URL
  let sectorSize: Int
  private let file: FileHandle

  /// One that sfdisk makes from a script without its `label:` line; with sectors of 4096 bytes
  /// fdisk makes it, from its commands.
  init(_ script: String, mebibytes: Int, sectorSize: Int = 512, sectors: Int? = nil) throws {
    folder = try Folder()
    url = folder.url.appendingPathComponent("disk")
    self.sectorSize = sectorSize
    try folder.write([], to: "disk")
    file = try FileHandle(forUpdating: url)
    try resize(sectors: sectors ?? mebibytes << 20 / sectorSize)
    if sectorSize == 512 {
      try Tool.sfdisk(
        ["--quiet", "--no-reread", "disk"], in: folder.url, input: "label: gpt\n" + script + "\n")
    } else {
      try Tool.fdisk(
        ["--sector-size", "\(sectorSize)", "disk"], in: folder.url, input: script + "\nw\n")
    }
  }

  deinit {
    try? file.close()
  }

  var sectors: UInt64 {
    (try? file.seekToEnd()).map { $0 / UInt64(sectorSize) } ?? 0
  }

  var geometry: DiskGeometry { DiskGeometry(sectorSize: UInt32(sectorSize), sectors: sectors) }

  func resize(sectors: Int) throws {
    try file.truncate(atOffset: UInt64(sectors * sectorSize))
  }

  func resize(mebibytes: Int) throws {
    try resize(sectors: mebibytes << 20 / sectorSize)
  }

  func sgdisk(_ arguments: String...) throws {
    try Tool.sgdisk(arguments + ["disk"], in: folder.url)
  }

  func bytes(_ lba: UInt64, count: Int = 1) throws -> [UInt8] {
    try file.seek(toOffset: lba * UInt64(sectorSize))
    return [UInt8](try file.read(upToCount: count * sectorSize) ?? Data())
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws {
    try file.seek(toOffset: offset)
    try file.write(contentsOf: Data(bytes))
  }

  func write(_ writes: [BlockWrite]) throws {
    for write in writes { try self.write(write.bytes, at: write.offset) }
  }

  /// Changes one byte.
  func spoil(_ lba: UInt64, at offset: Int = 0) throws {
    var bytes = try bytes(lba)
    bytes[offset] ^= 0x55
    try write(bytes, at: lba * UInt64(sectorSize))
  }

  /// Edits a header and makes its checksum right.
  func edit(header lba: UInt64, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = try bytes(lba)
    change(&bytes)
    try write(sealedHeader(bytes), at: lba * UInt64(sectorSize))
  }

  func table() throws -> GPTTable {
    let table = try PartitionTable(reading: FileSource(url), geometry: geometry)
    guard case .gpt(let gpt) = table else { throw NotGPT() }
    return gpt
  }

  /// Why there is no table; `nil` if there is one.
  func refusal() throws -> PartitionTableError? {
    do throws(PartitionReadError<ReadRefused>) {
      _ = try GPTTable(reading: try! FileSource(url), geometry: geometry)
      return nil
    } catch {
      guard case .unusable(let refusal) = error else { throw error }
      return refusal
    }
  }

  /// The lines of `sfdisk --dump` about partitions, without the disk's name; with sectors of 4096
  /// bytes the first and last LBA by `fdisk --list`.
  func dump() throws -> [String] {
    guard sectorSize == 512 else {
      let list = try Tool.fdisk(
        ["--sector-size", "\(sectorSize)", "--list", "--output", "Start,End,UUID,Attrs,Name", "disk"],
        in: folder.url)
      return list.split(separator: "\n").map(String.init).filter {
        $0.first == " " || $0.first?.isNumber == true
      }
    }
    return try Tool.sfdisk(["--dump", "disk"], in: folder.url).split(separator: "\n")
      .filter { $0.contains(": start=") }.map { $0.filter { $0 != " " } }
  }

  /// What sfdisk or fdisk, sgdisk and parted find wrong with the disk; empty if nothing.
  func complaints() throws -> [String] {
    guard sectorSize == 512 else {
      let said = try Tool.fdisk(
        ["--sector-size", "\(sectorSize)", "disk"], in: folder.url, input: "v\nq\n")
      return said.contains("No errors detected") && !said.contains("PMBR") ? [] : [said]
    }
    let said = [
      (try Tool.sfdisk(["--verify", "disk"], in: folder.url), "No errors detected", "PMBR"),
      (try Tool.sgdisk(["--verify", "disk"], in: folder.url), "No problems found", "damaged"),
      (
        try Tool.parted(["--script", "disk", "unit", "s", "print"], in: folder.url),
        "Partition Table: gpt", "Warning"
      ),
    ]
    return said.filter { !$0.0.contains($0.1) || $0.0.contains($0.2) }.map { $0.0 }
  }

  struct NotGPT: Error {}
}

/// A header's sector with the right checksum.
func sealedHeader(_ sector: [UInt8]) -> [UInt8] {
  var sector = sector
  sector[littleEndian: 16] = 0 as UInt32
  let size = min(Int(sector[littleEndian: 12] as UInt32), sector.count)
  sector[littleEndian: 16] = otherCRC32(sector[..<size])
  return sector
}

/// A byte at a time by a table made bit by bit: another way than that which is tested.
func otherCRC32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  var crc = UInt32.max
  for byte in bytes { crc = (crc >> 8) ^ otherTable[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
  return ~crc
}

private let otherTable = (0..<256 as Range<UInt32>).map { byte in
  (0..<8).reduce(byte) { crc, _ in (crc >> 1) ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
}

/// What Linux reads, without `gpt` on its command line: the primary copy or nothing.
/// Source: linux/block/partitions/efi.c, find_valid_gpt, gpt_validate_header, is_pte_valid.
struct KernelGPT: Equatable {
  struct Entry: Equatable, Comparable {
    let number: Int
    let first: UInt64
    let last: UInt64

    static func < (one: Entry, other: Entry) -> Bool { one.number < other.number }
  }

  let entries: [Entry]

  init?(
    sectorSize: Int, sectors: UInt64, entrySize: UInt32 = 128,
    read: (_ lba: UInt64, _ count: Int) throws -> [UInt8]
  ) rethrows {
    let mbr = try read(0, 1)
    guard mbr.count == sectorSize, mbr[510] == 0x55, mbr[511] == 0xAA,
      stride(from: 446, to: 510, by: 16).contains(where: {
        mbr[$0 + 4] == 0xEE && (mbr[littleEndian: $0 + 8] as UInt32) == 1
      })
    else { return nil }
    let header = try read(1, 1)
    guard header.count == sectorSize, header.starts(with: "EFI PART".utf8),
      (92...UInt32(sectorSize)).contains(header[littleEndian: 12]),
      sealedHeader(header) == header,
      (header[littleEndian: 24] as UInt64) == 1
    else { return nil }
    let (first, last) = (
      header[littleEndian: 40] as UInt64, header[littleEndian: 48] as UInt64
    )
    guard first < sectors, last < sectors, first <= last,
      (header[littleEndian: 84] as UInt32) == entrySize
    else { return nil }
    let bytes = UInt64(header[littleEndian: 80] as UInt32) * UInt64(entrySize)
    guard bytes > 0, bytes <= 4 << 20, (header[littleEndian: 72] as UInt64) <= sectors else {
      return nil
    }
    let count = (Int(bytes) + sectorSize - 1) / sectorSize
    let array = try read(header[littleEndian: 72], count)
    guard array.count >= Int(bytes),
      otherCRC32(array[..<Int(bytes)]) == (header[littleEndian: 88] as UInt32)
    else { return nil }
    var entries: [Entry] = []
    for index in 0..<Int(bytes) / Int(entrySize) {
      let offset = index * Int(entrySize)
      let (first, last) = (
        array[littleEndian: offset + 32] as UInt64, array[littleEndian: offset + 40] as UInt64
      )
      guard array[offset..<offset + 16].contains(where: { $0 != 0 }), first < sectors,
        last < sectors
      else { continue }
      entries.append(Entry(number: index + 1, first: first, last: last))
    }
    self.entries = entries
  }
}

extension GPTTestDisk {
  /// As the kernel reads it now.
  func kernel(entrySize: UInt32 = 128) throws -> [KernelGPT.Entry]? {
    try KernelGPT(sectorSize: sectorSize, sectors: sectors, entrySize: entrySize) {
      try bytes($0, count: $1)
    }?.entries
  }
}
