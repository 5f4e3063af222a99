import Addresses
import Configuration

/// Reads all sources and merges them. `seeds`: the seed folder first, then the labelled disk.
///
/// - The network is taken as a whole from one source: the command line if an `ip=` of it
///   configures something (its `rd.route=` and `ifname=` belong to it), else the network-config
///   of the disk, else the one of the seed folder. A network-config that is not used is not
///   read: its neighbours and resolvers go with it, and its errors are no errors.
/// - instance-id and hostname are taken key by key from meta-data: the seed folder wins over the
///   disk. The host field of `ip=` is the last resort.
/// - `nameserver=` gives the resolvers of the guest as a whole, beside those of the links.
/// - Neighbours are the union of network-config, `guestagent.neighbors` of meta-data (the seed
///   folder wins) and `guestagent.neighbor=`; for one address the later one wins.
/// - The growth policy is taken as a whole from the first source that speaks of it: the command
///   line, meta-data (the seed folder wins), `localFile`, the bytes of `GrowthStatement.localFile`.
///   What is wrong with it is a warning here: the network does not wait for a policy.
///
/// `nil`: no source says anything, or something is wrong, and `diagnostics` has errors.
public func configuration(
  seeds: [NoCloudSeed], commandLine: String?, localFile: [UInt8]? = nil,
  diagnostics: inout Diagnostics
) -> Configuration? {
  var found = Diagnostics()
  var merge = Merge(severalSeeds: seeds.count > 1)
  merge.growth.add(commandLine: commandLine)
  if let commandLine {
    merge.commandLine = KernelCommandLine(commandLine, diagnostics: &found)
  }
  for seed in seeds { merge.add(seed, &found) }
  merge.growth.add(localFile: localFile)
  let configuration = merge.configuration(&found)
  diagnostics.append(found)
  return found.errors.isEmpty ? configuration : nil
}

private struct Merge {
  let severalSeeds: Bool
  var commandLine: KernelCommandLine?
  /// Those that are taken, in the order given.
  private var seeds: [(seed: NoCloudSeed, metaData: MetaData)] = []
  var growth = GrowthStatements()

  init(severalSeeds: Bool) {
    self.severalSeeds = severalSeeds
  }

  /// How messages name a file of a seed.
  private func file(_ name: String, of seed: NoCloudSeed) -> String {
    severalSeeds ? "\(seed.name)/\(name)" : name
  }

  mutating func add(_ seed: NoCloudSeed, _ diagnostics: inout Diagnostics) {
    if seed.metaData == nil, seed.networkConfig == nil { return }
    if let missing = seed.missing {
      diagnostics.warn(Place(seed.name), "\(missing): cloud-init would not take this seed")
    }
    var metaData = MetaData()
    if let bytes = seed.metaData {
      let document = YAMLReader(file: file("meta-data", of: seed), bytes)
      var reader = document
      metaData = reader.metaData()
      diagnostics.append(reader.diagnostics)
      // With an error there, none of it is used.
      if reader.diagnostics.errors.isEmpty { growth.add(metaData: document, of: seed) }
    }
    if !metaData.disabled { seeds.append((seed, metaData)) }
  }

  func configuration(_ diagnostics: inout Diagnostics) -> Configuration? {
    var result = Configuration()
    takeNetwork(&result, &diagnostics)
    takeNames(&result)
    takeNeighbors(&result, &diagnostics)
    let growthSource = growth.take(&result, &diagnostics)
    if commandLine.map(speaks) == true || growthSource == cmdlineSource {
      result.sources.append(cmdlineSource)
    }
    // The disk's network wins over the seed folder's, so it is named before it.
    result.sources += seeds.reversed().map { $0.seed.name }
    if let growthSource, !result.sources.contains(growthSource) {
      result.sources.append(growthSource)
    }
    let order = Origin.Part.allCases
    result.origins = order.flatMap { part in result.origins.filter { $0.part == part } }
    return result.sources.isEmpty ? nil : result
  }

  private func speaks(_ line: KernelCommandLine) -> Bool {
    line.definesNetwork || line.hostname != nil || !line.nameservers.isEmpty
      || !line.neighbors.isEmpty
  }

  private func takeNetwork(_ result: inout Configuration, _ diagnostics: inout Diagnostics) {
    var network: String?
    var overridden: [String] = []
    result.nameservers = commandLine?.nameservers ?? []
    if let commandLine, commandLine.definesNetwork {
      network = cmdlineSource
      result.links = commandLine.links
    }
    for (seed, _) in seeds.reversed() {
      guard let bytes = seed.networkConfig, !bytes.isEmpty else { continue }
      guard network == nil else {
        overridden.append(seed.name)
        continue
      }
      var reader = YAMLReader(file: file("network-config", of: seed), bytes)
      let found = reader.networkConfig()
      diagnostics.append(reader.diagnostics)
      if found != nil || !reader.diagnostics.errors.isEmpty { network = seed.name }
      result.links = found?.links ?? []
      result.nameservers += found?.nameservers ?? []
      result.searchDomains = found?.searchDomains ?? []
    }
    guard let network else { return takeResolvers(&result, nil) }
    result.origins.append(Origin(.network, [network], overridden: overridden))
    let place = Place(network == cmdlineSource ? WordNotes.place.source : network)
    result.warnOfEqualDefaultRoutes(place, &diagnostics)
    takeResolvers(&result, network)
  }

  private func takeResolvers(_ result: inout Configuration, _ network: String?) {
    var sources = commandLine?.nameservers.isEmpty == false ? [cmdlineSource] : []
    let ofNetwork =
      sources.isEmpty && !result.nameservers.isEmpty || !result.searchDomains.isEmpty
      || result.links.contains { !$0.nameservers.isEmpty || !$0.searchDomains.isEmpty }
    if ofNetwork, let network, !sources.contains(network) { sources.append(network) }
    if !sources.isEmpty { result.origins.append(Origin(.resolvers, sources)) }
  }

  private func takeNames(_ result: inout Configuration) {
    let ids = seeds.filter { $0.metaData.instanceID != nil }
    if let first = ids.first {
      result.instanceID = first.metaData.instanceID
      result.origins.append(
        Origin(.instanceID, [first.seed.name], overridden: ids.dropFirst().map { $0.seed.name }))
    }
    var names = seeds.compactMap { seed in
      seed.metaData.hostname.map { (name: $0, source: seed.seed.name) }
    }
    if let name = commandLine?.hostname { names.append((name, cmdlineSource)) }
    if let first = names.first {
      result.hostname = first.name.short
      result.fqdn = first.name.full
      result.origins.append(
        Origin(.hostname, [first.source], overridden: names.dropFirst().map { $0.source }))
    }
  }

  /// Weakest first, as a later request replaces an earlier one.
  private func takeNeighbors(_ result: inout Configuration, _ diagnostics: inout Diagnostics) {
    var requests: [NeighborRequest] = []
    for (seed, metaData) in seeds.reversed() {
      for var request in metaData.neighbors {
        request.source = seed.name
        requests.append(request)
      }
    }
    requests += commandLine?.neighbors ?? []
    var sources: [String] = []
    for request in requests.reversed() where sources.last != request.source {
      sources.append(request.source)
    }
    let network = result.origins.first { $0.part == .network }?.sources.first
    if let network, !sources.contains(network),
      result.links.contains(where: { !$0.neighbors.isEmpty })
    {
      sources.append(network)
    }
    if !sources.isEmpty { result.origins.append(Origin(.neighbors, sources)) }
    result.place(requests, &diagnostics)
  }
}
