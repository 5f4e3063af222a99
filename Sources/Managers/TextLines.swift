/// The lines of a file with their numbers from 1, white space around them taken off, empty ones and
/// comments left out; a line that ends in a backslash goes on in the next.
func textLines(
  _ bytes: [UInt8], isComment: (UInt8) -> Bool
) -> [(text: String, number: Int)] {
  var lines: [(text: String, number: Int)] = []
  var pending: (text: String, number: Int)?
  for (position, raw) in bytes.split(separator: newline, omittingEmptySubsequences: false)
    .enumerated()
  {
    let line = raw.trimmed
    if let first = line.first, isComment(first) { continue }
    let goesOn = line.last == UInt8(ascii: "\\")
    let part = String(decoding: goesOn ? line.dropLast() : line, as: UTF8.self)
    let whole = (
      text: pending.map { $0.text + " " + part } ?? part, number: pending?.number ?? position + 1
    )
    pending = goesOn ? whole : nil
    if !goesOn, !whole.text.isEmpty { lines.append(whole) }
  }
  if let pending, !pending.text.isEmpty { lines.append(pending) }
  return lines
}

private var newline: UInt8 { UInt8(ascii: "\n") }

private func isSpace(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
}

extension ArraySlice<UInt8> {
  fileprivate var trimmed: ArraySlice<UInt8> {
    var part = self
    while let first = part.first, isSpace(first) { part.removeFirst() }
    while let last = part.last, isSpace(last) { part.removeLast() }
    return part
  }
}

/// The parts of a text between white space, and between the other separators given.
func words(_ text: String, _ isSeparator: (UInt8) -> Bool = { _ in false }) -> [String] {
  text.utf8.split { isSpace($0) || isSeparator($0) }.map { String(Substring($0)) }
}

func trimmed(_ text: Substring.UTF8View) -> String {
  String(decoding: [UInt8](text)[...].trimmed, as: UTF8.self)
}
