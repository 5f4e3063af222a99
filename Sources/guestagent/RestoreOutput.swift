import Agent

extension Output {
  /// What came of `grow --restore`: a line a disk.
  mutating func print(_ results: [TableRestore.Result]) -> ExitStatus {
    if results.isEmpty {
      complain("growth: no partition table was saved since this start of the machine")
      return .failed
    }
    for result in results {
      switch result.outcome {
      case .changed: line("changed: partition table of \(result.disk), as it was before")
      case .unchanged: line("unchanged: partition table of \(result.disk)")
      case .failed: complain("growth: \(result.disk): \(result.failure ?? "")")
      }
    }
    return results.contains { $0.outcome == .failed } ? .failed : .success
  }
}
