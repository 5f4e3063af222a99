import Linux

/// What `down` leaves behind, so that `watch` does not put back at once what a person took down;
/// `apply` removes it. And the lock under which the two change the network.
struct DownMark {
  let files: FileTree

  private static var path: String { "/run/guestagent/down" }

  var isThere: Bool { files.exists(Self.path) }

  func leave() throws(SystemError) {
    try files.replace(Self.path, with: [], synced: false)
  }

  func remove() throws(SystemError) { try files.remove(Self.path) }

  /// Not yet taken.
  var lockFile: LockFile {
    get throws(SystemError) { try LockFile("/run/guestagent/network.lock", in: files) }
  }
}
