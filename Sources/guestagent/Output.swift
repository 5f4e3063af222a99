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

  mutating func line(_ text: String, after prefix: String) {
    standard += prefix
    line(text)
  }

  mutating func line(_ text: String) {
    standard += text
    standard += "\n"
    if standard.utf8.count > 1 << 16 { flush() }
  }

  /// A line for the person: `guestagent: <text>`.
  mutating func complain(_ text: String) {
    errors += "guestagent: \(text)\n"
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
