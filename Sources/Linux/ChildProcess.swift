import CLinux

/// A program that runs beside this one, with the same environment and outputs.
public struct ChildProcess {
  public let number: Int32

  /// `words`: its name for itself, then its arguments. It has none of the signals blocked that
  /// this program waits for.
  public init(_ path: String, _ words: [String]) throws(SystemError) {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var copies: [UnsafeMutablePointer<CChar>?] = words.map { clinux_copy($0) }
    copies.append(nil)
    defer { for copy in copies { free(copy) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, path, nil, &attributes, copies, clinux_environment())
    guard failure == 0 else { throw SystemError(.run(path), errno: failure) }
    number = process
  }

  /// Its exit status if it has ended, -1: by a signal (`waitpid`); `nil` while it runs. Once told,
  /// not again.
  public func status() -> Int32? {
    var status: Int32 = 0
    guard uninterrupted({ Int(waitpid(number, &status, WNOHANG)) }) != 0 else { return nil }
    return clinux_exit_status(status)
  }
}
