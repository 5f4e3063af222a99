import Configuration

/// What one source says of growth; a source that says nothing makes none. Each is read for itself
/// alone: what else is wrong in its source is nobody's matter here.
///
///     kernel command line     guestagent.grow=<policy>           the last one counts
///     user-data, meta-data    guestagent: {grow: <growth>}
///     user-data               growpart, resize_rootfs            GrowpartYAML.swift
///     /etc/guestagent.yaml    grow: <growth>
///
/// `<policy>` is that of GrowthPolicyText.swift, `<growth>` that of GrowthYAML.swift.
public struct GrowthStatement: Equatable, Sendable {
  /// `cmdline`, the name of a seed, `file:<path>`.
  public let source: String
  /// `nil`: it cannot be used, and the diagnostics have errors.
  public let policy: GrowthPolicy?

  /// Where the guest's own file lies.
  public static var localFile: String { "/etc/guestagent.yaml" }

  /// Words of guestagent's that nobody knows are warned of: one may be a policy, misspelt.
  public init?(commandLine: String, diagnostics: inout Diagnostics) {
    var text: String?
    for (key, value) in commandLineWords(commandLine) {
      switch Word(key) {
      case "guestagent.grow": text = value
      case "guestagent.neighbor": break
      case _ where key.hasPrefix("guestagent."):
        let known = ["guestagent.grow", "guestagent.neighbor"]
        diagnostics.warn(
          WordNotes.place, "unknown word \(quoted(key))",
          hint: nearestKeyHint(to: key, among: known))
      default: break
      }
    }
    guard let text else { return nil }
    source = cmdlineSource
    do throws(GrowthPolicyError) { policy = try GrowthPolicy(text: text) } catch {
      var notes = WordNotes("guestagent.grow", text)
      notes.error(error.description)
      diagnostics.append(notes.diagnostics)
      policy = nil
    }
  }

  /// The first one among the seeds of one source, the strongest seed first, and of lines in their
  /// place. Meta-data or user-data that are no YAML are an error: they may hold a policy.
  public init?(
    _ source: SourceName, _ seeds: [Seed], datasource: String? = nil, serial: String? = nil,
    diagnostics: inout Diagnostics
  ) {
    var ignored = Diagnostics()
    let reading = SourceReading(
      source, seeds,
      lines: source == .noCloud ? NoCloudLine.all(datasource, serial, &ignored) : [],
      namesSeeds: true, &ignored)
    var statements = GrowthStatements()
    if !reading.isDisabled(&ignored) { reading.addGrowth(to: &statements, strict: true) }
    diagnostics.append(statements.warnings)
    guard let (statement, findings) = statements.first else { return nil }
    diagnostics.append(findings)
    self = statement
  }

  /// Of a document that is parsed, and of which nothing else is read yet.
  fileprivate init?(
    _ document: YAMLReader, source: String, _ file: GrowthStatements.File,
    _ diagnostics: inout Diagnostics
  ) {
    self.init(document, source: source, &diagnostics) { reader in
      switch file {
      case .metaData: reader.growthOfOwnKey("meta-data")
      case .userData: reader.growthOfOwnKey("user-data")
      case .growpart: reader.growpart()
      }
    }
  }

  /// The bytes of `localFile`.
  public init?(localFile bytes: [UInt8], diagnostics: inout Diagnostics) {
    let reader = YAMLReader(file: Self.localFile, bytes)
    self.init(reader, source: "file:\(Self.localFile)", &diagnostics) { reader in
      reader.growthOfLocalFile()
    }
  }

  private init?(
    _ reader: YAMLReader, source: String, _ diagnostics: inout Diagnostics,
    _ read: (inout YAMLReader) -> GrowthPolicy?
  ) {
    var reader = reader
    let found = reader.diagnostics.errors.isEmpty ? read(&reader) : nil
    diagnostics.append(reader.diagnostics)
    guard found != nil || !reader.diagnostics.errors.isEmpty else { return nil }
    self.source = source
    policy = found
  }
}

/// Statements in the order of their precedence: the first one counts, and the others are named.
struct GrowthStatements {
  private(set) var first: (statement: GrowthStatement, findings: Diagnostics)?
  private var overridden: [String] = []
  /// Of sources that say nothing.
  private(set) var warnings = Diagnostics()

  enum File {
    case metaData, userData
    /// user-data again, for the keys that are others'.
    case growpart
  }

  mutating func add(commandLine: String?) {
    var found = Diagnostics()
    guard let commandLine else { return }
    add(GrowthStatement(commandLine: commandLine, diagnostics: &found), found)
  }

  mutating func add(_ document: YAMLReader, _ source: String, _ file: File) {
    var found = Diagnostics()
    add(GrowthStatement(document, source: source, file, &found), found)
  }

  mutating func add(localFile bytes: [UInt8]?) {
    var found = Diagnostics()
    guard let bytes else { return }
    add(GrowthStatement(localFile: bytes, diagnostics: &found), found)
  }

  private mutating func add(_ statement: GrowthStatement?, _ found: Diagnostics) {
    guard let statement else { return warnings.append(found) }
    if first == nil {
      first = (statement, found)
    } else if statement.source != first?.statement.source,
      !overridden.contains(statement.source)
    {
      overridden.append(statement.source)
    }
  }

  /// Puts the policy and its origin into a configuration; the source that is used.
  func take(_ configuration: inout Configuration, _ diagnostics: inout Diagnostics) -> String? {
    diagnostics.append(asWarnings: warnings)
    guard let (statement, findings) = first else { return nil }
    diagnostics.append(asWarnings: findings)
    configuration.growth = statement.policy
    configuration.origins.append(
      Origin(.growth, [statement.source], overridden: overridden))
    return statement.source
  }
}
