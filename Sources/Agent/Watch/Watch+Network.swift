import Configuration
import Linux
import Network

extension Watch {
  /// All that the metadata say, and all of it told.
  func apply() {
    if !isConfigured { return }
    memory.forget()
    networkWait = .until(waitEnd)
    bring(withFiles: true, tellsAll: true)
  }

  /// The same for metadata that were read again, which may say what they said before: what is new
  /// is told.
  func applyAgain() { bring(withFiles: true, tellsAll: false) }

  /// The network alone.
  func mend() { bring(withFiles: false, tellsAll: false) }

  private var waitEnd: Int64 { Clock.now + Int64(options.waitSeconds) * 1_000_000_000 }

  private func bring(withFiles: Bool, tellsAll: Bool) {
    guard let configuration, mayWork else { return }
    defer { networkLock?.release() }
    var report = Report()
    let left = bringNetwork(configuration, &report)
    if withFiles { Agent(options).applyGuestFiles(configuration, besides: left, &report) }
    let warnings = withFiles ? metadata.takeWarnings() : Diagnostics()
    let news = memory.news(of: report)
    if !tellsAll { report = news }
    say(.applied(report, warnings), lines: report.lineCount + warnings.warnings.count)
  }

  /// Whether the network is ours to change now; if so it is locked.
  private var mayWork: Bool {
    let deadline = Deadline(secondsFromNow: 0)
    if let networkLock, (try? networkLock.take(until: deadline, every: 1)) == false {
      // Somebody takes it down; soon the mark is looked at again.
      networkBurst.take(at: Clock.now + 50_000_000)
      return false
    }
    guard DownMark(files: options.files).isThere else { return true }
    networkLock?.release()
    networkWait = .none
    return false
  }

  private func bringNetwork(
    _ configuration: Configuration, _ report: inout Report
  ) -> LinksLeft {
    // All that is told until now is seen by the look that follows.
    dropEvents()
    options.tellsAbsent = networkWait == .told
    do {
      var apply = try NetworkApply(configuration, options)
      try apply.run(&report)
      interest = apply.interest
      if !apply.isIncomplete {
        networkWait = .none
      } else if networkWait == .none {
        networkWait = .until(waitEnd)
      }
      leavesLinks = !apply.left.names.isEmpty
      // No event tells of what the kernel was never asked for.
      if apply.state.socket.hasFailed { networkBurst.take(at: Clock.now + 1_000_000_000) }
      return apply.left
    } catch {
      report.objects.append(ObjectReport("network", failure: error.description))
      networkBurst.take(at: Clock.now + 1_000_000_000)
      return LinksLeft()
    }
  }

  private func dropEvents() {
    // A storm does not end by being read.
    for _ in 0..<4096 {
      do {
        guard try network.receiveWaiting({ _ in }) else { return }
      } catch {
        // Lost ones are as good as dropped ones.
        if !error.isOverrun { return }
      }
    }
  }
}
