/// A GUID partition table, read as UEFI 2.10, 5.3, has it, and from nothing else; no code of the
/// rooms. A copy counts if signature, both checksums and its own LBA are right. The primary one
/// goes before the backups: at the end of the disk, where a primary header points, and where the
/// protective MBR says that the disk ended.
struct GPTReader: Equatable {
  var lba: UInt64
  var diskGUID: [UInt8]
  var firstUsable: UInt64
  var lastUsable: UInt64
  var alternate: UInt64
  var entriesFirst: UInt64
  var entriesEnd: UInt64
  var entrySize: Int
  var entries: [UInt8]

  struct Part: Equatable {
    var number: Int
    var first: UInt64
    var last: UInt64
    /// Everything but the last LBA: type, GUID, attributes, name, and what lies behind it.
    var kept: [UInt8]
  }

  init?(_ disk: SparseDisk) {
    let first = disk.block(0)
    let alternate = disk.block(1).number(32, 8)
    var places = [1, disk.blocks - 1, alternate]
    for slot in 0..<4 where first[450 + 16 * slot] == 0xEE {
      places.append(first.number(458 + 16 * slot, 4))
    }
    for lba in places {
      guard let copy = GPTReader(disk, at: lba) else { continue }
      self = copy
      return
    }
    return nil
  }

  init?(_ disk: SparseDisk, at lba: UInt64) {
    guard let place = GPTPlace(disk, at: lba), place.isRight(disk) else { return nil }
    self.lba = lba
    let header = place.header
    diskGUID = [UInt8](header[56..<72])
    (firstUsable, lastUsable) = (header.number(40, 8), header.number(48, 8))
    alternate = header.number(32, 8)
    entriesFirst = header.number(72, 8)
    entriesEnd = entriesFirst + UInt64((place.entriesCount + disk.unit - 1) / disk.unit)
    entrySize = place.entrySize
    entries = place.entries(disk)
  }

  var partitions: [Part] {
    var parts: [Part] = []
    for index in 0..<entries.count / entrySize {
      let entry = entries[index * entrySize..<(index + 1) * entrySize]
      guard entry.prefix(16).contains(where: { $0 != 0 }) else { continue }
      parts.append(
        Part(
          number: index + 1, first: entry.number(32, 8), last: entry.number(40, 8),
          kept: [UInt8](entry.prefix(40)) + [UInt8](entry.dropFirst(48))))
    }
    return parts
  }

  func fault(on disk: SparseDisk) -> String? {
    let parts = partitions
    for (index, one) in parts.enumerated() {
      if one.first > one.last { return "partition \(one.number) ends before it begins" }
      for other in parts[..<index] where one.first <= other.last && other.first <= one.last {
        return "partitions \(other.number) and \(one.number) overlap"
      }
    }
    if lastUsable >= disk.blocks - 1 { return "the usable sectors reach over the backup" }
    return nil
  }
}

/// A header with a signature and sizes that can be.
struct GPTPlace {
  let lba: UInt64
  var header: [UInt8]

  static let most = 2048

  init?(_ disk: SparseDisk, at lba: UInt64) {
    guard lba > 0, lba < disk.blocks else { return nil }
    self.lba = lba
    header = disk.block(lba)
    let size = header.number(12, 4)
    guard header.prefix(8).elementsEqual("EFI PART".utf8), size >= 92, size <= disk.unit else {
      return nil
    }
  }

  var size: Int { Int(header.number(12, 4)) }
  var entrySize: Int { Int(header.number(84, 4)) }
  var entriesCount: Int {
    Int(clamping: header.number(80, 4).multipliedReportingOverflow(by: UInt64(entrySize)).0)
  }

  /// More than is tried is told apart from what is wrong: the fuzzer would be slow, and find
  /// nothing that a short list has not.
  var isTooLong: Bool { entriesCount > Self.most }

  func entries(_ disk: SparseDisk) -> [UInt8] {
    guard header.number(72, 8) < disk.blocks else { return [] }
    return disk.read(at: header.number(72, 8) * UInt64(disk.unit), count: entriesCount)
  }

  var headerChecksum: UInt32 {
    checksum(header[..<16] + [0, 0, 0, 0] + header[20..<size])
  }

  func isRight(_ disk: SparseDisk) -> Bool {
    guard header.number(16, 4) == UInt64(headerChecksum), header.number(24, 8) == lba,
      header.number(8, 4) == 0x10000, entrySize >= 128, entrySize % 128 == 0, !isTooLong
    else { return false }
    let entries = entries(disk)
    return entries.count == entriesCount && !entries.isEmpty
      && header.number(88, 4) == UInt64(checksum(entries))
  }

  /// Puts the checksums right that a fuzzer never finds.
  mutating func seal(_ disk: SparseDisk) {
    header.replaceSubrange(88..<92, with: octets(UInt64(checksum(entries(disk))), 4))
    header.replaceSubrange(16..<20, with: octets(UInt64(headerChecksum), 4))
    disk.put(header[...], at: lba * UInt64(disk.unit))
  }
}
