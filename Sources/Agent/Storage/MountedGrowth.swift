import Bytes
import DiskFormats
import Growth
import Linux

/// The filesystems that the kernel grows while they are mounted.
enum GrowableKind {
  case ext, xfs, btrfs

  init?(type: String) {
    switch type {
    case "ext2", "ext3", "ext4": self = .ext
    case "xfs": self = .xfs
    case "btrfs": self = .btrfs
    default: return nil
    }
  }

  /// As which it is mounted for the moment: the driver of ext4 does for all three.
  var driver: String {
    switch self {
    case .ext: "ext4"
    case .xfs: "xfs"
    case .btrfs: "btrfs"
    }
  }
}

/// The growth of one filesystem on one of its devices, at a place where it is mounted.
struct MountedGrowth {
  let kind: GrowableKind
  let device: BlockDevice
  /// Where the device's bytes can be read.
  let node: String
  let member: FileSystemFound.Member
  let patience: Int
  let files: FileTree
  var onProgress: ((UInt64, UInt64) -> Void)?

  /// What it has of the device and what it could have, in bytes; and the latter as the kernel is
  /// told it.
  private struct Sizes {
    var present: UInt64
    var wanted: UInt64
    var blocks: UInt64
    var hasErrors = false
  }

  func run(at mountPoint: String) throws(FileSystemGrowthError) -> UInt64 {
    let mounted: MountedFileSystem
    do { mounted = try MountedFileSystem(at: mountPoint) } catch { throw .system(error) }
    let before = try measure(mounted)
    guard before.wanted > before.present else { return before.present }
    try grow(mounted, before)
    let after = try measure(mounted)
    guard after.present > before.present else { throw .unchanged(bytes: after.present) }
    return after.present
  }

  /// In a child: the mount is nobody else's, and taken away again.
  func runAside(at directory: String) throws(FileSystemGrowthError) -> UInt64 {
    do {
      try PrivateMount.mount(node, at: directory, type: kind.driver)
    } catch {
      throw .system(error)
    }
    let size: UInt64
    do { size = try run(at: directory) } catch {
      try? PrivateMount.unmount(directory)
      throw error
    }
    do { try PrivateMount.unmount(directory) } catch { throw .system(error) }
    return size
  }

  private func measure(
    _ mounted: borrowing MountedFileSystem
  ) throws(FileSystemGrowthError) -> Sizes {
    let sizes: Sizes?
    do {
      sizes =
        switch kind {
        case .ext: try extSizes(mounted)
        case .xfs: try xfsSizes(mounted)
        case .btrfs: try btrfsSizes(mounted)
        }
    } catch {
      throw .system(error)
    }
    guard let sizes else { throw .otherFileSystem(mountPoint: mounted.path) }
    if sizes.hasErrors { throw .recordedErrors }
    return sizes
  }

  private func isOnDevice(_ mounted: borrowing MountedFileSystem) throws(SystemError) -> Bool {
    let number = try mounted.device()
    return DeviceNumber(major: number.major, minor: number.minor) == device.number
  }

  /// The device's buffer of the superblock is the one that the filesystem itself writes to.
  private func extSizes(_ mounted: borrowing MountedFileSystem) throws(SystemError) -> Sizes? {
    guard try isOnDevice(mounted),
      let found = try ExtSuperblock(reading: try FileSource(path: node))
    else { return nil }
    let wanted = found.size(onDevice: device.size)
    return Sizes(
      present: found.size, wanted: wanted, blocks: wanted / found.blockSize,
      hasErrors: found.hasErrors)
  }

  private func xfsSizes(_ mounted: borrowing MountedFileSystem) throws(SystemError) -> Sizes? {
    guard try isOnDevice(mounted) else { return nil }
    let kernel = try mounted.xfsGeometry()
    guard
      let found = XFSSuperblock(
        blockSize: kernel.blockSize, blocks: kernel.blocks, groupBlocks: kernel.groupBlocks)
    else { return nil }
    let blocks = found.blocks(onDevice: device.size)
    return Sizes(present: found.size, wanted: blocks *| found.blockSize, blocks: blocks)
  }

  /// That the device of this id is the one that is meant, the path tells that btrfs has for it.
  private func btrfsSizes(_ mounted: borrowing MountedFileSystem) throws(SystemError) -> Sizes? {
    guard let found = try mounted.btrfsDevice(member.id),
      let number = files.blockDevice(at: found.path),
      DeviceNumber(major: number.major, minor: number.minor) == device.number
    else { return nil }
    let sector = max(try mounted.btrfsDevices().sectorSize, 4096)
    return Sizes(present: found.size, wanted: device.size / sector * sector, blocks: 0)
  }

  private func grow(
    _ mounted: borrowing MountedFileSystem, _ sizes: Sizes
  ) throws(FileSystemGrowthError) {
    let deadline = Deadline(secondsFromNow: patience)
    while true {
      do {
        try ask(mounted, sizes)
        return
      } catch {
        switch error.reason {
        case .readOnly: throw .readOnly
        case .notPermitted: throw .notPermitted
        case .busy where deadline.millisecondsLeft > 0: pause(milliseconds: 100)
        case .busy: throw .busy(seconds: patience)
        default: throw .system(error)
        }
      }
    }
  }

  /// Where somebody wants to hear of it, the kernel works for a child meanwhile.
  private func ask(
    _ mounted: borrowing MountedFileSystem, _ sizes: Sizes
  ) throws(SystemError) {
    guard let onProgress else { return try send(mounted, sizes) }
    let capacity = try mounted.use().capacity
    let wanted = capacity +| (sizes.wanted - sizes.present)
    let errno: UInt64
    do throws(SystemError) {
      errno = try Child.run(every: 250) {
        do throws(SystemError) {
          try send(mounted, sizes)
          return 0
        } catch {
          return UInt64(clamping: error.errno)
        }
      } tick: {
        if let use = try? mounted.use() { onProgress(use.capacity, wanted) }
      }
    } catch {
      // No child could be had, or it was killed, which does not stop the kernel: what there is
      // is measured anew.
      if error.reason == .interrupted { return }
      return try send(mounted, sizes)
    }
    if errno != 0 {
      throw SystemError(.grow(mounted.path), errno: Int32(clamping: errno))
    }
  }

  private func send(
    _ mounted: borrowing MountedFileSystem, _ sizes: Sizes
  ) throws(SystemError) {
    switch kind {
    case .ext: try mounted.resizeExt(toBlocks: sizes.blocks)
    case .xfs: try mounted.growXFS(toBlocks: sizes.blocks)
    case .btrfs: try mounted.growBtrfs(device: member.id)
    }
  }
}
