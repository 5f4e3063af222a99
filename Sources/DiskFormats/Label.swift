extension [UInt8] {
  /// With the letters A to Z made small; other characters of UTF-8 are left alone.
  var asciiLowercased: [UInt8] {
    map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }
}

/// The text of a field without the spaces and zero bytes that pad it on the right.
func unpadded(_ field: some Collection<UInt8>) -> String {
  var bytes = [UInt8](field)
  while let last = bytes.last, last == 0x20 || last == 0 { bytes.removeLast() }
  return String(decoding: bytes, as: UTF8.self)
}

/// Those that are not empty, each once, in order.
func distinct(_ labels: [String]) -> [String] {
  var kept: [String] = []
  for label in labels where !label.isEmpty && !kept.contains(label) { kept.append(label) }
  return kept
}
