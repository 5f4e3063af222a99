import Bytes

/// The partition entries of a boot record: of the master boot record (MBR) in the first sector of
/// the disk, or of an extended one (EBR) in front of a logical partition. Both lie in the first
/// 512 bytes of their logical sector, whatever its size. Edited in place.
///
///     offset  size  field
///        446    16  entry 0
///        462    16  entry 1
///        478    16  entry 2
///        494    16  entry 3
///        510     2  55 AA
///
/// An entry, little-endian:
///
///     offset  size  field
///          0     1  80: active, 00: not
///          1     3  first sector as cylinder, head, sector
///          4     1  type
///          5     3  last sector as cylinder, head, sector
///          8     4  first sector; an EBR counts a partition's from its own sector, and that of
///                   the next EBR from the beginning of the container
///         12     4  sectors; 0: the entry is not in use
///
/// There is no checksum. Bytes not named here, and those of the entries that do not change,
/// survive. Source: Linux, include/linux/msdos_partition.h and block/partitions/msdos.c.
struct BootRecord: Equatable, Sendable {
  /// Where it lies.
  let lba: UInt64
  private(set) var sector: [UInt8]

  /// `nil` without the signature, or if there are fewer than 512 bytes.
  init?(_ sector: [UInt8], lba: UInt64) {
    guard sector.count >= 512, sector[510] == 0x55, sector[511] == 0xAA else { return nil }
    self.lba = lba
    self.sector = sector
  }

  struct Entry: Equatable, Sendable {
    let status: UInt8
    let type: UInt8
    let first: UInt64
    let sectors: UInt64

    var isExtended: Bool { type == 0x05 || type == 0x0F || type == 0x85 }
  }

  /// By its position, 0 to 3.
  func entry(_ slot: Int) -> Entry {
    let offset = Self.offset(slot)
    return Entry(
      status: sector[offset], type: sector[offset + 4],
      first: UInt64(sector[littleEndian: offset + 8] as UInt32),
      sectors: UInt64(sector[littleEndian: offset + 12] as UInt32))
  }

  /// Itself with an entry that has so many sectors, the last of which is now at `last`: an LBA of
  /// the disk, as the addresses in cylinders are in every record.
  func lengthened(_ slot: Int, sectors: UInt32, last: UInt64) -> BootRecord {
    let offset = Self.offset(slot)
    let old: UInt32 = sector[littleEndian: offset + 12]
    var record = self
    record.sector[littleEndian: offset + 12] = sectors
    let address = CylinderAddress(sector[offset + 5..<offset + 8])
      .moved(from: last +| UInt64(old) -| UInt64(sectors), to: last)
    record.sector.replaceSubrange(offset + 5..<offset + 8, with: address.bytes)
    return record
  }

  /// Offset and bytes of the whole sector.
  var write: BlockWrite {
    BlockWrite(offset: lba * UInt64(sector.count), bytes: sector)
  }

  private static func offset(_ slot: Int) -> Int { 446 + 16 * slot }
}
