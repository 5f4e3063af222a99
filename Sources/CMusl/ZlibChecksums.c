// zlib's checksums come with 9 KB of tables and 8 KB of code for speed, which is nothing to a
// network-config of a few kilobytes. With these functions in place of them the linker leaves them
// out; an empty buffer (NULL) gives the checksum's beginning, as zlib's own do.
// Source: zlib.h; RFC 1952, section 8; RFC 1950, section 9.

#include <stddef.h>
#include <stdint.h>

unsigned long crc32(unsigned long begun, const unsigned char *bytes, unsigned count) {
  if (bytes == NULL) return 0;
  // The polynomial's remainders of four bits.
  static const uint32_t table[16] = {
      0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
      0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
      0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
  uint32_t crc = ~(uint32_t)begun;
  for (unsigned index = 0; index < count; index++) {
    crc ^= bytes[index];
    crc = crc >> 4 ^ table[crc & 15];
    crc = crc >> 4 ^ table[crc & 15];
  }
  return (uint32_t)~crc;
}

// Not of gzip; the inflater names it all the same.
unsigned long adler32(unsigned long begun, const unsigned char *bytes, unsigned count) {
  if (bytes == NULL) return 1;
  uint32_t low = begun & 0xffff, high = begun >> 16 & 0xffff;
  for (unsigned index = 0; index < count; index++) {
    low = (low + bytes[index]) % 65521;
    high = (high + low) % 65521;
  }
  return high << 16 | low;
}
