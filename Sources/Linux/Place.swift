import CLinux

/// Where a path leads: a directory that is open, and a name in it, for the calls that end in `at`.
/// Closed with its last use.
///
/// Below the root of a `FileTree` (the filesystem of a guest, mounted, in which anything may lie)
/// the way is gone step by step: a symbolic link is read and gone inside that root, as the guest
/// itself would, and nothing that changes meanwhile leads out of it. Links of /proc, which lead
/// where no text does, are taken by their text. The kernel's own form of this (`openat2`,
/// `RESOLVE_IN_ROOT`) is younger than many a guest, and could not be filtered by what it is to open.
struct Place: ~Copyable {
  private let directory: Int32
  private let name: String

  /// In the running guest: as the kernel takes it.
  init(_ path: String) {
    directory = AT_FDCWD
    name = path
  }

  /// - leads: whether a last name that is a symbolic link is followed, too.
  init(_ path: String, below root: String, leads: Bool) throws(SystemError) {
    var way = [clinux_open(root, Self.step, 0)]
    guard way[0] >= 0 else { throw SystemError(.open(root)) }
    defer { for descriptor in way { close(descriptor) } }
    var rest = Self.names(path)
    var last = "."
    var links = 0
    while let next = rest.popLast() {
      if next == ".." {
        if way.count > 1 { close(way.removeLast()) }
        continue
      }
      let here = way[way.count - 1]
      let isLast = rest.isEmpty
      if !isLast || leads, let target = Self.target(of: next, in: here) {
        links += 1
        // As many as the kernel follows: path_resolution(7).
        guard links <= 40 else { throw SystemError(.open(root + path), errno: ELOOP) }
        if target.utf8.first == UInt8(ascii: "/") {
          while way.count > 1 { close(way.removeLast()) }
        }
        rest += Self.names(target)
        continue
      }
      if isLast {
        last = next
        break
      }
      let descriptor = clinux_openat(here, next, Self.step | O_NOFOLLOW, 0)
      guard descriptor >= 0 else { throw SystemError(.open(root + path)) }
      way.append(descriptor)
    }
    directory = way.removeLast()
    name = last
  }

  deinit {
    if directory >= 0 { close(directory) }
  }

  /// Neither reading nor writing: the way only (`O_PATH`).
  private static var step: Int32 { CLINUX_O_PATH | O_DIRECTORY | O_CLOEXEC }

  /// What a symbolic link says (`readlinkat`); `nil`: it is none.
  var target: String? { Self.target(of: name, in: directory) }

  /// `openat`, close-on-exec; negative: errno says why.
  borrowing func open(_ flags: Int32, _ mode: mode_t = 0) -> Int32 {
    clinux_openat(directory, name, flags | O_CLOEXEC, mode)
  }

  /// `fstatat`; `nil`: errno says why.
  borrowing func status(_ flags: Int32) -> stat? {
    var status = stat()
    return clinux_stat(directory, name, &status, flags) == 0 ? status : nil
  }

  /// `mkdirat`.
  borrowing func makeDirectory() -> Bool { mkdirat(directory, name, 0o755) == 0 }

  /// `renameat`.
  borrowing func rename(to other: borrowing Place) -> Bool {
    renameat(directory, name, other.directory, other.name) == 0
  }

  /// `unlinkat`.
  borrowing func unlink(_ flags: Int32 = 0) -> Bool { unlinkat(directory, name, flags) == 0 }

  private static func target(of name: String, in directory: Int32) -> String? {
    var failed = false
    let target = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      let length = buffer.withMemoryRebound(to: CChar.self) {
        readlinkat(directory, name, $0.baseAddress!, $0.count)
      }
      failed = length < 0
      count = max(0, length)
    }
    return failed ? nil : String(decoding: target, as: UTF8.self)
  }

  /// The last name first.
  private static func names(_ path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).reversed().compactMap {
      let name = String(Substring($0))
      return name == "." ? nil : name
    }
  }
}
