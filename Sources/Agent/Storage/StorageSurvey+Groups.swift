import Bytes
import DiskFormats
import Growth
import Linux

extension StorageSurvey {
  /// The volume groups whose volumes, or whose physical volumes, were found, with everything else
  /// that they hold. Labels are read on the devices below the volumes and on those named; on all
  /// others only if the metadata name a physical volume that is not among those.
  mutating func addGroups(extras: [DeviceNumber]) {
    var volumes = PhysicalVolumesFound()
    for number in extras { read(number, &volumes) }
    // Volumes of a group may lie on further devices, and these hold volumes of further groups.
    var known = -1
    while known != found.devices.count {
      known = found.devices.count
      for device in found.devices {
        guard case .logicalVolume = device.kind else { continue }
        for number in storage(of: device) { read(number, &volumes) }
      }
      if found.groups.contains(where: { $0.devices.count < $0.group.physicalVolumes.count }) {
        readAllOthers(&volumes)
      }
      let new = volumes.found.dropFirst(volumes.followed)
      volumes.followed = volumes.found.count
      for (_, number) in new { addHolders(of: number) }
    }
  }

  /// What a volume lies on, through the parts that LVM keeps to itself (a thin pool, a snapshot's
  /// origin).
  private func storage(of volume: BlockDevice) -> [DeviceNumber] {
    var storage: [DeviceNumber] = []
    var open = volume.lower
    var met: [DeviceNumber] = []
    while let number = open.popLast() {
      guard !met.contains(number) else { continue }
      met.append(number)
      if folder(number)?.isLVM == true, let part = found[number] {
        open += part.lower
      } else {
        storage.append(number)
      }
    }
    return storage
  }

  private struct PhysicalVolumesFound {
    /// Devices that need not be read again.
    var seen: [DeviceNumber] = []
    var found: [(label: PhysicalVolumeLabel, device: DeviceNumber)] = []
    /// How many of them have been followed upward.
    var followed = 0
  }

  private mutating func read(_ number: DeviceNumber, _ volumes: inout PhysicalVolumesFound) {
    guard !volumes.seen.contains(number), let folder = folder(number) else { return }
    read(folder, &volumes)
  }

  /// A label that cannot be read is none: LVM too goes on without that device.
  private mutating func read(_ folder: DeviceFolder, _ volumes: inout PhysicalVolumesFound) {
    volumes.seen.append(folder.number)
    guard let source = try? FileSource(path: "/dev/" + folder.name, in: files),
      let label = (try? PhysicalVolumeLabel(reading: source)) ?? nil
    else { return }
    volumes.found.append((label, folder.number))
    if let group = (try? VolumeGroup(reading: source, label)) ?? nil { take(group) }
    place(volumes)
  }

  /// A physical volume that was away while the others changed tells of an older state.
  private mutating func take(_ group: VolumeGroup) {
    guard let index = found.groups.firstIndex(where: { $0.group.uuid == group.uuid }) else {
      found.groups.append(GroupFound(group: group, devices: []))
      return
    }
    if found.groups[index].group.sequenceNumber < group.sequenceNumber {
      found.groups[index].group = group
    }
  }

  private mutating func place(_ volumes: PhysicalVolumesFound) {
    for index in found.groups.indices {
      found.groups[index].devices = []
      for volume in found.groups[index].group.physicalVolumes {
        guard let place = volumes.found.first(where: { $0.label.uuid == volume.uuid }) else { continue }
        found.groups[index].devices.append(
          PhysicalVolumeDevice(
            physicalVolume: volume.name, device: place.device,
            metadataAtEnd: place.label.metadataAtEnd))
      }
    }
    for (_, number) in volumes.found where found[number] == nil { add(number) }
  }

  /// What could be a physical volume: not what another layer holds, whose members repeat what it
  /// shows as a whole, nor what has no medium.
  private mutating func readAllOthers(_ volumes: inout PhysicalVolumesFound) {
    let never = ["loop", "ram", "zram", "sr", "fd"]
    for entry in files.names(in: "/sys/class/block") {
      let isNever = never.contains {
        entry.utf8.starts(with: $0.utf8)
          && decimal(entry.utf8.dropFirst($0.utf8.count)) != nil
      }
      guard !isNever, let folder = DeviceFolder("/sys/class/block/" + entry, in: files),
        !volumes.seen.contains(folder.number), folder.size > 0, !folder.isLVM,
        folder.devices("holders").allSatisfy({ $0.isLVM })
      else { continue }
      read(folder, &volumes)
    }
  }

  private mutating func addHolders(of number: DeviceNumber) {
    guard let folder = folder(number) else { return }
    for holder in folder.devices("holders") where found[holder.number] == nil {
      add(holder)
      addHolders(of: holder.number)
    }
  }
}
