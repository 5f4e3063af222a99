/// The words of a kernel command line, as the kernel splits it (`next_arg` of lib/cmdline.c):
/// white space divides, but not between double quotes, which nothing can escape; quotes around a
/// whole word or a whole value are dropped, of which the last may be missing. The first `=` that
/// does not begin the word ends its key. Words after a lone `--` are init's, and left out.
func commandLineWords(_ text: String) -> [(key: String, value: String)] {
  var words: [(key: String, value: String)] = []
  var word: [UInt8] = []
  var inQuotes = false
  /// `false`: it is the `--`.
  func end() -> Bool {
    let (key, value) = setting(word)
    if key == "--", value.isEmpty { return false }
    if !word.isEmpty { words.append((key, value)) }
    word = []
    return true
  }
  for byte in text.utf8 {
    if byte == quote { inQuotes.toggle() }
    if inQuotes || !isSpace(byte) {
      word.append(byte)
    } else if !end() {
      return words
    }
  }
  _ = end()
  return words
}

private let quote = UInt8(ascii: "\"")

/// Also the space that does not break lines in Latin-1, which the kernel takes for one.
private func isSpace(_ byte: UInt8) -> Bool {
  byte == 0x20 || (0x09...0x0D).contains(byte) || byte == 0xA0
}

/// At most one quote is dropped at the end, be it the word's or the value's.
private func setting(_ word: [UInt8]) -> (key: String, value: String) {
  var rest = word[...]
  let isQuoted = rest.first == quote
  if isQuoted { rest.removeFirst() }
  guard let equals = rest.dropFirst().firstIndex(of: UInt8(ascii: "=")) else {
    if isQuoted, rest.last == quote { rest.removeLast() }
    return (String(decoding: rest, as: UTF8.self), "")
  }
  var value = rest[(equals + 1)...]
  let isValueQuoted = value.first == quote
  if isValueQuoted { value.removeFirst() }
  if isQuoted || isValueQuoted, value.last == quote { value.removeLast() }
  return (
    String(decoding: rest[..<equals], as: UTF8.self), String(decoding: value, as: UTF8.self)
  )
}
