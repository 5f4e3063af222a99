/// What a reader found wrong in a source: collected, so that one run tells all of it.
public struct Diagnostics: Equatable, Sendable {
  /// The most errors, and the most warnings, that are kept: hostile input must not fill memory.
  public static let limit = 100

  /// The source is not used.
  public private(set) var errors: [Diagnostic] = []
  /// The source is used; its author should know.
  public private(set) var warnings: [Diagnostic] = []
  /// Whether a source is there and could not be read: nobody knows what it says.
  public private(set) var hasUnread = false

  public init() {}

  public mutating func error(_ place: Place, _ message: String, hint: String? = nil) {
    Self.append(Diagnostic(place: place, message: message, hint: hint), to: &errors, "errors")
  }

  public mutating func warn(_ place: Place, _ message: String, hint: String? = nil) {
    Self.append(Diagnostic(place: place, message: message, hint: hint), to: &warnings, "warnings")
  }

  /// Warns of a source that is there and could not be read.
  public mutating func warn(unread place: Place, _ message: String) {
    warn(place, message)
    hasUnread = true
  }

  /// Takes over what another reader found.
  public mutating func append(_ other: Diagnostics) {
    for found in other.errors { Self.append(found, to: &errors, "errors") }
    for found in other.warnings { Self.append(found, to: &warnings, "warnings") }
    hasUnread = hasUnread || other.hasUnread
  }

  /// The same, where even an error of the other reader leaves the source in use.
  public mutating func append(asWarnings other: Diagnostics) {
    for found in other.errors + other.warnings { Self.append(found, to: &warnings, "warnings") }
  }

  /// Beyond the limit one last line says that there is more.
  private static func append(_ found: Diagnostic, to list: inout [Diagnostic], _ what: String) {
    guard list.count <= limit else { return }
    let more = Diagnostic(place: found.place, message: "more \(what) follow, not shown")
    list.append(list.count < limit ? found : more)
  }
}

/// One finding. `description` is the line that a person reads.
public struct Diagnostic: Equatable, Sendable, CustomStringConvertible {
  public let place: Place
  /// Lower case, no full stop, the user's text in quotes; says what was expected.
  public let message: String
  /// What to do about it: `did you mean "addresses"?`, `write 192.0.2.10/32`.
  public let hint: String?

  public init(place: Place, message: String, hint: String? = nil) {
    self.place = place
    self.message = message
    self.hint = hint
  }

  public var description: String { "\(place): \(text)" }

  /// Message and hint.
  public var text: String { message + (hint.map { "; \($0)" } ?? "") }
}

/// A place in a source: a file or `kernel command line`, and line and column from 1 where the
/// source has lines.
public struct Place: Equatable, Sendable, CustomStringConvertible {
  public let source: String
  public let line: Int?
  public let column: Int?

  public init(_ source: String, line: Int? = nil, column: Int? = nil) {
    self.source = source
    self.line = line
    self.column = column
  }

  public var description: String {
    guard let line else { return source }
    guard let column else { return "\(source):\(line)" }
    return "\(source):\(line):\(column)"
  }
}
