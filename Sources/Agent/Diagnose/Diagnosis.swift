import Addresses
import Configuration
import Linux
import Network

/// The guest's network for a person whose guest has none: what is there is looked at, what is on
/// the links is asked, all at once and by sockets of its own, and each thing is judged.
///
/// Nothing is configured. What is heard the kernel hears too: an entry of its neighbour table that
/// it has learned is confirmed by an answer, and a resolver is asked as any program asks it.
public struct Diagnosis {
  public private(set) var findings: [Finding] = []

  /// `configuration` is `nil` where there are no metadata; `fault`: what is wrong with them.
  public init(
    _ configuration: Configuration?, fault: String? = nil, _ options: Options
  ) throws(SystemError) {
    if let fault {
      findings.append(
        Finding(.wrong, nil, .metadata, "\(fault)", hint: "run guestagent check on them"))
    }
    let wanted = configuration?.linksWithOneDefaultRoute ?? []
    let hasMetadata = if case .some = configuration { true } else { false }
    var state = try NetworkState(options)
    try state.look(for: wanted)
    let assignment = state.assignAgain(wanted)
    let links = Self.links(state, wanted, assignment, hasMetadata, options)
    for refusal in assignment.refusals
    where options.interface == nil || options.interface == wanted[refusal.wanted].name {
      tell(refusal, wanted[refusal.wanted], state.found.links)
    }
    if links.isEmpty, findings.isEmpty {
      findings.append(
        Finding(
          .wrong, options.interface, .link,
          options.interface == nil ? "there is no NIC" : "no network interface of this name",
          hint: options.interface == nil ? "give the machine one on its host" : nil))
    }
    let resolvers = options.interface == nil ? ResolverFacts.read(options.files) : []
    ask(links, resolvers)
    for link in links { findings += link.findings }
    if options.interface == nil { findings += ResolverFacts.findings(resolvers) }
  }

  public var isWrong: Bool { findings.contains { $0.state == .wrong } }

  // MARK: Looking

  /// The links that are judged: those that the metadata name; without metadata the NICs, and what
  /// carries addresses. One that is asked for by name in any case.
  private static func links(
    _ state: NetworkState, _ wanted: [LinkConfiguration], _ assignment: LinkAssignment,
    _ hasMetadata: Bool, _ options: Options
  ) -> [LinkFacts] {
    let found = state.found.links
    let directory = LinkDirectory(wanted, found, assignment.pairs)
    var facts: [LinkFacts] = []
    for position in found.indices {
      let name = found[position].name
      let pair = assignment.pairs.first { $0.found == position }
      if let only = options.interface {
        if only != name { continue }
      } else if hasMetadata ? pair == nil : !found[position].isWorthALook {
        continue
      }
      let fact = LinkFacts(
        found[position], pair.map { wanted[$0.wanted] }, hasMetadata: hasMetadata)
      if pair != nil {
        fact.status =
          LinkStatus(
            fact.wanted, fact.found, directory: directory,
            linklessRoutes: state.found.linklessRoutes, rules: state.found.rules,
            record: state.records[fact.found.index], kernel: state.kernel
          ).items
      }
      fact.compare(with: found, position)
      let accepts = Sysctl.value(of: .acceptRA, ofLink: name) ?? 0
      fact.acceptsRouters = accepts == 2 || accepts == 1 && !Sysctl.forwardsIPv6(link: name)
      facts.append(fact)
    }
    return facts
  }

  private mutating func tell(
    _ refusal: LinkAssignment.Refusal, _ link: LinkConfiguration, _ found: [FoundLink]
  ) {
    if case .noneFound = refusal.reason, link.mayBeAbsent { return }
    var others = ""
    for link in found where link.isEthernet {
      others += ("\(others.isEmpty ? "there is " : ", ")\(link.name)" as Message).text
      if let mac = link.macAddress { others += (" \(mac)" as Message).text }
    }
    findings.append(
      Finding(
        .wrong, link.name, .link, "\(refusal)",
        hint: others.isEmpty ? "give the machine a NIC on its host" : "\(others)"))
  }

  // MARK: Asking

  private func ask(_ links: [LinkFacts], _ resolvers: [ResolverFacts]) {
    var probes: [Probe] = []
    for link in links { link.addProbes(&probes) }
    for resolver in resolvers {
      let probe = Probe(.resolver(resolver.address), nil)
      resolver.probe = probe
      probes.append(probe)
    }
    ProbeRun.run(probes)
    for link in links { link.take(resolvers) }
  }
}

extension FoundLink {
  /// A NIC, or what is made on top of one and carries addresses; ports carry none.
  fileprivate var isWorthALook: Bool {
    guard isEthernet, controller == nil else { return false }
    switch kind {
    case nil, "veth": return true
    default: return hasCarrier && addresses.contains { !$0.prefix.address.isLinkLocal }
    }
  }

  /// The metric of its best default route of the family in the main table.
  fileprivate func defaultMetric(_ family: IPFamily) -> UInt32? {
    var best: UInt32?
    for route in routes
    where route.route.isDefault(family) && route.route.key.table == RouteKey.mainTable {
      best = min(best ?? .max, route.route.key.metric)
    }
    return best
  }
}

extension LinkFacts {
  /// What the other links have to do with it. Reverse path filtering (`rp_filter`, the stricter of
  /// the link's and of all) drops where the link's own default route is not the one that is used;
  /// where there are routes in other tables, rules choose, and nobody can tell.
  fileprivate func compare(with links: [FoundLink], _ own: Int) {
    var best = UInt32.max
    var hasTables = false
    for position in links.indices {
      hasTables =
        hasTables
        || links[position].routes.contains {
          $0.route.isDefault(.ipv4) && $0.route.key.table != RouteKey.mainTable
        }
      if position == own { continue }
      if let metric = links[position].defaultMetric(.ipv4) {
        othersHaveDefault4 = true
        best = min(best, metric)
      }
      if links[position].defaultMetric(.ipv6) != nil { othersHaveDefault6 = true }
    }
    guard !hasTables, let metric = found.defaultMetric(.ipv4), best < metric else { return }
    func filter(_ name: String) -> UInt64 {
      let path: Message = "/proc/sys/net/ipv4/conf/\(name)/rp_filter"
      return FileTree(root: "").number(in: path.text) ?? 0
    }
    dropsByReversePath = max(filter("all"), filter(found.name)) == 1
  }

  /// The questions that can be asked on it.
  fileprivate func addProbes(_ probes: inout [Probe]) {
    func ask(_ kind: Probe.Kind) -> Probe {
      let probe = Probe(kind, found)
      probes.append(probe)
      return probe
    }
    let isSilent = silence != nil || found.macAddress == nil
    for target in targets {
      let neighbor = NeighborFacts(target, from: source(for: target))
      neighbors.append(neighbor)
      for entry in found.neighbors where entry.to == target {
        if entry.isPermanent { neighbor.permanent = entry.linkLayerAddress } else {
          neighbor.learned = entry.linkLayerAddress
        }
      }
      guard !isSilent, let source = neighbor.source else { continue }
      neighbor.probe = ask(.neighbor(target, from: source))
      if neighbor.permanent != nil { neighbor.echo = ask(.echo(target, from: source)) }
    }
    if isSilent { return }
    for address in found.addresses where address.duplicateDetection == .passed {
      let own = address.prefix.address
      if own.family == .ipv4, duplicates.count < 8 {
        duplicates.append(ask(.duplicate(own)))
      } else if own.family == .ipv6, own.isLinkLocal, routers == nil {
        routers = ask(.routers(solicits: acceptsRouters, from: own))
      }
    }
  }

  /// An answer of a resolver beyond the link proves its default gateway.
  fileprivate func take(_ resolvers: [ResolverFacts]) {
    for neighbor in neighbors {
      let family = neighbor.address.family
      guard !othersHaveDefault(family), found.routes.contains(where: {
        $0.route.isDefault(family) && $0.route.gateway == neighbor.address
      }) else { continue }
      for resolver in resolvers
      where resolver.address.family == family && resolver.probe?.answer.isAnswered == true
        && !resolver.address.isLoopback
        && !found.routes.contains(where: {
          $0.route.key.destination.length > 0 && $0.route.key.table == RouteKey.mainTable
            && $0.route.key.destination.contains(resolver.address)
        })
      {
        neighbor.resolver = resolver.address
      }
    }
  }
}
