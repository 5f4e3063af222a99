import Bytes
import Configuration
import DiskFormats

/// What is to be done next for the storage as it was found, and what was left and why.
///
/// Each layer is judged by its own two sizes, what it takes and what it lies on, never by what was
/// just done below it: so a run that was cut off is completed by the next one.
public struct GrowthPlan {
  /// `nil`: everything is as large as the policy wants it.
  public private(set) var next: GrowthStep?
  public private(set) var refusals: [Refusal] = []
  public private(set) var notes: [GrowthNote] = []
  /// The layers of the chains that are looked after, from the disks upward.
  public private(set) var layers: [Layer] = []

  public let found: StorageFound
  private(set) var targets: [GrowthTarget] = []
  /// Devices and disks with which a prediction has done.
  let settled: [DeviceNumber]

  /// - policy: `nil` if nobody said anything.
  /// - givenUp: names of targets with which nothing more is tried.
  public init(_ found: StorageFound, _ policy: GrowthPolicy?, givenUp: [String] = []) {
    self.init(found, policy, settled: [], givenUp: givenUp)
  }

  init(
    _ found: StorageFound, _ policy: GrowthPolicy?, settled: [DeviceNumber],
    givenUp: [String] = []
  ) {
    self.found = found
    self.settled = settled
    let outcomes = policy.map { $0.volumes.map { found.outcome(of: $0) } } ?? [found.rootTarget()]
    for outcome in outcomes {
      switch outcome {
      case .refused(let refusal): take(refusal, isNamed: policy != nil)
      case .target(let target):
        if let refusal = found.refusal(of: target, settled: settled) {
          take(refusal, isNamed: target.isNamed)
        } else if let name = earlierName(of: target) {
          refusals.append(Refusal(target: target.name, reason: .givenTwice(name)))
        } else {
          targets.append(target)
        }
      }
    }
    refuseWrongShares()
    targets = targets.filter { !givenUp.contains($0.name) }
    layers = found.layers(under: targets)
    next = firstStep(reserve: policy?.reserve)
    if next == nil { noteWhatIsLeft() }
  }

  /// From the lowest device upward: nothing grows before what it lies on.
  private mutating func firstStep(reserve: GrowthPolicy.Amount?) -> GrowthStep? {
    // What is of no use to the filesystem on top is left to whoever can use it.
    let targets = targets.filter { !($0.fileSystem?.isAtItsLimit ?? false) }
    let chain = found.chain(under: targets.flatMap { $0.devices })
    for number in chain.reversed() {
      guard let device = found[number] else { continue }
      switch device.kind {
      case .disk, .foreign: break
      case .partition(let partition, let start):
        if let step = partitionStep(device, partition, start: start) { return step }
      case .luks(let name, let dataOffset):
        let lower = device.lower.first.flatMap { found[$0] }?.size ?? 0
        // Its sectors have up to 4096 bytes.
        if let dataOffset, lower > dataOffset, lower - dataOffset > device.size,
          lower - dataOffset - device.size >= 4096
        {
          return .resizeLUKS(name: name, device: number)
        }
      case .logicalVolume:
        if let group = found.group(of: device),
          let step = lvmStep(group, reserve, chain: chain)
        {
          return step
        }
      }
    }
    for number in chain {
      // A physical volume that was named for itself.
      if let (group, _) = found.physicalVolume(on: number),
        let step = lvmStep(group, reserve, chain: chain)
      {
        return step
      }
    }
    for target in targets {
      if let step = fileSystemStep(target) { return step }
    }
    return nil
  }

  private func partitionStep(
    _ device: BlockDevice, _ number: UInt32, start: UInt64
  ) -> GrowthStep? {
    guard let disk = device.lower.first.flatMap({ found[$0] }),
      case .disk(let sectorSize) = disk.kind,
      case .table(let table)? = found.tables.first(where: { $0.disk == disk.number })?.table
    else { return nil }
    let place = PartitionPlace(
      disk: disk.number, diskPath: disk.path, number: number, device: device.number,
      path: device.path)
    if !settled.contains(device.number) {
      if let change = (try? table.growth(of: number)) ?? nil {
        return .growPartition(place, bytes: change.newSectors *| UInt64(sectorSize))
      }
      guard let entry = table.partitions.first(where: { $0.number == number }) else { return nil }
      let bytes = entry.sectors *| UInt64(sectorSize)
      // Of an extended partition the kernel has two sectors, ever.
      if bytes > device.size, entry.role != .extended { return .tellKernel(place, bytes: bytes) }
    }
    if !table.mending.isEmpty, !settled.contains(disk.number) {
      return .mendTable(disk: disk.number, path: disk.path)
    }
    return nil
  }

  private func fileSystemStep(_ target: GrowthTarget) -> GrowthStep? {
    guard let fileSystem = target.fileSystem else { return nil }
    let members = fileSystem.members.compactMap { member -> MemberGrowth? in
      guard let device = found[member.device], device.size > member.size,
        device.size - member.size >= max(1, fileSystem.leastGrowth)
      else { return nil }
      return MemberGrowth(member: member, bytes: device.size)
    }
    guard let first = members.first, let device = found[first.member.device] else { return nil }
    return .growFileSystem(fileSystem, path: device.path, members)
  }

  /// A root filesystem that nobody named and that is not of a kind to grow is no failure: most
  /// live systems have one, and say so at every boot.
  private mutating func take(_ refusal: Refusal, isNamed: Bool) {
    switch refusal.reason {
    case .notOnBlockDevice, .fileSystemType, .fileSystemReadOnly:
      guard isNamed else { return note(refusal.target, .leftAlone(refusal)) }
    default: break
    }
    refusals.append(refusal)
  }

  /// The name of the target that is the same logical volume, which would be handed space twice.
  private func earlierName(of target: GrowthTarget) -> String? {
    guard let uuid = volume(of: target)?.volume.uuid else { return nil }
    return targets.first { volume(of: $0)?.volume.uuid == uuid }?.name
  }

  /// All shares of a group are refused together, since each counts on the others.
  private mutating func refuseWrongShares() {
    for group in found.groups {
      let uuid = group.group.uuid
      let claims = targets.filter { $0.share != nil && volume(of: $0)?.group.group.uuid == uuid }
      let sum = claims.reduce(0) { $0 + UInt64($1.share ?? 0) }
      guard !claims.isEmpty, sum != 100 else { continue }
      for claim in claims {
        refusals.append(
          Refusal(target: claim.name, reason: .shares(group: group.group.name, percent: sum)))
      }
      targets = targets.filter { $0.share == nil || volume(of: $0)?.group.group.uuid != uuid }
    }
  }

  /// Names of the targets that lie on what the step works on.
  public func targets(on step: GrowthStep) -> [String] {
    let devices = step.devices
    return targets.filter { target in
      found.chain(under: target.devices).contains { devices.contains($0) }
        || volume(of: target).map { step.groups.contains($0.group.group.name) } ?? false
    }
    .map { $0.name }
  }

  mutating func note(_ object: String, _ content: GrowthNote.Content) {
    notes.append(GrowthNote(object: object, content: content))
  }
}
