import Agent
import Configuration
import Linux

extension Output {
  /// A line each: its state, link and subject in columns; what to do stands below it.
  mutating func print(_ diagnosis: Diagnosis) {
    let color = System.isTerminal(1)
    var width = 0
    for finding in diagnosis.findings { width = max(width, finding.column.utf8.count) }
    for finding in diagnosis.findings {
      let word = finding.state.rawValue
      let start = color ? "\u{1B}[" + finding.state.color + "m" : ""
      let end = color ? "\u{1B}[0m" : ""
      let text: Message =
        """
        \(spaces(8 - word.utf8.count))\(finding.column)\
        \(spaces(width - finding.column.utf8.count + 2))\(finding.subject.rawValue) \
        \(finding.text)
        """
      line(text.text, after: start + word + end)
      if let hint = finding.hint { line(hint, after: spaces(8 + width + 2) + "-> ") }
    }
  }
}

@inline(never)
private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

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
    var list: [JSON] = []
    for finding in diagnosis.findings {
      list.append(
        .object([
          ("state", .string(finding.state.rawValue)), ("link", .string(finding.link)),
          ("subject", .string(finding.subject.rawValue)), ("text", .string(finding.text)),
          ("hint", .string(finding.hint)),
        ]))
    }
    self = .array(list)
  }
}
