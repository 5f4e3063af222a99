import Configuration
import Linux
import Network

/// Brings the rules of the routing policy to what is wanted; they belong to no link.
struct RuleApply {
  let options: Options
  /// Whether those of ours that are not wanted stay.
  var keepsOthers = false

  func run(
    _ rules: [RuleConfiguration], _ state: inout NetworkState, _ report: inout Report
  ) {
    if rules.isEmpty, !state.records.hasRules { return }
    let removes = options.interface == nil && !keepsOthers
    let steps = RulePlan(rules, state.found.rules, removes: removes).steps
    guard !options.dryRun else {
      if steps.isEmpty { return }
      var object = ObjectReport("rules")
      object.steps = steps.map { StepReport(step: .network($0), outcome: .planned) }
      return report.objects.append(object)
    }
    // Kept before the first one is there, and until the last one is gone.
    if !rules.isEmpty { state.records.hasRules = true }
    state.keepRecords()
    var object = ObjectReport("rules")
    object.steps = NetworkExecution(socket: state.socket).run(steps)
    if removes, rules.isEmpty, object.outcome != .failed {
      state.records.hasRules = false
      state.keepRecords()
    }
    if !rules.isEmpty || !steps.isEmpty { report.objects.append(object) }
  }
}
