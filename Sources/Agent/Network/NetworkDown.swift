import Linux
import Network

/// Takes back what is ours on the links, and nothing else; needs no metadata.
struct NetworkDown {
  private let options: Options
  private var state: NetworkState

  init(_ options: Options) throws(SystemError) {
    self.options = options
    state = try NetworkState(options.files)
  }

  mutating func run(_ report: inout Report) throws(SystemError) {
    try state.look(for: [])
    let links = state.found.links.filter {
      options.interface == nil || $0.name == options.interface
    }
    if let name = options.interface, links.isEmpty {
      report.objects.append(ObjectReport(name, failure: "no network interface of this name"))
    }
    // Routes that lead nowhere go with the first link of all.
    var linklessRoutes = options.interface == nil ? state.found.linklessRoutes : []
    for link in links.reversed() {
      let record = state.records[link.index]
      let steps = Takedown(
        of: link, linklessRoutes: linklessRoutes, record: record, kernel: state.kernel
      ).steps
      linklessRoutes = []
      guard !steps.isEmpty || record != nil else { continue }
      var object = ObjectReport(link.name)
      object.steps =
        options.dryRun
        ? steps.map { StepReport(step: .network($0), outcome: .planned) }
        : NetworkExecution(socket: state.socket).run(steps)
      report.objects.append(object)
      // What failed is still to be taken back.
      if !options.dryRun, object.outcome != .failed { state.records[link.index] = nil }
    }
    guard !options.dryRun else { return }
    let present = state.found.links.map { $0.index }
    state.records.records.removeAll { !present.contains($0.index) }
    do { try state.saveRecords() } catch { report.note("record", error.description) }
  }
}
