import Agent
import Configuration
import Growth
import Linux
import Network

extension Output {
  /// A table of at most 80 columns: an item a line, or more if it is long, its state behind it;
  /// what is there in its place on a line of its own.
  mutating func print(_ status: Status, _ diagnostics: Diagnostics) {
    print(warningsOf: diagnostics)
    let color = System.isTerminal(1)
    if let hostname = status.hostname {
      let isSo = hostname.wanted == hostname.present
      row("hostname \(hostname.wanted)", isSo ? .asWanted : .differs(hostname.present), color)
    }
    for note in status.left { complain("note: \(note.object): \(note.message)") }
    for link in status.links {
      line("\(link.name)  \(link.summary)")
      for item in link.items { row("  \(item.kind.column)\(item.text)", item.state, color) }
    }
    for link in status.absent {
      line(link.name)
      row("  \(LinkStatus.Kind.link.column)\(link.reason)", .missing, color)
    }
  }

  private mutating func row(_ text: String, _ state: LinkStatus.State, _ color: Bool) {
    let (word, detail, code): (String, String?, String) =
      switch state {
      case .asWanted: ("ok", nil, "32")
      case .missing: ("missing", nil, "31")
      case .differs(let there): ("differs", there, "31")
      case .leftOver: ("left over", nil, "33")
      case .notOurs: ("not ours", nil, "2")
      }
    let lines = Self.folded(text)
    for text in lines.dropLast() { line(text) }
    let last = lines.last ?? ""
    let padding = String(repeating: " ", count: max(1, Self.stateColumn - last.utf8.count))
    line(last + padding, before: color ? "\u{1B}[\(code)m\(word)\u{1B}[0m" : word)
    if let detail {
      for text in Self.folded("            there: \(detail)") { line(text) }
    }
  }

  /// Where an item's state stands; the longest, "left over", ends at column 77.
  private static var stateColumn: Int { 68 }

  /// The text in lines that end before the states, broken between words.
  private static func folded(_ text: String) -> [String] {
    guard text.utf8.count >= stateColumn else { return [text] }
    var lines: [String] = []
    var rest = ""
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    for (position, word) in words.enumerated() {
      if position == 0 {
        rest = String(word)
      } else if rest.utf8.count + 1 + word.utf8.count < stateColumn {
        rest += " \(word)"
      } else {
        lines.append(rest)
        rest = "              \(word)"
      }
    }
    return lines + [rest]
  }
}

extension LinkStatus.Kind {
  /// The word, filled up to the width of the longest.
  fileprivate var column: String {
    rawValue + String(repeating: " ", count: 10 - rawValue.utf8.count)
  }
}

extension JSON {
  init(_ status: Status, _ storage: StorageTree?, _ diagnostics: Diagnostics) {
    self = .object { members in
      members["as_wanted"] = .bool(status.isAsWanted)
      members["hostname"] = status.hostname.map { hostname in
        .object([
          ("wanted", .string(hostname.wanted)), ("present", .string(hostname.present)),
        ])
      }
      members["links"] = .array(status.links.map(JSON.init))
      members["absent"] = .array(status.absent.map { link in
        .object([("name", .string(link.name)), ("reason", .string(link.reason))])
      })
      members["left"] = status.left.isEmpty ? nil : .notes(status.left)
      members["storage"] = storage.map { JSON($0) }
      members["warnings"] = .warnings(diagnostics)
    }
  }

  private init(_ link: LinkStatus) {
    self = .object([
      ("name", .string(link.name)),
      ("present", .string(link.summary)),
      ("as_wanted", .bool(link.isAsWanted)),
      ("items", .array(link.items.map { item in
        var there: String?
        if case .differs(let other) = item.state { there = other }
        return .object([
          ("kind", .string(item.kind.rawValue)), ("text", .string(item.text)),
          ("state", .string(item.state.word)), ("there", .string(there)),
        ])
      })),
    ])
  }
}

extension LinkStatus.State {
  /// For programs; stable.
  fileprivate var word: String {
    switch self {
    case .asWanted: "as_wanted"
    case .missing: "missing"
    case .differs: "differs"
    case .leftOver: "left_over"
    case .notOurs: "not_ours"
    }
  }
}
