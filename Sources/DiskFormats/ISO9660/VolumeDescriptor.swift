import Bytes

/// A volume descriptor of ISO 9660: one sector of 2048 bytes, from sector 16 until a terminator.
///
///     offset  size  field
///          0     1  type: 1 primary, 2 supplementary, 255 terminator
///          1     5  "CD001"
///          6     1  version: 1
///         40    32  volume identifier, padded with spaces
///         88    32  escape sequences (supplementary): Joliet's name the levels of UCS-2
///        128     4  logical block size in bytes, both byte orders
///        156    34  directory record of the root directory
///
/// Of numbers in both byte orders the little-endian half is read, as Linux does.
/// Source: ECMA-119, 8.4 and 8.5; Joliet specification, "Joliet Volume Identification".
struct VolumeDescriptor {
  static let size = 2048
  /// Sector 16.
  static let first = 16 * size
  /// No more descriptors than this are looked through for the terminator.
  static let limit = 32

  private let sector: [UInt8]
  /// Of the sector, in the source.
  let offset: UInt64

  /// `nil` without the identifier, or where `bytes` end before the sector does.
  init?(_ bytes: [UInt8], at offset: Int) {
    guard offset + Self.size <= bytes.count,
      bytes[offset + 1..<offset + 6].elementsEqual("CD001".utf8)
    else { return nil }
    sector = [UInt8](bytes[offset..<offset + Self.size])
    self.offset = UInt64(offset)
  }

  var isPrimary: Bool { sector[0] == 1 }
  var isTerminator: Bool { sector[0] == 255 }

  var isJoliet: Bool {
    sector[0] == 2 && sector[88] == UInt8(ascii: "%") && sector[89] == UInt8(ascii: "/")
      && [UInt8(ascii: "@"), UInt8(ascii: "C"), UInt8(ascii: "E")].contains(sector[90])
  }

  var label: String {
    let field = sector[40..<72]
    guard isJoliet else { return unpadded(field) }
    return unpadded(utf8(bigEndianUTF16: field))
  }

  /// In bytes; `nil` if it is none that ISO 9660 has.
  var blockSize: UInt64? {
    let size: UInt16 = sector[littleEndian: 128]
    return [512, 1024, 2048].contains(size) ? UInt64(size) : nil
  }

  var blockSizeDamage: Damage {
    .logicalBlockSize(sector[littleEndian: 128], offset: offset + 128)
  }

  func rootExtent(blockSize: UInt64) -> Extent {
    let block: UInt32 = sector[littleEndian: 156 + 2]
    let extended = UInt64(sector[156 + 1])
    let count: UInt32 = sector[littleEndian: 156 + 10]
    return Extent(offset: (UInt64(block) + extended) * blockSize, count: UInt64(count))
  }

  /// Where the root directory's size is written.
  var rootSizeOffset: UInt64 { offset + 156 + 10 }
}

/// The UTF-8 of Joliet's names: UCS-2 or UTF-16, big-endian. An odd last byte is left out.
func utf8(bigEndianUTF16 bytes: some Collection<UInt8>) -> [UInt8] {
  let bytes = [UInt8](bytes)
  var units: [UInt16] = []
  units.reserveCapacity(bytes.count / 2)
  for index in stride(from: 0, to: bytes.count - 1, by: 2) { units.append(bytes[bigEndian: index]) }
  return Array(String(decoding: units, as: UTF16.self).utf8)
}
