import Bytes
import Configuration
import DiskFormats

extension StorageFound {
  /// Why this chain cannot be grown; `nil` if every layer of it is known and in order. Asked
  /// before anything is written. Of `settled` devices, which a prediction has resized, the table is
  /// not asked again.
  func refusal(of target: GrowthTarget, settled: [DeviceNumber]) -> Refusal? {
    var reason = fileSystemReason(target)
    for number in chain(under: target.devices) where reason == nil {
      reason = deviceReason(number, isSettled: settled.contains(number))
    }
    if reason == nil, target.fileSystem == nil, target.devices.count == 1,
      case .disk? = self[target.devices[0]]?.kind, physicalVolume(on: target.devices[0]) == nil
    {
      reason = .nothingThere
    }
    if reason == nil, target.share != nil || target.cap != nil, volume(under: target) == nil {
      reason = .notAVolume
    }
    return reason.map { Refusal(target: target.name, reason: $0) }
  }

  private func fileSystemReason(_ target: GrowthTarget) -> Refusal.Reason? {
    if target.devices.contains(where: { swaps.contains($0) }) { return .swap }
    guard let fileSystem = target.fileSystem else { return nil }
    if fileSystem.type == "swap" { return .swap }
    guard fileSystem.isGrowable else { return .fileSystemType(fileSystem.type) }
    if fileSystem.isUnmeasured { return .fileSystemUnreadable }
    if fileSystem.isReadOnly { return .fileSystemReadOnly }
    if fileSystem.hasErrors { return .fileSystemErrors }
    for member in fileSystem.members {
      guard let device = self[member.device] else { return .deviceGone }
      if member.size > device.size {
        return .lowerSmaller(path: device.path, needs: member.size, has: device.size)
      }
    }
    return nil
  }

  private func deviceReason(_ number: DeviceNumber, isSettled: Bool) -> Refusal.Reason? {
    guard let device = self[number] else { return .deviceGone }
    if device.isReadOnly { return .deviceReadOnly(path: device.path) }
    if let (found, volume) = physicalVolume(on: number) {
      let needs = volume.extentsStart +| volume.extentCount *| found.group.extentSize
      if needs > device.size {
        return .lowerSmaller(path: device.path, needs: needs, has: device.size)
      }
      if let reason = groupReason(found) { return reason }
    }
    switch device.kind {
    case .foreign(let layer): return .foreign(layer, path: device.path)
    case .disk: return nil
    case .luks(_, let dataOffset): return dataOffset == nil ? .luksHeader(device.path) : nil
    case .partition(let partition, let start):
      return isSettled ? nil : tableReason(device, partition: partition, start: start)
    case .logicalVolume:
      guard let (found, volume) = logicalVolume(device) else {
        return .groupUnknown(path: device.path)
      }
      if let reason = groupReason(found) { return reason }
      let foreign = volume.segments.first { $0.type != "striped" || $0.stripes.count != 1 }
      return foreign.map {
        .segments(volume: "\(found.group.name)/\(volume.name)", type: $0.type)
      }
    }
  }

  private func tableReason(
    _ device: BlockDevice, partition: UInt32, start: UInt64
  ) -> Refusal.Reason? {
    guard let disk = device.lower.first.flatMap({ self[$0] }) else { return .deviceGone }
    guard case .disk(let sectorSize) = disk.kind,
      let found = tables.first(where: { $0.disk == disk.number })
    else { return .foreign(.unknown, path: device.path) }
    switch found.table {
    case .refused(let error): return .table(disk: disk.path, error)
    case .unreadable(let why): return .tableUnreadable(disk: disk.path, why)
    case .table(let table):
      guard let entry = table.partitions.first(where: { $0.number == partition }),
        entry.first *| UInt64(sectorSize) == start
      else { return .tableDiffers(path: device.path) }
      // Its growth is asked for to hear what the table says against it.
      do { _ = try table.growth(of: partition) } catch {
        return .table(disk: disk.path, error)
      }
      guard entry.sectors *| UInt64(sectorSize) >= device.size else {
        return .tableDiffers(path: device.path)
      }
      return nil
    }
  }

  private func groupReason(_ found: GroupFound) -> Refusal.Reason? {
    let group = found.group
    func state(_ state: Refusal.GroupState) -> Refusal.Reason { .group(group.name, state) }
    if group.status.contains("EXPORTED") { return state(.exported) }
    if group.systemID != nil { return state(.foreign) }
    if group.lockType != nil || group.status.contains("CLUSTERED") { return state(.shared) }
    if !group.status.contains("WRITE") { return state(.readOnly) }
    if !group.status.contains("RESIZEABLE") { return state(.notResizable) }
    if group.logicalVolumes.contains(where: { $0.status.contains("PVMOVE") }) {
      return state(.pvmove)
    }
    for volume in group.physicalVolumes {
      guard !volume.isMissing,
        found.devices.contains(where: { $0.physicalVolume == volume.name })
      else { return .physicalVolumeMissing(group: group.name) }
    }
    return nil
  }
}

extension FileSystemFound {
  /// It has all that it can ever have, whatever it lies on.
  var isAtItsLimit: Bool { leastGrowth == .max }

  /// Whether the kernel can grow it while it is mounted.
  var isGrowable: Bool {
    switch type {
    case "ext2", "ext3", "ext4", "xfs", "btrfs": true
    default: false
    }
  }
}
