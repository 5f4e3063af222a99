import Configuration

/// Where the words of a kernel command line stand in the file that it was written to. Findings name
/// the word that they are of, and no place.
struct CommandLinePlaces {
  /// COMMAND_LINE_SIZE is 256 to 4096 bytes, by architecture; a longer one may be configured.
  static let limit = 1 << 16

  private let file: String
  private var words: [(text: String, key: String, place: Place)] = []

  init(_ file: MetadataFile) {
    self.file = file.name
    let bytes = file.bytes
    var line = 1
    var column = 1
    var offset = 0
    for (key, value) in commandLineWords(String(decoding: bytes, as: UTF8.self)) {
      let wanted = Array(key.utf8)
      while offset < bytes.count, !bytes[offset...].starts(with: wanted) {
        if bytes[offset] == UInt8(ascii: "\n") {
          line += 1
          column = 1
        } else if bytes[offset] & 0xC0 != 0x80 {
          column += 1
        }
        offset += 1
      }
      // Not found: bytes that are no UTF-8.
      guard offset < bytes.count else { return }
      let place = Place(self.file, line: line, column: column)
      words.append((quoted("\(key)=\(value)"), quoted(key), place))
      offset += max(1, wanted.count)
      column += String(decoding: wanted, as: UTF8.self).unicodeScalars.count
    }
  }

  /// Of the last word that has this key.
  func place(of key: String) -> Place {
    words.last { $0.key == quoted(key) }?.place ?? Place(file)
  }

  /// The same findings at the places of their words; where they name none, at `other`.
  func placed(_ found: Diagnostics, other: Place) -> Diagnostics {
    func place(_ found: Diagnostic) -> Place {
      guard found.place == WordNotes.place else { return found.place }
      let word = words.first { word in
        found.message.hasPrefix(word.text) || found.message.hasSuffix(" " + word.key)
      }
      return word?.place ?? other
    }
    var placed = Diagnostics()
    for found in found.errors { placed.error(place(found), found.message, hint: found.hint) }
    for found in found.warnings { placed.warn(place(found), found.message, hint: found.hint) }
    return placed
  }
}
