import Bytes
import Foundation
import Testing

@testable import DiskFormats

/// A disk that foreign tools partition and judge: a sparse file, with sectors of any size.
final class TestDisk {
  private(set) var geometry: DiskGeometry
  private let folder: Folder
  private var url: URL { folder.url.appendingPathComponent("disk") }

  /// Lines of `layout` are those of sfdisk(8), without the device: "5 : start=4096, size=2048".
  /// Sectors of 512 bytes are sfdisk's, others fdisk's, which can be told of them.
  init(_ layout: [String], sectors: UInt64, sectorSize: UInt32 = 512) throws {
    geometry = DiskGeometry(sectorSize: sectorSize, sectors: sectors)
    folder = try Folder()
    try folder.write([], to: "disk")
    try resize(sectors: sectors)
    try fill(sectors: min(sectors, 32768))
    let script =
      "label: dos\nlabel-id: 0x12345678\nunit: sectors\nsector-size: \(sectorSize)\n\n"
      + layout.map { "disk" + $0 + "\n" }.joined()
    if sectorSize == 512 {
      try Tool.sfdisk(["--quiet", "--wipe", "never", "disk"], in: folder.url, input: script)
    } else {
      try folder.write(Array(script.utf8), to: "script")
      try fdisk("I\nscript\nw\n")
    }
    // In the place of a boot loader.
    try write(Data(repeating: 0xB0, count: 440), at: 0)
  }

  /// Partitions, and what lies between them, have bytes that tell their sector.
  private func fill(sectors: UInt64) throws {
    let size = Int(geometry.sectorSize)
    var bytes = Data(count: Int(sectors - 1) * size)
    bytes.withUnsafeMutableBytes { bytes in
      for sector in 1..<Int(sectors) {
        memset(bytes.baseAddress! + (sector - 1) * size, Int32(sector & 0xFF), size)
      }
    }
    try write(bytes, at: UInt64(size))
  }

  /// The host makes the disk so large.
  func resize(sectors: UInt64) throws {
    geometry = DiskGeometry(sectorSize: geometry.sectorSize, sectors: sectors)
    let file = try FileHandle(forWritingTo: url)
    try file.truncate(atOffset: sectors * UInt64(geometry.sectorSize))
    try file.close()
  }

  func write(_ bytes: Data, at offset: UInt64) throws {
    let file = try FileHandle(forWritingTo: url)
    try file.seek(toOffset: offset)
    try file.write(contentsOf: bytes)
    try file.close()
  }

  func apply(_ writes: [BlockWrite]) throws {
    for write in writes { try self.write(Data(write.bytes), at: write.offset) }
  }

  func mbr() throws -> MBRTable {
    try MBRTable(reading: FileSource(url), geometry: geometry)
  }

  var contents: Data { get throws { try Data(contentsOf: url) } }

  /// The sectors of the table alone, as a disk in memory.
  func tableSectors() throws -> SectorSource {
    let source = try FileSource(url)
    var sectors = SectorSource(geometry: geometry)
    for record in try mbr().records {
      sectors[record.lba] = try source.read(
        at: record.lba * UInt64(geometry.sectorSize), count: Int(geometry.sectorSize))
    }
    return sectors
  }

  @discardableResult
  private func fdisk(_ commands: String) throws -> String {
    try Tool.fdisk(
      ["--sector-size", "\(geometry.sectorSize)", "disk"], in: folder.url, input: commands)
  }

  /// What `sfdisk --verify` has to say, but for the sum of free sectors; "No errors detected."
  func verdict() throws -> String {
    let text =
      geometry.sectorSize == 512
      ? try Tool.sfdisk(["--verify", "disk"], in: folder.url) : try fdisk("v\nq\n")
    let lines = text.split(separator: "\n").map {
      $0.hasPrefix("Command (m for help): ") ? $0.dropFirst(22) : $0
    }
    let frame = ["disk:", "Welcome", "Changes will", "Be careful", "Remaining"]
    return lines.filter { line in !line.isEmpty && !frame.contains { line.hasPrefix($0) } }
      .joined(separator: "\n")
  }

  /// The partitions as sfdisk (fdisk, if sectors are not of 512 bytes) sees them.
  func dump() throws -> [Partition] {
    var text: String
    if geometry.sectorSize == 512 {
      text = try Tool.sfdisk(["--dump", "disk"], in: folder.url)
    } else {
      try fdisk("O\ndump\nq\n")
      text = String(decoding: try folder.bytes(of: "dump"), as: UTF8.self)
    }
    return try text.split(separator: "\n").filter { $0.contains("start=") }.map { line in
      let fields = line.split { " :,=".contains($0) }
      let number = try #require(UInt32(fields[0].drop { !$0.isNumber }))
      return Partition(
        number: number, first: try #require(UInt64(fields[2])),
        sectors: try #require(UInt64(fields[4])),
        role: number > 4 ? .logical : ["5", "f", "85"].contains(fields[6]) ? .extended : .primary)
    }
  }

  /// The partitions as parted sees them; only with sectors of 512 bytes.
  func partedList() throws -> [Partition] {
    let text = try Tool.parted(["--script", "disk", "unit", "s", "print"], in: folder.url)
    let list = text.split(separator: "\n").compactMap { line -> Partition? in
      let fields = line.split(separator: " ")
      guard fields.count > 4, let number = UInt32(fields[0]),
        let first = UInt64(fields[1].dropLast()), let sectors = UInt64(fields[3].dropLast())
      else { return nil }
      let role: Partition.Role =
        switch fields[4] {
        case "extended": .extended
        case "logical": .logical
        default: .primary
        }
      return Partition(number: number, first: first, sectors: sectors, role: role)
    }
    return list.sorted { $0.number < $1.number }
  }

  /// Has parted make changes, in its own words.
  func parted(_ commands: [String]) throws {
    try Tool.parted(["--script", "disk"] + commands, in: folder.url)
  }
}

/// A disk of which only some sectors are not zero.
struct SectorSource: ByteSource, Equatable {
  var geometry: DiskGeometry
  private(set) var sectors: [UInt64: [UInt8]] = [:]

  init(geometry: DiskGeometry) {
    self.geometry = geometry
  }

  subscript(lba: UInt64) -> [UInt8] {
    get { sectors[lba] ?? [UInt8](repeating: 0, count: Int(geometry.sectorSize)) }
    set { sectors[lba] = newValue }
  }

  func read(at offset: UInt64, count: Int) throws(Never) -> [UInt8] {
    let size = UInt64(geometry.sectorSize)
    precondition(offset % size == 0 && count == Int(size), "a table is read by whole sectors")
    return offset / size < geometry.sectors ? self[offset / size] : []
  }

  mutating func apply(_ write: BlockWrite) {
    precondition(write.bytes.count == Int(geometry.sectorSize))
    self[write.offset / UInt64(geometry.sectorSize)] = write.bytes
  }
}
