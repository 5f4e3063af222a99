import Linux

/// Growth by a process of its own, so that events of the network need not wait for it: one at a
/// time, and once more if there was a reason for it meanwhile. Who starts it has the privileges for
/// it, which `watch`, that hears and reads, has not.
public struct GrowthChild {
  private static var path: String { "/proc/self/exe" }

  private let starter: Starter
  private var isRunning = false
  private var isAskedFor = false
  /// Whether nobody is there any more to start it, nor may this process.
  private(set) var isGone = false

  /// `nil`: nothing is to grow. Only the running guest does.
  public init?(_ options: Options, _ privileges: Privileges) throws(SystemError) {
    guard options.grows, options.files.isRunningGuest else { return nil }
    var words = ["guestagent", "grow"]
    if let path = options.metadataPath { words += ["--metadata", path] }
    if let text = options.commandLine { words += ["--cmdline", text] }
    starter = try Starter(Self.path, words, privileges)
  }

  /// Can be read when there is something to take.
  var descriptor: Int32 { starter.descriptor }

  mutating func ask() throws(SystemError) {
    isAskedFor = true
    try start()
  }

  /// Its exit status if it has ended.
  mutating func ended() throws(SystemError) -> Int32? {
    guard let word = starter.word(about: Self.path) else { return nil }
    isRunning = false
    switch word {
    case .gone:
      isGone = true
      return nil
    case .failed(let error): throw error
    case .ended(let status):
      try start()
      return status
    }
  }

  private mutating func start() throws(SystemError) {
    guard isAskedFor, !isRunning else { return }
    isAskedFor = false
    try starter.ask()
    isRunning = true
  }
}
