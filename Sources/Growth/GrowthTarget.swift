import Configuration
import DiskFormats

/// What a word of the policy is in this machine.
struct GrowthTarget {
  /// As the policy says it.
  var name: String
  /// Its uppermost devices; several for a btrfs of several devices.
  var devices: [DeviceNumber]
  var fileSystem: FileSystemFound?
  var share: UInt8?
  var cap: UInt64?
  /// Somebody asked for it; otherwise it is the root filesystem, for want of a policy.
  var isNamed = true
}

extension StorageFound {
  /// The root filesystem, where nobody names anything.
  func rootTarget() -> Outcome {
    outcome(of: GrowthPolicy.Volume(.mountPoint("/")), isNamed: false)
  }

  enum Outcome {
    case target(GrowthTarget)
    case refused(Refusal)
  }

  func outcome(of volume: GrowthPolicy.Volume, isNamed: Bool = true) -> Outcome {
    let name = "\(volume.target)"
    var target = GrowthTarget(
      name: name, devices: [], share: volume.share, cap: volume.cap, isNamed: isNamed)
    switch volume.target {
    case .mountPoint(let path):
      guard let mounted = fileSystems.first(where: { $0.mountPoints.contains(path) }) else {
        return .refused(Refusal(target: name, reason: .noSuchTarget))
      }
      guard !mounted.members.isEmpty else {
        return .refused(Refusal(target: name, reason: .notOnBlockDevice(type: mounted.type)))
      }
      target.fileSystem = mounted
      target.devices = mounted.members.map { $0.device }
    case .logicalVolume(let group, let volume):
      guard let found = groups.first(where: { $0.group.name == group }),
        let logical = found.group.logicalVolumes.first(where: { $0.name == volume }),
        let device = device(of: logical, in: found.group)
      else { return .refused(Refusal(target: name, reason: .noSuchTarget)) }
      fill(&target, with: device.number)
    case .device(let path):
      let device = named.first { $0.path == path }?.device
      guard let device = device ?? devices.first(where: { $0.path == path })?.number else {
        return .refused(Refusal(target: name, reason: .noSuchTarget))
      }
      fill(&target, with: device)
    }
    return .target(target)
  }

  private func fill(_ target: inout GrowthTarget, with device: DeviceNumber) {
    target.fileSystem = fileSystem(on: device)
    target.devices = target.fileSystem?.members.map { $0.device } ?? [device]
  }

  /// The logical volume that a target is, or lies on as a LUKS volume.
  func volume(under target: GrowthTarget) -> (group: GroupFound, volume: LogicalVolume)? {
    guard target.devices.count == 1, let device = self[target.devices[0]] else { return nil }
    if case .luks = device.kind, let lower = device.lower.first.flatMap({ self[$0] }) {
      return logicalVolume(lower)
    }
    return logicalVolume(device)
  }
}
