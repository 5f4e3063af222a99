/// LVM2's checksum: CRC-32 with the polynomial of Ethernet, reflected, but with a start value of
/// its own and no inversion at the end.
///
/// Source: lib/misc/crc.c (`calc_crc`), lib/misc/crc.h (`INITIAL_CRC`) of LVM2.
enum LVM2Checksum {
  static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var table: [UInt32] = []
    for index in 0..<256 as Range<UInt32> {
      var value = index
      for _ in 0..<8 { value = value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
      table.append(value)
    }
    var checksum = 0xF597_A6CF as UInt32
    for byte in bytes { checksum = table[Int((checksum ^ UInt32(byte)) & 0xFF)] ^ checksum >> 8 }
    return checksum
  }
}
