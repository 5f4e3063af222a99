import DiskFormats
import Foundation
import Growth
import Linux
import Testing

@testable import Agent

struct StorageLookTests {
  private func look(_ guest: Guest, _ extra: [String] = []) throws -> StorageFound {
    try StorageLook(files: guest.files).look(extraDevices: extra)
  }

  /// `254:5 /dev/vda5 partition 5 at 1048576 on 254:0`, one line a device.
  private func devices(_ found: StorageFound) -> [String] {
    found.devices.map { device in
      let kind =
        switch device.kind {
        case .disk(let sectorSize): "disk \(sectorSize)"
        case .partition(let number, let start): "partition \(number) at \(start)"
        case .logicalVolume(let group, let volume):
          "volume \(group.prefix { $0 != "0" }) \(volume.prefix { $0 != "0" })"
        case .luks(let name, _): "luks \(name)"
        case .foreign(let layer): layer.rawValue
        }
      let lower = device.lower.map { " on \($0.major):\($0.minor)" }.joined()
      return "\(device.number.major):\(device.number.minor) \(device.path) \(kind)\(lower)"
    }
  }

  /// `ext4 / 254:1`
  private func fileSystems(_ found: StorageFound) -> [String] {
    found.fileSystems.map { entry in
      ([entry.type] + entry.mountPoints
        + entry.members.map { "\($0.device.major):\($0.device.minor)" }).joined(separator: " ")
    }
  }

  /// Debian's installer with LVM: boot, a container, the physical volume in it.
  private func classic() throws -> Guest {
    let guest = try Guest()
    try guest.disk("vda", "254:0", mebibytes: 10240)
    try guest.partition("vda1", "254:1", of: "vda", 1, start: 2048, mebibytes: 487)
    try guest.partition("vda2", "254:2", of: "vda", 2, start: 1_001_470, mebibytes: 0)
    try guest.partition("vda5", "254:5", of: "vda", 5, start: 1_001_472, mebibytes: 9750)
    for (index, volume) in ["root", "swap_1", "data"].enumerated() {
      try guest.mapped(
        "dm-\(index)", "253:\(index)", uuid: Guest.volumeUUID("vg", volume),
        called: "vg-\(volume)", mebibytes: 40, on: ["vda5"])
    }
    try guest.content("vda1", mebibytes: 16, by: "mkfs.ext2", "-q")
    try guest.content(
      "vda5",
      Guest.physicalVolume(
        "pv", group: Guest.group("vg", volumes: ["root", "swap_1", "data"], on: ["pv"])))
    try guest.content("dm-0", mebibytes: 40, by: "mkfs.ext4", "-q")
    try guest.content("dm-2", mebibytes: 320, by: "mkfs.xfs", "-q")
    try guest.content("vda", [UInt8](repeating: 0, count: 1 << 20))
    try guest.mount("253:0", "/", "ext4", from: "/dev/mapper/vg-root")
    try guest.mount("254:1", "/boot", "ext2", from: "/dev/vda1")
    try guest.swap(on: "/dev/dm-1")
    return guest
  }

  @Test func `the classic layout is found whole, with what is mounted nowhere in its group`()
    throws
  {
    let found = try look(try classic())
    #expect(
      devices(found) == [
        "253:0 /dev/vg/root volume vg root on 254:5",
        "253:1 /dev/vg/swap_1 volume vg swap_1 on 254:5",
        "253:2 /dev/vg/data volume vg data on 254:5", "254:0 /dev/vda disk 512",
        "254:1 /dev/vda1 partition 1 at 1048576 on 254:0",
        "254:5 /dev/vda5 partition 5 at 512753664 on 254:0",
      ])
    #expect(
      fileSystems(found) == ["ext4 / 253:0", "ext2 /boot 254:1", "swap 253:1", "xfs 253:2"])
    #expect(found.swaps == [DeviceNumber(major: 253, minor: 1)])
    #expect(found.groups.map { $0.group.name } == ["vg"])
    #expect(found.groups.map { $0.devices.map { $0.physicalVolume } } == [["pv0"]])
    #expect(found.groups[0].devices[0].device == DeviceNumber(major: 254, minor: 5))
    #expect(found.tables.map { $0.disk } == [DeviceNumber(major: 254, minor: 0)])
    #expect(found.fileSystems[0].members[0].size == 40 << 20)
    #expect(found.fileSystems[3].members[0].size == 320 << 20)
    #expect(found[DeviceNumber(major: 254, minor: 5)]?.size == 9750 << 20)
  }

  @Test(arguments: [
    ("sda", "sda1", 1), ("nvme0n1", "nvme0n1p3", 3), ("xvda", "xvda1", 1), ("vda", "vda128", 128),
    ("mmcblk0", "mmcblk0p2", 2), ("cciss/c0d0", "cciss/c0d0p1", 1), ("sdaa", "sdaa12", 12),
  ])
  func `a partition's number and disk come from sysfs, whatever the names`(
    disk: String, partition: String, number: Int
  ) throws {
    let guest = try Guest()
    try guest.disk(disk, "8:16", mebibytes: 100, sector: 4096)
    try guest.partition(partition, "259:7", of: disk, number, start: 2048, mebibytes: 99)
    try guest.mount("259:7", "/", "vfat", from: "/dev/root")
    let found = try look(guest)
    #expect(
      devices(found) == [
        "8:16 /dev/\(disk) disk 4096",
        "259:7 /dev/\(partition) partition \(number) at 1048576 on 8:16",
      ])
    #expect(fileSystems(found) == ["vfat / 259:7"])
    #expect(found.fileSystems[0].leastGrowth == .max)
  }

  @Test func `LUKS below a physical volume is a layer of the chain`() throws {
    let guest = try Guest()
    try guest.disk("sda", "8:0", mebibytes: 100)
    try guest.partition("sda3", "8:3", of: "sda", 3, start: 2048, mebibytes: 99)
    try guest.mapped(
      "dm-0", "253:0", uuid: "CRYPT-LUKS2-0123-secret", called: "secret", mebibytes: 83,
      on: ["sda3"])
    try guest.mapped(
      "dm-1", "253:1", uuid: Guest.volumeUUID("vg", "root"), called: "vg-root", mebibytes: 40,
      on: ["dm-0"])
    try guest.content(
      "dm-0", Guest.physicalVolume("pv", group: Guest.group("vg", volumes: ["root"], on: ["pv"])))
    try guest.mount("253:1", "/", "ext4", from: "/dev/mapper/vg-root")
    let found = try look(guest)
    #expect(
      devices(found) == [
        "8:0 /dev/sda disk 512", "8:3 /dev/sda3 partition 3 at 1048576 on 8:0",
        "253:0 /dev/mapper/secret luks secret on 8:3", "253:1 /dev/vg/root volume vg root on 253:0",
      ])
    #expect(found.groups.map { $0.devices[0].device } == [DeviceNumber(major: 253, minor: 0)])
  }

  @Test func `RAID, multipath and others are layers that nothing is grown through`() throws {
    let guest = try Guest()
    for (index, name) in ["sda", "sdb", "sdc"].enumerated() {
      try guest.disk(name, "8:\(16 * index)", mebibytes: 100)
    }
    try guest.stacked(
      "md127", "9:127", mebibytes: 99, on: ["sda", "sdb"], more: ["md/level": "raid1"])
    try guest.mapped(
      "dm-0", "253:0", uuid: "mpath-36001405", called: "mpatha", mebibytes: 100, on: ["sdc"])
    try guest.mapped(
      "dm-1", "253:1", uuid: "part1-mpath-36001405", called: "mpatha-part1", mebibytes: 98,
      on: ["dm-0"])
    try guest.stacked("bcache0", "252:0", mebibytes: 90, on: ["dm-1"], more: [:])
    try guest.mount("9:127", "/", "ext4", from: "/dev/md127")
    try guest.mount("252:0", "/srv", "vfat", from: "/dev/bcache0")
    #expect(
      devices(try look(guest)) == [
        "8:0 /dev/sda disk 512", "8:16 /dev/sdb disk 512", "8:32 /dev/sdc disk 512",
        "9:127 /dev/md127 raid on 8:0 on 8:16", "252:0 /dev/bcache0 unknown on 253:1",
        "253:0 /dev/mapper/mpatha multipath on 8:32",
        "253:1 /dev/mapper/mpatha-part1 multipath on 253:0",
      ])
  }

  @Test func `a snapshot's and a thin pool's parts are told from volumes`() throws {
    let guest = try Guest()
    try guest.disk("sda", "8:0", mebibytes: 100)
    let root = Guest.volumeUUID("vg", "root")
    try guest.mapped(
      "dm-1", "253:1", uuid: root + "-real", called: "vg-root-real", mebibytes: 4, on: ["sda"])
    try guest.mapped("dm-0", "253:0", uuid: root, called: "vg-root", mebibytes: 4, on: ["dm-1"])
    try guest.mapped(
      "dm-2", "253:2", uuid: Guest.volumeUUID("vg", "pool") + "-tpool", called: "vg-pool-tpool",
      mebibytes: 4, on: ["sda"])
    try guest.mapped(
      "dm-3", "253:3", uuid: Guest.volumeUUID("vg", "thin"), called: "vg-thin", mebibytes: 4,
      on: ["dm-2"])
    try guest.mount("253:0", "/", "vfat", from: "/dev/mapper/vg-root")
    try guest.mount("253:3", "/srv", "vfat", from: "/dev/mapper/vg-thin")
    #expect(
      devices(try look(guest)) == [
        "8:0 /dev/sda disk 512", "253:0 /dev/vg/root volume vg root on 253:1",
        "253:1 /dev/mapper/vg-root-real snapshot on 8:0",
        "253:2 /dev/mapper/vg-pool-tpool thin on 8:0",
        "253:3 /dev/vg/thin volume vg thin on 253:2",
      ])
  }

  /// Two disks are the group's; of the second no volume is active, and it was away for a change.
  private func twoVolumes() throws -> Guest {
    let guest = try Guest()
    for (index, name) in ["vda", "vdb", "vdc"].enumerated() {
      try guest.disk(name, "254:\(16 * index)", mebibytes: 100)
      try guest.content(name, [UInt8](repeating: 0, count: 8192))
    }
    try guest.mapped(
      "dm-0", "253:0", uuid: Guest.volumeUUID("vg", "root"), called: "vg-root", mebibytes: 40,
      on: ["vda"])
    let all = ["a", "b", "gone"]
    try guest.content(
      "vda",
      Guest.physicalVolume("a", group: Guest.group("vg", sequence: 7, volumes: ["root"], on: all)))
    try guest.content(
      "vdb",
      Guest.physicalVolume("b", group: Guest.group("vg", sequence: 6, volumes: ["was"], on: all)))
    try guest.mount("253:0", "/", "vfat", from: "/dev/mapper/vg-root")
    return guest
  }

  @Test func `a physical volume without active volumes is found by its label`() throws {
    let found = try look(try twoVolumes())
    #expect(
      devices(found) == [
        "253:0 /dev/vg/root volume vg root on 254:0", "254:0 /dev/vda disk 512",
        "254:16 /dev/vdb disk 512",
      ])
    let group = try #require(found.groups.first)
    #expect(found.groups.count == 1)
    #expect(group.devices.map { $0.physicalVolume } == ["pv0", "pv1"])
    #expect(group.devices.map { $0.device.minor } == [0, 16])
    #expect(group.group.sequenceNumber == 7)
    #expect(group.group.logicalVolumes.map { $0.name } == ["root"])
  }

  @Test func `labels of other devices are not read while none is missing`() throws {
    let guest = try classic()
    try guest.disk("vdb", "254:16", mebibytes: 100)
    try guest.content(
      "vdb", Guest.physicalVolume("x", group: Guest.group("other", volumes: [], on: ["x"])))
    #expect(try look(guest).groups.map { $0.group.name } == ["vg"])
    #expect(try look(guest, ["/dev/vdb"]).groups.map { $0.group.name } == ["other", "vg"])
  }

  @Test(arguments: [
    ("/dev/vdb1", "ext3 254:17"), ("/dev/my-vg/my-data", "xfs 253:0"),
    ("/dev/mapper/secret", "f2fs 253:1"),
  ])
  func `a device that is named is found without being mounted`(path: String, entry: String) throws {
    let guest = try Guest()
    try guest.disk("vdb", "254:16", mebibytes: 100)
    try guest.partition("vdb1", "254:17", of: "vdb", 1, start: 2048, mebibytes: 99)
    try guest.mapped(
      "dm-0", "253:0", uuid: Guest.volumeUUID("my-vg", "my-data"), called: "my--vg-my--data",
      mebibytes: 320, on: [])
    try guest.mapped(
      "dm-1", "253:1", uuid: "CRYPT-LUKS1-0123-secret", called: "secret", mebibytes: 64, on: [])
    try guest.content("vdb1", mebibytes: 16, by: "mkfs.ext3", "-q")
    try guest.content("dm-0", mebibytes: 320, by: "mkfs.xfs", "-q")
    try guest.content("dm-1", mebibytes: 64, by: "mkfs.f2fs", "-q")
    #expect(fileSystems(try look(guest, [path])) == [entry])
    #expect(fileSystems(try look(guest)) == [])
  }

  @Test(arguments: ["/dev/vdz", "/dev/vg/none", "vg0/root", "", "/dev/", "/dev/../proc"])
  func `a device that is not there is not found`(path: String) throws {
    let guest = try classic()
    #expect(try look(guest, [path]) == look(guest))
  }

  @Test func `btrfs leads to its device by the name that the mount has for it`() throws {
    let guest = try Guest()
    try guest.disk("vda", "254:0", mebibytes: 300)
    try guest.partition("vda2", "254:2", of: "vda", 2, start: 2048, mebibytes: 299)
    try guest.content("vda2", mebibytes: 200, by: "mkfs.btrfs", "-q")
    try guest.mount("0:31", "/", "btrfs", from: "/dev/vda2", root: "/@")
    try guest.mount("0:31", "/home", "btrfs", from: "/dev/vda2", root: "/@home")
    let found = try look(guest)
    #expect(fileSystems(found) == ["btrfs / /home 254:2"])
    #expect(
      found.fileSystems[0].members
        == [.init(device: DeviceNumber(major: 254, minor: 2), id: 1, size: 200 << 20)])
    #expect(found.fileSystems[0].leastGrowth == 56 << 20)
    #expect(found.tables.count == 1)
  }

  @Test func `a root without a device is found as what it is`() throws {
    let guest = try Guest()
    try guest.mount("0:30", "/", "overlay", from: "overlay")
    let found = try look(guest)
    #expect(fileSystems(found) == ["overlay /"])
    #expect(found.devices == [])
  }

  @Test func `a guest without /proc cannot be looked at`() throws {
    let guest = try Guest()
    try FileManager.default.removeItem(at: guest.root.appendingPathComponent("proc"))
    #expect(
      throws: SystemError(.open(guest.root.path + "/proc/self/mountinfo"), errno: ENOENT)
    ) { try look(guest) }
  }

  @Test func `only a SCSI disk is asked for its size`() throws {
    let guest = try Guest()
    try guest.disk("sda", "8:0", mebibytes: 100)
    try guest.disk("vda", "254:0", mebibytes: 100)
    let device = "sys/devices/pci0000:00/virtio1/block/sda/device"
    try FileManager.default.createDirectory(
      at: guest.root.appendingPathComponent(device), withIntermediateDirectories: true)
    for (file, text) in [("rescan", ""), ("type", "0\n")] {
      try Data(text.utf8).write(to: guest.root.appendingPathComponent(device + "/" + file))
    }
    let found = try look(guest, ["/dev/sda", "/dev/vda"])
    #expect(
      try found.devices.map { try DiskRescan.rescan($0, files: guest.files) } == [true, false])
    #expect(
      try String(
        contentsOf: guest.root.appendingPathComponent(device + "/rescan"), encoding: .utf8)
        == "1\n")
  }
}
