import Addresses
import Configuration
import Linux
import Network

/// Carrying a link's plan out, and looking again where its steps disturb more than they name.
extension NetworkApply {
  mutating func carryOut(
    _ first: LinkPlan, _ wanted: LinkConfiguration, _ report: inout Report
  ) {
    var object = ObjectReport(first.link.name)
    for note in first.notes { report.note(first.link.name, note) }
    if !first.refusals.isEmpty { object.failure = first.refusals.joined(separator: "; ") }
    object.steps = carryOut(first.steps)
    if options.comesBack {
      for (step, done) in zip(first.steps, object.steps) where done.outcome == .done {
        state.take(step)
      }
    }
    if options.dryRun {
      object.steps += carryOut(first.deferred)
    } else {
      var plan = first
      var round = 1
      while plan.flushes || !options.comesBack && !plan.deferred.isEmpty
        || waitsForDuplicates(round),
        round < Self.rounds
      {
        round += 1
        let again: LinkPlan?
        do { again = try planAgain(plan, wanted, awaitingAddresses: !plan.flushes) } catch {
          object.failure = error.description
          break
        }
        guard let next = again else { break }
        // What failed once is not tried again.
        let failed = object.steps.filter { $0.outcome.outcome == .failed }
          .map { $0.step.description }
        object.steps += carryOut(next.steps.filter { !failed.contains($0.description) })
        plan = next
      }
      tellDuplicates(first.link.index, &object, &report)
    }
    // What came before the rest may have been all.
    let isTold = report.objects.contains { $0.name == object.name && !$0.steps.isEmpty }
    if object.steps.isEmpty, object.failure == nil, isTold { return }
    report.objects.append(object)
  }

  func carryOut(_ steps: [NetworkStep]) -> [StepReport] {
    options.dryRun
      ? steps.map { StepReport(step: .network($0), outcome: .planned) }
      : NetworkExecution(socket: state.socket).run(steps)
  }

  func waitsForDuplicates(_ round: Int) -> Bool {
    options.waitsForDuplicateDetection && round == 1
  }

  mutating func planAgain(
    _ plan: LinkPlan, _ wanted: LinkConfiguration, awaitingAddresses: Bool
  ) throws(SystemError) -> LinkPlan? {
    if awaitingAddresses {
      DuplicateDetection(socket: state.socket).awaitEnd(onLink: plan.link.index)
    }
    try state.look(for: self.wanted)
    guard let found = state.found.links.first(where: { $0.index == plan.link.index }) else {
      return nil
    }
    return self.plan(wanted, found)
  }

  /// An address that another host has is no address: the kernel keeps it and does not use it.
  func tellDuplicates(
    _ index: UInt32, _ object: inout ObjectReport, _ report: inout Report
  ) {
    guard let link = state.found.links.first(where: { $0.index == index }) else { return }
    let ours = link.addresses.filter { $0.mark == Ownership.mark }
    if let duplicate = ours.first(where: { $0.duplicateDetection == .failed }) {
      object.failure = "address \(duplicate.prefix.address) is a duplicate: "
        + "another host on the link has it"
    }
    for address in ours where address.duplicateDetection == .running && !options.comesBack {
      report.note(link.name, "duplicate address detection of \(address.prefix.address) still runs")
    }
  }
}
