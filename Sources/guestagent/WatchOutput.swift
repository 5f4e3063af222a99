import Agent
import Configuration
import Linux

extension Output {
  /// Said as it happens.
  mutating func tell(_ event: WatchEvent) {
    switch event {
    case .applied(let report, let diagnostics): print(report, diagnostics, dryRun: false)
    case .refused(let error, let diagnostics): _ = refuse(error, diagnostics)
    case .complaint(let text): complain(text)
    case .untold(let count): complain("watch: \(count) more lines not shown")
    }
    flush()
  }
}

/// What the events of a watch go to.
final class WatchListener {
  var output: Output

  init(_ output: Output) {
    self.output = output
    // Words are lost before the network is kept waiting.
    self.output.patience = 20
  }
}
