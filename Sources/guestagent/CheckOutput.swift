import Agent
import Check
import Configuration
import Metadata

extension Output {
  /// Each finding as compilers print it, with the line that it is in; last how many there are.
  mutating func print(_ checked: [CheckedPath]) {
    var errors = 0
    var warnings = 0
    for path in checked {
      var excerpts = path.files.map { SourceExcerpts($0.bytes) }
      for finding in path.findings {
        if finding.isError { errors += 1 } else { warnings += 1 }
        let found = finding.diagnostic
        line("\(found.place): \(finding.severity): \(found.message)")
        if let hint = found.hint { line("  hint: \(hint)") }
        guard let file = path.files.firstIndex(where: { $0.name == found.place.source }),
          let number = found.place.line, let column = found.place.column,
          let excerpt = excerpts[file].excerpt(line: number, column: column)
        else { continue }
        line(excerpt.line, after: "    ")
        line(excerpt.mark, after: "    ")
      }
    }
    let counts = [count(errors, "error"), count(warnings, "warning")].compactMap { $0 }
    if !counts.isEmpty { complain(counts.joined(separator: ", ")) }
  }

  private func count(_ number: Int, _ what: String) -> String? {
    number == 0 ? nil : "\(number) \(what)" + (number == 1 ? "" : "s")
  }
}

extension MetadataFinding {
  fileprivate var severity: String { isError ? "error" : "warning" }
}

extension JSON {
  init(_ checked: [CheckedPath]) {
    self = .array(checked.map { path in
      .object { members in
        members["path"] = .string(path.path)
        members["kind"] = .string(path.kind)
        members["findings"] = .array(path.findings.map { JSON($0) })
      }
    })
  }

  private init(_ finding: MetadataFinding) {
    let place = finding.diagnostic.place
    self = .object { members in
      members["file"] = .string(place.source)
      members["line"] = place.line.map { .number(UInt64($0)) }
      members["column"] = place.column.map { .number(UInt64($0)) }
      members["severity"] = .string(finding.severity)
      members["message"] = .string(finding.diagnostic.message)
      members["hint"] = .string(finding.diagnostic.hint)
    }
  }
}
