import CLinux

/// A file that one process at a time may hold (`flock`), in which it leaves its number; let go with
/// the last use, and by the kernel if the process dies.
public final class LockFile {
  private let file: File

  /// Opens the file, made if it is not there; the directories on the way, too.
  public init(_ path: String, in files: FileTree) throws(SystemError) {
    do {
      file = try File(.locking, path, in: files)
    } catch {
      guard error.errno == ENOENT, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
        throw error
      }
      try files.createDirectory(String(path[..<slash]))
      file = try File(.locking, path, in: files)
    }
  }

  /// `false`: another process still holds it when the deadline has passed; asked for every so many
  /// milliseconds.
  public func take(
    until deadline: Deadline, every milliseconds: Int32
  ) throws(SystemError) -> Bool {
    guard try file.lock(until: deadline, every: milliseconds) else { return false }
    // Only for the message of who comes after us.
    ftruncate(file.descriptor, 0)
    try? file.write([UInt8](String(getpid()).utf8), at: 0)
    return true
  }

  /// Lets go of it before the last use (`flock`).
  public func release() { _ = clinux_flock(file.descriptor, LOCK_UN) }

  /// The process that holds it, as it has told.
  public var holder: String? {
    guard let bytes = try? file.read(at: 0, count: 16), !bytes.isEmpty else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension File {
  /// Takes it for this program alone, among those that ask (`flock`). `false`: another has it still
  /// when the deadline has passed. Nobody tells when it is free: asked for every so many
  /// milliseconds.
  func lock(until deadline: Deadline, every milliseconds: Int32) throws(SystemError) -> Bool {
    while clinux_flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let errno = clinux_errno()
      guard errno == EAGAIN || errno == EINTR else {
        throw SystemError(.lock(path), errno: errno)
      }
      let left = deadline.millisecondsLeft
      guard left > 0 else { return false }
      pause(milliseconds: min(left, milliseconds))
    }
    return true
  }
}
