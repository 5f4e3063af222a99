import Bytes

/// The MBR before a GPT: one entry of type EE over the whole disk, or a hybrid, in which others
/// stand beside it.
///
///     offset  size  field
///        446  4x16  entries: type at 4, first LBA at 8 (4 bytes), sectors at 12 (4 bytes)
///        510     2  55 AA
///
/// Little-endian; only the number of sectors is ever written. Source: UEFI 2.10, table 5.4.
struct ProtectiveMBR {
  private(set) var block: [UInt8]
  /// Byte offset of the protective entry that begins at LBA 1, if there is one.
  private let entry: Int?
  /// No other entry is in use.
  private let isPlain: Bool

  /// `nil` if this is no MBR, or it has no entry of type EE.
  init?(_ block: [UInt8]) {
    guard block.count >= 512, block[510] == 0x55, block[511] == 0xAA else { return nil }
    var (entry, count, others) = (nil as Int?, 0, 0)
    for offset in stride(from: 446, to: 510, by: 16) {
      switch block[offset + 4] {
      case 0xEE:
        count += 1
        if entry == nil, block[littleEndian: offset + 8] as UInt32 == 1 { entry = offset }
      case 0: break
      default: others += 1
      }
    }
    guard count > 0 else { return nil }
    self.block = block
    self.entry = entry
    isPlain = count == 1 && others == 0
  }

  /// Linux and libfdisk look for a GPT only behind an entry that begins at LBA 1, whatever its
  /// size; without one Linux sees no partitions at all, those of the MBR neither.
  /// Source: linux/block/partitions/efi.c, gpt_is_pmbr_valid; msdos.c, msdos_partition.
  var leadsToGPT: Bool { entry != nil }

  /// The LBA at which the disk ended when this was written, if it says so.
  var lastLBA: UInt64? {
    guard isPlain, let entry else { return nil }
    let sectors: UInt32 = block[littleEndian: entry + 12]
    return sectors == .max ? nil : UInt64(sectors)
  }

  /// With the size of the disk. A hybrid stays as it is, and so does the largest size, which some
  /// tools write on every disk.
  func covering(_ geometry: DiskGeometry) -> [UInt8] {
    guard let entry, lastLBA != nil else { return block }
    var block = block
    block[littleEndian: entry + 12] = UInt32(clamping: geometry.sectors - 1)
    return block
  }
}
