import Linux

/// Why a filesystem did not grow.
public enum FileSystemGrowthError: Error, Equatable {
  case system(SystemError)
  case readOnly
  /// ext4 counts errors since it was last checked, and refuses to grow until it is.
  case recordedErrors
  /// The kernel wants CAP_SYS_RESOURCE of whoever grows an ext4.
  case notPermitted
  /// Another operation on it had not ended after so many seconds.
  case busy(seconds: Int)
  case unsupported(type: String)
  /// Something else lies there by now.
  case otherFileSystem(mountPoint: String)
  /// It is on none of its devices, or not on this one.
  case notOn(device: String)
  /// The kernel answered success, and it has as many bytes as before.
  case unchanged(bytes: UInt64)
}

extension FileSystemGrowthError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let error): error.description
    case .readOnly: "is mounted read-only"
    case .recordedErrors: "has recorded errors and must be checked first (e2fsck -f)"
    case .notPermitted:
      "cannot grow: not permitted (CAP_SYS_RESOURCE is missing, or the filesystem has errors)"
    case .busy(let seconds):
      "another operation on the filesystem had not ended after \(seconds) s"
    case .unsupported(let type): "\(type) cannot be grown"
    case .otherFileSystem(let mountPoint): "another filesystem is mounted at \(mountPoint) by now"
    case .notOn(let device): "does not lie on \(device)"
    case .unchanged(let bytes):
      "still has \(bytes) bytes, although the kernel reported success"
    }
  }
}
