import DiskFormats
import Growth
import Linux

/// Grows filesystems, by the kernel, while they are in use. No size below the present one is ever
/// asked for: each is measured first, and again afterwards.
public struct FileSystemGrowth {
  let files: FileTree
  /// How long an operation of somebody else's is waited for; seconds.
  let patience: Int

  public init(files: FileTree, patience: Int = 30) {
    self.files = files
    self.patience = patience
  }

  /// The filesystem takes all of the device that it can use; bytes that it has of it then. Where
  /// it is mounted nowhere it is mounted for the moment, for nobody else to see.
  /// `onProgress`: called a few times a second with the bytes for data that it has and those that
  /// it will have, about.
  public func grow(
    _ fileSystem: FileSystemFound, on device: BlockDevice,
    onProgress: ((_ present: UInt64, _ wanted: UInt64) -> Void)? = nil
  ) throws(FileSystemGrowthError) -> UInt64 {
    guard let member = fileSystem.members.first(where: { $0.device == device.number }),
      let folder = DeviceFolder(device.number, in: files)
    else { throw .notOn(device: device.path) }
    if fileSystem.hasErrors { throw .recordedErrors }
    guard let kind = GrowableKind(type: fileSystem.type) else {
      throw .unsupported(type: fileSystem.type)
    }
    var growth = MountedGrowth(
      kind: kind, device: device, node: files.resolve("/dev/" + folder.name), member: member,
      patience: patience, files: files)
    guard !fileSystem.mountPoints.isEmpty else { return try aside(growth) }
    growth.onProgress = onProgress
    // A read-only bind mount may come before the one that can be written to.
    for mountPoint in fileSystem.mountPoints {
      do { return try growth.run(at: mountPoint) } catch {
        guard error == .readOnly else { throw error }
      }
    }
    throw .readOnly
  }

  /// In a child with mounts of its own, which go with it however it ends.
  private func aside(_ growth: MountedGrowth) throws(FileSystemGrowthError) -> UInt64 {
    let home = "/run/guestagent"
    let directory = home + "/volume"
    let word: UInt64
    do throws(SystemError) {
      try files.createDirectory(directory)
      defer {
        files.removeDirectory(directory)
        files.removeDirectory(home)
      }
      word = try Child.run(every: 1000) {
        do throws(FileSystemGrowthError) {
          return try growth.runAside(at: directory)
        } catch {
          return Self.word(error)
        }
      } tick: {
      }
    } catch {
      throw .system(error)
    }
    if word < Self.failed { return word }
    throw Self.error(word, growth)
  }

  // What a child says is one word: the bytes, or with the highest bit set the failure's number in
  // bits 32 to 39 and its errno in the lowest 32.
  private static var failed: UInt64 { 1 << 63 }

  private static func word(_ error: FileSystemGrowthError) -> UInt64 {
    let (number, errno): (UInt64, Int32) =
      switch error {
      case .system(let error):
        switch error.operation {
        case .mount: (0, error.errno)
        case .grow: (1, error.errno)
        default: (2, error.errno)
        }
      case .readOnly: (3, 0)
      case .recordedErrors: (4, 0)
      case .notPermitted: (5, 0)
      case .busy: (6, 0)
      case .unchanged: (7, 0)
      case .unsupported, .otherFileSystem, .notOn: (8, 0)
      }
    return failed | number << 32 | UInt64(clamping: errno)
  }

  private static func error(_ word: UInt64, _ growth: MountedGrowth) -> FileSystemGrowthError {
    let errno = Int32(clamping: word & 0xFFFF_FFFF)
    let path = growth.device.path
    switch word >> 32 & 0xFF {
    case 0: return .system(SystemError(.mount(path), errno: errno))
    case 1: return .system(SystemError(.grow(path), errno: errno))
    case 2: return .system(SystemError(.measure(path), errno: errno))
    case 3: return .readOnly
    case 4: return .recordedErrors
    case 5: return .notPermitted
    case 6: return .busy(seconds: growth.patience)
    case 7: return .unchanged(bytes: growth.member.size)
    default: return .notOn(device: path)
    }
  }
}
