/// CRC-32 with the polynomial of Ethernet, bit-reversed as is usual: begun with ones and
/// inverted at the end. Four bits at a time, so that its table stays small.
/// Source: UEFI 2.10, 5.3.2, footnote; ISO 3309.
public func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  ~crc32(bytes, from: .max)
}

/// The same with another beginning, and not inverted at the end.
public func crc32(_ bytes: ArraySlice<UInt8>, from beginning: UInt32) -> UInt32 {
  var crc = beginning
  for byte in bytes {
    crc ^= UInt32(byte)
    crc = (crc >> 4) ^ crcTable[Int(crc & 15)]
    crc = (crc >> 4) ^ crcTable[Int(crc & 15)]
  }
  return crc
}

private let crcTable: [UInt32] = [
  0x0000_0000, 0x1DB7_1064, 0x3B6E_20C8, 0x26D9_30AC,
  0x76DC_4190, 0x6B6B_51F4, 0x4DB2_6158, 0x5005_713C,
  0xEDB8_8320, 0xF00F_9344, 0xD6D6_A3E8, 0xCB61_B38C,
  0x9B64_C2B0, 0x86D3_D2D4, 0xA00A_E278, 0xBDBD_F21C,
]
