import Bytes

/// FAT's boot sector with its BIOS parameter block: the first 512 bytes of the volume, whatever
/// the sector size. Little-endian.
///
///     offset  size  field
///          0     3  jump: EB xx 90 or E9 xx xx
///         11     2  bytes per sector: 512, 1024, 2048 or 4096
///         13     1  sectors per cluster: a power of two
///         14     2  reserved sectors, the first FAT is behind them
///         16     1  number of FATs
///         17     2  entries of the root directory; 0 in FAT32
///         19     2  sectors in all, or 0
///         21     1  media: F0, or F8 to FF
///         22     2  sectors per FAT; 0 in FAT32
///         32     4  sectors in all, if there are 0 at 19
///         38     1  29 if the label at 43 (11 bytes) is one: FAT12, FAT16
///         36     4  sectors per FAT: FAT32, as are those below
///         40     2  bit 7: one FAT only is in use, by its number in bits 0 to 3
///         42     2  version: 0
///         44     4  first cluster of the root directory
///         66     1  29 if the label at 71 (11 bytes) is one
///        510     2  55 AA
///
/// A partition table ends in 55 AA as well, so each field must be one that a formatter writes.
/// Source: Microsoft FAT32 File System Specification 1.03 (fatgen103), "Boot Sector and BPB" and
/// "FAT Type Determination".
struct BootSector {
  /// FAT12, FAT16: the root directory; FAT32: the first cluster of it.
  enum Root: Equatable {
    case extent(Extent)
    case cluster(UInt32)
  }

  /// Where FAT32's first cluster of the root directory is written.
  static let rootClusterOffset = 44 as UInt64

  let kind: FATKind
  /// In bytes.
  let clusterSize: UInt64
  /// Number 2 lies at `data`, in bytes from the beginning.
  let clusterCount: UInt32
  let data: UInt64
  /// The FAT that is in use.
  let table: Extent
  let root: Root
  let label: String?

  /// `nil` if this is no boot sector of FAT.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 512, bytes[510] == 0x55, bytes[511] == 0xAA,
      bytes[0] == 0xE9 || (bytes[0] == 0xEB && bytes[2] == 0x90),
      [512, 1024, 2048, 4096].contains(bytes[littleEndian: 11] as UInt16),
      bytes[13] != 0, bytes[13] & (bytes[13] - 1) == 0,
      bytes[21] == 0xF0 || bytes[21] >= 0xF8
    else { return nil }
    let sectorSize = UInt64(bytes[littleEndian: 11] as UInt16)
    let reserved = UInt64(bytes[littleEndian: 14] as UInt16)
    let tables = UInt64(bytes[16])
    let rootEntries = UInt64(bytes[littleEndian: 17] as UInt16)
    let shortTable = UInt64(bytes[littleEndian: 22] as UInt16)
    let tableSectors = shortTable != 0 ? shortTable : UInt64(bytes[littleEndian: 36] as UInt32)
    let shortSectors = UInt64(bytes[littleEndian: 19] as UInt16)
    let sectors = shortSectors != 0 ? shortSectors : UInt64(bytes[littleEndian: 32] as UInt32)
    let rootSectors = (rootEntries * 32 + sectorSize - 1) / sectorSize
    let rootSector = reserved + tables * tableSectors
    let dataSector = rootSector + rootSectors
    guard reserved > 0, tables > 0, tableSectors > 0, dataSector < sectors else { return nil }

    let clusters = (sectors - dataSector) / UInt64(bytes[13])
    // mkfs.vfat -F 32 makes FAT32 of any size, so the size of the FAT decides, as it does for
    // Linux; fatgen103 wants it 0 in FAT32 and in no other.
    guard let kind = FATKind(clusters: clusters, isFAT32: shortTable == 0) else { return nil }
    var table = 0 as UInt64
    if kind == .fat32 {
      guard rootEntries == 0, bytes[littleEndian: 42] as UInt16 == 0 else { return nil }
      let inUse: UInt16 = bytes[littleEndian: 40]
      if inUse & 0x80 != 0 { table = UInt64(inUse & 0x0F) }
      guard table < tables else { return nil }
      root = .cluster(bytes[littleEndian: Int(Self.rootClusterOffset)])
    } else {
      guard rootEntries > 0 else { return nil }
      root = .extent(Extent(offset: rootSector * sectorSize, count: rootEntries * 32))
    }
    self.kind = kind
    self.table = Extent(
      offset: (reserved + table * tableSectors) * sectorSize, count: tableSectors * sectorSize)
    clusterSize = UInt64(bytes[13]) * sectorSize
    data = dataSector * sectorSize
    // A FAT too short for all clusters bounds them, as in Linux.
    let entries = self.table.count * 8 / kind.entryBits
    clusterCount = UInt32(min(clusters, max(entries, 2) - 2))
    let signature = kind == .fat32 ? 66 : 38
    label = bytes[signature] == 0x29 ? fatLabel(bytes[signature + 5..<signature + 16]) : nil
  }
}

/// The widths of FAT's entries.
enum FATKind: Equatable {
  case fat12
  case fat16
  case fat32

  /// `nil` if no FAT of this form has as many clusters, or it has none.
  init?(clusters: UInt64, isFAT32: Bool) {
    switch (clusters, isFAT32) {
    case (1...0x0FFF_FFF5, true): self = .fat32
    case (1..<4085, false): self = .fat12
    case (4085..<65525, false): self = .fat16
    default: return nil
    }
  }

  var entryBits: UInt64 {
    switch self {
    case .fat12: 12
    case .fat16: 16
    case .fat32: 32
    }
  }
}

/// A label of 11 bytes; `nil` if it says that there is none.
func fatLabel(_ field: some Collection<UInt8>) -> String? {
  let label = unpadded(field)
  return label.isEmpty || label == "NO NAME" ? nil : label
}
