import DiskFormats
import Growth
import Linux

extension StorageSurvey {
  /// A mounted filesystem, with the devices of btrfs that only it knows.
  mutating func addFileSystem(_ mount: MountTable.Entry) {
    var entry = FileSystemFound(
      type: mount.type, mountPoints: mount.mountPoints, members: [], capacity: 0, available: 0,
      leastGrowth: .max)
    entry.isReadOnly = mount.isReadOnly
    if files.isRunningGuest, let mounted = try? MountedFileSystem(at: mount.mountPoints[0]),
      isReached(mount, mounted)
    {
      if let use = try? mounted.use() { (entry.capacity, entry.used, entry.available) = use }
      switch mount.type {
      case "btrfs": addMembers(of: &entry, mounted)
      case "xfs":
        if let kernel = try? mounted.xfsGeometry(),
          let geometry = XFSSuperblock(
            blockSize: kernel.blockSize, blocks: kernel.blocks, groupBlocks: kernel.groupBlocks)
        {
          entry.take(.xfs(geometry), on: mount.device)
        }
      default: break
      }
    }
    if entry.members.isEmpty { readMember(of: &entry, mount) }
    found.fileSystems.append(entry)
  }

  /// A mount over a folder further up hides the place. btrfs numbers its subvolumes as it likes.
  private func isReached(
    _ mount: MountTable.Entry, _ mounted: borrowing MountedFileSystem
  ) -> Bool {
    guard mount.type != "btrfs" else { return true }
    guard let number = try? mounted.device() else { return false }
    return DeviceNumber(major: number.major, minor: number.minor) == mount.device
  }

  /// From the device itself, where the mount did not tell, or there is none.
  private mutating func readMember(of entry: inout FileSystemFound, _ mount: MountTable.Entry) {
    let number = mount.type == "btrfs" ? add(path: mount.source) : found[mount.device]?.number
    guard let number else { return }
    if GrowableKind(type: mount.type) != nil || !files.isRunningGuest,
      let source = source(number), let read = try? Superblock(reading: source)
    {
      entry.take(read, on: number)
      // An ext2 may be mounted as ext4: the kernel's word counts.
      entry.type = mount.type
    }
    if entry.members.isEmpty {
      entry.members = [.init(device: number, size: entry.capacity)]
      entry.isUnmeasured = true
    }
  }

  private mutating func addMembers(
    of entry: inout FileSystemFound, _ mounted: borrowing MountedFileSystem
  ) {
    guard let (sectorSize, devices) = try? mounted.btrfsDevices() else { return }
    for device in devices {
      guard let number = add(path: device.path) else { continue }
      entry.members.append(.init(device: number, id: device.id, size: device.size))
    }
    entry.leastGrowth = sectorSize
  }

  /// Volumes of the groups, and devices that were named, which are not mounted: what they hold.
  mutating func addUnmounted(extras: [DeviceNumber]) {
    for device in found.devices {
      let number = device.number
      switch device.kind {
      case .logicalVolume: break
      default: guard extras.contains(number) || found.swaps.contains(number) else { continue }
      }
      let isTaken = found.fileSystems.contains { $0.members.contains { $0.device == number } }
      guard !isTaken, let folder = folder(number) else { continue }
      var entry = FileSystemFound(
        type: "swap", mountPoints: [], members: [], capacity: device.size, available: 0,
        leastGrowth: .max)
      if !found.swaps.contains(number) {
        guard !folder.isHeld, let source = source(number),
          let read = try? Superblock(reading: source)
        else { continue }
        entry.take(read, on: number)
      }
      if entry.members.isEmpty { entry.members = [.init(device: number, size: device.size)] }
      entry.isReadOnly = device.isReadOnly
      found.fileSystems.append(entry)
    }
  }
}

extension FileSystemFound {
  /// What the superblock tells; the capacity too, where no mount has told it.
  mutating func take(_ superblock: Superblock, on device: DeviceNumber) {
    type = superblock.type
    var member = Member(device: device, size: 0)
    switch superblock {
    case .ext(let found):
      member.size = found.size
      leastGrowth = found.leastGrowth
      hasErrors = found.hasErrors
    case .xfs(let found):
      member.size = found.size
      leastGrowth = found.leastGrowth
    case .btrfs(let found):
      member = Member(device: device, id: found.deviceID, size: found.deviceSize)
      leastGrowth = found.sectorSize
    case .f2fs(let size), .swap(let size):
      member.size = size
    case .luks:
      return
    }
    if capacity == 0 || mountPoints.isEmpty { capacity = member.size }
    members = [member]
  }
}
