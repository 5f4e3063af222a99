/// A JSON value (RFC 8259), written without white space; members in the order in which they were
/// added, those without a value left out.
enum JSON {
  case string(String)
  case number(UInt64)
  case bool(Bool)
  case array([JSON])
  case object([(String, JSON?)])

  var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .string(let value): Self.quote(value, to: &text)
    case .number(let value): text += "\(value)"
    case .bool(let value): text += value ? "true" : "false"
    case .array(let values):
      text += "["
      for (position, value) in values.enumerated() {
        if position > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      var isFirst = true
      for (name, value) in members {
        guard let value else { continue }
        if !isFirst { text += "," }
        isFirst = false
        Self.quote(name, to: &text)
        text += ":"
        value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func quote(_ value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension JSON {
  /// Members added one by one, where a literal would be too long for the compiler.
  struct Members {
    fileprivate var list: [(String, JSON?)] = []

    /// To be set only.
    subscript(_ name: StaticString) -> JSON? {
      get { nil }
      set { add(name.description, newValue) }
    }

    mutating func add(_ name: String, _ value: JSON?) {
      list.append((name, value))
    }
  }

  static func object(_ fill: (inout Members) -> Void) -> JSON {
    var members = Members()
    fill(&members)
    return .object(members.list)
  }

  static func string(_ value: (some CustomStringConvertible)?) -> JSON? {
    value.map { .string($0.description) }
  }

  static func strings(_ values: [some CustomStringConvertible]) -> JSON {
    .array(values.map { .string($0.description) })
  }

  static func number(_ value: UInt32?) -> JSON? { value.map { .number(UInt64($0)) } }

  static func bool(_ value: Bool?) -> JSON? { value.map { .bool($0) } }
}
