import Bytes

/// One of the two copies of a GPT as it was found on the disk.
struct GPTCopy {
  let lba: UInt64
  /// The header, if it is in order, though its entries may not be.
  var header: GPTHeader?
  /// The sectors that the entries occupy, if they could be read.
  var sectors: [UInt8] = []
  /// Nothing if the copy is whole.
  var damage: GPTDamage?

  init<Source: ByteSource>(
    reading source: Source, at lba: UInt64, _ geometry: DiskGeometry
  ) throws(PartitionReadError<Source.Failure>) {
    self.lba = lba
    guard lba < geometry.sectors else {
      damage = .bounds
      return
    }
    let block = try source.sectors(at: lba, count: 1, geometry)
    guard block.count == Int(geometry.sectorSize) else {
      damage = .unreadable
      return
    }
    let header = GPTHeader(block)
    damage = header.damage(at: lba, geometry)
    guard damage == nil else { return }
    self.header = header
    let count = geometry.sectors(header.entriesByteCount)
    sectors = try source.sectors(at: header.entriesLBA, count: count, geometry)
    if sectors.count != count * Int(geometry.sectorSize) {
      damage = .unreadable
    } else if crc32(sectors[..<header.entriesByteCount]) != header.entriesChecksum {
      damage = .entriesChecksum
    }
  }

  /// The header and the entries of a whole copy.
  var whole: (header: GPTHeader, entries: GPTEntries)? {
    guard damage == nil, let header else { return nil }
    let bytes = [UInt8](sectors[..<header.entriesByteCount])
    return (header, GPTEntries(bytes, entrySize: Int(header.entrySize)))
  }
}

extension ByteSource {
  /// Whole sectors; fewer bytes where the source ends.
  func sectors(
    at lba: UInt64, count: Int, _ geometry: DiskGeometry
  ) throws(PartitionReadError<Failure>) -> [UInt8] {
    do {
      return try read(at: geometry.offset(lba), count: count * Int(geometry.sectorSize))
    } catch {
      throw .unreadable(error)
    }
  }
}
