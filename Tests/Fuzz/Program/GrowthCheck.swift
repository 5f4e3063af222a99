import DiskFormats
import Growth

/// The growth plan of a disk with this table, of which one partition holds the root filesystem:
/// every step makes something longer than it is, and what the plan says is what the table does.
func checkPlan(
  _ table: PartitionTable, _ geometry: DiskGeometry, _ partition: Partition,
  _ change: PartitionChange?
) {
  let unit = UInt64(geometry.sectorSize)
  let disk = DeviceNumber(major: 8, minor: 0)
  var found = StorageFound()
  found.devices.append(
    BlockDevice(
      number: disk, path: "/dev/sda", size: geometry.sectors * unit,
      kind: .disk(sectorSize: geometry.sectorSize)))
  found.tables.append(TableFound(disk: disk, table: .table(table)))
  // Some neighbours are enough: their number makes a plan slow, and no other.
  for part in table.partitions.prefix(8) where part.number != partition.number {
    found.devices.append(device(part, on: disk, unit))
  }
  let root = device(partition, on: disk, unit)
  found.devices.append(root)
  found.fileSystems.append(
    FileSystemFound(
      type: "ext4", mountPoints: ["/"], members: [.init(device: root.number, size: root.size)],
      capacity: root.size, available: 0, leastGrowth: 4096))

  let (_, steps, _) = GrowthPlan.foreseen(found, nil)
  for step in steps {
    switch step {
    case .growPartition(let place, let bytes):
      expect(place.number == partition.number, "the plan grows another partition")
      expect(bytes > root.size, "the plan shrinks a partition")
      expect(bytes == (change?.newSectors ?? 0) * unit, "plan and table differ")
    case .tellKernel(_, let bytes): expect(bytes > root.size, "the kernel is told less")
    case .growFileSystem(_, _, let growths):
      for growth in growths {
        expect(growth.bytes > growth.member.size, "the plan shrinks a filesystem")
      }
    case .mendTable: break
    case .resizeLUKS, .lvm: broken("a step for a layer that is not there")
    }
  }
  expect(steps.count <= 4, "\(steps.count) steps")
}

private func device(_ part: Partition, on disk: DeviceNumber, _ unit: UInt64) -> BlockDevice {
  BlockDevice(
    number: DeviceNumber(major: 8, minor: part.number), path: "/dev/sda\(part.number)",
    size: part.role == .extended ? 1024 : part.sectors &* unit,
    kind: .partition(number: part.number, start: part.first &* unit), lower: [disk])
}
