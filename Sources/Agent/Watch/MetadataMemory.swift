import Configuration

/// What was said of the metadata that `watch` has read.
struct MetadataMemory {
  /// Until when nothing is said of metadata that are not there, in nanoseconds of the clock; `nil`:
  /// they are not waited for any more.
  var waitsUntil: Int64?
  private var warnings = Diagnostics()
  private var refusal: (error: MetadataError, diagnostics: Diagnostics)?
  private var lostSource: String?

  init(waitsUntil: Int64) {
    self.waitsUntil = waitsUntil
  }

  /// Says everything again.
  mutating func forget() {
    waitsUntil = nil
    refusal = nil
    lostSource = nil
  }

  mutating func keep(warnings: Diagnostics) { self.warnings = warnings }

  /// To be said with what they are applied to.
  mutating func takeWarnings() -> Diagnostics {
    defer { warnings = Diagnostics() }
    return warnings
  }

  /// Whether that is to be said: not if it was.
  mutating func isNews(_ error: MetadataError, _ diagnostics: Diagnostics) -> Bool {
    if let refusal, refusal.error == error, refusal.diagnostics == diagnostics { return false }
    refusal = (error, diagnostics)
    return true
  }

  mutating func isNews(lost source: String) -> Bool {
    defer { lostSource = source }
    return lostSource != source
  }

  /// They can be read, and all that is needed is there.
  mutating func areGood() {
    waitsUntil = nil
    refusal = nil
    lostSource = nil
  }
}

extension Configuration {
  /// The disk of ours that the other one has no successor of: what was read from it stays, since
  /// a disc that is taken out must not take the network along.
  func diskMissing(in other: Configuration?) -> String? {
    sources.first { source in
      guard let kind = source.utf8.firstIndex(of: UInt8(ascii: ":")).map({ source[...$0] }),
        source[kind.endIndex...].hasPrefix("/dev/")
      else { return false }
      return other?.sources.contains { $0.hasPrefix(kind + "/dev/") } != true
    }
  }
}
