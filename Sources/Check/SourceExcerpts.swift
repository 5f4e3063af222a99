import Configuration

/// A line of a source with a mark below one of its characters, as compilers show it. Made for one
/// place after the other, downward: a source is gone through once.
public struct SourceExcerpts {
  /// Characters of a cut line that are shown before the mark, and of any in all.
  private static var lead: Int { 40 }
  private static var width: Int { 76 }

  private let bytes: [UInt8]
  /// Where the line begins that was asked for last.
  private var start = 0
  private var line = 1

  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The line and the mark's line, without line feeds; `nil`: there is no such line. Both count
  /// from 1, columns by characters; a tab stays one in both, and what a terminal would obey is
  /// shown as `?`. A longer line is cut to what surrounds the mark.
  public mutating func excerpt(line wanted: Int, column: Int) -> (line: String, mark: String)? {
    if wanted < line {
      line = 1
      start = 0
    }
    while line < wanted {
      guard let feed = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      start = feed + 1
      line += 1
    }
    var offset = start
    var position = 1
    let first = column < Self.width ? 1 : column - Self.lead
    while position < first, isInLine(offset) {
      offset = next(offset)
      position += 1
    }
    var shown: [UInt8] = []
    var mark = ""
    let isCut = position > 1
    if isCut { mark += "   " }
    while isInLine(offset), position < first + Self.width {
      let end = next(offset)
      let isTab = bytes[offset] == UInt8(ascii: "\t")
      if position < column { mark += isTab ? "\t" : " " }
      if isTab || isShown(bytes[offset..<end]) {
        shown += bytes[offset..<end]
      } else {
        shown.append(UInt8(ascii: "?"))
      }
      offset = end
      position += 1
    }
    let text = String(decoding: shown, as: UTF8.self)
    return ((isCut ? "..." : "") + text + (isInLine(offset) ? "..." : ""), mark + "^")
  }

  private func isInLine(_ offset: Int) -> Bool {
    offset < bytes.count && bytes[offset] != UInt8(ascii: "\n")
      && !(bytes[offset] == UInt8(ascii: "\r") && offset + 1 < bytes.count
        && bytes[offset + 1] == UInt8(ascii: "\n"))
  }

  /// Where the character after the one at `offset` begins.
  private func next(_ offset: Int) -> Int {
    var end = offset + 1
    while end < bytes.count, end < offset + 4, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }

  private func isShown(_ character: ArraySlice<UInt8>) -> Bool {
    String(decoding: character, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
      scalar.value != 0xFFFD && isPrintable(scalar.value)
    }
  }
}
