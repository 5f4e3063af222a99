import Configuration

/// What was said of the guest, so that what is still wrong is not said at each look.
struct ReportMemory {
  /// The lines that the last report had, but for what was done.
  private var told: [String] = []
  /// The first thing that is wrong.
  private(set) var failure: String?

  /// The report without what the last one said already. What was done is news always.
  mutating func news(of report: Report) -> Report {
    var news = Report()
    let before = told
    forget()
    for object in report.objects {
      var kept = ObjectReport(object.name)
      for step in object.steps {
        if case .failed(let why) = step.outcome,
          !isNews("\(object.name): \(step.step.description): \(why)", before, isFailure: true)
        {
          continue
        }
        kept.steps.append(step)
      }
      if let why = object.failure, isNews("\(object.name): \(why)", before, isFailure: true) {
        kept.failure = why
      }
      if kept.failure != nil || !kept.steps.isEmpty { news.objects.append(kept) }
    }
    for note in report.notes
    where isNews("\(note.object): \(note.message)", before, isFailure: false) {
      news.notes.append(note)
    }
    return news
  }

  @inline(never)
  private mutating func isNews(_ line: Message, _ before: [String], isFailure: Bool) -> Bool {
    if isFailure, failure == nil { failure = line.text }
    told.append(line.text)
    return !before.contains(line.text)
  }

  mutating func forget() {
    told = []
    failure = nil
  }
}

extension Report {
  /// As printed, a line each.
  var lineCount: Int {
    var count = notes.count
    for object in objects { count += max(1, object.steps.count) }
    return count
  }
}
