import Bytes
import DiskFormats

@testable import Growth

/// Storage in memory, made as a machine has it: `Machine.classic()` and changes to it.
struct Machine {
  var found = StorageFound()

  static let disk = DeviceNumber(major: 254, minor: 0)
  static let boot = DeviceNumber(major: 254, minor: 1)
  static let five = DeviceNumber(major: 254, minor: 5)
  static let root = DeviceNumber(major: 253, minor: 0)
  static let swap = DeviceNumber(major: 253, minor: 1)
  static let home = DeviceNumber(major: 253, minor: 2)

  static let MiB: UInt64 = 1 << 20
  static let extent: UInt64 = 4 * MiB
  static let groupUUID = "g0000000000000000000000000000000"

  /// Debian's installer's: p1 /boot, p2 extended two sectors before p5, which is the physical
  /// volume of vg0 with root and swap. The disk has `size` MiB, the partitions end at `end` MiB.
  static func classic(size: UInt64 = 4096, end: UInt64 = 2048) -> Machine {
    var machine = Machine()
    let boot = (start: UInt64(2048), sectors: 100 * MiB / 512)
    let five = (start: 104 * MiB / 512, sectors: (end - 104) * MiB / 512)
    machine.addDisk(
      disk, "/dev/vda", mebibytes: size,
      table: mbr(size: size * MiB, [
        (0x83, boot.start, boot.sectors), (0x05, five.start - 2, five.sectors + 2),
      ], logical: (0x8e, five.start, five.sectors)))
    machine.add(boot.sectors * 512, Self.boot, "/dev/vda1", .partition(1, start: boot.start))
    machine.add(five.sectors * 512, Self.five, "/dev/vda5", .partition(5, start: five.start))
    machine.mount("ext4", Self.boot, "/boot", size: boot.sectors * 512)
    machine.addGroup("vg0", groupUUID, on: [(Self.five, five.sectors * 512)])
    machine.addVolume("root", Self.root, extents: (end - 104) / 4 - 1 - 64)
    machine.addVolume("swap", Self.swap, extents: 64)
    machine.mount("ext4", Self.root, "/", size: machine.found[Self.root]!.size)
    machine.found.swaps = [Self.swap]
    return machine
  }

  /// The whole disk is the physical volume of vg0 with root alone.
  static func wholeDisk(size: UInt64 = 4096, used: UInt64 = 2048) -> Machine {
    var machine = Machine()
    machine.addDisk(disk, "/dev/vdb", mebibytes: size, table: nil)
    machine.addGroup("vg0", groupUUID, on: [(disk, used * MiB)])
    machine.addVolume("root", Self.root, extents: (used - 1) / 4)
    machine.mount("ext4", Self.root, "/", size: machine.found[Self.root]!.size)
    return machine
  }

  /// A partition of the layout that `mbr` made, by its place in sectors.
  enum Place {
    case partition(UInt32, start: UInt64)
  }

  mutating func addDisk(
    _ number: DeviceNumber, _ path: String, mebibytes: UInt64, table: PartitionTable?
  ) {
    found.devices.append(
      BlockDevice(
        number: number, path: path, size: mebibytes * Self.MiB, kind: .disk(sectorSize: 512)))
    if let table { found.tables.append(TableFound(disk: number, table: .table(table))) }
  }

  mutating func add(_ bytes: UInt64, _ number: DeviceNumber, _ path: String, _ place: Place) {
    guard case .partition(let partition, let start) = place else { return }
    found.devices.append(
      BlockDevice(
        number: number, path: path, size: bytes,
        kind: .partition(number: partition, start: start * 512), lower: [Self.disk]))
  }

  mutating func addGroup(
    _ name: String, _ uuid: String, on devices: [(number: DeviceNumber, bytes: UInt64)]
  ) {
    let volumes = devices.enumerated().map { position, device in
      PhysicalVolume(
        name: "pv\(position)", uuid: "p\(position)", status: ["ALLOCATABLE"], flags: [],
        extentsStart: Self.MiB, extentCount: (device.bytes - Self.MiB) / Self.extent)
    }
    found.groups.append(
      GroupFound(
        group: VolumeGroup(
          name: name, uuid: uuid, sequenceNumber: 3, extentSize: Self.extent,
          status: ["RESIZEABLE", "READ", "WRITE"], systemID: nil, lockType: nil,
          physicalVolumes: volumes, logicalVolumes: []),
        devices: devices.enumerated().map { position, device in
          PhysicalVolumeDevice(physicalVolume: "pv\(position)", device: device.number)
        }))
  }

  /// A linear volume of the last group, behind those that it has.
  mutating func addVolume(
    _ name: String, _ number: DeviceNumber, extents: UInt64, on physical: String = "pv0",
    type: String = "striped"
  ) {
    let last = found.groups.count - 1
    let uuid = "v-\(name)"
    let taken = found.groups[last].group.logicalVolumes.reduce(0) { $0 + $1.extentCount }
    found.groups[last].group.logicalVolumes.append(
      LogicalVolume(
        name: name, uuid: uuid, status: ["READ", "WRITE", "VISIBLE"], flags: [],
        segments: [
          .init(
            startExtent: 0, extentCount: extents, type: type,
            stripes: [.init(physicalVolume: physical, startExtent: taken)])
        ]))
    found.devices.append(
      BlockDevice(
        number: number, path: "/dev/\(found.groups[last].group.name)/\(name)",
        size: extents * Self.extent,
        kind: .logicalVolume(groupUUID: found.groups[last].group.uuid, volumeUUID: uuid),
        lower: found.groups[last].devices.filter { $0.physicalVolume == physical }
          .map { $0.device }))
  }

  mutating func mount(
    _ type: String, _ number: DeviceNumber, _ path: String, size: UInt64, least: UInt64 = 0
  ) {
    found.fileSystems.append(
      FileSystemFound(
        type: type, mountPoints: [path], members: [.init(device: number, size: size)],
        capacity: size / 10 * 9, available: size / 2,
        leastGrowth: least))
  }

  /// An MBR in memory: four entries at most, and one logical partition.
  static func mbr(
    size: UInt64, _ entries: [(type: UInt8, start: UInt64, sectors: UInt64)],
    logical: (type: UInt8, start: UInt64, sectors: UInt64)? = nil
  ) -> PartitionTable {
    var source = Sectors()
    source[0] = bootRecord(entries)
    if let logical, let container = entries.first(where: { $0.type == 0x05 }) {
      source[container.start] = bootRecord([
        (logical.type, logical.start - container.start, logical.sectors)
      ])
    }
    let geometry = DiskGeometry(sectorSize: 512, sectors: size / 512)
    do { return try PartitionTable(reading: source, geometry: geometry) } catch {
      fatalError("the layout of a test is refused: \(error)")
    }
  }

  private static func bootRecord(
    _ entries: [(type: UInt8, start: UInt64, sectors: UInt64)]
  ) -> [UInt8] {
    var sector = [UInt8](repeating: 0, count: 512)
    for (position, entry) in entries.enumerated() {
      let offset = 446 + 16 * position
      sector[offset + 4] = entry.type
      sector[littleEndian: offset + 8] = UInt32(entry.start)
      sector[littleEndian: offset + 12] = UInt32(entry.sectors)
    }
    sector[510] = 0x55
    sector[511] = 0xAA
    return sector
  }

  /// A disk of which a few sectors are not zero.
  struct Sectors: ByteSource {
    private var sectors: [UInt64: [UInt8]] = [:]

    subscript(lba: UInt64) -> [UInt8] {
      get { sectors[lba] ?? [UInt8](repeating: 0, count: 512) }
      set { sectors[lba] = newValue }
    }

    func read(at offset: UInt64, count: Int) throws(Never) -> [UInt8] {
      var bytes: [UInt8] = []
      while bytes.count < count {
        let at = offset + UInt64(bytes.count)
        bytes += self[at / 512].dropFirst(Int(at % 512)).prefix(count - bytes.count)
      }
      return bytes
    }
  }
}
