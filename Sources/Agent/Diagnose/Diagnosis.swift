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
    var wanted: [LinkConfiguration] = []
    var hasMetadata = false
    if let configuration {
      wanted = configuration.linksWithOneDefaultRoute
      hasMetadata = true
    }
    var state = try NetworkState(options)
    try state.look(for: wanted)
    let assignment = state.assignAgain(wanted)
    let links = try Self.links(state, wanted, assignment, hasMetadata, options)
    for refusal in assignment.refusals {
      let link = wanted[refusal.wanted]
      if let only = options.interface, only != link.name { continue }
      tell(refusal, link, state.found.links)
    }
    if links.isEmpty, findings.isEmpty {
      if let only = options.interface {
        findings.append(Finding(.wrong, only, .link, "no network interface of this name"))
      } else {
        findings.append(
          Finding(.wrong, nil, .link, "there is no NIC", hint: "give the machine one on its host"))
      }
    }
    let resolvers = options.interface == nil ? ResolverAnswers.read(options.files) : []
    var probes = resolvers
    for resolver in resolvers { resolver.open(0, "") }
    for link in links { link.addProbes(&probes) }
    Probe.run(probes)
    for link in links {
      for resolver in resolvers where resolver.isAnswered { link.take(answerOf: resolver.target) }
      findings += link.findings
    }
    if options.interface == nil { findings += ResolverAnswers.findings(resolvers) }
  }

  public var isWrong: Bool {
    for finding in findings where finding.state == .wrong { return true }
    return false
  }

  // MARK: Looking

  /// The links that are judged: those that the metadata name; without metadata the NICs, and what
  /// carries addresses. One that is asked for by name in any case.
  private static func links(
    _ state: NetworkState, _ wanted: [LinkConfiguration], _ assignment: LinkAssignment,
    _ hasMetadata: Bool, _ options: Options
  ) throws(SystemError) -> [LinkFacts] {
    let found = state.found.links
    let directory = LinkDirectory(wanted, found, assignment.pairs)
    var facts: [LinkFacts] = []
    for position in found.indices {
      var pair = -1
      for other in assignment.pairs where other.found == position { pair = other.wanted }
      let fact = LinkFacts(
        found[position], pair < 0 ? nil : wanted[pair], hasMetadata: hasMetadata)
      if let only = options.interface {
        if only != fact.found.name { continue }
      } else if hasMetadata ? pair < 0 : !fact.isWorthALook {
        continue
      }
      if fact.isWanted {
        fact.status =
          LinkStatus(
            fact.wanted, fact.found, directory: directory,
            linklessRoutes: state.found.linklessRoutes, rules: state.found.rules,
            record: state.records[fact.found.index], kernel: state.kernel
          ).items
      }
      for other in found where other.index != fact.found.index {
        for route in other.routes
        where route.route.isDefault && route.route.key.table == RouteKey.mainTable {
          if route.route.key.destination.family == .ipv4 {
            fact.othersHaveDefault4 = true
          } else {
            fact.othersHaveDefault6 = true
          }
        }
      }
      let accepts = try Sysctl.value(of: .acceptRA, ofLink: fact.found.name) ?? 0
      let forwards = try Sysctl.forwardsIPv6(link: fact.found.name)
      fact.acceptsRouters = accepts == 2 || accepts == 1 && !forwards
      facts.append(fact)
    }
    return facts
  }

  private mutating func tell(
    _ refusal: LinkAssignment.Refusal, _ link: LinkConfiguration, _ found: [FoundLink]
  ) {
    if case .noneFound = refusal.reason, link.mayBeAbsent { return }
    var others = ""
    for other in found where other.isEthernet {
      others += others.isEmpty ? "there is " : ", "
      others += other.name
      if let mac = other.macAddress { others += " " + mac.description }
    }
    if others.isEmpty { others = "give the machine a NIC on its host" }
    findings.append(Finding(.wrong, link.name, .link, "\(refusal)", hint: "\(others)"))
  }
}

extension LinkFacts {
  /// A NIC, or what is made on top of one and carries addresses; ports carry none.
  fileprivate var isWorthALook: Bool {
    guard found.isEthernet, found.controller == nil else { return false }
    if let kind = found.kind, kind != "veth" { return found.hasCarrier && hasAddress(nil) }
    return true
  }
}
