import Configuration
import Linux
import Network

extension Watch {
  /// All that the metadata say; all of it is told.
  func apply() {
    memory.forget()
    networkWait = .until(metadata.waitsUntil ?? waitEnd)
    bring(whole: true)
  }

  /// The network alone; what is new is told.
  func mend() { bring(whole: false) }

  private var waitEnd: Int64 { Clock.now + Int64(options.waitSeconds) * 1_000_000_000 }

  private func bring(whole: Bool) {
    guard let configuration, mayWork else { return }
    defer { networkLock?.release() }
    var report = Report()
    let left = bringNetwork(configuration, &report)
    if whole { Agent(options).applyGuestFiles(configuration, besides: left, &report) }
    let news = memory.news(of: report)
    if whole {
      say(.applied(report, metadata.takeWarnings()), lines: max(1, report.lineCount))
    } else {
      say(.applied(news, Diagnostics()), lines: news.lineCount)
    }
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
