import Bytes

/// LVM2's checksum: CRC-32 as elsewhere, but with a beginning of its own and no inversion.
///
/// Source: lib/misc/crc.c (`calc_crc`), lib/misc/crc.h (`INITIAL_CRC`) of LVM2.
enum LVM2Checksum {
  static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 { crc32(bytes, from: 0xF597_A6CF) }
}
