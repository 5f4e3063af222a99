/// The words of a kernel command line, as the kernel splits it (`next_arg` of lib/cmdline.c):
/// white space divides, but not between double quotes; quotes around a whole word or a whole
/// value are dropped. Words after a lone `--` are init's, and left out.
func commandLineWords(_ text: String) -> [(key: String, value: String)] {
  let quote = UInt8(ascii: "\"")
  var words: [(key: String, value: String)] = []
  var word: [UInt8] = []
  var inQuotes = false
  func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
  for byte in Array(text.utf8) + [0x0A] {
    // The line feed added ends the last word even if its quote is open.
    if byte == quote { inQuotes.toggle() }
    guard isSpace(byte), !inQuotes else {
      word.append(byte)
      continue
    }
    if word == Array("--".utf8) { return words }
    if !word.isEmpty { words.append(setting(word)) }
    word = []
  }
  if !word.isEmpty {
    word.removeLast()
    words.append(setting(word))
  }
  return words
}

private func setting(_ word: [UInt8]) -> (key: String, value: String) {
  let whole = unquoted(word[...])
  guard let equals = whole.firstIndex(of: UInt8(ascii: "=")) else {
    return (String(decoding: whole, as: UTF8.self), "")
  }
  let value = unquoted(whole[(equals + 1)...])
  return (
    String(decoding: whole[..<equals], as: UTF8.self), String(decoding: value, as: UTF8.self)
  )
}

private func unquoted(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let quote = UInt8(ascii: "\"")
  guard text.first == quote else { return text }
  return text.last == quote && text.count > 1 ? text.dropFirst().dropLast() : text.dropFirst()
}
