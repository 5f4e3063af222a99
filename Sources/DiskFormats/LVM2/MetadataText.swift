/// Reads the text in which LVM2 describes a volume group, in its order and without a tree: what
/// nobody asks for is passed over.
///
///     section = { key "=" value | key "{" section "}" }
///     value   = number | string | "[" [ value { "," value } ] "]"
///     string  = '"' characters, in which a backslash stands before '"' and itself '"'
///     comment = "#" to the end of the line
///
/// Source: libdm/libdm-config.c of LVM2. Not accepted: its paths (a/b/c) and its other kinds of
/// quotes, which LVM never writes here. The text ends with its bytes or with a zero.
struct MetadataText {
  private let bytes: [UInt8]
  private var index = 0
  private(set) var line = 1
  /// Of the entry last found, for messages.
  private(set) var key = ""

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// What stands behind a key.
  enum Entry {
    case value
    case section
  }

  /// The key of the next entry of the section that is being read, and what stands behind it, which
  /// has to be read, or passed over, before the next; `nil`: the section has ended.
  mutating func next(inside: Bool) throws(MetadataTextError) -> (key: String, entry: Entry)? {
    skipBlank()
    guard let byte = peek() else {
      if inside { throw .unclosed }
      return nil
    }
    if byte == UInt8(ascii: "}") {
      guard inside else { throw .syntax(line: line) }
      index += 1
      return nil
    }
    let word = try bareWord()
    key = String(decoding: word, as: UTF8.self)
    skipBlank()
    switch peek() {
    case UInt8(ascii: "="): index += 1
      return (key, .value)
    case UInt8(ascii: "{"): index += 1
      return (key, .section)
    case nil: throw .unclosed
    default: throw .syntax(line: line)
    }
  }

  // MARK: Values

  mutating func number() throws(MetadataTextError) -> UInt64 {
    skipBlank()
    guard let byte = peek() else { throw .unclosed }
    guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
      throw .notNumber(key: key, line: line)
    }
    var value = 0 as UInt64
    for byte in try bareWord() {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
        throw .notNumber(key: key, line: line)
      }
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else { throw .outOfRange(key: key, line: line) }
      value = sum
    }
    return value
  }

  mutating func string() throws(MetadataTextError) -> String {
    skipBlank()
    guard let byte = peek() else { throw .unclosed }
    guard byte == UInt8(ascii: "\"") else { throw .notString(key: key, line: line) }
    let quoted = try quotedBytes()
    guard quoted.contains(UInt8(ascii: "\\")) else {
      return String(decoding: quoted, as: UTF8.self)
    }
    var plain: [UInt8] = []
    var escaped = false
    for byte in quoted {
      if byte == UInt8(ascii: "\\"), !escaped {
        escaped = true
      } else {
        plain.append(byte)
        escaped = false
      }
    }
    return String(decoding: plain, as: UTF8.self)
  }

  mutating func strings() throws(MetadataTextError) -> [String] {
    var strings: [String] = []
    try openArray()
    while try nextElement(first: strings.isEmpty) { strings.append(try string()) }
    return strings
  }

  /// `[`; then every element is announced by `nextElement`.
  mutating func openArray() throws(MetadataTextError) {
    skipBlank()
    guard let byte = peek() else { throw .unclosed }
    guard byte == UInt8(ascii: "[") else { throw .syntax(line: line) }
    index += 1
  }

  mutating func nextElement(first: Bool) throws(MetadataTextError) -> Bool {
    skipBlank()
    guard let byte = peek() else { throw .unclosed }
    if byte == UInt8(ascii: "]") {
      index += 1
      return false
    }
    guard !first else { return true }
    guard byte == UInt8(ascii: ",") else { throw .syntax(line: line) }
    index += 1
    return true
  }

  /// Passes over a value or a section, whatever is in it.
  mutating func skip(_ entry: Entry) throws(MetadataTextError) {
    var depth = entry == .section ? 1 : 0
    repeat {
      skipBlank()
      switch peek() {
      case nil: throw .unclosed
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { throw .syntax(line: line) }
        depth -= 1
        index += 1
      case UInt8(ascii: "\""): _ = try quotedBytes()
      case UInt8(ascii: ","), UInt8(ascii: "="):
        guard depth > 0 else { throw .syntax(line: line) }
        index += 1
      default: _ = try bareWord()
      }
    } while depth > 0
  }

  // MARK: Bytes

  private func peek() -> UInt8? {
    index < bytes.count && bytes[index] != 0 ? bytes[index] : nil
  }

  private mutating func skipBlank() {
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      case UInt8(ascii: "#"):
        while let comment = peek(), comment != UInt8(ascii: "\n") { index += 1 }
        continue
      default: return
      }
      index += 1
    }
  }

  /// A key or a number: at least one byte that means nothing else.
  private mutating func bareWord() throws(MetadataTextError) -> ArraySlice<UInt8> {
    let start = index
    while let byte = peek(), !Self.ends(byte) { index += 1 }
    guard index > start else { throw .syntax(line: line) }
    return bytes[start..<index]
  }

  private static func ends(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: "#"), UInt8(ascii: "="), UInt8(ascii: "{"), UInt8(ascii: "}"),
      UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: "\""):
      true
    default: false
    }
  }

  /// What is between the quotes, escapes as they are written.
  private mutating func quotedBytes() throws(MetadataTextError) -> ArraySlice<UInt8> {
    index += 1
    let start = index
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return bytes[start..<index - 1]
      case UInt8(ascii: "\\"):
        // The next byte belongs to it, unless the text ends.
        index = min(index + 2, bytes.count)
      case UInt8(ascii: "\n"):
        line += 1
        index += 1
      default: index += 1
      }
    }
    throw .unclosed
  }
}
