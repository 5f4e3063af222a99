import Configuration
import Linux

/// What is printed, gathered so that each stream is written once.
struct Output {
  private var standard = ""
  private var errors = ""
  /// A line of progress stands on the terminal.
  var hasProgress = false
  /// How many tenths of a growth the log has heard of.
  var loggedTenth: UInt64 = 0
  /// What was said did not arrive, which was told.
  private(set) var isCut = false
  /// Milliseconds to wait for a slow reader; `nil`: however long it takes.
  var patience: Int32?

  /// `prefix` and `suffix` are the program's own, and printed as they are.
  mutating func line(_ text: String, after prefix: String = "", before suffix: String = "") {
    standard += prefix
    standard += Self.shown(text)
    standard += suffix
    standard += "\n"
    if standard.utf8.count > 1 << 16 { flush() }
  }

  /// A line for the person: `guestagent: <text>`.
  mutating func complain(_ text: String) {
    errors += "guestagent: \(Self.shown(text))\n"
  }

  /// With `?` for what a terminal would obey, and for what would begin another line: a text may
  /// hold names of the metadata, which may hold anything.
  @inline(never)
  private static func shown(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x7F && ($0 >= 0x20 || $0 == 9) }) { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      shown.unicodeScalars.append(scalar == "\t" || isPrintable(scalar.value) ? scalar : "?")
    }
    return shown
  }

  mutating func flush() {
    if !standard.isEmpty, let error = System.write(standard, to: 1, patience: patience) {
      isCut = true
      complain(error.description)
    }
    if !errors.isEmpty { System.write(errors, to: 2, patience: patience) }
    standard = ""
    errors = ""
  }
}

/// Documented in `--help` and the manual page.
enum ExitStatus: Int32 {
  case success = 0
  case failed = 1
  case unusable = 2
  case noMetadata = 3
}
