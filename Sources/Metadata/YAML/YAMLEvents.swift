// Unsafe: libyaml reads bytes that outlive its parser; of an event only the part of the union is
// read that its type names, and its texts are copied before it is deleted.
import CYAML

/// libyaml's parser over bytes in memory, one event at a time.
@safe struct YAMLEvents: ~Copyable {
  /// On the heap, as libyaml keeps the parser's own address in it.
  private let parser: UnsafeMutablePointer<yaml_parser_t>

  /// Shows `body` the events of the bytes; `false`: no memory.
  static func read(_ bytes: [UInt8], _ body: (borrowing YAMLEvents) -> Void) -> Bool {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let events = unsafe YAMLEvents(bytes) else { return false }
      body(events)
      return true
    }
  }

  /// `nil`: no memory. The bytes must outlive this.
  private init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      return nil
    }
    // From here on `deinit` is run, also where nothing is returned.
    unsafe self.parser = parser
    unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
  }

  /// `nil`: `problem` says why.
  func next() -> YAMLEvent? {
    var event = unsafe yaml_event_t()
    return unsafe yaml_parser_parse(parser, &event) == 1 ? YAMLEvent(event) : nil
  }

  /// What ended the events.
  var problem: YAMLProblem {
    let parser = unsafe self.parser.pointee
    let cause = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "out of memory"
    if unsafe parser.error == YAML_READER_ERROR {
      return YAMLProblem(message: cause, position: .offset(unsafe parser.problem_offset))
    }
    let context = unsafe parser.context.map { unsafe " " + String(cString: $0) } ?? ""
    let mark = unsafe parser.problem_mark
    return YAMLProblem(
      message: cause + context, position: .mark(line: mark.line + 1, column: mark.column + 1))
  }
}

/// One of libyaml's events, which it takes back with the last use.
@safe struct YAMLEvent: ~Copyable {
  private var event: yaml_event_t
  let kind: Kind

  enum Kind {
    case document
    /// Scalars.
    case plain, quoted
    /// The beginning of a collection.
    case list, mapping
    /// The end of one.
    case close
    case alias
    /// Of all.
    case end
    case other
  }

  init(_ event: yaml_event_t) {
    unsafe self.event = event
    switch unsafe event.type {
    case YAML_DOCUMENT_START_EVENT: kind = .document
    case YAML_SCALAR_EVENT:
      kind = unsafe event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quoted
    case YAML_SEQUENCE_START_EVENT: kind = .list
    case YAML_MAPPING_START_EVENT: kind = .mapping
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .close
    case YAML_ALIAS_EVENT: kind = .alias
    case YAML_STREAM_END_EVENT: kind = .end
    default: kind = .other
    }
  }

  deinit {
    var event = unsafe event
    unsafe yaml_event_delete(&event)
  }

  /// From 1.
  var line: Int { unsafe Int(event.start_mark.line) + 1 }
  var column: Int { unsafe Int(event.start_mark.column) + 1 }

  /// Appends what a scalar holds.
  func appendText(to bytes: inout [UInt8]) {
    guard kind == .plain || kind == .quoted else { return }
    let scalar = unsafe event.data.scalar
    unsafe bytes.append(
      contentsOf: UnsafeBufferPointer(start: scalar.value, count: scalar.length))
  }

  /// The name that a node has, or that an alias stands for.
  var anchor: String? {
    let name =
      switch kind {
      case .plain, .quoted: unsafe event.data.scalar.anchor
      case .list: unsafe event.data.sequence_start.anchor
      case .mapping: unsafe event.data.mapping_start.anchor
      case .alias: unsafe event.data.alias.anchor
      default: unsafe nil as UnsafeMutablePointer<UInt8>?
      }
    return unsafe name.map { unsafe String(cString: $0) }
  }
}

/// Why bytes are not YAML, in libyaml's words.
struct YAMLProblem {
  let message: String
  let position: Position

  enum Position {
    /// In bytes from the beginning of the file.
    case offset(Int)
    /// Both from 1.
    case mark(line: Int, column: Int)
  }
}
