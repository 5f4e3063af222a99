import Linux
import Network

/// Takes back what is ours on the links, and nothing else; needs no metadata.
struct NetworkDown {
  private let options: Options
  private var state: NetworkState

  init(_ options: Options) throws(SystemError) {
    self.options = options
    state = try NetworkState(options)
  }

  mutating func run(_ report: inout Report) throws(SystemError) {
    if let name = options.interface {
      try state.look(for: [])
      guard state.found.links.contains(where: { $0.name == name }) else {
        report.objects.append(ObjectReport(name, failure: "no network interface of this name"))
        return
      }
    }
    let lock = options.dryRun ? nil : leaveMark(&report)
    defer { lock?.release() }
    try state.look(for: [])
    let links = state.found.links.filter {
      options.interface == nil || $0.name == options.interface
    }
    let passing = passingNames(
      links.compactMap { link in
        guard let name = state.records[link.index]?.name, name != link.name else { return nil }
        return (LinkIdentity(index: link.index, name: link.name), name)
      })
    var renamed: [LinkIdentity] = []
    for step in passing {
      var object = ObjectReport(step.link.name)
      object.steps = carryOut([step])
      report.objects.append(object)
      if object.outcome != .failed, case .rename(let name) = step.action {
        renamed.append(LinkIdentity(index: step.link.index, name: name))
      }
    }
    // Routes that lead nowhere go with the first link of all.
    var linklessRoutes = options.interface == nil ? state.found.linklessRoutes : []
    let directory = LinkDirectory(of: state.found.links)
    for var link in Self.inOrder(links) {
      if let other = renamed.first(where: { $0.index == link.index }) { link.name = other.name }
      let record = state.records[link.index]
      let steps = Takedown(
        of: link, directory: directory, linklessRoutes: linklessRoutes, record: record,
        kernel: state.kernel
      ).steps
      linklessRoutes = []
      guard !steps.isEmpty || record != nil else { continue }
      var object = ObjectReport(link.name)
      object.steps = carryOut(steps)
      report.objects.append(object)
      // What failed is still to be taken back.
      if !options.dryRun, object.outcome != .failed { state.records[link.index] = nil }
    }
    if options.interface == nil { RuleApply(options: options).run([], &state, &report) }
    guard !options.dryRun else { return }
    let present = state.found.links.map { $0.index }
    state.records.records.removeAll { !present.contains($0.index) }
    state.finishRecords(&report)
  }

  /// Before anything is taken back, so that nobody who watches puts it back.
  private func leaveMark(_ report: inout Report) -> LockFile? {
    let mark = DownMark(files: options.files)
    do {
      try mark.leave()
      let lock = try mark.lockFile
      if try !lock.take(until: Deadline(secondsFromNow: 10), every: 5) {
        report.note("network", "guestagent watch has been at work on it for 10 s")
      }
      return lock
    } catch {
      report.note("network", "\(error); a running guestagent watch may put it back")
      return nil
    }
  }

  /// What stands on others goes before them: VLANs that we made, with whose parent they would go;
  /// then ports, which a bond or bridge that goes would let go by itself.
  private static func inOrder(_ links: [FoundLink]) -> [FoundLink] {
    let last = links.reversed()
    return last.filter { $0.isMadeByUs && $0.kind == "vlan" } + last.filter { !$0.isMadeByUs }
      + last.filter { $0.isMadeByUs && $0.kind != "vlan" }
  }

  private func carryOut(_ steps: [NetworkStep]) -> [StepReport] {
    options.dryRun
      ? steps.map { StepReport(step: .network($0), outcome: .planned) }
      : NetworkExecution(socket: state.socket).run(steps)
  }
}
