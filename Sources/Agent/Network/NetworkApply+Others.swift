import Configuration
import Network

/// Links that are not configured: those that are left, that are not there, or that the metadata no
/// longer name.
extension NetworkApply {
  typealias LeftOver = (link: FoundLink, steps: [NetworkStep])

  func takedowns(besides assignment: LinkAssignment) -> [LeftOver] {
    guard options.interface == nil else { return [] }
    return state.found.links.indices.filter { position in
      !assignment.pairs.contains { $0.found == position }
        && !assignment.left.contains { $0.found == position }
    }.compactMap { position in
      let link = state.found.links[position]
      let steps = Takedown(
        of: link, directory: LinkDirectory(of: state.found.links),
        record: state.records[link.index], kernel: state.kernel
      ).steps
      return steps.isEmpty ? nil : (link, steps)
    }
  }

  /// What we put on a link before stays, since its keeper may rely on it by now.
  func tell(_ left: LinkAssignment.Left, _ report: inout Report) {
    let link = left.found.map { state.found.links[$0] }
    let name = link?.name ?? wanted[left.wanted].name
    guard isAskedFor(wanted[left.wanted]) || name == options.interface else { return }
    report.note(name, left.reason)
    guard let link, state.records[link.index] != nil || link.hasOurs else { return }
    report.note(
      name, "what guestagent put on it before stays until guestagent down --interface \(name)")
  }

  func tell(_ refusal: LinkAssignment.Refusal, _ report: inout Report) {
    let link = wanted[refusal.wanted]
    guard isAskedFor(link) else { return }
    // The step that failed is told.
    if case .notMade = refusal.reason { return }
    if case .noneFound = refusal.reason, link.mayBeAbsent {
      report.note(link.name, "\(refusal)" + (link.optional == true ? "; it is optional" : ""))
    } else {
      report.objects.append(ObjectReport(link.name, failure: refusal.description))
    }
  }
}
