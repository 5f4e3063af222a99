// Unsafe: eight bytes are one pair of two 32-bit numbers, at both ends of one program.
import CLinux

/// A process that does nothing but start one program, with words that are settled, whenever it is
/// asked to, and tell how it ended. Forked while this process is still small and has read nothing,
/// it may do what this one gives up afterwards.
public final class Starter {
  /// Can be read once a program has ended, or the starter.
  public let descriptor: Int32
  private let process: Int32

  /// `words`: the program's name for itself, then its arguments. `privileges`: the starter's own.
  public init(
    _ path: String, _ words: [String], _ privileges: Privileges
  ) throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemError(.fork) }
    process = clinux_fork()
    if process == 0 {
      close(ends[0])
      privileges.take()
      Self.serve(ends[1], path, words)
    }
    descriptor = ends[0]
    let error = SystemError(.fork)
    close(ends[1])
    guard process > 0 else { throw error }
  }

  /// It ends, at the latest when what it has started does.
  deinit { close(descriptor) }

  /// Has the program started; the starter may still be waiting for the one before it.
  public func ask() throws(SystemError) {
    var word: UInt8 = 1
    let sent = unsafe send(descriptor, &word, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    guard sent == 1 else { throw SystemError(.fork) }
  }

  public enum Word: Equatable {
    /// The exit status of a program that has ended, -1: by a signal.
    case ended(Int32)
    /// It could not be started.
    case failed(SystemError)
    /// The starter is no more.
    case gone
  }

  /// What it says; `nil`: nothing.
  public func word(about path: String) -> Word? {
    var said: (status: Int32, errno: Int32) = (0, 0)
    let count = uninterrupted { unsafe recv(descriptor, &said, 8, Int32(MSG_DONTWAIT)) }
    if count < 0, clinux_errno() == EAGAIN { return nil }
    guard count == 8 else {
      var status: Int32 = 0
      // Its end of the socket is closed by its end alone.
      _ = uninterrupted { unsafe Int(waitpid(process, &status, 0)) }
      return .gone
    }
    return said.errno == 0
      ? .ended(said.status) : .failed(SystemError(.run(path), errno: said.errno))
  }

  // MARK: In the other process

  /// Until nobody is there to ask. A signal to both of us is the other's matter.
  private static func serve(_ socket: Int32, _ path: String, _ words: [String]) -> Never {
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe sigprocmask(SIG_BLOCK, &all, nil)
    var word: UInt8 = 0
    while uninterrupted({ unsafe recv(socket, &word, 1, 0) }) == 1 {
      var said: (status: Int32, errno: Int32) = (0, 0)
      do throws(SystemError) { said.status = try System.run(path, words) } catch {
        said.errno = error.errno
      }
      _ = unsafe send(socket, &said, 8, Int32(MSG_NOSIGNAL))
    }
    _exit(0)
  }
}
