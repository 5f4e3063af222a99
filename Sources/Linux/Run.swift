import CLinux

/// Programs of the guest, run by their path and without a shell.
extension System {
  /// Runs a program, waits, and returns its exit status; -1: a signal.
  public static func run(_ path: String, _ arguments: [String]) throws(SystemError) -> Int32 {
    var words = words([path] + arguments)
    defer { for word in words { free(word) } }
    return try spawn(path, &words, clinux_environment(), nil)
  }

  /// Runs a program with nothing of ours in its environment but what is given (`NAME=value`), and
  /// returns also what it wrote to standard output and standard error, in the order in which it
  /// wrote, up to `limit` bytes. It reads `input` from standard input.
  public static func run(
    _ path: String, _ arguments: [String], capturing limit: Int, environment: [String],
    input: [UInt8] = []
  ) throws(SystemError) -> (status: Int32, output: [UInt8]) {
    // Files in memory: unlike pipes they never fill up, and a daemon that the program leaves
    // behind cannot keep us waiting by holding one open.
    let given = try File(inMemory: path)
    let written = try File(inMemory: path)
    try given.writeAll(input)
    lseek(given.descriptor, 0, SEEK_SET)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, given.descriptor, 0)
    posix_spawn_file_actions_adddup2(&actions, written.descriptor, 1)
    posix_spawn_file_actions_adddup2(&actions, written.descriptor, 2)

    var (words, variables) = (words([path] + arguments), words(environment))
    defer { for word in words + variables { free(word) } }
    let status = try spawn(path, &words, &variables, &actions)
    return (status, try written.read(at: 0, count: limit))
  }

  private static func words(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    var words: [UnsafeMutablePointer<CChar>?] = texts.map { clinux_copy($0) }
    words.append(nil)
    return words
  }

  private static func spawn(
    _ path: String, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>?
  ) throws(SystemError) -> Int32 {
    var process: pid_t = 0
    let failure = posix_spawn(&process, path, actions, nil, words, environment)
    guard failure == 0 else { throw SystemError(.run(path), errno: failure) }
    var status: Int32 = 0
    guard uninterrupted({ Int(waitpid(process, &status, 0)) }) >= 0 else {
      throw SystemError(.run(path))
    }
    return clinux_exit_status(status)
  }
}
