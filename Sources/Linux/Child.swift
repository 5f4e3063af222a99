// Unsafe: the word that goes through the pipe is of 8 bytes, and there are two ends.
import CLinux

/// Work done in a forked copy of this process, so that something can be said meanwhile, or so that
/// what it does to itself (a mount namespace) ends with it.
public enum Child {
  /// Runs the work in a child and returns its word; meanwhile `tick` is called every so many
  /// milliseconds. Returns at once when the work ends: the kernel tells it by closing the pipe.
  /// Throws `fork` if there can be no child, and EINTR if it ended without a word.
  public static func run(
    every milliseconds: Int32, _ work: () -> UInt64, tick: () -> Void
  ) throws(SystemError) -> UInt64 {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw SystemError(.fork) }
    let process = clinux_fork()
    if process == 0 {
      var word = work()
      _ = unsafe write(ends[1], &word, 8)
      _exit(0)
    }
    let error = SystemError(.fork)
    close(ends[1])
    defer { close(ends[0]) }
    guard process > 0 else { throw error }
    while true {
      if clinux_poll(ends[0], Int16(POLLIN), milliseconds) > 0 { break }
      tick()
    }
    var word = 0 as UInt64
    let count = uninterrupted { unsafe read(ends[0], &word, 8) }
    var status: Int32 = 0
    _ = uninterrupted { Int(clinux_waitpid(process, &status, 0)) }
    guard count == 8 else { throw SystemError(.fork, errno: EINTR) }
    return word
  }
}
