import Configuration
import DiskFormats
import Growth

/// A physical volume of LVM2: label, metadata area, the text, and the growth plan of a machine whose
/// root lies in its group.
///
///     offset  size  field
///          0     1  bit 0: checksums of the label in sector 1 and of the area at 4096 are made right
///          1     3  the device's size, in MiB
///          4     -  `SparseDisk`, in sectors of 512 bytes; 32 KiB of it are there
///
/// A section of 60 bytes becomes a value of some 200 and its array's room, and there are two groups
/// for a moment; a text of 1 MiB is read without asking first whether it is there. A label lists up
/// to 27 areas, which may all be the same text of up to 32 KiB.
extension Target {
  static let lvm2 = Target(
    name: "lvm2", longest: 4096, memory: Allowance(floor: 1200 << 10, perByte: 64),
    work: Allowance(floor: 100_000, perByte: 1000)
  ) { input in
    guard input.count >= 4 else { return }
    let disk = SparseDisk(input[4...], unit: 512, blocks: 64)
    if input[0] & 1 != 0 { seal(disk) }
    do throws(LVM2Error<Never>) {
      guard let label = try PhysicalVolumeLabel(reading: disk) else { return }
      _ = label.metadataAtEnd
      guard let group = try VolumeGroup(reading: disk, label) else { return }
      check(group, label, deviceSize: input.number(1, 3) << 20)
    } catch {
      if case .damaged(let damage) = error { _ = damage.description }
    }
  }

  private static func check(
    _ group: VolumeGroup, _ label: PhysicalVolumeLabel, deviceSize: UInt64
  ) {
    let free = group.freeExtents
    expect(group.allocatableExtents <= free, "more can be had than is free")
    for volume in group.physicalVolumes {
      let extents = group.extents(
        of: volume, onDeviceOf: deviceSize, metadataAtEnd: label.metadataAtEnd)
      let (bytes, overflow) = extents.multipliedReportingOverflow(by: group.extentSize)
      expect(!overflow && bytes <= deviceSize, "more extents than the device has room for")
    }
    guard let root = group.logicalVolumes.first else { return }
    plan(group, root, label, deviceSize, free)
  }

  /// Steps are told by what they must not do; the plan ends by itself.
  private static func plan(
    _ group: VolumeGroup, _ root: LogicalVolume, _ label: PhysicalVolumeLabel,
    _ deviceSize: UInt64, _ free: UInt64
  ) {
    let disk = DeviceNumber(major: 8, minor: 0)
    let mapped = DeviceNumber(major: 253, minor: 0)
    var found = StorageFound()
    found.devices = [
      BlockDevice(number: disk, path: "/dev/sda", size: deviceSize, kind: .disk(sectorSize: 512)),
      BlockDevice(
        number: mapped, path: "/dev/vg/root", size: root.extentCount &* group.extentSize,
        kind: .logicalVolume(groupUUID: group.uuid, volumeUUID: root.uuid), lower: [disk]),
    ]
    found.groups = [
      GroupFound(
        group: group,
        devices: group.physicalVolumes.prefix(1).map {
          PhysicalVolumeDevice(
            physicalVolume: $0.name, device: disk, metadataAtEnd: label.metadataAtEnd)
        })
    ]
    found.fileSystems = [
      FileSystemFound(
        type: "ext4", mountPoints: ["/"], members: [.init(device: mapped, size: 1 << 20)],
        capacity: 1 << 20, available: 0, leastGrowth: 4096)
    ]
    let (first, steps, _) = GrowthPlan.foreseen(found, nil)
    for refusal in first.refusals {
      expect(!refusal.code.isEmpty && !refusal.description.isEmpty, "a refusal has no words")
    }
    _ = StorageTree(found, nil)
    for case .lvm(let commands) in steps {
      for case .extendLogicalVolume(_, let name, let extents) in commands {
        guard let volume = group.logicalVolumes.first(where: { $0.name == name }) else {
          broken("a volume that is not there is extended")
        }
        expect(extents > volume.extentCount, "a volume is not made longer")
      }
    }
    expect(steps.count <= 8, "\(steps.count) steps")
  }

  /// Label in sector 1; header of the metadata at 4096 with its first text.
  private static func seal(_ disk: SparseDisk) {
    var header = disk.read(at: 4096, count: 512)
    let (start, count, area) = (header.number(40, 8), header.number(48, 8), header.number(32, 8))
    if start >= 512, start < area, area <= 32768, count <= area - 512 {
      let one = min(count, area - start)
      let text = disk.read(at: 4096 + start, count: Int(one))
        + disk.read(at: 4096 + 512, count: Int(count - one))
      header.replaceSubrange(56..<60, with: octets(UInt64(lvmChecksum(text)), 4))
    }
    header.replaceSubrange(0..<4, with: octets(UInt64(lvmChecksum(header[4...])), 4))
    disk.put(header[...], at: 4096)
    var label = disk.block(1)
    label.replaceSubrange(16..<20, with: octets(UInt64(lvmChecksum(label[20...])), 4))
    disk.put(label[...], at: 512)
  }

  private static func lvmChecksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    checksum(bytes, from: 0xF597_A6CF, inverted: false)
  }
}
