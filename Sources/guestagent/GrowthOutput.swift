import Agent
import Configuration
import Growth
import Linux

extension Output {
  /// Said as it happens.
  mutating func tell(_ event: GrowthEvent) {
    switch event {
    case .done(let command):
      clearProgress()
      line(command, after: "changed: ")
      flush()
    case .message(let program, let message):
      clearProgress()
      complain("\(program): \(message)")
      flush()
    case .progress(let object, let bytes, let wanted):
      showProgress(object, bytes, wanted)
    }
  }

  /// The plan, or a table of the layers with what became of each.
  mutating func print(_ report: GrowthReport, dryRun: Bool) {
    clearProgress()
    for note in report.notes { complain("note: \(note.object): \(note.message)") }
    for step in report.steps {
      switch step.outcome {
      case .planned: line(step.step.description)
      case .done: break
      case .failed(let why): complain("growth: \(step.step): \(why)")
      }
    }
    if let failure = report.failure { complain("growth: \(failure)") }
    for refusal in report.refusals { complain("growth: \(refusal.target): \(refusal)") }
    if dryRun { return }
    if report.isSwitchedOff { line("unchanged: storage (the policy is none)") }
    for layer in report.layers {
      let sizes =
        layer.before == layer.after
        ? readable(layer.after) : "\(readable(layer.before)) -> \(readable(layer.after))"
      line(
        padded(layer.outcome.word, 10) + padded(layer.name.kind.rawValue, 20)
          + padded(layer.name.object, 24) + sizes)
    }
  }

  /// On a terminal one line that changes; in a log a line each tenth of the way.
  private mutating func showProgress(_ object: String, _ bytes: UInt64, _ wanted: UInt64) {
    let percent = percentage(bytes, of: wanted)
    let text = "\(object): \(readable(bytes)) of \(readable(wanted)), \(percent)%"
    if System.isTerminal(2) {
      System.write("\r\u{1B}[K\(text)", to: 2)
      hasProgress = true
    } else if percent / 10 > loggedTenth {
      loggedTenth = percent / 10
      complain("growth: \(text)")
      flush()
    }
  }

  private mutating func clearProgress() {
    if hasProgress { System.write("\r\u{1B}[K", to: 2) }
    hasProgress = false
    loggedTenth = 0
  }
}

/// Holds what is printed while growth goes on, which tells of itself from where it is.
final class GrowthListener {
  var output: Output

  init(_ output: Output) {
    self.output = output
  }
}

/// Filled up with blanks, and with one at least behind it.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.utf8.count))
}

/// 0 to 100, rounded down.
func percentage(_ part: UInt64, of whole: UInt64) -> UInt64 {
  // Scaled down so that the product fits.
  let (part, whole) = whole > 1 << 56 ? (part >> 16, whole >> 16) : (part, whole)
  return whole == 0 ? 0 : min(100, min(part, whole) * 100 / whole)
}

extension Outcome {
  /// growpart's words.
  fileprivate var word: String {
    switch self {
    case .changed: "CHANGED"
    case .unchanged: "NOCHANGE"
    case .failed: "FAILED"
    }
  }
}

extension JSON {
  init(_ report: GrowthReport, _ diagnostics: Diagnostics) {
    self = .object { members in
      members["outcome"] = .string(report.outcome.rawValue)
      members["error"] = .string(report.failure)
      members["steps"] = .array(report.steps.map(JSON.init))
      members["layers"] = .array(report.layers.map(JSON.init))
      members["refused"] = .array(report.refusals.map { refusal in
        .object([
          ("target", .string(refusal.target)), ("reason", .string(refusal.code)),
          ("message", .string(refusal.description)),
        ])
      })
      members["notes"] = .array(report.notes.map { note in
        .object([("object", .string(note.object)), ("message", .string(note.message))])
      })
      members["warnings"] = .warnings(diagnostics)
    }
  }

  private init(_ layer: LayerReport) {
    self = .object([
      ("kind", .string(layer.name.kind.rawValue)), ("object", .string(layer.name.object)),
      ("before", .number(layer.before)), ("after", .number(layer.after)),
      ("outcome", .string(layer.outcome.word)),
    ])
  }
}
