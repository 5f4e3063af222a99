/// The Internet checksum: the ones' complement of the ones' complement sum of 16-bit words, an odd
/// last byte filled up with zero. Source: RFC 1071, section 1.
func internetChecksum(_ bytes: [UInt8]) -> UInt16 {
  var sum: UInt32 = 0
  for (position, byte) in bytes.enumerated() {
    sum += position & 1 == 0 ? UInt32(byte) << 8 : UInt32(byte)
    sum = (sum & 0xFFFF) + (sum >> 16)
  }
  return ~UInt16(sum & 0xFFFF)
}
