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
    var lock: LockFile?
    if !options.dryRun {
      let mark = DownMark(files: options.files)
      // A watch that adds the same at the same time would have one of the two fail.
      lock = try? mark.lockFile
      _ = try? lock?.take(until: Deadline(secondsFromNow: 10), every: 5)
      do { try mark.remove() } catch {
        report.note("network", "\(error); guestagent watch leaves the network alone")
      }
    }
    var left = LinksLeft()
    do {
      var network = try NetworkApply(configuration, options)
      try network.run(&report)
      left = network.left
    } catch {
      report.objects.append(ObjectReport("network", failure: error.description))
    }
    lock?.release()
    applyGuestFiles(configuration, besides: left, &report)
    return report
  }

  /// The host name and the resolvers. Whoever configures a link brings its resolvers.
  func applyGuestFiles(
    _ configuration: Configuration, besides left: LinksLeft, _ report: inout Report
  ) {
    guard options.interface == nil else { return }
    if let name = configuration.hostname { HostnameApply(options: options).run(name, &report) }
    if left.areAll { return }
    var configuration = configuration
    configuration.links.removeAll { left.names.contains($0.name) }
    ResolversApply(options: options).run(Resolvers(configuration), &report)
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
