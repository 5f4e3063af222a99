import Bytes
import Configuration
import DiskFormats

extension GrowthPlan {
  /// All steps that would be done, one after another, as far as they can be foreseen. Bounded by
  /// the number of layers.
  public static func foreseen(
    _ found: StorageFound, _ policy: GrowthPolicy?
  ) -> (first: GrowthPlan, steps: [GrowthStep], last: GrowthPlan) {
    let first = GrowthPlan(found, policy)
    var plan = first
    var steps: [GrowthStep] = []
    while let step = plan.next, steps.count <= 4 * found.devices.count {
      steps.append(step)
      var settled = plan.settled
      if case .mendTable(let disk, _) = step { settled.append(disk) }
      if case .growPartition(let place, _) = step { settled += [place.device, place.disk] }
      if case .tellKernel(let place, _) = step { settled.append(place.device) }
      plan = GrowthPlan(plan.found.after(step), policy, settled: settled)
    }
    return (first, steps, plan)
  }
}

extension StorageFound {
  /// As it is expected to be once the step is done.
  func after(_ step: GrowthStep) -> StorageFound {
    var found = self
    switch step {
    case .growPartition(let place, let bytes), .tellKernel(let place, let bytes):
      found.resize(place.device, to: bytes)
      if let (path, bytes) = containerGrowth(with: place) {
        found.longerContainers.append((path, bytes))
      }
    case .mendTable: break
    case .resizeLUKS(_, let number):
      if let device = found[number], case .luks(_, let dataOffset?) = device.kind,
        let lower = device.lower.first.flatMap({ found[$0] }), lower.size > dataOffset
      {
        found.resize(number, to: lower.size - dataOffset)
      }
    case .lvm(let commands):
      for command in commands { found.expect(command) }
    case .growFileSystem(let fileSystem, _, let growths):
      guard let position = found.fileSystems.firstIndex(of: fileSystem) else { break }
      for growth in growths {
        guard let member = fileSystem.members.firstIndex(of: growth.member) else { continue }
        found.fileSystems[position].members[member].size = growth.bytes
      }
    }
    return found
  }

  /// The extended partition that a logical one takes with it.
  private func containerGrowth(with place: PartitionPlace) -> (path: String, bytes: UInt64)? {
    guard case .disk(let sectorSize)? = self[place.disk]?.kind,
      case .table(let table)? = tables.first(where: { $0.disk == place.disk })?.table,
      let container = ((try? table.growth(of: place.number)) ?? nil)?.container
    else { return nil }
    return (
      partitionPath(of: place.diskPath, container.partition.number),
      container.newSectors *| UInt64(sectorSize)
    )
  }

  private mutating func resize(_ number: DeviceNumber, to bytes: UInt64) {
    guard let position = devices.firstIndex(where: { $0.number == number }) else { return }
    devices[position].size = bytes
  }

  private mutating func expect(_ command: LVMCommand) {
    switch command {
    case .resizePhysicalVolume(_, let device):
      guard let size = self[device]?.size, let (found, volume) = physicalVolume(on: device),
        let group = groups.firstIndex(of: found),
        let position = found.group.physicalVolumes.firstIndex(of: volume)
      else { return }
      groups[group].group.physicalVolumes[position].extentCount = found.group.extents(
        of: volume, onDeviceOf: size,
        metadataAtEnd: found.devices.first { $0.device == device }?.metadataAtEnd ?? 0)
    case .extendLogicalVolume(let name, let volumeName, let extents):
      guard let group = groups.firstIndex(where: { $0.group.name == name }),
        let position = groups[group].group.logicalVolumes.firstIndex(where: {
          $0.name == volumeName
        })
      else { return }
      let found = groups[group]
      let volume = found.group.logicalVolumes[position]
      var wanted = extents > volume.extentCount ? extents - volume.extentCount : 0
      // Where LVM puts them is its own matter; here it is enough that they are taken.
      let free = found.group.freeExtentsOfEach
      for (place, physical) in found.group.physicalVolumes.enumerated()
      where wanted > 0 && physical.isAllocatable {
        let taken = min(free[place], wanted)
        guard taken > 0 else { continue }
        groups[group].group.logicalVolumes[position].segments.append(
          LogicalVolume.Segment(
            startExtent: groups[group].group.logicalVolumes[position].extentCount,
            extentCount: taken, type: "striped",
            stripes: [.init(physicalVolume: physical.name, startExtent: 0)]))
        wanted -= taken
      }
      if let device = device(of: volume, in: found.group) {
        resize(device.number, to: extents *| found.group.extentSize)
      }
    }
  }
}
