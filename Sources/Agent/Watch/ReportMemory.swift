/// What was said of the guest, so that what is still wrong is not said at each look.
struct ReportMemory {
  private var failures: [String] = []
  private var notes: [Note] = []

  /// The report without what the last one said already. What was done is news always.
  mutating func news(of report: Report) -> Report {
    var news = Report()
    var failures: [String] = []
    for object in report.objects {
      var told = ObjectReport(object.name)
      for step in object.steps {
        if case .failed(let why) = step.outcome {
          let line = "\(object.name): \(step.step): \(why)"
          failures.append(line)
          if self.failures.contains(line) { continue }
        }
        told.steps.append(step)
      }
      if let failure = object.failure {
        let line = "\(object.name): \(failure)"
        failures.append(line)
        if !self.failures.contains(line) { told.failure = failure }
      }
      if told.failure != nil || !told.steps.isEmpty { news.objects.append(told) }
    }
    for note in report.notes where !notes.contains(note) { news.notes.append(note) }
    self.failures = failures
    notes = report.notes
    return news
  }

  /// The first thing that is wrong.
  var failure: String? { failures.first }

  mutating func forget() { self = ReportMemory() }
}

extension Report {
  /// As printed, a line each.
  var lineCount: Int {
    objects.reduce(notes.count) { $0 + max(1, $1.steps.count) }
  }
}
