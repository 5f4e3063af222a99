import Linux

/// The host name: the running kernel's, and the one in /etc/hostname for the next boot.
struct HostnameApply {
  let options: Options

  private static var path: String { "/etc/hostname" }

  func run(_ name: String, _ report: inout Report) {
    Activity.note("setting the host name")
    var object = ObjectReport("hostname")
    if options.files.isRunningGuest, System.identity().hostname != name {
      object.perform("hostname \(name)", options) { () throws(SystemError) in
        try System.setHostname(name)
      }
    }
    if !isWritten(name) {
      object.perform("echo \(name) > \(Self.path)", options) { () throws(SystemError) in
        try options.files.replace(Self.path, with: [UInt8]("\(name)\n".utf8))
      }
    }
    report.objects.append(object)
  }

  /// Source: hostname(5): the first line that is neither empty nor a comment.
  private func isWritten(_ name: String) -> Bool {
    guard let bytes = try? options.files.read(Self.path) else { return false }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return lines.first { !$0.hasPrefix("#") }.map { $0 == name } ?? false
  }
}

extension ObjectReport {
  /// Does it, unless this is a dry run, and notes how it went.
  mutating func perform(
    _ command: String, _ options: Options, _ body: () throws(SystemError) -> Void
  ) {
    var outcome = StepOutcome.planned
    if !options.dryRun {
      do {
        try body()
        outcome = .done
      } catch {
        outcome = .failed(error.description)
      }
    }
    steps.append(StepReport(step: .command(command), outcome: outcome))
  }
}
