import Bytes

/// GUID partition table header: one logical sector, edited in place.
///
///     offset  size  field
///          0     8  "EFI PART"
///          8     4  revision: 00010000
///         12     4  header size: 92 or more
///         16     4  CRC-32 of the header, taken with this field zero
///         24     8  LBA of this copy
///         32     8  LBA of the other copy
///         40     8  first LBA that a partition may use
///         48     8  last LBA that a partition may use
///         56    16  GUID of the disk
///         72     8  LBA of the partition entries
///         80     4  number of entries
///         84     4  bytes of an entry
///         88     4  CRC-32 of the entries
///
/// Little-endian; bytes not named here survive. Source: UEFI 2.10, table 5.5.
///
/// The last 16 bytes of the sector, which are reserved and under no checksum, hold in a primary
/// header that has lent its entries (`GPTRewrite`) where they belong: "entries@" and the LBA.
struct GPTHeader: Equatable, Sendable {
  static let signature: UInt64 = 0x5452_4150_2049_4645
  static let revision: UInt32 = 0x0001_0000
  static let leastSize = 92
  /// Bytes of the mark at the sector's end.
  static let markSize = 16
  private static let mark: UInt64 = 0x4073_6569_7274_6E65

  /// The whole sector.
  private(set) var block: [UInt8]

  /// Of a whole sector: at least 512 bytes.
  init(_ block: [UInt8]) {
    self.block = block
  }

  var hasSignature: Bool { block[littleEndian: 0] == Self.signature }
  var revision: UInt32 { block[littleEndian: 8] }
  var size: UInt32 { block[littleEndian: 12] }
  var checksum: UInt32 { block[littleEndian: 16] }
  var entryCount: UInt32 { block[littleEndian: 80] }
  var entrySize: UInt32 { block[littleEndian: 84] }

  var ownLBA: UInt64 {
    get { block[littleEndian: 24] }
    set { block[littleEndian: 24] = newValue }
  }

  var alternateLBA: UInt64 {
    get { block[littleEndian: 32] }
    set { block[littleEndian: 32] = newValue }
  }

  var firstUsableLBA: UInt64 { block[littleEndian: 40] }

  var lastUsableLBA: UInt64 {
    get { block[littleEndian: 48] }
    set { block[littleEndian: 48] = newValue }
  }

  var diskGUID: ArraySlice<UInt8> { block[56..<72] }

  var entriesLBA: UInt64 {
    get { block[littleEndian: 72] }
    set { block[littleEndian: 72] = newValue }
  }

  var entriesChecksum: UInt32 {
    get { block[littleEndian: 88] }
    set { block[littleEndian: 88] = newValue }
  }

  /// Bytes of all entries; only of a header that is in order, or it may be too large for `Int`.
  var entriesByteCount: Int { Int(entryCount) * Int(entrySize) }

  /// Where the entries of a primary header belong that it has lent; `nil` if it does not say so.
  var entriesHome: UInt64? {
    get {
      let end = block.count
      guard block[littleEndian: end - 16] == Self.mark else { return nil }
      return block[littleEndian: end - 8]
    }
    set {
      guard newValue != nil || entriesHome != nil else { return }
      let end = block.count
      block[littleEndian: end - 16] = newValue == nil ? 0 : Self.mark
      block[littleEndian: end - 8] = newValue ?? 0
    }
  }

  /// What keeps the header at this LBA from being used, its entries aside.
  ///
  /// The kernel takes no entries but those of 128 bytes; we also take the sizes that UEFI allows.
  /// The last usable LBA may lie outside a disk that has become smaller.
  func damage(at lba: UInt64, _ geometry: DiskGeometry) -> GPTDamage? {
    guard hasSignature else { return .signature }
    guard size >= Self.leastSize, size <= block.count else { return .headerSize(size) }
    guard computedChecksum == checksum else { return .headerChecksum }
    // Linux follows a header that fills its sector; the mark has no room in it.
    guard size <= block.count - Self.markSize else { return .headerLength(size) }
    guard revision == Self.revision else { return .revision(revision) }
    guard ownLBA == lba else { return .ownLBA(ownLBA) }
    guard entrySize >= 128, entrySize <= 4096, entrySize & (entrySize - 1) == 0 else {
      return .entrySize(entrySize)
    }
    guard entryCount > 0, UInt64(entryCount) * UInt64(entrySize) <= Self.entriesLimit else {
      return .entryCount(entryCount)
    }
    let count = UInt64(geometry.sectors(entriesByteCount))
    // As the entries belong behind a primary header, this leaves the one sector of the header
    // and the MBR.
    guard firstUsableLBA >= 2 + count, firstUsableLBA <= lastUsableLBA,
      entriesLBA >= 2, entriesLBA < geometry.sectors, geometry.sectors - entriesLBA >= count,
      entriesLBA + count <= firstUsableLBA || entriesLBA > lastUsableLBA,
      lba < entriesLBA || lba >= entriesLBA + count,
      lba == 1 || lba > lastUsableLBA
    else { return .bounds }
    return nil
  }

  /// More bytes of entries are refused: room for 8192 of the usual ones, of which Linux knows
  /// 256 at most.
  static let entriesLimit: UInt64 = 1 << 20

  /// With a checksum that fits. The header's size must be in order.
  func sealed() -> GPTHeader {
    var header = self
    header.block[littleEndian: 16] = computedChecksum
    return header
  }

  /// With the bytes behind the header of another sector.
  func keepingTail(of other: GPTHeader) -> GPTHeader {
    var header = self
    for index in Int(size)..<block.count { header.block[index] = other.block[index] }
    return header
  }

  private var computedChecksum: UInt32 {
    var header = block[..<Int(size)]
    for index in 16..<20 { header[index] = 0 }
    return crc32(header)
  }
}

extension DiskGeometry {
  /// Sectors that so many bytes occupy.
  func sectors(_ bytes: Int) -> Int {
    (bytes + Int(sectorSize) - 1) / Int(sectorSize)
  }

  /// Byte offset of a sector of this disk.
  func offset(_ lba: UInt64) -> UInt64 { lba * UInt64(sectorSize) }
}
