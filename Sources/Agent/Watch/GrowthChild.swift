import Linux

/// Growth by a process of its own, so that events of the network need not wait for it: one at a
/// time, and once more if there was a reason for it meanwhile.
struct GrowthChild {
  private let words: [String]
  private var child: ChildProcess?
  private var isAskedFor = false

  init(_ options: Options) {
    var words = ["guestagent", "grow"]
    if let path = options.metadataPath { words += ["--metadata", path] }
    if let text = options.commandLine { words += ["--cmdline", text] }
    self.words = words
  }

  var isRunning: Bool { child != nil }

  mutating func ask() throws(SystemError) {
    isAskedFor = true
    try start()
  }

  /// Its exit status if it has ended.
  mutating func ended() throws(SystemError) -> Int32? {
    guard let status = child?.status() else { return nil }
    child = nil
    try start()
    return status
  }

  private mutating func start() throws(SystemError) {
    guard isAskedFor, child == nil else { return }
    isAskedFor = false
    child = try ChildProcess("/proc/self/exe", words)
  }
}
