// Unsafe: words, environment and actions live until the program runs; both lists end with nil.
import CLinux

/// Programs of the guest, run by their path and without a shell.
extension System {
  /// Runs a program that reads and writes where this one does, with an empty environment; `words`:
  /// its name for itself, then its arguments. Waits, and returns its exit status; -1: a signal.
  static func run(_ path: String, _ words: [String]) throws(SystemError) -> Int32 {
    var (words, variables) = unsafe (Self.words(words), Self.words([]))
    defer { for unsafe word in unsafe words { unsafe free(word) } }
    return try unsafe spawn(path, &words, &variables, nil)
  }

  /// Runs a program in the root directory, with nothing in its environment but what is given
  /// (`NAME=value`), and returns also what it wrote to standard output and standard error, in the
  /// order in which it wrote, up to `limit` bytes. It reads `input` from standard input.
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

    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, given.descriptor, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, written.descriptor, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, written.descriptor, 2)
    unsafe posix_spawn_file_actions_addchdir_np(&actions, "/")

    var words = unsafe words([path] + arguments)
    var variables = unsafe self.words(environment)
    defer { for unsafe word in unsafe words + variables { unsafe free(word) } }
    let status = try unsafe spawn(path, &words, &variables, &actions)
    return (status, try written.read(at: 0, count: limit))
  }

  private static func words(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    var words: [UnsafeMutablePointer<CChar>?] = unsafe texts.map { unsafe clinux_copy($0) }
    unsafe words.append(nil)
    return unsafe words
  }

  /// No signal is blocked or ignored in it, and no file is open but the three: ours are closed, and
  /// our caller's have been (`begin`).
  private static func spawn(
    _ path: String, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>?
  ) throws(SystemError) -> Int32 {
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var process: pid_t = 0
    let failure = unsafe posix_spawn(&process, path, actions, &attributes, words, environment)
    guard failure == 0 else { throw SystemError(.run(path), errno: failure) }
    var status: Int32 = 0
    guard uninterrupted({ Int(clinux_waitpid(process, &status, 0)) }) >= 0 else {
      throw SystemError(.run(path))
    }
    return clinux_exit_status(status)
  }
}
