import Check
import Configuration

/// One YAML file and what is found wrong in it. The readers of its parts are extensions.
struct YAMLReader {
  /// Larger files are refused before they are read.
  static let sizeLimit = 8 << 20

  /// As messages name it.
  let file: String
  let document: YAMLDocument
  var diagnostics = Diagnostics()
  /// Where the parts of the links stand; `nil`: nobody asks (only `check` does).
  var places: [SourcePlace]?

  /// Reads bytes as one YAML document (JSON is YAML); with errors in `diagnostics` the document
  /// may be incomplete.
  init(file: String, _ bytes: [UInt8]) {
    self.file = file
    guard bytes.count <= Self.sizeLimit else {
      document = YAMLDocument()
      diagnostics.error(
        Place(file), "\(bytes.count) bytes are more than the \(Self.sizeLimit) that are read")
      return
    }
    var builder = YAMLBuilder()
    builder.expect(bytes: bytes.count)
    var diagnostics = Diagnostics()
    let hasMemory = YAMLEvents.read(bytes) { events in
      Self.read(events, &builder, bytes, file, &diagnostics)
    }
    if !hasMemory { diagnostics.error(Place(file), "out of memory") }
    document = builder.document
    self.diagnostics = diagnostics
  }

  private static func read(
    _ events: borrowing YAMLEvents, _ builder: inout YAMLBuilder,
    _ bytes: [UInt8], _ file: String, _ diagnostics: inout Diagnostics
  ) {
    func place(_ fault: YAMLBuilder.Fault) -> Place {
      Place(file, line: fault.line, column: fault.column)
    }
    while true {
      guard let event = events.next() else {
        let problem = events.problem
        diagnostics.error(
          Place(file, problem.position, bytes), "not YAML: \(problem.message)")
        return
      }
      var faults: [YAMLBuilder.Fault] = []
      let fatal = builder.take(event, faults: &faults)
      for fault in faults { diagnostics.error(place(fault), fault.message) }
      if let fatal {
        diagnostics.error(place(fatal), fatal.message)
        return
      }
      if event.kind == .end { return }
    }
  }

  func place(_ node: YAMLNode) -> Place {
    let node = document.nodes[node.index]
    return Place(file, line: Int(node.line), column: Int(node.column))
  }

  /// Notes where a part of a link stands, in the order in which it gets the parts.
  @inline(never)
  mutating func note(_ part: SourcePlace.Part, of link: String, at node: YAMLNode) {
    if places != nil { places?.append(SourcePlace(part: part, link: link, node: node)) }
  }

  @inline(never)
  mutating func error(_ node: YAMLNode, _ message: Message, hint: String? = nil) {
    diagnostics.error(place(node), message.text, hint: hint)
  }

  @inline(never)
  mutating func warn(_ node: YAMLNode, _ message: Message, hint: String? = nil) {
    diagnostics.warn(place(node), message.text, hint: hint)
  }

  /// `<key>: expected <what>, found <value>`
  @inline(never)
  mutating func refuse(_ value: YAMLNode, _ key: String, expected what: String) {
    // Beyond the limit no message is shown, so none is composed.
    guard diagnostics.errors.count <= Diagnostics.limit else { return }
    error(value, "\(key): expected \(what), found \(document.found(value))")
  }

  /// An unknown key, with the known one that it may be meant to be.
  mutating func warnUnknown(_ key: YAMLNode, known: [String]) {
    let text = document.text(key)
    warn(key, "unknown key \(quoted(text))", hint: nearestKeyHint(to: text, among: known))
  }
}

extension Place {
  /// Line and column of an offset: counted in bytes, as the text there is no text.
  fileprivate init(
    _ file: String, _ position: YAMLProblem.Position, _ bytes: [UInt8]
  ) {
    switch position {
    case .mark(let line, let column):
      self.init(file, line: line, column: column)
    case .offset(let offset):
      var line = 1
      var column = 1
      for byte in bytes.prefix(offset) {
        column += 1
        if byte == UInt8(ascii: "\n") {
          line += 1
          column = 1
        }
      }
      self.init(file, line: line, column: column)
    }
  }
}
