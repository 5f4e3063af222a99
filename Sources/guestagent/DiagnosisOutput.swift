import Agent
import Linux

extension Output {
  /// A line each: its state, link and subject in columns; what to do stands below it.
  mutating func print(_ diagnosis: Diagnosis) {
    let color = System.isTerminal(1)
    let width = diagnosis.findings.map { $0.column.utf8.count }.max() ?? 0
    for finding in diagnosis.findings {
      let word = finding.state.rawValue
      let state = color ? "\u{1B}[\(finding.state.color)m\(word)\u{1B}[0m" : word
      let gap = String(repeating: " ", count: 8 - word.utf8.count)
      let column = finding.column
      let space = String(repeating: " ", count: width - column.utf8.count + 2)
      line("\(state)\(gap)\(column)\(space)\(finding.subject.rawValue) \(finding.text)")
      if let hint = finding.hint {
        line(hint, after: String(repeating: " ", count: 8 + width + 2) + "-> ")
      }
    }
  }
}

extension Finding {
  fileprivate var column: String { link ?? "-" }
}

extension Finding.State {
  fileprivate var color: String {
    switch self {
    case .ok: "32"
    case .wrong: "31"
    case .unknown: "33"
    }
  }
}

extension JSON {
  init(_ diagnosis: Diagnosis) {
    self = .array(
      diagnosis.findings.map { finding in
        .object([
          ("state", .string(finding.state.rawValue)), ("link", .string(finding.link)),
          ("subject", .string(finding.subject.rawValue)), ("text", .string(finding.text)),
          ("hint", .string(finding.hint)),
        ])
      })
  }
}
