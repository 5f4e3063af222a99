import Configuration
import Linux
import Network

/// The order of the work, and which failure stops what: the network first, since the rest of the
/// boot waits for it; neither it nor a file of the guest's stops the others.
public struct Agent {
  private let options: Options

  public init(_ options: Options) {
    self.options = options
  }

  /// Brings the guest to what the metadata say.
  public func apply(_ configuration: Configuration) -> Report {
    var report = Report()
    var configuration = configuration
    var leavesResolvers = false
    do {
      var network = try NetworkApply(configuration, options)
      try network.run(&report)
      // Whoever configures a link brings its resolvers.
      configuration.links.removeAll { network.left.contains($0.name) }
      leavesResolvers = network.leavesAll
    } catch {
      report.objects.append(ObjectReport("network", failure: error.description))
    }
    if options.interface == nil {
      if let name = configuration.hostname { HostnameApply(options: options).run(name, &report) }
      if !leavesResolvers {
        ResolversApply(options: options).run(Resolvers(configuration), &report)
      }
    }
    return report
  }

  /// Takes back what `apply` did, but for the host name, which no program expects to change again.
  public func down() -> Report {
    var report = Report()
    if options.interface == nil { ResolversApply(options: options).takeBack(&report) }
    do {
      var network = try NetworkDown(options)
      try network.run(&report)
    } catch {
      report.objects.append(ObjectReport("network", failure: error.description))
    }
    return report
  }
}
