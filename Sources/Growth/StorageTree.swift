import Bytes
import Configuration
import DiskFormats

/// The storage as people draw it: disks with their partitions, then volume groups with their
/// volumes, and what could be had.
public struct StorageTree {
  public private(set) var nodes: [Node] = []

  public struct Node: Equatable {
    /// 0: a disk or a volume group.
    public var depth: Int
    public var object: String
    /// What it is: `extended partition`, `physical volume of vg0`, `ext4 on /`.
    public var role: String
    public var bytes: UInt64
    public var fileSystem: FileSystemFound?
    /// Bytes that nobody has taken of a volume group.
    public var free: UInt64?
    /// Bytes that growth would add now.
    public var gain: UInt64 = 0
  }

  private let found: StorageFound
  private let gains: [(name: Layer.Name, bytes: UInt64)]

  public init(_ found: StorageFound, _ policy: GrowthPolicy?) {
    self.found = found
    let (first, _, last) = GrowthPlan.foreseen(found, policy)
    gains = last.layers.compactMap { layer in
      guard let before = first.layers.first(where: { $0.name == layer.name }),
        layer.bytes > before.bytes
      else { return nil }
      return (layer.name, layer.bytes - before.bytes)
    }
    for device in found.devices.ordered(by: { $0.path < $1.path }) {
      if case .disk = device.kind, !isImageOfOthers(device) { addDisk(device) }
    }
    for group in found.groups.ordered(by: { $0.group.name < $1.group.name }) { add(group) }
    for fileSystem in found.fileSystems where fileSystem.members.count > 1 {
      nodes.append(
        Node(
          depth: 0, object: fileSystem.mountPoints.first ?? fileSystem.type,
          role: "\(fileSystem.type) of \(fileSystem.members.count) devices",
          bytes: fileSystem.size, fileSystem: fileSystem, gain: gain(of: fileSystem)))
    }
  }

  /// A loop device with what is made once and mounted as it is, such as a snap: dozens of them are
  /// no storage of the guest's. Source: linux/major.h, LOOP_MAJOR.
  private func isImageOfOthers(_ disk: BlockDevice) -> Bool {
    disk.number.major == 7 && found.fileSystem(on: disk.number).map { !$0.isGrowable } ?? false
  }

  private mutating func addDisk(_ disk: BlockDevice) {
    guard case .disk(let sectorSize) = disk.kind else { return }
    add(disk, depth: 0, bareRole: "disk")
    guard case .table(let table)? = found.tables.first(where: { $0.disk == disk.number })?.table
    else { return addPartitions(of: disk) }
    for entry in table.partitions.ordered(by: { $0.first < $1.first }) {
      let path = partitionPath(of: disk.path, entry.number)
      let depth = entry.role == .logical ? 2 : 1
      if entry.role == .extended {
        nodes.append(
          Node(
            depth: 1, object: path, role: Layer.Kind.container.rawValue,
            bytes: entry.sectors *| UInt64(sectorSize),
            gain: gain(.init(.container, path))))
      } else if let device = partition(entry.number, of: disk) {
        add(device, depth: depth, bareRole: "partition")
      } else {
        nodes.append(
          Node(
            depth: depth, object: path, role: "partition",
            bytes: entry.sectors *| UInt64(sectorSize)))
      }
    }
  }

  /// Where the table was not read, as the kernel has them.
  private mutating func addPartitions(of disk: BlockDevice) {
    for device in found.devices where device.lower == [disk.number] {
      if case .partition = device.kind { add(device, depth: 1, bareRole: "partition") }
    }
  }

  private func partition(_ number: UInt32, of disk: BlockDevice) -> BlockDevice? {
    found.devices.first { device in
      guard case .partition(number, _) = device.kind else { return false }
      return device.lower == [disk.number]
    }
  }

  private mutating func add(_ group: GroupFound) {
    nodes.append(
      Node(
        depth: 0, object: group.group.name, role: Layer.Kind.group.rawValue,
        bytes: group.group.extentCount *| group.group.extentSize,
        free: group.group.allocatableExtents *| group.group.extentSize,
        gain: gain(.init(.group, group.group.name))))
    for volume in group.group.logicalVolumes where volume.status.contains("VISIBLE") {
      let object = "\(group.group.name)/\(volume.name)"
      guard let device = found.device(of: volume, in: group.group) else {
        nodes.append(
          Node(
            depth: 1, object: object, role: "not active",
            bytes: volume.extentCount *| group.group.extentSize))
        continue
      }
      add(device, depth: 1, bareRole: "logical volume", object: object)
    }
  }

  /// A device with what it holds, and the LUKS volume on it.
  private mutating func add(
    _ device: BlockDevice, depth: Int, bareRole: String, object: String? = nil
  ) {
    var node = Node(
      depth: depth, object: object ?? device.path, role: bareRole, bytes: device.size)
    if let (group, _) = found.physicalVolume(on: device.number) {
      node.role = "physical volume of \(group.group.name)"
    } else if let fileSystem = found.fileSystem(on: device.number) {
      node.role = fileSystem.type
      if fileSystem.members.count == 1, let mounted = fileSystem.mountPoints.first {
        node.role += " on \(mounted)"
        node.fileSystem = fileSystem
      }
    } else if found.swaps.contains(device.number) {
      node.role = "swap"
    } else if case .foreign(let layer) = device.kind {
      node.role = layer.description
    }
    let names: [Layer.Name] = [
      .init(.partition, device.path), .init(.luks, device.path),
      .init(.logicalVolume, node.object),
    ]
    node.gain = names.reduce(0) { max($0, gain($1)) }
    if node.gain == 0, let fileSystem = node.fileSystem { node.gain = gain(of: fileSystem) }
    nodes.append(node)
    for upper in found.devices where upper.lower.contains(device.number) {
      switch upper.kind {
      case .luks: add(upper, depth: depth + 1, bareRole: "LUKS volume")
      case .foreign: add(upper, depth: depth + 1, bareRole: "")
      case .disk, .partition, .logicalVolume: break
      }
    }
  }

  private func gain(_ name: Layer.Name) -> UInt64 {
    gains.first { $0.name == name }?.bytes ?? 0
  }

  private func gain(of fileSystem: FileSystemFound) -> UInt64 {
    fileSystem.mountPoints.first.map { gain(.init(.fileSystem, $0)) } ?? 0
  }
}
