import Bytes
import Configuration
import DiskFormats

extension GrowthPlan {
  /// Physical volumes to their devices' sizes, and then what the policy gives of the free extents,
  /// those that the physical volumes are about to gain included. Nothing if no number changes. A
  /// physical volume outside of the chain, of which no layer below was judged, stays as it is.
  func lvmStep(
    _ found: GroupFound, _ reserve: GrowthPolicy.Amount?, chain: [DeviceNumber]
  ) -> GrowthStep? {
    var commands: [LVMCommand] = []
    var gained: UInt64 = 0
    for entry in found.devices where chain.contains(entry.device) {
      guard let device = self.found[entry.device],
        let volume = found.group.physicalVolumes.first(where: { $0.name == entry.physicalVolume })
      else { continue }
      let extents = found.group.extents(
        of: volume, onDeviceOf: device.size, metadataAtEnd: entry.metadataAtEnd)
      guard extents > volume.extentCount else { continue }
      commands.append(.resizePhysicalVolume(path: device.path, device: device.number))
      gained += extents - volume.extentCount
    }
    let total = found.group.extentCount +| gained
    let extentSize = found.group.extentSize
    let kept: UInt64 =
      switch reserve {
      case nil: 0
      case .bytes(let bytes):
        extentSize > 0 ? bytes / extentSize + (bytes % extentSize > 0 ? 1 : 0) : 0
      case .percent(let percent):
        (min(total, UInt64(UInt32.max)) * UInt64(percent) + 99) / 100
      }
    let free = found.group.allocatableExtents +| gained
    let claims = claims(on: found)
    let given = Shares.handOut(free > kept ? free - kept : 0, to: claims.map { $0.claim })
    for (position, extents) in given.enumerated() where extents > 0 {
      let volume = claims[position].volume
      commands.append(
        .extendLogicalVolume(
          group: found.group.name, name: volume.name, extents: volume.extentCount + extents))
    }
    return commands.isEmpty ? nil : .lvm(commands)
  }

  /// The volumes of a group that get space. Without a policy that is the root filesystem's, if no
  /// other volume could lay claim to it.
  private func claims(
    on group: GroupFound
  ) -> [(volume: LogicalVolume, claim: Shares.Claim)] {
    targets.compactMap { target in
      guard let (owner, volume) = volume(of: target), owner.group.uuid == group.group.uuid,
        !(target.fileSystem?.isAtItsLimit ?? false),
        target.isNamed || otherCandidates(than: volume, in: group).isEmpty
      else { return nil }
      let extents = target.cap.map { $0 / max(1, group.group.extentSize) }
      let room = extents.map { $0 > volume.extentCount ? $0 - volume.extentCount : 0 }
      return (volume, Shares.Claim(share: UInt64(target.share ?? 100), room: room))
    }
  }

  /// The logical volume that a target is, or lies on as a LUKS volume.
  func volume(of target: GrowthTarget) -> (group: GroupFound, volume: LogicalVolume)? {
    found.volume(under: target)
  }

  /// Volumes of a group that might need the space as well: all that people can use, but for swap.
  func otherCandidates(than volume: LogicalVolume, in group: GroupFound) -> [LogicalVolume] {
    group.group.logicalVolumes.filter { other in
      guard other.uuid != volume.uuid, other.status.contains("VISIBLE") else { return false }
      guard let device = found.device(of: other, in: group.group) else { return true }
      return !found.swaps.contains(device.number)
        && found.fileSystem(on: device.number)?.type != "swap"
    }
  }
}
