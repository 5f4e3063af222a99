import Configuration

/// What was said of the metadata that `watch` has read.
struct MetadataMemory {
  /// Until when nothing is said of metadata that are not there, in nanoseconds of the clock; `nil`:
  /// they are not waited for any more.
  var waitsUntil: Int64?
  private var warnings = Diagnostics()
  private var toldWarnings = ""
  private var refusal = ""
  private var lostSource = ""

  init(waitsUntil: Int64) {
    self.waitsUntil = waitsUntil
  }

  /// Says everything again.
  mutating func forget() {
    areGood()
    toldWarnings = ""
  }

  mutating func keep(warnings: Diagnostics) { self.warnings = warnings }

  /// To be said with what they are applied to, unless they were.
  mutating func takeWarnings() -> Diagnostics {
    let words = warnings.words
    if words == toldWarnings { return Diagnostics() }
    toldWarnings = words
    return warnings
  }

  /// Whether that is to be said: not if it was.
  mutating func isNews(_ error: MetadataError, _ diagnostics: Diagnostics) -> Bool {
    var words = diagnostics.words
    switch error {
    case .none: words += "none"
    case .unusable(_, let why): words += why
    case .invalid: words += "invalid"
    }
    defer { refusal = words }
    return refusal != words
  }

  mutating func isNews(lost source: String) -> Bool {
    defer { lostSource = source }
    return lostSource != source
  }

  /// They can be read, and all that is needed is there.
  mutating func areGood() {
    waitsUntil = nil
    refusal = ""
    lostSource = ""
  }
}

extension Diagnostics {
  /// All of them, to see whether others are the same: comparing them brings in the comparison of
  /// whole arrays.
  fileprivate var words: String {
    var words = ""
    for found in errors + warnings { words += found.description + "\n" }
    return words
  }
}

extension Configuration {
  /// The disk of ours that the other one has no successor of: what was read from it stays, since
  /// a disc that is taken out must not take the network along.
  func diskMissing(in other: Configuration?) -> String? {
    for source in sources {
      for kind in ["nocloud:/dev/", "config-drive:/dev/"] where source.hasPrefix(kind) {
        if other?.hasSource(kind) != true { return source }
      }
    }
    return nil
  }

  private func hasSource(_ prefix: String) -> Bool {
    for source in sources where source.hasPrefix(prefix) { return true }
    return false
  }
}
