import Configuration
import Network

/// Several links that have to do with each other, and the agent's part with them: make, look, plan
/// in order, do, and plan again where a plan says so.
struct SimulatedNetwork {
  private(set) var links: [SimulatedLink]
  private(set) var records = LinkRecords()
  /// What the kernel refused, and the agent.
  private(set) var refusals: [String] = []
  private(set) var done: [String] = []
  private var nextIndex: UInt32 = 100
  private let kernel = KernelFeatures.new

  init(_ nics: [FoundLink]) {
    links = nics.map { SimulatedLink($0, kernel: .new) }
  }

  var found: FoundNetwork {
    var found = FoundNetwork()
    found.links = links.map { $0.link }
    return found
  }

  // MARK: The kernel

  mutating func apply(_ step: NetworkStep) {
    done.append(step.description)
    switch step.action {
    case .make(let new):
      guard !links.contains(where: { $0.link.name == step.link.name }) else {
        return refusals.append("\(step): EEXIST")
      }
      if let parent = new.parent, !links.contains(where: { $0.link.index == parent.index }) {
        return refusals.append("\(step): ENODEV")
      }
      if case .vlan(_, let id) = new.kind, links.contains(where: {
        $0.link.vlanID == id && $0.link.parent == new.parent?.index
      }) {
        return refusals.append("\(step): EEXIST")
      }
      var before = found
      before.take(step)
      var link = before.links.last!
      (link.index, link.isUp) = (nextIndex, false)
      link.settings += KernelDefaults.settings(of: link.kind, besides: link.settings)
      nextIndex += 1
      links.append(SimulatedLink(link, kernel: .new))
      tellOfBonds()
    case .remove:
      guard links.contains(where: { $0.link.index == step.link.index }) else {
        return refusals.append("\(step): ENODEV")
      }
      var after = found
      after.take(step)
      for position in links.indices {
        let controller = links[position].link.controller
        if let controller, !after.links.contains(where: { $0.index == controller }) {
          links[position].letGo()
        }
      }
      links.removeAll { link in !after.links.contains { $0.index == link.link.index } }
    default:
      guard let position = links.firstIndex(where: { $0.link.index == step.link.index }) else {
        return refusals.append("\(step): ENODEV")
      }
      var step = step
      if case .setMTU(let bytes) = step.action, let parent = links[position].link.parent,
        links.contains(where: { $0.link.index == parent && $0.link.mtu < bytes })
      {
        return refusals.append("\(step): ERANGE")
      }
      if case .setSettings(let settings) = step.action, links[position].link.kind == "bond",
        settings.contains(where: { $0.key == .mode || $0.key == .lacpRate })
      {
        return refusals.append("\(step): EPERM")
      }
      step = NetworkStep(
        LinkIdentity(index: step.link.index, name: links[position].link.name), step.action)
      if let refusal = links[position].apply(step) { refusals.append("\(step): \(refusal)") }
    }
  }

  private mutating func tellOfBonds() {
    let bonds = links.filter { $0.link.kind == "bond" }.map { $0.link.index }
    for position in links.indices { links[position].bonds = bonds }
  }

  // MARK: The agent

  func assignment(_ wanted: [LinkConfiguration]) -> LinkAssignment {
    LinkAssignment(wanted, to: found.links, records: records.records)
  }

  /// The steps of a dry run, in order.
  func dryRun(_ wanted: [LinkConfiguration]) -> [String] {
    var found = found
    var steps: [String] = []
    while true {
      let assignment = LinkAssignment(wanted, to: found.links, records: records.records)
      let making = MadeLinks(wanted, found, assignment, records: records.records).steps
      if making.isEmpty { break }
      for step in making {
        steps.append(step.description)
        found.take(step)
      }
    }
    let assignment = LinkAssignment(wanted, to: found.links, records: records.records)
    for plan in plans(wanted, assignment, found.links) {
      steps += plan.steps.map { $0.description }
    }
    return steps
  }

  mutating func bring(to wanted: [LinkConfiguration]) {
    done = []
    while true {
      let making = MadeLinks(wanted, found, assignment(wanted), records: records.records).steps
      if making.isEmpty { break }
      let names = links.map { $0.link.index }
      for step in making {
        apply(step)
        if case .make(let new) = step.action, let link = links.last,
          !names.contains(link.link.index), !new.settings.isEmpty
        {
          records[link.link.index] = LinkRecord(index: link.link.index)
          records[link.link.index]?.given = new.settings.map { $0.key }
        }
        if case .remove = step.action { records[step.link.index] = nil }
        if case .setMTU = step.action, records[step.link.index]?.mtu == nil {
          records[step.link.index] = records[step.link.index] ?? LinkRecord(index: step.link.index)
          records[step.link.index]?.mtu = 1500
        }
      }
      guard refusals.isEmpty else { return }
    }
    refusals += assignment(wanted).refusals.map { "\(wanted[$0.wanted].name): \($0)" }
    takeDownOthers(wanted)
    for plan in plans(wanted, assignment(wanted), found.links) {
      carryOut(plan)
      guard plan.flushes else { continue }
      let again = plans(wanted, assignment(wanted), found.links)
        .first { $0.link.index == plan.link.index }
      if let again { carryOut(again) }
    }
  }

  private mutating func takeDownOthers(_ wanted: [LinkConfiguration]) {
    let pairs = assignment(wanted).pairs
    for (position, link) in found.links.enumerated()
    where !pairs.contains(where: { $0.found == position }) {
      for step in takedown(of: link).steps { apply(step) }
      records[link.index] = nil
    }
  }

  func takedown(of link: FoundLink) -> Takedown {
    Takedown(
      of: link, directory: LinkDirectory(of: found.links), record: records[link.index],
      kernel: kernel)
  }

  private mutating func carryOut(_ plan: LinkPlan) {
    records[plan.link.index] = plan.record.isEmpty ? nil : plan.record
    refusals += plan.refusals
    for step in plan.steps { apply(step) }
  }

  func plans(
    _ wanted: [LinkConfiguration], _ assignment: LinkAssignment, _ links: [FoundLink]
  ) -> [LinkPlan] {
    let directory = LinkDirectory(wanted, links, assignment.pairs)
    return LinkOrder(wanted).positions.flatMap { position in
      assignment.pairs.filter { $0.wanted == position }.map { pair in
        LinkPlan(
          for: wanted[position], on: links[pair.found], directory: directory,
          linklessRoutes: self.links.first { $0.link.index == links[pair.found].index }?
            .linklessRoutes ?? [],
          record: records[links[pair.found].index], kernel: kernel)
      }
    }
  }

  mutating func takeDown() {
    let last = found.links.reversed()
    let order =
      last.filter { $0.isMadeByUs && $0.kind == "vlan" } + last.filter { !$0.isMadeByUs }
      + last.filter { $0.isMadeByUs && $0.kind != "vlan" }
    for link in order {
      for step in takedown(of: link).steps { apply(step) }
    }
    records = LinkRecords()
  }
}

/// What the kernel has where it is told nothing.
enum KernelDefaults {
  static func settings(of kind: String?, besides given: [LinkSetting]) -> [LinkSetting] {
    let all: [LinkSetting] =
      switch kind {
      case "bond":
        [LinkSetting(.mode, .number(0)), LinkSetting(.miiMonitorInterval, .number(0)),
          LinkSetting(.lacpRate, .number(0)), LinkSetting(.minLinks, .number(0))]
      case "bridge":
        [LinkSetting(.forwardDelay, .number(1500)), LinkSetting(.stp, .number(0))]
      default: []
      }
    return all.filter { setting in !given.contains { $0.key == setting.key } }
  }
}
