import Agent
import Configuration

extension Output {
  /// So many changes of one object are told one by one; a boot log is no place for a routing table.
  private static var longestList: Int { 100 }

  /// Line by line: what changed, what did not, and on the other stream what failed.
  mutating func print(_ report: Report, _ diagnostics: Diagnostics, dryRun: Bool) {
    print(warningsOf: diagnostics)
    for note in report.notes { complain("note: \(note.object): \(note.message)") }
    for object in report.objects {
      var untold = 0
      for (position, step) in object.steps.enumerated() {
        switch step.outcome {
        case .planned: line(step.step.description)
        case .done where position >= Self.longestList: untold += 1
        case .done: line(step.step.description, after: "changed: ")
        case .failed(let why): complain("\(object.stage)\(object.name): \(step.step): \(why)")
        }
      }
      if untold > 0 { line("changed: \(untold) more of \(object.name) (--json lists them all)") }
      if let failure = object.failure {
        complain("\(object.stage)\(object.name): \(failure)")
      } else if object.steps.isEmpty, !dryRun {
        line("unchanged: \(object.name)")
      }
    }
  }

  mutating func print(warningsOf diagnostics: Diagnostics) {
    for warning in diagnostics.warnings { complain("warning: \(warning)") }
  }
}

extension ObjectReport {
  /// The stage of the work, unless it has the object's own name.
  fileprivate var stage: String {
    switch Word(name) {
    case "hostname", "resolvers", "network", "record": ""
    default: "network: "
    }
  }
}

extension JSON {
  init(_ report: Report, _ diagnostics: Diagnostics) {
    self = .object([
      ("outcome", .string(report.outcome.rawValue)),
      ("objects", .array(report.objects.map(JSON.init))),
      ("notes", .notes(report.notes)),
      ("warnings", .warnings(diagnostics)),
    ])
  }

  static func notes(_ notes: [Note]) -> JSON {
    .array(notes.map { note in
      .object([("object", .string(note.object)), ("message", .string(note.message))])
    })
  }

  static func warnings(_ diagnostics: Diagnostics) -> JSON {
    .array(diagnostics.warnings.map { warning in
      .object([
        ("where", .string(warning.place.description)), ("message", .string(warning.text)),
      ])
    })
  }

  private init(_ object: ObjectReport) {
    self = .object([
      ("object", .string(object.name)),
      ("outcome", .string(object.outcome.rawValue)),
      ("error", .string(object.failure)),
      ("steps", .array(object.steps.map(JSON.init))),
    ])
  }

  init(_ step: StepReport) {
    let (outcome, error): (String, String?) =
      switch step.outcome {
      case .planned: ("planned", nil)
      case .done: ("changed", nil)
      case .failed(let why): ("failed", why)
      }
    self = .object([
      ("command", .string(step.step.description)), ("outcome", .string(outcome)),
      ("error", .string(error)),
    ])
  }
}
