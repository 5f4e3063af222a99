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
        Finding(.wrong, nil, .metadata, fault, hint: "run guestagent check on them"))
    }
    let wanted = configuration?.linksWithOneDefaultRoute ?? []
    var state = try NetworkState(options)
    try state.look(for: wanted)
    let assignment = state.assignAgain(wanted)
    var links = Self.links(state, wanted, assignment, configuration != nil, options)
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
    var resolvers = options.interface == nil ? ResolverFacts.read(options.files) : []
    ask(&links, &resolvers)
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
    let hasDefault = { (link: FoundLink, family: IPFamily) in
      link.routes.contains {
        $0.route.isDefault && $0.route.key.destination.family == family
          && $0.route.key.table == RouteKey.mainTable
      }
    }
    var facts: [LinkFacts] = []
    for (position, link) in found.enumerated() {
      let pair = assignment.pairs.first { $0.found == position }
      if let name = options.interface {
        if name != link.name { continue }
      } else if hasMetadata ? pair == nil : !link.isWorthALook {
        continue
      }
      var fact = LinkFacts(link, pair.map { wanted[$0.wanted] }, hasMetadata: hasMetadata)
      if pair != nil {
        fact.status =
          LinkStatus(
            fact.wanted, link, directory: directory, linklessRoutes: state.found.linklessRoutes,
            rules: state.found.rules, record: state.records[link.index], kernel: state.kernel
          ).items
      }
      let others = found.filter { $0.index != link.index }
      fact.othersHaveDefault = (
        others.contains { hasDefault($0, .ipv4) }, others.contains { hasDefault($0, .ipv6) }
      )
      let accepts = Sysctl.value(of: .acceptRA, ofLink: link.name) ?? 0
      fact.acceptsRouters = accepts == 2 || accepts == 1 && !Sysctl.forwardsIPv6(link: link.name)
      fact.dropsByReversePath = drops(link, others)
      facts.append(fact)
    }
    return facts
  }

  /// Whether the link's own default route is not the one that is used, and its packets have to come
  /// by the one that is (`rp_filter`, the stricter of the link's and of all). Where rules choose the
  /// table, nobody can tell.
  private static func drops(_ link: FoundLink, _ others: [FoundLink]) -> Bool {
    func metric(_ link: FoundLink) -> UInt32? {
      link.routes.filter {
        $0.route.isDefault && $0.route.key.destination.family == .ipv4
          && $0.route.key.table == RouteKey.mainTable
      }.map { $0.route.key.metric }.min()
    }
    guard let own = metric(link), others.contains(where: { (metric($0) ?? .max) < own }),
      !(link.routes + others.flatMap { $0.routes }).contains(where: {
        $0.route.isDefault && $0.route.key.table != RouteKey.mainTable
      })
    else { return false }
    let strictest = ["all", link.name].map {
      FileTree(root: "").number(in: "/proc/sys/net/ipv4/conf/\($0)/rp_filter") ?? 0
    }.max()
    return strictest == 1
  }

  private mutating func tell(
    _ refusal: LinkAssignment.Refusal, _ link: LinkConfiguration, _ found: [FoundLink]
  ) {
    if case .noneFound = refusal.reason, link.mayBeAbsent { return }
    let others = found.filter { $0.isEthernet }
      .map { "\($0.name) \($0.macAddress.map { "\($0)" } ?? "")" }.joined(separator: ", ")
    findings.append(
      Finding(
        .wrong, link.name, .link, refusal.description,
        hint: others.isEmpty ? "give the machine a NIC on its host" : "there is \(others)"))
  }

  // MARK: Asking

  private func ask(_ links: inout [LinkFacts], _ resolvers: inout [ResolverFacts]) {
    var probes: [Probe] = []
    var place: [(link: Int, item: Int)] = []
    func add(_ kind: Probe.Kind, _ link: Int, _ item: Int) {
      probes.append(Probe(kind, link < links.count ? links[link].found : nil))
      place.append((link, item))
    }
    for number in links.indices {
      for target in links[number].targets {
        let entries = links[number].found.neighbors.filter { $0.to == target }
        links[number].neighbors.append(
          NeighborFacts(
            address: target, source: links[number].source(for: target),
            permanent: entries.first { $0.isPermanent }?.linkLayerAddress,
            learned: entries.first { !$0.isPermanent }?.linkLayerAddress))
      }
      guard links[number].silence == nil, links[number].found.macAddress != nil else { continue }
      for (item, neighbor) in links[number].neighbors.enumerated() {
        guard let source = neighbor.source else { continue }
        add(.neighbor(neighbor.address, from: source), number, item)
        if neighbor.permanent != nil {
          add(.echo(neighbor.address, from: source), number, item)
        }
      }
      for address in links[number].addresses where address.prefix.family == .ipv4 {
        guard links[number].duplicates.count < 8 else { break }
        add(.duplicate(address.prefix.address), number, links[number].duplicates.count)
        links[number].duplicates.append((address.prefix.address, Probe.Answer()))
      }
      let own = links[number].found.addresses.first {
        $0.prefix.family == .ipv6 && $0.prefix.address.isLinkLocal
          && $0.duplicateDetection == .passed
      }
      if let own {
        let solicits = links[number].acceptsRouters
        add(.routers(solicits: solicits, from: own.prefix.address), number, 0)
      }
    }
    for (item, resolver) in resolvers.enumerated() {
      add(.resolver(resolver.address), links.count, item)
    }
    ProbeRun.run(&probes)
    for (probe, (link, item)) in zip(probes, place) {
      switch probe.kind {
      case .neighbor: links[link].neighbors[item].answer = probe.answer
      case .echo: links[link].neighbors[item].echo = probe.answer
      case .duplicate: links[link].duplicates[item].answer = probe.answer
      case .routers: links[link].routers = probe.answer
      case .resolver: resolvers[item].answer = probe.answer
      }
    }
    for number in links.indices { links[number].takeResolvers(resolvers) }
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
}

extension LinkFacts {
  /// An answer of a resolver beyond the link proves its default gateway.
  fileprivate mutating func takeResolvers(_ resolvers: [ResolverFacts]) {
    for number in neighbors.indices {
      let gateway = neighbors[number].address
      let family = gateway.family
      let others = family == .ipv4 ? othersHaveDefault.ipv4 : othersHaveDefault.ipv6
      guard !others, defaults(family).contains(where: { $0.gateway == gateway }) else { continue }
      neighbors[number].resolver = resolvers.first { resolver in
        resolver.address.family == family && resolver.answer.isAnswered
          && !resolver.address.isLoopback
          && !found.routes.contains {
            $0.route.key.destination.length > 0 && $0.route.key.table == RouteKey.mainTable
              && $0.route.key.destination.contains(resolver.address)
          }
      }?.address
    }
  }
}
