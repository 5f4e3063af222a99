import CYAML

/// libyaml's parser over bytes in memory, one event at a time.
struct YAMLEvents: ~Copyable {
  /// On the heap, as libyaml keeps the parser's own address in it.
  private let parser: UnsafeMutablePointer<yaml_parser_t>

  /// `nil`: no memory. The bytes must outlive this.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      return nil
    }
    // From here on `deinit` is run, also where nothing is returned.
    self.parser = parser
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// To be ended with `yaml_event_delete`; `nil`: `problem` says why.
  func next() -> yaml_event_t? {
    var event = yaml_event_t()
    return yaml_parser_parse(parser, &event) == 1 ? event : nil
  }

  /// What ended the events.
  var problem: YAMLProblem {
    let cause = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
    if parser.pointee.error == YAML_READER_ERROR {
      return YAMLProblem(message: cause, position: .offset(parser.pointee.problem_offset))
    }
    let context = parser.pointee.context.map { " " + String(cString: $0) } ?? ""
    let mark = parser.pointee.problem_mark
    return YAMLProblem(
      message: cause + context, position: .mark(line: mark.line + 1, column: mark.column + 1))
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
