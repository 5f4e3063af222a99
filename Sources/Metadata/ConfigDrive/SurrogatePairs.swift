extension YAMLReader {
  /// Reads JSON as other programs write it.
  init(file: String, json: [UInt8]) {
    self.init(file: file, withoutSurrogates(json))
  }
}

/// JSON writes what lies beyond U+FFFF as two escapes, `\ud83d\ude00` (RFC 8259, section 7), and by
/// default Python writes all but ASCII so; YAML 1.1 takes neither of the two for a character, and
/// a server may be named by its owner. Each pair is turned into the character itself, a single
/// one into U+FFFD; nothing else is changed.
func withoutSurrogates(_ json: [UInt8]) -> [UInt8] {
  guard hasSurrogate(json) else { return json }
  var result: [UInt8] = []
  result.reserveCapacity(json.count)
  var index = 0
  while index < json.count {
    guard json[index] == UInt8(ascii: "\\") else {
      result.append(json[index])
      index += 1
      continue
    }
    guard let unit = escapedUnit(json, at: index), (0xD800...0xDFFF).contains(unit) else {
      // The escaped character is no beginning of another escape.
      result += json[index..<min(index + 2, json.count)]
      index += 2
      continue
    }
    index += 6
    var scalar = Unicode.Scalar(0xFFFD as UInt32)
    if unit < 0xDC00, let low = escapedUnit(json, at: index), (0xDC00...0xDFFF).contains(low) {
      scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      index += 6
    }
    if let scalar { result += Array(String(Character(scalar)).utf8) }
  }
  return result
}

/// Whether there may be one: `\ud` or `\uD` stands somewhere.
private func hasSurrogate(_ json: [UInt8]) -> Bool {
  for index in json.indices.dropLast(2)
  where json[index] == UInt8(ascii: "\\") && json[index + 1] == UInt8(ascii: "u")
    && json[index + 2] | 0x20 == UInt8(ascii: "d")
  {
    return true
  }
  return false
}

/// The code unit of the escape `\uXXXX` that begins at `index`.
private func escapedUnit(_ json: [UInt8], at index: Int) -> UInt32? {
  guard index + 6 <= json.count, json[index] == UInt8(ascii: "\\"),
    json[index + 1] == UInt8(ascii: "u")
  else { return nil }
  var unit: UInt32 = 0
  for byte in json[(index + 2)..<(index + 6)] {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte & 0xF)
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
      unit = unit << 4 | UInt32(byte & 0xF + 9)
    default: return nil
    }
  }
  return unit
}
