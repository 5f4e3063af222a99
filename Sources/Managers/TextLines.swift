/// Calls `body` with the lines of a file and their numbers from 1, white space around them taken
/// off, empty ones and those that begin with one of the marks of a comment left out; a line that
/// ends in a backslash goes on in the next.
func forEachLine(
  _ bytes: [UInt8], comment: UInt8, _ otherComment: UInt8, _ body: ([UInt8], Int) -> Void
) {
  var line: [UInt8] = []
  var first = 0
  var number = 0
  var next = 0
  for end in 0...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: "\n") {
    number += 1
    var start = next
    var stop = end
    next = end + 1
    narrow(&start, &stop, in: bytes)
    var goesOn = false
    if start < stop {
      if bytes[start] == comment || bytes[start] == otherComment { continue }
      goesOn = bytes[stop - 1] == UInt8(ascii: "\\")
    }
    if line.isEmpty { first = number }
    if goesOn { stop -= 1 }
    line += bytes[start..<stop]
    if goesOn, end < bytes.count {
      line.append(UInt8(ascii: " "))
      continue
    }
    if !line.isEmpty { body(line, first) }
    line = []
  }
}

/// Calls `body` with the lines of a file that has comments after `#` alone.
public func forEachLine(_ bytes: [UInt8], _ body: ([UInt8]) -> Void) {
  forEachLine(bytes, comment: UInt8(ascii: "#"), UInt8(ascii: "#")) { line, _ in body(line) }
}

/// Leaves out white space at both ends.
@inline(never)
private func narrow(_ start: inout Int, _ stop: inout Int, in bytes: [UInt8]) {
  while start < stop, bytes[start] <= UInt8(ascii: " ") { start += 1 }
  while start < stop, bytes[stop - 1] <= UInt8(ascii: " ") { stop -= 1 }
}

/// A part of a line without white space around it.
@inline(never)
func text(_ line: [UInt8], from start: Int, to stop: Int) -> String {
  var start = start
  var stop = stop
  narrow(&start, &stop, in: line)
  return String(decoding: line[start..<stop], as: UTF8.self)
}

/// What stands before the first such byte of a text, and what behind it; `nil`: it is not there.
@inline(never)
func halves(_ whole: String, at separator: UInt8) -> (first: String, second: String?) {
  let bytes = [UInt8](whole.utf8)
  for position in bytes.indices where bytes[position] == separator {
    return (text(bytes, from: 0, to: position), text(bytes, from: position + 1, to: bytes.count))
  }
  return (whole, nil)
}

/// The parts of a text between white space, and between the other separator given.
@inline(never)
public func words(_ text: [UInt8], _ separator: UInt8 = UInt8(ascii: " ")) -> [String] {
  var words: [String] = []
  var start = 0
  for end in 0...text.count
  where end == text.count || text[end] <= UInt8(ascii: " ") || text[end] == separator
  {
    if start < end { words.append(String(decoding: text[start..<end], as: UTF8.self)) }
    start = end + 1
  }
  return words
}

/// A list that lies in the program as one text, which costs less code than an array of texts.
@inline(never)
public func words(in text: StaticString) -> [String] { words([UInt8](text.description.utf8)) }
