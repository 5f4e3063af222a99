import Configuration
import Metadata
import Network

/// What has to hold for the plans of a configuration, whatever source it is from.
enum PlanCheck {
  /// Reads sources as the agent does, and plans what comes of it in each of the made-up guests.
  static func read(
    _ seeds: [Seed], commandLine: String? = nil, serial: String? = nil, localFile: [UInt8]? = nil
  ) {
    var diagnostics = Diagnostics()
    let found = configuration(
      seeds: seeds, commandLine: commandLine, serial: serial, localFile: localFile,
      diagnostics: &diagnostics)
    write(diagnostics)
    expect(
      found == nil || diagnostics.errors.isEmpty, "a configuration comes of sources with errors")
    if let found { plan(found) }
  }

  static func write(_ diagnostics: Diagnostics) {
    for finding in [diagnostics.errors, diagnostics.warnings] {
      expect(finding.count <= Diagnostics.limit + 1, "there are more findings than are kept")
      for diagnostic in finding {
        expect(!diagnostic.description.isEmpty, "a finding has no words")
      }
    }
  }

  static func plan(_ configuration: Configuration) {
    // What is written into files of the guest.
    var names = configuration.searchDomains
    for name in [configuration.hostname, configuration.fqdn] { if let name { names.append(name) } }
    for link in configuration.links { names += link.searchDomains }
    for name in names {
      expect(
        !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }, "\(name) is no name")
    }
    let wanted = configuration.linksWithOneDefaultRoute
    if wanted.isEmpty { return }
    plan(wanted, in: Guests.bare, Guests.kernel)
    plan(wanted, in: Guests.small, Guests.oldKernel)
    plan(wanted, in: Guests.fitting(wanted), Guests.kernel)
  }

  /// The agent's order: links that are made, names, each link, what is no longer wanted, rules.
  static func plan(
    _ wanted: [LinkConfiguration], in guest: FoundNetwork, _ kernel: KernelFeatures,
    records: [LinkRecord] = []
  ) {
    var found = guest
    var rounds = 0
    while true {
      let assignment = LinkAssignment(wanted, to: found.links, records: records)
      let steps = MadeLinks(wanted, found, assignment, records: records).steps
      if steps.isEmpty { break }
      StepCheck.encode(steps)
      if kernel == Guests.kernel { StepCheck.takesOursAlone(steps, from: found) }
      for step in steps { found.take(step) }
      rounds += 1
      // As many as the agent does; it does not go on for ever.
      if rounds > 2 * wanted.count + 2 { break }
    }
    let assignment = LinkAssignment(wanted, to: found.links, records: records)
    for refusal in assignment.refusals {
      expect(!refusal.description.isEmpty, "a refusal has no words")
    }
    let directory = LinkDirectory(wanted, found.links, assignment.pairs)
    let order = LinkOrder(wanted).positions
    expect(order.sorted() == Array(wanted.indices), "the order of links is no order of all")
    for position in order {
      for pair in assignment.pairs where pair.wanted == position {
        let link = found.links[pair.found]
        let record = records.first { $0.index == link.index }
        let plan = LinkPlan(
          for: wanted[position], on: link, directory: directory,
          linklessRoutes: position == 0 ? found.linklessRoutes : [], record: record, kernel: kernel)
        let steps = plan.steps + plan.deferred
        StepCheck.encode(steps)
        if kernel == Guests.kernel { StepCheck.takesOursAlone(steps, from: found) }
        _ = LinkStatus(
          wanted[position], link, directory: directory, rules: found.rules, record: plan.record,
          kernel: kernel)
        var after = LinkRecords()
        after.records = [plan.record]
        expect(
          LinkRecords(text: after.text) == after, "a record is not read as it is: \(after.text)")
      }
    }
    let others = found.links.indices.filter { position in
      !assignment.pairs.contains { $0.found == position }
    }.map { found.links[$0] }
    takeDown(others, of: found, kernel, records: records)
    let rules = RulePlan(wanted.flatMap { $0.rules }, found.rules).steps
    StepCheck.encode(rules)
    StepCheck.takesOursAlone(rules, from: found)
  }

  /// What `down` would take.
  static func takeDown(
    _ links: [FoundLink], of found: FoundNetwork, _ kernel: KernelFeatures,
    records: [LinkRecord] = []
  ) {
    let directory = LinkDirectory(of: found.links)
    var linkless = found.linklessRoutes
    for link in links {
      let steps = Takedown(
        of: link, directory: directory, linklessRoutes: linkless,
        record: records.first { $0.index == link.index }, kernel: kernel
      ).steps
      linkless = []
      StepCheck.encode(steps)
      if kernel == Guests.kernel { StepCheck.takesOursAlone(steps, from: found) }
    }
  }
}
