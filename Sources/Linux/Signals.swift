// Unsafe: sets and the struct that is read are whole values of their types.
import CLinux

/// The signals that a program waits for beside its other events (`signalfd`), in place of handlers
/// that come in between.
public final class Signals {
  public let descriptor: Int32

  public enum Signal {
    /// SIGHUP, SIGTERM and SIGINT, SIGCHLD.
    case reload, end, child
  }

  /// From now on these reach the process in no other way.
  public init() throws(SystemError) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for number in [SIGHUP, SIGTERM, SIGINT, SIGCHLD] { unsafe sigaddset(&set, number) }
    var blocked = set
    // Who reads our words may go and come again.
    unsafe sigaddset(&blocked, SIGPIPE)
    unsafe sigprocmask(SIG_BLOCK, &blocked, nil)
    descriptor = unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
    guard descriptor >= 0 else { throw SystemError(.signals) }
  }

  deinit { close(descriptor) }

  /// One that is there; `nil`: none.
  public func next() -> Signal? {
    var information = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    guard uninterrupted({ unsafe read(descriptor, &information, size) }) == size else { return nil }
    switch Int32(information.ssi_signo) {
    case SIGHUP: return .reload
    case SIGCHLD: return .child
    default: return .end
    }
  }
}
