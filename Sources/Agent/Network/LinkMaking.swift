import Configuration
import Linux
import Network

/// Makes the links that are to be made, and removes those of ours that are no longer wanted, before
/// links are configured at all.
struct LinkMaking {
  let wanted: [LinkConfiguration]
  let options: Options
  /// Names that were tried in vain.
  private var failed: [String] = []

  init(_ wanted: [LinkConfiguration], _ options: Options) {
    self.wanted = wanted
    self.options = options
  }

  /// Whether a step was done or planned. `only`: the one that is asked for by name.
  mutating func run(
    _ state: inout NetworkState, _ only: (LinkConfiguration) -> Bool, _ report: inout Report
  ) throws(SystemError) -> Bool {
    guard wanted.contains(where: { $0.isMade }) || state.found.links.contains(where: {
      $0.isMadeByUs
    }) else { return false }
    var changed = false
    // Each round makes what stands on the one before, or removes what was in its way.
    for _ in 0...(2 * wanted.count + 1) {
      let assignment = state.assignAgain(wanted)
      let steps = MadeLinks(
        wanted, state.found, assignment, records: state.records.records, only: only,
        removesOthers: options.interface == nil, failed: failed
      ).steps
      if steps.isEmpty { break }
      changed = true
      if options.dryRun {
        for step in steps {
          tell(StepReport(step: .network(step), outcome: .planned), step, &report)
          state.take(step)
        }
        continue
      }
      rememberMTU(steps, &state)
      let done = NetworkExecution(socket: state.socket).run(steps)
      for (step, outcome) in zip(steps, done) {
        tell(outcome, step, &report)
        if case .failed = outcome.outcome { failed.append(step.link.name) }
      }
      try state.lookAtLinks()
      remember(steps, &state)
    }
    guard changed, !options.dryRun else { return changed }
    let present = state.found.links.map { $0.index }
    state.records.records.removeAll { !present.contains($0.index) }
    try state.look(for: wanted)
    return true
  }

  /// Parents that are made larger for a VLAN.
  private func rememberMTU(_ steps: [NetworkStep], _ state: inout NetworkState) {
    for step in steps {
      guard case .setMTU = step.action,
        let link = state.found.links.first(where: { $0.index == step.link.index })
      else { continue }
      var record = state.records[link.index] ?? LinkRecord(index: link.index)
      record.mtu = record.mtu ?? link.mtu
      state.records[link.index] = record
    }
    state.keepRecords()
  }

  /// The parameters that the kernel was given, by the index that it gave.
  private func remember(_ steps: [NetworkStep], _ state: inout NetworkState) {
    for step in steps {
      switch step.action {
      case .remove: state.records[step.link.index] = nil
      case .make(let new):
        guard !new.settings.isEmpty,
          let link = state.found.links.first(where: { $0.name == step.link.name })
        else { continue }
        var record = LinkRecord(index: link.index)
        record.given = new.settings.map { $0.key }
        state.records[link.index] = record
      default: break
      }
    }
  }

  /// The steps of one link together, in one object.
  private func tell(_ done: StepReport, _ step: NetworkStep, _ report: inout Report) {
    if let last = report.objects.indices.last, report.objects[last].name == step.link.name {
      report.objects[last].steps.append(done)
      return
    }
    var object = ObjectReport(step.link.name)
    object.steps = [done]
    report.objects.append(object)
  }
}
