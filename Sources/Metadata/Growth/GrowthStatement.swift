import Configuration

/// What one source says of growth; a source that says nothing makes none. Each is read for itself
/// alone: what else is wrong in its source is nobody's matter here.
///
///     kernel command line     guestagent.grow=<policy>           the last one counts
///     meta-data               guestagent: {grow: <growth>}
///     /etc/guestagent.yaml    grow: <growth>                     no other key is known
///
/// `<policy>` is that of GrowthPolicyText.swift, `<growth>` that of GrowthYAML.swift.
public struct GrowthStatement: Equatable, Sendable {
  /// `cmdline`, `nocloud:<path>`, `file:<path>`.
  public let source: String
  /// `nil`: it cannot be used, and the diagnostics have errors.
  public let policy: GrowthPolicy?

  /// Where the guest's own file lies.
  public static var localFile: String { "/etc/guestagent.yaml" }

  /// Words of guestagent's that nobody knows are warned of: one may be a policy, misspelt.
  public init?(commandLine: String, diagnostics: inout Diagnostics) {
    var text: String?
    for (key, value) in commandLineWords(commandLine) {
      switch key {
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

  /// `file`: how messages name the seed's meta-data. Meta-data that are no YAML are an error: they
  /// may hold a policy.
  public init?(_ seed: NoCloudSeed, file: String, diagnostics: inout Diagnostics) {
    guard let bytes = seed.metaData else { return nil }
    self.init(metaData: YAMLReader(file: file, bytes), of: seed, &diagnostics)
  }

  /// Of meta-data that are parsed already, and of which nothing else is read yet.
  init?(metaData: YAMLReader, of seed: NoCloudSeed, _ diagnostics: inout Diagnostics) {
    self.init(metaData, source: seed.name, &diagnostics) { reader in
      reader.growthOfMetaData()
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
  private var first: (statement: GrowthStatement, findings: Diagnostics)?
  private var overridden: [String] = []
  /// Of sources that say nothing.
  private var warnings = Diagnostics()

  mutating func add(commandLine: String?) {
    var found = Diagnostics()
    guard let commandLine else { return }
    add(GrowthStatement(commandLine: commandLine, diagnostics: &found), found)
  }

  mutating func add(metaData: YAMLReader, of seed: NoCloudSeed) {
    var found = Diagnostics()
    add(GrowthStatement(metaData: metaData, of: seed, &found), found)
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
    } else {
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
