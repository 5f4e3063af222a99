import Addresses
import Configuration
import Linux
import Network

/// The links of the configuration that are left to other programs of the guest, by their names.
struct LinksLeft {
  var names: [String] = []
  var areAll = false
}

/// Brings the links to what the configuration wants.
struct NetworkApply {
  let wanted: [LinkConfiguration]
  let options: Options
  var state: NetworkState
  private var directory = LinkDirectory()
  /// Whether a NIC is missing that has to be there, or udev is not done with one.
  private(set) var isIncomplete = false
  private(set) var left = LinksLeft()

  /// A plan whose steps disturb more than they name is followed by a look and another plan; more
  /// often than this only if somebody works against us.
  static var rounds: Int { 3 }

  init(_ configuration: Configuration, _ options: Options) throws(SystemError) {
    wanted = configuration.linksWithOneDefaultRoute
    self.options = options
    state = try NetworkState(options)
  }

  mutating func run(_ report: inout Report) throws(SystemError) {
    let links = wanted.filter { options.interface == nil || $0.isNamed(options.interface!) }
    // The others are assigned too, so that a pattern does not take what belongs to them.
    var assignment = try state.assign(wanted)
    var making = LinkMaking(wanted, options)
    if try making.run(&state, isAskedFor, &report) { assignment = state.assignAgain(wanted) }
    var done: [UInt32] = []
    let seconds = options.dryRun || options.comesBack ? 0 : options.waitSeconds
    if seconds > 0, state.isIncomplete(assignment, wanted) {
      // What is there is not kept waiting by what is not.
      var nothing: [LeftOver] = []
      done = configure(assignment, besides: [], &nothing, &report)
      assignment = try state.await(wanted, seconds: seconds)
      if try making.run(&state, isAskedFor, &report) { assignment = state.assignAgain(wanted) }
    }
    if let name = options.interface, links.isEmpty, !assignment.finds(name, in: state, wanted) {
      report.objects.append(
        ObjectReport(name, failure: "the metadata configure no link of this name"))
      return
    }
    for left in assignment.left { tell(left, &report) }
    left.names = assignment.left.map { wanted[$0.wanted].name }
    left.areAll =
      !left.names.isEmpty && assignment.pairs.isEmpty && assignment.refusals.isEmpty
    isIncomplete = state.isIncomplete(assignment, wanted)
    for refusal in assignment.refusals where options.tellsAbsent || !refusal.isOfAbsent {
      tell(refusal, &report)
    }
    for pair in assignment.pairs
    where options.tellsAbsent && concerns(pair) && !state.isReady(pair.found) {
      let name = state.found.links[pair.found].name
      report.objects.append(
        ObjectReport(name, failure: "udev is not done with it after \(options.waitSeconds) s"))
    }
    // Found before anything is done, since one look after a link's steps sees them.
    var leftOver = assignment.refusals.isEmpty ? takedowns(besides: assignment) : []
    _ = configure(assignment, besides: done, &leftOver, &report)
    for (link, steps) in leftOver {
      var object = ObjectReport(link.name)
      object.steps = carryOut(steps)
      if !steps.isEmpty { report.objects.append(object) }
      if !options.dryRun, object.outcome != .failed { state.records[link.index] = nil }
    }
    if !options.dryRun, !leftOver.isEmpty { state.keepRecords() }
    let rules = links.filter { !left.names.contains($0.name) }.flatMap { $0.rules }
    RuleApply(options: options, keepsOthers: !left.names.isEmpty).run(rules, &state, &report)
    if !options.dryRun { state.finishRecords(&report) }
  }

  /// Which events may undo what was done, and the port by which it was done.
  var interest: (NetworkInterest, port: UInt32) {
    let assignment = state.assignAgain(wanted)
    let ours = assignment.pairs.filter { concerns($0) }.map { state.found.links[$0.found].index }
    return (NetworkInterest(wanted, state.found, ours: ours), state.socket.port)
  }

  func isAskedFor(_ link: LinkConfiguration) -> Bool {
    options.interface == nil || link.isNamed(options.interface!)
  }

  /// Plans all links that are there and ready, then carries the plans out; the links' numbers.
  mutating func configure(
    _ assignment: LinkAssignment, besides done: [UInt32], _ leftOver: inout [LeftOver],
    _ report: inout Report
  ) -> [UInt32] {
    let ready = assignment.pairs.filter {
      concerns($0) && state.isReady($0.found) && !done.contains(state.found.links[$0.found].index)
    }
    let pairs = inOrder(ready)
    makeRoomForNames(pairs, &report)
    directory = LinkDirectory(wanted, state.found.links, assignment.pairs)
    var plans = pairs.map { pair in
      Activity.note("planning the link", state.found.links[pair.found].name)
      return plan(wanted[pair.wanted], state.found.links[pair.found])
    }
    if !options.dryRun {
      for plan in plans where state.records[plan.link.index] != plan.record {
        state.records[plan.link.index] = plan.record.isEmpty ? nil : plan.record
      }
      state.keepRecords()
    }
    // One link moves no routes, and a long routing table is not copied for it.
    let moves =
      plans.count + leftOver.count < 2
      ? RouteMoves([])
      : RouteMoves(plans.map { $0.steps + $0.deferred } + leftOver.map { $0.steps })
    for position in plans.indices {
      give(plans[position].takeRemovals(moves), plans[position].link.name, &report)
    }
    for position in leftOver.indices {
      let removals = moves.takeRemovals(outOf: &leftOver[position].steps)
      give(removals, leftOver[position].link.name, &report)
    }
    for (pair, plan) in zip(pairs, plans) { carryOut(plan, wanted[pair.wanted], &report) }
    return plans.map { $0.link.index }
  }

  /// What others stand on comes before them.
  func inOrder(_ pairs: [LinkAssignment.Pair]) -> [LinkAssignment.Pair] {
    guard wanted.contains(where: { $0.isMade || $0.controller != nil }) else { return pairs }
    return LinkOrder(wanted).positions.flatMap { position in
      pairs.filter { $0.wanted == position }
    }
  }

  /// Gives passing names to links that exchange theirs.
  mutating func makeRoomForNames(
    _ pairs: [LinkAssignment.Pair], _ report: inout Report
  ) {
    let renamings = pairs.compactMap { pair -> (link: LinkIdentity, to: String)? in
      let link = state.found.links[pair.found]
      guard let name = wanted[pair.wanted].setName?.text, name != link.name else { return nil }
      return (LinkIdentity(index: link.index, name: link.name), name)
    }
    let steps = passingNames(renamings)
    for step in steps {
      var record = state.records[step.link.index] ?? LinkRecord(index: step.link.index)
      record.name = record.name ?? step.link.name
      state.records[step.link.index] = record
    }
    if !steps.isEmpty, !options.dryRun { state.keepRecords() }
    for step in steps {
      var steps = [step]
      let link = state.found.links.first { $0.index == step.link.index }
      if link?.isUp == true, !state.kernel.renamesLive {
        steps.insert(NetworkStep(step.link, .bringDown), at: 0)
        // Its plan sets it up again.
        state.records[step.link.index]?.tookDown = true
      }
      if give(steps, step.link.name, &report) { for step in steps { state.take(step) } }
    }
  }

  /// Carries out what has to come before the rest, as an object of its own; whether it was done.
  @discardableResult
  func give(_ steps: [NetworkStep], _ name: String, _ report: inout Report) -> Bool {
    if steps.isEmpty { return true }
    var object = ObjectReport(name)
    object.steps = carryOut(steps)
    report.objects.append(object)
    return object.outcome != .failed
  }

  func concerns(_ pair: LinkAssignment.Pair) -> Bool {
    guard let name = options.interface else { return true }
    return wanted[pair.wanted].isNamed(name) || state.found.links[pair.found].name == name
  }

  func plan(_ wanted: LinkConfiguration, _ found: FoundLink) -> LinkPlan {
    LinkPlan(
      for: wanted, on: found, directory: directory,
      // Without a word on which link they belong to, ours are only removed when all are planned.
      linklessRoutes: options.interface == nil ? linklessRoutes(of: wanted) : [],
      record: state.records[found.index], kernel: state.kernel)
  }

  /// Routes that lead nowhere belong to the first link that names them, else to the first of all.
  func linklessRoutes(of link: LinkConfiguration) -> [FoundRoute] {
    state.found.linklessRoutes.filter { found in
      let owner = wanted.first { candidate in
        candidate.routes.contains { RouteKey($0) == found.route.key }
      }
      return (owner ?? wanted.first)?.name == link.name
    }
  }
}

extension LinkConfiguration {
  fileprivate func isNamed(_ text: String) -> Bool { name == text || setName?.text == text }
}

extension LinkAssignment {
  fileprivate func finds(
    _ name: String, in state: NetworkState, _ links: [LinkConfiguration]
  ) -> Bool {
    (pairs.map { $0.found } + left.compactMap { $0.found })
      .contains { state.found.links[$0].name == name }
  }
}
