import Addresses
import Configuration

/// Reads all sources and merges them. `seeds`: of each source the strongest first, in any order of
/// sources; of NoCloud the folder, the labelled disk, then what `seedfrom` names. `serial`: the
/// machine's serial number. `order`: the sources that are read, the one that wins first.
///
/// - The network is taken as a whole from the first source that has one: the command line if a
///   `network-config=` or an `ip=` of it configures something (its `rd.route=` and `ifname=` belong
///   to that), else the network-config of the first source with one that is not empty; that it is
///   `disabled` counts. A network-config that is not used is not read: its neighbours and resolvers
///   go with it, and its errors are no errors.
/// - instance-id and the names of the host are taken from the first source that has them; within a
///   source user-data win over meta-data, and meta-data are merged by SourceReading.swift. The host
///   field of `ip=` is the last resort.
/// - `nameserver=` gives the resolvers of the guest as a whole, beside those of the network.
/// - Neighbours are the union of network-config, `guestagent: neighbors` of meta-data and user-data
///   and `guestagent.neighbor=`; for one address the later one wins, and of two sources the first.
/// - The growth policy is taken as a whole from the first source that speaks of it: the command
///   line, the others in their order, `localFile`, the bytes of `GrowthStatement.localFile`.
///   What is wrong with it is a warning here: the network does not wait for a policy.
///
/// `nil`: no source says anything, or something is wrong, and `diagnostics` has errors.
/// Source of the order: cloud-init, "Network configuration sources".
public func configuration(
  seeds: [Seed], commandLine: String?, serial: String? = nil, localFile: [UInt8]? = nil,
  order: [SourceName] = SourceName.allCases, diagnostics: inout Diagnostics
) -> Configuration? {
  var found = Diagnostics()
  var merge = Merge(order)
  merge.growth.add(commandLine: commandLine)
  if let commandLine {
    merge.commandLine = KernelCommandLine(commandLine, diagnostics: &found)
  }
  merge.read(seeds, serial: serial, &found)
  merge.growth.add(localFile: localFile)
  let configuration = merge.configuration(&found)
  diagnostics.append(found)
  return found.errors.isEmpty ? configuration : nil
}

private struct Merge {
  let order: [SourceName]
  var commandLine: KernelCommandLine?
  /// Those that are taken, the strongest first.
  private var readings: [SourceReading] = []
  var growth = GrowthStatements()

  init(_ order: [SourceName]) {
    self.order = order
  }

  mutating func read(_ seeds: [Seed], serial: String?, _ diagnostics: inout Diagnostics) {
    for source in order {
      let ofSource = seeds.filter { $0.source == source }
      var lines: [NoCloudLine] = []
      if source == .noCloud {
        lines = NoCloudLine.all(commandLine?.datasource, serial, &diagnostics)
      }
      if ofSource.isEmpty, lines.isEmpty { continue }
      let reading = SourceReading(
        source, ofSource, lines: lines, namesSeeds: seeds.count > 1, &diagnostics)
      if reading.isDisabled(&diagnostics) { continue }
      reading.addGrowth(to: &growth, strict: false)
      readings.append(reading)
    }
  }

  func configuration(_ diagnostics: inout Diagnostics) -> Configuration? {
    var result = Configuration()
    takeNetwork(&result, &diagnostics)
    takeNames(&result, &diagnostics)
    takeNeighbors(&result, &diagnostics)
    let growthSource = growth.take(&result, &diagnostics)
    for source in order {
      if source == .commandLine {
        if commandLine.map(speaks) == true || growthSource == cmdlineSource {
          result.sources.append(cmdlineSource)
        }
      } else {
        for reading in readings where reading.source == source { result.sources += reading.names }
      }
    }
    if let growthSource, !result.sources.contains(growthSource) {
      result.sources.append(growthSource)
    }
    let parts = Origin.Part.allCases
    result.origins = parts.flatMap { part in result.origins.filter { $0.part == part } }
    return result.sources.isEmpty ? nil : result
  }

  private func speaks(_ line: KernelCommandLine) -> Bool {
    line.definesNetwork || line.networkConfig != nil || line.hostname != nil
      || !line.nameservers.isEmpty || !line.neighbors.isEmpty
  }

  // MARK: The network

  @inline(never)
  private func takeNetwork(_ result: inout Configuration, _ diagnostics: inout Diagnostics) {
    var taken: String?
    var overridden: [String] = []
    result.nameservers = commandLine?.nameservers ?? []
    for source in order {
      if source == .commandLine, let network = networkOfCommandLine(&diagnostics) {
        if taken == nil {
          taken = cmdlineSource
          result.take(network)
        } else {
          overridden.append(cmdlineSource)
        }
      }
      for reading in readings where reading.source == source {
        for seed in reading.networks {
          guard taken == nil else {
            overridden.append(seed.name)
            continue
          }
          let (network, isFaulty) = reading.network(of: seed, &diagnostics)
          if network != nil || isFaulty { taken = seed.name }
          if let network { result.take(network) }
        }
      }
    }
    guard let taken else { return takeResolvers(&result, nil) }
    result.origins.append(Origin(.network, [taken], overridden: overridden))
    let place = Place(taken == cmdlineSource ? WordNotes.place.source : taken)
    result.warnOfEqualDefaultRoutes(place, &diagnostics)
    takeResolvers(&result, taken)
  }

  /// `network-config=` wins over `ip=`.
  private func networkOfCommandLine(_ diagnostics: inout Diagnostics) -> NetworkSource? {
    guard let commandLine else { return nil }
    switch commandLine.networkConfig {
    case .disabled: return NetworkSource(isDisabled: true)
    case .bytes(let bytes):
      var reader = YAMLReader(file: WordNotes.place.source + ": network-config", bytes)
      let network = reader.networkConfig()
      diagnostics.append(reader.diagnostics)
      if let network { return network }
    case nil: break
    }
    return commandLine.definesNetwork ? NetworkSource(links: commandLine.links) : nil
  }

  private func takeResolvers(_ result: inout Configuration, _ network: String?) {
    var sources = commandLine?.nameservers.isEmpty == false ? [cmdlineSource] : []
    let ofNetwork =
      sources.isEmpty && !result.nameservers.isEmpty || !result.searchDomains.isEmpty
      || result.links.contains { !$0.nameservers.isEmpty || !$0.searchDomains.isEmpty }
    if ofNetwork, let network, !sources.contains(network) { sources.append(network) }
    if !sources.isEmpty { result.origins.append(Origin(.resolvers, sources)) }
  }

  // MARK: Names

  @inline(never)
  private func takeNames(_ result: inout Configuration, _ diagnostics: inout Diagnostics) {
    let ids = readings.flatMap { $0.instanceIDs }
    if let first = ids.first {
      result.instanceID = first.id
      result.origins.append(
        Origin(.instanceID, [first.name], overridden: ids.dropFirst().map { $0.name }))
    }
    var sources: [String] = []
    func take(_ names: HostNames, of found: [String]) {
      if sources.isEmpty {
        result.hostname = names.hostname
        result.fqdn = names.fqdn
      }
      sources += found
    }
    for reading in readings {
      if let (names, found) = reading.hostNames { take(names, of: found) }
    }
    if let names = HostNames(CloudConfig(), metaData: commandLine?.hostname) {
      take(names, of: [cmdlineSource])
    }
    if let first = sources.first {
      let overridden = [String](sources.dropFirst())
      result.origins.append(Origin(.hostname, [first], overridden: overridden))
    } else {
      warnOfHiddenUserData(&diagnostics)
    }
    if let name = result.hostname, name.utf8.count > HostNames.limit {
      let label = name.utf8.prefix { $0 != UInt8(ascii: ".") }
      result.hostname = String(decoding: label, as: UTF8.self)
      diagnostics.warn(
        Place(sources[0]),
        "a host name has \(HostNames.limit) bytes at most: \(quoted(name)) is cut at its first dot")
    }
  }

  private func warnOfHiddenUserData(_ diagnostics: inout Diagnostics) {
    for reading in readings {
      guard let userData = reading.userData, case .hidden(let what) = userData.kind else {
        continue
      }
      return diagnostics.warn(
        Place(userData.seed.name),
        "no host name is given; user-data are \(what), which is not read by guestagent")
    }
  }

  // MARK: Neighbours

  /// Weakest first, as a later request replaces an earlier one.
  @inline(never)
  private func takeNeighbors(_ result: inout Configuration, _ diagnostics: inout Diagnostics) {
    var requests = readings.reversed().flatMap { $0.neighbors }
    requests += commandLine?.neighbors ?? []
    var sources: [String] = []
    for request in requests.reversed() where !sources.contains(request.source) {
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

extension Configuration {
  /// Its resolvers stand beside those that are there.
  fileprivate mutating func take(_ network: NetworkSource) {
    links = network.links
    var known: [IPPrefix: Int] = [:]
    for address in nameservers { known[IPPrefix(host: address)] = 0 }
    for address in network.nameservers
    where known.updateValue(0, forKey: IPPrefix(host: address)) == nil {
      nameservers.append(address)
    }
    searchDomains = network.searchDomains
  }
}
