/// CRC-32 (ISO 3309, bit-reversed), bit by bit from its definition: no code of the rooms, whose
/// checksums it judges and makes right.
func checksum(
  _ bytes: some Sequence<UInt8>, from beginning: UInt32 = .max, inverted: Bool = true
) -> UInt32 {
  var remainder = beginning
  for byte in bytes {
    remainder = table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)] ^ remainder >> 8
  }
  return inverted ? ~remainder : remainder
}

/// The remainders of all bytes.
private let table: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 0 ? rest >> 1 : rest >> 1 ^ 0xEDB8_8320 }
}

/// Little-endian bytes.
func octets(_ value: UInt64, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
}
