import Bytes
import Configuration

/// What is found in one word of the kernel command line; each message begins with the word.
struct WordNotes {
  static let place = Place("kernel command line")

  let word: String
  var diagnostics = Diagnostics()

  init(_ key: String, _ value: String) {
    word = "\(key)=\(value)"
  }

  @inline(never)
  mutating func error(_ message: String) {
    diagnostics.error(Self.place, "\(quoted(word)): \(message)")
  }

  @inline(never)
  mutating func warn(_ message: String, hint: String? = nil) {
    diagnostics.warn(Self.place, "\(quoted(word)): \(message)", hint: hint)
  }

  /// `field`: the name of the field in the grammar.
  @inline(never)
  mutating func expected(_ what: String, _ field: String, _ found: String) {
    error("\(field): expected \(what), found \(quoted(found))")
  }

  /// Bytes; `nil` after an error.
  mutating func mtu(_ text: String) -> UInt32? {
    if let mtu = decimal(text.utf8), linkMTU.contains(UInt32(clamping: mtu)) {
      return UInt32(clamping: mtu)
    }
    expected("a number from \(linkMTU.lowerBound) to \(linkMTU.upperBound)", "mtu", text)
    return nil
  }
}
