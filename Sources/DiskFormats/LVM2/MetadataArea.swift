import Bytes

/// A metadata area of a physical volume: a header of 512 bytes, and behind it a circular buffer in
/// which every change of the volume group is written behind the one before.
///
///     offset  size  field
///          0     4  checksum of the bytes from 4 to 512
///          4    16  magic
///         20     4  version, 1
///         24     8  offset of this header from the device's beginning, in bytes
///         32     8  size of the area with this header, in bytes
///         40  24 n  texts, of which the first is the one in force: offset from this header and
///                   size in bytes, checksum, flags (1: the area is ignored); offset 0: none
///
/// A text that would pass the area's end goes on at 512. Little-endian.
/// Source: lib/format_text/layout.h, lib/format_text/format-text.c of LVM2.
struct MetadataArea {
  /// Of the header, in bytes from the device's beginning.
  let offset: UInt64
  /// Bytes, the header included.
  let size: UInt64
  /// Bytes from the header.
  let textStart: UInt64
  let textCount: UInt64
  let textChecksum: UInt32
  let isIgnored: Bool

  static let headerSize = 512
  static let textLimit = 16 << 20
  private static let magic: [UInt8] = [
    0x20, 0x4C, 0x56, 0x4D, 0x32, 0x20, 0x78, 0x5B, 0x35, 0x41, 0x25, 0x72, 0x30, 0x4E, 0x2A, 0x3E,
  ]

  /// From the 512 bytes of the header at `offset`.
  init(header: [UInt8], offset: UInt64) throws(LVM2Damage) {
    guard header[littleEndian: 0] == LVM2Checksum.of(header[4..<Self.headerSize]) else {
      throw .headerChecksum(offset: offset)
    }
    guard header[4..<20].elementsEqual(Self.magic) else { throw .headerMagic(offset: offset) }
    let version: UInt32 = header[littleEndian: 20]
    guard version == 1 else { throw .headerVersion(version, offset: offset) }
    let start: UInt64 = header[littleEndian: 24]
    guard start == offset else { throw .headerStart(start, offset: offset) }
    self.offset = offset
    size = header[littleEndian: 32]
    textStart = header[littleEndian: 40]
    textCount = header[littleEndian: 48]
    textChecksum = header[littleEndian: 56]
    let flags: UInt32 = header[littleEndian: 60]
    isIgnored = flags & 1 != 0
  }

  /// It has a text, and nobody has said that it is out of date.
  var isInUse: Bool { textStart != 0 && textCount != 0 && !isIgnored }

  /// Where the text lies: in one piece, or in two, of which the second begins behind the header.
  /// Bytes from the device's beginning.
  func pieces() throws(LVM2Damage) -> [Extent] {
    let header = UInt64(Self.headerSize)
    guard textCount <= UInt64(Self.textLimit) else {
      throw .textTooLarge(bytes: textCount, limit: Self.textLimit)
    }
    guard size > header, textStart >= header, textStart < size, textCount <= size - header,
      !offset.addingReportingOverflow(size).overflow
    else { throw .textBounds(start: textStart, count: textCount, offset: offset) }
    let first = min(textCount, size - textStart)
    let one = Extent(offset: offset + textStart, count: first)
    guard first < textCount else { return [one] }
    return [one, Extent(offset: offset + header, count: textCount - first)]
  }
}
