import Bytes
import CLinux

/// The files of a guest: those of the running one, or those below a directory (`--root`).
/// Paths are absolute, as the guest sees them.
public struct FileTree {
  public let root: String
  /// Hears of what `names`, `number` and `attribute` could not read.
  public var failures: ReadFailures?

  /// `""` or `/`: the running guest itself.
  public init(root: String) {
    self.root = root == "/" ? "" : root
  }

  public var isRunningGuest: Bool { root.isEmpty }

  public func resolve(_ path: String) -> String { root + path }

  public enum Kind: Equatable {
    case file, directory
    /// Its target as written in it.
    case symlink(String)
  }

  /// What the path is; `nil` if there is nothing (`lstat`).
  public func kind(of path: String) throws(SystemError) -> Kind? {
    var status = stat()
    guard clinux_lstat(resolve(path), &status) == 0 else {
      let error = SystemError(.open(resolve(path)))
      if error.isOfAbsence { return nil }
      throw error
    }
    if clinux_is_directory(status.st_mode) != 0 { return .directory }
    guard clinux_is_symlink(status.st_mode) != 0 else { return .file }
    let target = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      count = max(
        0,
        buffer.withMemoryRebound(to: CChar.self) {
          readlink(resolve(path), $0.baseAddress!, $0.count)
        })
    }
    return .symlink(String(decoding: target, as: UTF8.self))
  }

  /// Whether the path leads to something that is there, symbolic links followed (`access`).
  public func exists(_ path: String) -> Bool {
    access(resolve(path), F_OK) == 0
  }

  /// Whether something may be there: whoever reads it is told what is in the way of that.
  public func mayExist(_ path: String) -> Bool {
    exists(path) || !SystemError(.open(path)).isOfAbsence
  }

  /// The path without symbolic links (`realpath`), as this program sees it; `nil`: it leads
  /// nowhere.
  public func real(_ path: String) -> String? {
    guard let text = realpath(resolve(path), nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }

  /// The whole file; `nil` if there is none. More than `limit` bytes: `limit` + 1 are returned.
  public func read(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8]? {
    do {
      let file = try File(reading: resolve(path))
      return try file.readAll(limit: limit)
    } catch {
      if error.isOfAbsence { return nil }
      throw error
    }
  }

  /// The decimal number that a file of the kernel's holds; `nil` if there is none.
  public func number(in path: String) -> UInt64? {
    guard let bytes = attribute(path, limit: 32) else { return nil }
    return UInt64(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  /// A file of the kernel's; `nil` if there is none, or it cannot be read.
  public func attribute(_ path: String, limit: Int) -> [UInt8]? {
    do { return try read(path, limit: limit) } catch {
      failures?.note(error)
      return nil
    }
  }

  /// Names in a directory, sorted, without `.` and `..`; empty if it is not there.
  public func names(in directory: String) -> [String] {
    guard let stream = opendir(resolve(directory)) else {
      failures?.note(SystemError(.list(resolve(directory))))
      return []
    }
    defer { closedir(stream) }
    var names: [String] = []
    clinux_clear_errno()
    while let entry = readdir(stream) {
      let name = String(cString: clinux_entry_name(entry))
      if name != ".", name != ".." { names.append(name) }
      clinux_clear_errno()
    }
    let error = SystemError(.list(resolve(directory)))
    if error.errno != 0 { failures?.note(error) }
    return names.ordered { $0 < $1 }
  }

  /// Replaces or makes the file so that a reader, or a power cut, sees the old bytes or the new
  /// ones: written beside it, synced, renamed over it. Directories on the way are made.
  public func replace(
    _ path: String, with bytes: [UInt8], mode: mode_t = 0o644, synced: Bool = true
  ) throws(SystemError) {
    let target = resolve(path)
    let beside = target + ".guestagent-new"
    do throws(SystemError) {
      let file = try create(beside, for: path, mode: mode)
      try file.writeAll(bytes)
      if synced { try file.synchronize() }
      guard rename(beside, target) == 0 else { throw SystemError(.replace(target)) }
    } catch {
      unlink(beside)
      throw error
    }
  }

  /// The file beside another, with the directories on the way.
  private func create(
    _ beside: String, for path: String, mode: mode_t
  ) throws(SystemError) -> File {
    do {
      return try File(creating: beside, mode: mode)
    } catch {
      switch error.errno {
      case ENOENT: try createDirectory(parent(of: path))
      // Left by a run that was cut off.
      case EEXIST: unlink(beside)
      default: throw error
      }
      return try File(creating: beside, mode: mode)
    }
  }

  /// Writes into a file of the kernel's that is there (a sysctl), in one call.
  public func overwrite(_ path: String, with bytes: [UInt8]) throws(SystemError) {
    let file = try File(overwriting: resolve(path))
    try file.writeAll(bytes)
  }

  /// The directory and those above it, where they are not there yet.
  public func createDirectory(_ path: String) throws(SystemError) {
    if mkdir(resolve(path), 0o755) == 0 || clinux_errno() == EEXIST { return }
    guard clinux_errno() == ENOENT, path.utf8.count > 1 else {
      throw SystemError(.createDirectory(resolve(path)))
    }
    try createDirectory(parent(of: path))
    guard mkdir(resolve(path), 0o755) == 0 || clinux_errno() == EEXIST else {
      throw SystemError(.createDirectory(resolve(path)))
    }
  }

  private func parent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else {
      return ""
    }
    return String(path[..<slash])
  }

  /// Removes the file; nothing if it is not there.
  public func remove(_ path: String) throws(SystemError) {
    guard unlink(resolve(path)) == 0 || clinux_errno() == ENOENT else {
      throw SystemError(.remove(resolve(path)))
    }
  }
}

extension FileTree {
  public enum Content: Equatable {
    case file, directory, blockDevice
    /// A device that is no disk, a pipe, a socket: reading it may take for ever.
    case other
  }

  /// What the path leads to, symbolic links followed (`stat`).
  public func content(of path: String) throws(SystemError) -> Content {
    var status = stat()
    guard clinux_stat(resolve(path), &status) == 0 else { throw SystemError(.open(resolve(path))) }
    if clinux_is_regular(status.st_mode) != 0 { return .file }
    if clinux_is_directory(status.st_mode) != 0 { return .directory }
    return clinux_is_block_device(status.st_mode) != 0 ? .blockDevice : .other
  }

  /// The number of the block device that a path leads to, symbolic links followed (`stat`); `nil`
  /// if it leads to none.
  public func blockDevice(at path: String) -> (major: UInt32, minor: UInt32)? {
    var status = stat()
    guard clinux_stat(resolve(path), &status) == 0, clinux_is_block_device(status.st_mode) != 0
    else { return nil }
    return deviceNumbers(status.st_rdev)
  }

  /// The whole file, up to `limit` bytes; one that is not there is an error.
  public func readNeeded(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
    guard let bytes = try read(path, limit: limit) else {
      throw SystemError(.open(resolve(path)), errno: ENOENT)
    }
    return bytes
  }

  /// Removes a directory if it is empty (`rmdir`).
  public func removeDirectory(_ path: String) {
    rmdir(resolve(path))
  }
}
