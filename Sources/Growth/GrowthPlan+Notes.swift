import Bytes
import DiskFormats

extension GrowthPlan {
  /// Said once everything is done: which space nobody got, and why.
  mutating func noteWhatIsLeft() {
    for target in targets {
      noteUndecided(target)
      if target.isNamed, target.fileSystem == nil, volume(of: target) != nil {
        note(target.name, .noFileSystem)
      }
      if let fileSystem = target.fileSystem, fileSystem.isAtItsLimit {
        note(target.name, .cannotGrow(type: fileSystem.type))
      } else if let fileSystem = target.fileSystem {
        for member in fileSystem.members {
          let new = (found[member.device]?.size ?? 0) -| member.size
          // No filesystem has smaller blocks to gain by.
          if new >= 4096, new < fileSystem.leastGrowth {
            note(target.name, .belowLeast(bytes: new, least: fileSystem.leastGrowth))
          }
        }
      }
    }
    for number in found.chain(under: targets.flatMap { $0.devices }) { noteUnreachable(number) }
  }

  private mutating func noteUndecided(_ target: GrowthTarget) {
    guard !target.isNamed, let (group, volume) = volume(of: target) else { return }
    let others = otherCandidates(than: volume, in: group)
    let free = group.group.allocatableExtents
    guard !others.isEmpty, free > 0 else { return }
    let names = ([volume] + others).map { "\(group.group.name)/\($0.name)" }
    note(
      target.name,
      .undecided(
        group: group.group.name, freeBytes: free *| group.group.extentSize, volumes: names))
  }

  private mutating func noteUnreachable(_ number: DeviceNumber) {
    guard let device = found[number], case .partition(let partition, _) = device.kind,
      let disk = device.lower.first.flatMap({ found[$0] }), case .disk(let sectorSize) = disk.kind,
      case .table(let table)? = found.tables.first(where: { $0.disk == disk.number })?.table,
      let entry = table.partitions.first(where: { $0.number == partition }),
      let last = table.partitions.max(by: { $0.end < $1.end })
    else { return }
    let sectors = disk.size / UInt64(max(1, sectorSize))
    guard sectors > last.end else { return }
    let bytes = (sectors - last.end) *| UInt64(sectorSize)
    guard bytes >= 2 << 20 else { return }
    if last.end > entry.end, last.role != .extended || entry.role != .logical {
      note(device.path, .cutOff(disk: disk.path, bytes: bytes, by: last.number))
    } else if case .mbr = table, last.end >= UInt64(UInt32.max) - 4096 {
      note(device.path, .addressing(disk: disk.path, bytes: bytes))
    }
  }
}
