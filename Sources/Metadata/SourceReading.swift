import Configuration

/// One source: its seeds read, and merged by its own rules.
///
/// - Meta-data are taken key by key from the first seed that has the key.
/// - user-data and the network are each taken whole from one seed: of NoCloud's the last one that
///   has them, so that a disk wins over a folder; of the others the first one.
/// - A seed that `seedfrom` names comes last with its meta-data, and alone gives user-data and
///   the network.
///
/// Source: cloud-init, `_get_data` of DataSourceNoCloud.py.
final class SourceReading {
  let source: SourceName
  /// The strongest first.
  private(set) var parts: [Part] = []
  /// Those that may give the network, the strongest first.
  private(set) var networks: [Seed] = []
  private(set) var userData: (seed: Seed, kind: UserDataKind, config: CloudConfig)?
  private var userSeed: Seed?
  /// As parsed, and of which nothing is read yet; of a cloud-config only.
  private var userDocument: YAMLReader?
  /// Where it is from: the one that wins the network first, lines last.
  private(set) var names: [String] = []
  private let namesSeeds: Bool

  /// A seed with meta-data, or a line that stands for them.
  struct Part {
    let name: String
    var metaData = MetaData()
    /// Parsed, and nothing of it read yet.
    var document: YAMLReader?
    /// Something in it is wrong: none of it is used.
    var isFaulty = false
  }

  /// `seeds`: the strongest first; `lines`: stronger than all of them. `namesSeeds`: messages have
  /// the seed before its file. Of the findings, what is wrong with user-data is a warning.
  init(
    _ source: SourceName, _ seeds: [Seed], lines: [NoCloudLine] = [], namesSeeds: Bool,
    _ diagnostics: inout Diagnostics
  ) {
    self.source = source
    self.namesSeeds = namesSeeds
    for line in lines { parts.append(Part(name: line.name, metaData: line.metaData)) }
    // What is followed comes last.
    for isFollowed in [false, true] {
      for seed in seeds where seed.isSeedFrom == isFollowed { add(seed, &diagnostics) }
    }
    if let seed = userSeed { take(userDataOf: seed, &diagnostics) }
    for line in lines where line.givesNames { names.append(line.name) }
  }

  private func add(_ seed: Seed, _ diagnostics: inout Diagnostics) {
    let isNoCloud = source == .noCloud
    // Of NoCloud's seeds those with user-data alone are none.
    if isNoCloud, seed.metaData == nil, seed.networkConfig == nil { return }
    // NoCloud's later seeds win these, and one that is followed alone counts.
    if seed.isSeedFrom {
      networks = []
      userSeed = nil
    }
    names.insert(seed.name, at: isNoCloud ? 0 : names.count)
    if seed.networkConfig?.isEmpty == false {
      networks.insert(seed, at: isNoCloud ? 0 : networks.count)
    }
    if seed.userData != nil, isNoCloud || userSeed == nil { userSeed = seed }
    if let missing = seed.missing {
      diagnostics.warn(Place(seed.name), "\(missing): cloud-init would not take this seed")
    }
    var part = Part(name: seed.name)
    if let bytes = seed.metaData {
      let document = yaml(seed.file(.metaData, prefixed: namesSeeds), bytes)
      var reader = document
      part.metaData =
        source == .configDrive
        ? reader.configDriveMetaData(hasNetworkData: seed.networkConfig != nil)
        : reader.metaData()
      part.isFaulty = !reader.diagnostics.errors.isEmpty
      part.document = document
      diagnostics.append(reader.diagnostics)
    }
    parts.append(part)
  }

  private func take(userDataOf seed: Seed, _ diagnostics: inout Diagnostics) {
    let bytes = seed.userData ?? []
    let kind = UserDataKind(bytes)
    var config = CloudConfig()
    if kind == .cloudConfig {
      let document = YAMLReader(file: seed.file(.userData, prefixed: namesSeeds), bytes)
      var reader = document
      config = reader.cloudConfig()
      userDocument = document
      diagnostics.append(asWarnings: reader.diagnostics)
    }
    userData = (seed, kind, config)
  }

  /// The strongest word on it.
  var seedFrom: SeedFrom? {
    for part in parts { if let found = part.metaData.seedFrom { return found } }
    return nil
  }

  /// Whether the strongest word on it is that the source is not to be taken.
  func isDisabled(_ diagnostics: inout Diagnostics) -> Bool {
    guard let metaData = parts.first(where: { $0.metaData.mode != nil })?.metaData,
      metaData.mode == .disabled
    else { return false }
    if let place = metaData.modePlace {
      let what = source == .configDrive ? "config drive" : "seed"
      diagnostics.warn(place, "dsmode: disabled: this \(what) is not taken")
    }
    return true
  }

  // MARK: Parts of the configuration

  var instanceIDs: [(id: String, name: String)] {
    parts.compactMap { part in part.metaData.instanceID.map { ($0, part.name) } }
  }

  /// The names of the host, and who speaks of them, the one that wins first.
  var hostNames: (names: HostNames, sources: [String])? {
    let config = userData?.config ?? CloudConfig()
    let named = parts.filter { $0.metaData.hostname != nil }
    guard let names = HostNames(config, metaData: named.first?.metaData.hostname) else {
      return nil
    }
    var sources: [String] = []
    if let userData, config.hostname != nil || config.fqdn != nil {
      sources.append(userData.seed.name)
    }
    for part in named where !sources.contains(part.name) { sources.append(part.name) }
    return (names, sources)
  }

  /// The weakest first, as a later request replaces an earlier one.
  var neighbors: [NeighborRequest] {
    var requests: [NeighborRequest] = []
    func add(_ more: [NeighborRequest], _ name: String) {
      for var request in more {
        request.source = name
        requests.append(request)
      }
    }
    for part in parts.reversed() { add(part.metaData.neighbors, part.name) }
    if let userData { add(userData.config.neighbors, userData.seed.name) }
    return requests
  }

  /// `strict`: also of what is no YAML, as it may hold a policy.
  func addGrowth(to statements: inout GrowthStatements, strict: Bool) {
    let user = userDocument.flatMap { document in
      strict || document.diagnostics.errors.isEmpty ? document : nil
    }
    let userName = userData?.seed.name ?? ""
    if let user { statements.add(user, userName, .userData) }
    for part in parts {
      guard let document = part.document, strict || !part.isFaulty else { continue }
      statements.add(document, part.name, .metaData)
    }
    if let user, user.diagnostics.errors.isEmpty { statements.add(user, userName, .growpart) }
  }

  /// A file of a seed; a config drive's are JSON.
  private func yaml(_ file: String, _ bytes: [UInt8]) -> YAMLReader {
    source == .configDrive
      ? YAMLReader(file: file, json: bytes) : YAMLReader(file: file, bytes)
  }

  /// Reads what a seed says of the network; `nil`: nothing.
  func network(of seed: Seed, _ diagnostics: inout Diagnostics) -> (NetworkSource?, isFaulty: Bool)
  {
    var reader = yaml(
      seed.file(.networkConfig, prefixed: namesSeeds), seed.networkConfig ?? [])
    let found = source == .configDrive ? reader.networkData() : reader.networkConfig()
    diagnostics.append(reader.diagnostics)
    return (found, !reader.diagnostics.errors.isEmpty)
  }
}
