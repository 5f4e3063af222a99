import Bytes
import CLinux

/// The files of a guest: those of the running one, or those below a directory (`--root`).
/// Paths are absolute, as the guest sees them.
public struct FileTree {
  public let root: String

  /// `""` or `/`: the running guest itself.
  public init(root: String) {
    self.root = root == "/" ? "" : root
  }

  public var isRunningGuest: Bool { root.isEmpty }

  /// The path as this program's user would write it, for messages.
  public func resolve(_ path: String) -> String { root + path }

  /// - leads: whether a symbolic link as the last name is followed.
  func place(_ path: String, leads: Bool) throws(SystemError) -> Place {
    if isRunningGuest { return Place(path) }
    return try Place(path, below: root, leads: leads)
  }

  /// `stat`, or of a symbolic link itself; `nil`: it cannot be asked, and errno says why.
  private func status(_ path: String, leads: Bool) -> stat? {
    guard let place = try? place(path, leads: leads) else { return nil }
    return place.status(leads && isRunningGuest ? 0 : AT_SYMLINK_NOFOLLOW)
  }

  public enum Kind: Equatable {
    case file, directory
    /// Its target as written in it.
    case symlink(String)
  }

  /// What the path is; `nil` if there is nothing (`lstat`).
  public func kind(of path: String) -> Kind? {
    guard let status = status(path, leads: false) else { return nil }
    if clinux_is_directory(status.st_mode) != 0 { return .directory }
    guard clinux_is_symlink(status.st_mode) != 0 else { return .file }
    guard let place = try? place(path, leads: false) else { return nil }
    return .symlink(place.target ?? "")
  }

  /// Whether the path leads to something that is there, symbolic links followed (`access`).
  public func exists(_ path: String) -> Bool {
    if isRunningGuest { return access(path, F_OK) == 0 }
    return status(path, leads: true) != nil
  }

  /// The path without symbolic links (`realpath`), of the running guest; `nil`: it leads nowhere.
  public static func real(_ path: String) -> String? {
    guard let text = realpath(path, nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }

  /// The whole file; `nil` if there is none. More than `limit` bytes: `limit` + 1 are returned.
  public func read(_ path: String, limit: Int = 1 << 20) throws(SystemError) -> [UInt8]? {
    do {
      let file = try File(reading: path, in: self)
      return try file.readAll(limit: limit)
    } catch {
      if error.errno == ENOENT || error.errno == ENOTDIR { return nil }
      throw error
    }
  }

  /// The decimal number that a file of the kernel's holds; `nil` if there is none.
  public func number(in path: String) -> UInt64? {
    guard let bytes = try? read(path, limit: 32) else { return nil }
    return UInt64(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  /// Names in a directory, sorted, without `.` and `..`; empty if it is not there.
  public func names(in directory: String) -> [String] {
    guard let stream = stream(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = String(cString: clinux_entry_name(entry))
      if name != ".", name != ".." { names.append(name) }
    }
    return names.ordered { $0 < $1 }
  }

  private func stream(_ directory: String) -> OpaquePointer? {
    if isRunningGuest { return opendir(directory) }
    guard let place = try? place(directory, leads: true) else { return nil }
    let descriptor = place.open(O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    let stream = fdopendir(descriptor)
    if stream == nil { close(descriptor) }
    return stream
  }

  /// Replaces or makes the file so that a reader, or a power cut, sees the old bytes or the new
  /// ones: written beside it, synced, renamed over it. Directories on the way are made.
  public func replace(
    _ path: String, with bytes: [UInt8], mode: mode_t = 0o644, synced: Bool = true
  ) throws(SystemError) {
    let beside = path + ".guestagent-new"
    do {
      try write(bytes, to: beside, mode: mode, synced: synced)
    } catch {
      switch error.errno {
      case ENOENT: try createDirectory(parent(of: path))
      // Left by a run that was cut off.
      case EEXIST: try? remove(beside)
      default: throw error
      }
      try write(bytes, to: beside, mode: mode, synced: synced)
    }
    let written = try place(beside, leads: false)
    guard written.rename(to: try place(path, leads: false)) else {
      let error = SystemError(.replace(resolve(path)))
      try? remove(beside)
      throw error
    }
  }

  /// Writes into a file of the kernel's that is there (a sysctl), in one call.
  public func overwrite(_ path: String, with bytes: [UInt8]) throws(SystemError) {
    let file = try File(.overwriting, path, in: self)
    try file.writeAll(bytes)
  }

  private func write(
    _ bytes: [UInt8], to path: String, mode: mode_t, synced: Bool
  ) throws(SystemError) {
    let file = try File(.creating(mode), path, in: self)
    try file.writeAll(bytes)
    if synced { try file.synchronize() }
  }

  /// The directory and those above it, where they are not there yet.
  public func createDirectory(_ path: String) throws(SystemError) {
    do { return try make(path) } catch {
      guard error.errno == ENOENT, path.utf8.count > 1 else { throw error }
    }
    try createDirectory(parent(of: path))
    try make(path)
  }

  private func make(_ path: String) throws(SystemError) {
    let place = try place(path, leads: false)
    guard place.makeDirectory() || clinux_errno() == EEXIST else {
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
    var errno: Int32 = 0
    do {
      let place = try place(path, leads: false)
      if !place.unlink() { errno = clinux_errno() }
    } catch {
      errno = error.errno
    }
    guard errno == 0 || errno == ENOENT else {
      throw SystemError(.remove(resolve(path)), errno: errno)
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
    guard let status = status(path, leads: true) else { throw SystemError(.open(resolve(path))) }
    if clinux_is_regular(status.st_mode) != 0 { return .file }
    if clinux_is_directory(status.st_mode) != 0 { return .directory }
    return clinux_is_block_device(status.st_mode) != 0 ? .blockDevice : .other
  }

  /// The number of the block device that a path leads to, symbolic links followed (`stat`); `nil`
  /// if it leads to none.
  public func blockDevice(at path: String) -> (major: UInt32, minor: UInt32)? {
    guard let status = status(path, leads: true), clinux_is_block_device(status.st_mode) != 0
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

  /// Removes a directory if it is empty (`unlinkat`).
  public func removeDirectory(_ path: String) {
    guard let place = try? place(path, leads: false) else { return }
    _ = place.unlink(AT_REMOVEDIR)
  }
}
