/// A sector's address as cylinder, head and sector (CHS), which an entry of a boot record has
/// beside the LBA. No system that can read this disk's size looks at it.
///
///     offset  size  field
///          0     1  head
///          1     1  bits 0 to 5: sector, from 1; bits 6 and 7: bits 8 and 9 of the cylinder
///          2     1  bits 0 to 7 of the cylinder
///
/// Sources: Linux, include/linux/msdos_partition.h; sfdisk 2.38 writes 255 heads of 63 sectors and
/// FE FF FF from cylinder 1024 on.
struct CylinderAddress: Equatable {
  let bytes: [UInt8]

  init(_ bytes: some Collection<UInt8>) {
    self.bytes = [UInt8](bytes)
  }

  /// "Use the LBA": cylinder 1023, head 254, sector 63.
  static let beyond = CylinderAddress([0xFE, 0xFF, 0xFF])

  init(lba: UInt64) {
    let (cylinder, rest) = lba.quotientAndRemainder(dividingBy: 255 * 63)
    guard cylinder < 1024 else {
      self = .beyond
      return
    }
    bytes = [
      UInt8(rest / 63), UInt8(rest % 63 + 1) | UInt8(cylinder >> 8) << 6,
      UInt8(cylinder & 0xFF),
    ]
  }

  /// The last cylinder there is, in any geometry (parted's fillers are made of the geometry that
  /// it assumes), or nothing at all: true of every end that is not in reach of an address.
  private var isFiller: Bool {
    (bytes[1] & 0xC0 == 0xC0 && bytes[2] == 0xFF) || bytes == [0, 0, 0]
  }

  /// What is to stand where this stood for `old`. A filler stays. An address stays one if it was
  /// made as sfdisk makes it; one of another geometry, which nobody can know for sure, becomes the
  /// filler that every reader accepts.
  func moved(from old: UInt64, to new: UInt64) -> CylinderAddress {
    if isFiller { return self }
    return self == CylinderAddress(lba: old) ? CylinderAddress(lba: new) : .beyond
  }
}
