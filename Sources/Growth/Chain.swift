import Bytes
import DiskFormats

extension StorageFound {
  /// These devices and everything under them, each once, the upper ones first. A logical volume
  /// lies on all physical volumes of its group, since any of them may lend it extents.
  func chain(under tops: [DeviceNumber]) -> [DeviceNumber] {
    var met: [DeviceNumber] = []
    var lowestFirst: [DeviceNumber] = []
    func visit(_ number: DeviceNumber) {
      guard !met.contains(number) else { return }
      met.append(number)
      for lower in lower(of: number) { visit(lower) }
      lowestFirst.append(number)
    }
    for top in tops { visit(top) }
    return lowestFirst.reversed()
  }

  /// What a device lies on.
  func lower(of number: DeviceNumber) -> [DeviceNumber] {
    guard let device = self[number] else { return [] }
    var lower = device.lower
    if let group = group(of: device) {
      for entry in group.devices where !lower.contains(entry.device) { lower.append(entry.device) }
    }
    return lower
  }

  /// The group of a logical volume's device.
  func group(of device: BlockDevice) -> GroupFound? {
    guard case .logicalVolume(let groupUUID, _) = device.kind else { return nil }
    return groups.first { $0.group.uuid == groupUUID }
  }

  /// The volume that a device is, by the metadata of its group.
  func logicalVolume(_ device: BlockDevice) -> (GroupFound, LogicalVolume)? {
    guard let group = group(of: device), case .logicalVolume(_, let uuid) = device.kind,
      let volume = group.group.logicalVolumes.first(where: { $0.uuid == uuid })
    else { return nil }
    return (group, volume)
  }

  /// The device of a volume, if it is active.
  func device(of volume: LogicalVolume, in group: VolumeGroup) -> BlockDevice? {
    devices.first { device in
      guard case .logicalVolume(group.uuid, volume.uuid) = device.kind else { return false }
      return true
    }
  }

  /// The physical volume that a device holds.
  func physicalVolume(on number: DeviceNumber) -> (GroupFound, PhysicalVolume)? {
    for group in groups {
      guard let entry = group.devices.first(where: { $0.device == number }),
        let volume = group.group.physicalVolumes.first(where: {
          $0.name == entry.physicalVolume
        })
      else { continue }
      return (group, volume)
    }
    return nil
  }

  func fileSystem(on number: DeviceNumber) -> FileSystemFound? {
    fileSystems.first { $0.members.contains { $0.device == number } }
  }
}

extension VolumeGroup {
  var extentCount: UInt64 { physicalVolumes.reduce(0) { $0 +| $1.extentCount } }
}

extension FileSystemFound {
  /// Bytes that it has taken of all its devices.
  public var size: UInt64 { members.reduce(0) { $0 +| $1.size } }
}
