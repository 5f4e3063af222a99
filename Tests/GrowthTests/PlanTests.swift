import Configuration
import DiskFormats
import Testing

@testable import Growth

/// The commands of the whole plan, as a dry run prints them.
private func commands(_ machine: Machine, _ policy: GrowthPolicy? = nil) -> [String] {
  GrowthPlan.foreseen(machine.found, policy).steps.flatMap { $0.commands }
}

private func notes(_ machine: Machine, _ policy: GrowthPolicy? = nil) -> [String] {
  let last = GrowthPlan.foreseen(machine.found, policy).last
  return last.notes.map { "\($0.object): \($0)" }
}

private func mounted(_ path: String, share: UInt8? = nil, cap: UInt64? = nil)
  -> GrowthPolicy.Volume
{
  .init(.mountPoint(path), share: share, cap: cap)
}

@Test func `the classic layout grows from the partition to the filesystem`() {
  #expect(
    commands(.classic()) == [
      "growpart /dev/vda 5",
      "lvm pvresize /dev/vda5",
      // (4096 - 104) MiB are 998 extents, less the one before the first and 64 of swap.
      "lvm lvextend --extents 933 vg0/root",
      "resize2fs /dev/vg0/root",
    ])
}

@Test func `the layers tell what each would have`() {
  let (first, _, last) = GrowthPlan.foreseen(Machine.classic().found, nil)
  let sizes = zip(first.layers, last.layers).map { before, after in
    "\(before.name.kind.rawValue) \(before.name.object): "
      + "\(before.bytes / Machine.MiB) \(after.bytes / Machine.MiB)"
  }
  #expect(
    sizes == [
      "disk /dev/vda: 4096 4096", "extended partition /dev/vda2: 1944 3992",
      "partition /dev/vda5: 1944 3992", "physical volume /dev/vda5: 1940 3988",
      "volume group vg0: 1940 3988", "logical volume vg0/root: 1684 3732", "filesystem /: 1684 3732",
    ])
}

@Test func `nothing is planned where everything has its size`() {
  #expect(commands(.classic(size: 2048, end: 2048)) == [])
  #expect(commands(.wholeDisk(size: 2048, used: 2048)) == [])
}

@Test func `less than an extent of new space is nothing to do`() {
  #expect(commands(.wholeDisk(size: 2052, used: 2049)) == [])
}

@Test func `a physical volume on a whole disk needs no partition step`() {
  #expect(
    commands(.wholeDisk()) == [
      "lvm pvresize /dev/vdb", "lvm lvextend --extents 1023 vg0/root", "resize2fs /dev/vg0/root",
    ])
}

/// Each prefix of the plan, as a run that was cut off there leaves the machine.
@Test(arguments: 0..<4)
func `a run that was cut off is completed by the next`(done: Int) {
  let whole = GrowthPlan.foreseen(Machine.classic().found, nil).steps
  var machine = Machine.classic()
  for step in whole.prefix(done) {
    machine.found = machine.found.after(step)
    // The table as it is read again.
    if case .growPartition = step {
      machine.found.tables = Machine.classic(size: 4096, end: 4096).found.tables
    }
  }
  #expect(
    commands(machine) == whole.dropFirst(done).flatMap { $0.commands })
}

@Test func `a kernel that was not told of the longer partition is told`() {
  var machine = Machine.classic()
  machine.found.tables = Machine.classic(size: 4096, end: 4096).found.tables
  #expect(commands(machine).first == "partx --update --nr 5 /dev/vda")
  #expect(commands(machine).dropFirst().first == "lvm pvresize /dev/vda5")
}

@Test func `a filesystem that was left behind is caught up with`() {
  var machine = Machine.classic(size: 2048, end: 2048)
  machine.found.fileSystems[1].members[0].size -= 512 * Machine.MiB
  #expect(commands(machine) == ["resize2fs /dev/vg0/root"])
}

@Test func `with several candidates and no word the group grows and nobody gets it`() {
  var machine = Machine.classic()
  machine.found.groups[0].group.logicalVolumes[0].segments[0].extentCount -= 100
  machine.addVolume("home", Machine.home, extents: 100)
  machine.mount("ext4", Machine.home, "/home", size: 400 * Machine.MiB)
  machine.found.devices[3].size -= 400 * Machine.MiB
  machine.found.fileSystems[1].members[0].size -= 400 * Machine.MiB
  #expect(commands(machine) == ["growpart /dev/vda 5", "lvm pvresize /dev/vda5"])
  #expect(
    notes(machine) == [
      "/: 2147483648 bytes are free in volume group vg0, and vg0/root and vg0/home could take "
        + "them: name one (guestagent grow vg0/root, or guestagent.grow=vg0/root)"
    ])

  // 2048 MiB are 512 extents: 358.4 and 153.6.
  let shares = GrowthPolicy(volumes: [mounted("/", share: 70), mounted("/home", share: 30)])
  #expect(
    commands(machine, shares) == [
      "growpart /dev/vda 5", "lvm pvresize /dev/vda5",
      "lvm lvextend --extents 680 vg0/root", "lvm lvextend --extents 253 vg0/home",
      "resize2fs /dev/vg0/root", "resize2fs /dev/vg0/home",
    ])
}

@Test func `a cap and a reserve bound what a volume gets`() {
  let cap = GrowthPolicy(volumes: [mounted("/", cap: 2600 * Machine.MiB)])
  #expect(
    commands(.wholeDisk(), cap) == [
      "lvm pvresize /dev/vdb", "lvm lvextend --extents 650 vg0/root", "resize2fs /dev/vg0/root",
    ])
  let bytes = GrowthPolicy(volumes: [mounted("/")], reserve: .bytes(1024 * Machine.MiB + 1))
  #expect(commands(.wholeDisk(), bytes)[1] == "lvm lvextend --extents 766 vg0/root")
  let percent = GrowthPolicy(volumes: [mounted("/")], reserve: .percent(10))
  #expect(commands(.wholeDisk(), percent)[1] == "lvm lvextend --extents 920 vg0/root")
  let tooMuch = GrowthPolicy(volumes: [mounted("/")], reserve: .percent(100))
  #expect(commands(.wholeDisk(), tooMuch) == ["lvm pvresize /dev/vdb"])
}

@Test func `each policy has nothing left to do after its own plan`() {
  let policies: [GrowthPolicy?] = [
    nil, GrowthPolicy.none, GrowthPolicy(volumes: [mounted("/")]),
    GrowthPolicy(volumes: [mounted("/", cap: 2600 * Machine.MiB)]),
    GrowthPolicy(volumes: [mounted("/")], reserve: .percent(33)),
    GrowthPolicy(volumes: [mounted("/")], reserve: .bytes(12345)),
    GrowthPolicy(volumes: [.init(.logicalVolume(group: "vg0", name: "root"))]),
    GrowthPolicy(volumes: [.init(.device("/dev/vdb"))]),
  ]
  for policy in policies {
    let last = GrowthPlan.foreseen(Machine.wholeDisk().found, policy).last
    #expect(last.next == nil)
    #expect(GrowthPlan(last.found, policy).next == nil)
  }
}

@Test func `nothing grows if the policy says none`() {
  #expect(commands(.classic(), GrowthPolicy.none) == [])
}

@Test func `a physical volume that is named for itself grows alone`() {
  let policy = GrowthPolicy(volumes: [.init(.device("/dev/vda5"))])
  #expect(commands(.classic(), policy) == ["growpart /dev/vda 5", "lvm pvresize /dev/vda5"])
}

@Test func `a named swap volume is left and said`() {
  let policy = GrowthPolicy(volumes: [.init(.logicalVolume(group: "vg0", name: "swap"))])
  let plan = GrowthPlan(Machine.classic().found, policy)
  #expect(plan.next == nil)
  #expect(plan.refusals == [Refusal(target: "vg0/swap", reason: .swap)])
}

@Test func `a filesystem on a partition grows with it`() {
  var machine = Machine()
  machine.addDisk(
    Machine.disk, "/dev/vda", mebibytes: 4096,
    table: Machine.mbr(size: 4096 * Machine.MiB, [(0x83, 2048, 2047 * Machine.MiB / 512)]))
  machine.add(2047 * Machine.MiB, Machine.boot, "/dev/vda1", .partition(1, start: 2048))
  machine.mount("xfs", Machine.boot, "/", size: 2047 * Machine.MiB)
  #expect(commands(machine) == ["growpart /dev/vda 1", "xfs_growfs /"])

  machine.found.fileSystems[0].type = "btrfs"
  #expect(commands(machine) == ["growpart /dev/vda 1", "btrfs filesystem resize 1:max /"])
}

@Test func `space behind another partition is out of reach, and said`() {
  var machine = Machine()
  let MiB = Machine.MiB
  machine.addDisk(
    Machine.disk, "/dev/vda", mebibytes: 4096,
    table: Machine.mbr(
      size: 4096 * MiB, [(0x83, 2048, 1024 * MiB / 512), (0x82, 1025 * MiB / 512, 1023 * MiB / 512)]))
  machine.add(1024 * MiB, Machine.boot, "/dev/vda1", .partition(1, start: 2048))
  machine.mount("ext4", Machine.boot, "/", size: 1024 * MiB)
  #expect(commands(machine) == [])
  #expect(
    notes(machine) == [
      "/dev/vda1: 2147483648 bytes at the end of /dev/vda are out of reach: partition 2 lies "
        + "between"
    ])
}

@Test func `a LUKS volume below the physical volume grows between them`() {
  var machine = Machine()
  let secret = DeviceNumber(major: 253, minor: 9)
  machine.addDisk(Machine.disk, "/dev/vdb", mebibytes: 4096, table: nil)
  machine.found.devices.append(
    BlockDevice(
      number: secret, path: "/dev/mapper/secret", size: 2048 * Machine.MiB,
      kind: .luks(name: "secret", dataOffset: 16 * Machine.MiB), lower: [Machine.disk]))
  machine.addGroup("vg0", Machine.groupUUID, on: [(secret, 2048 * Machine.MiB)])
  machine.addVolume("root", Machine.root, extents: 511)
  machine.mount("ext4", Machine.root, "/", size: 511 * Machine.extent)
  #expect(
    commands(machine) == [
      "cryptsetup resize secret", "lvm pvresize /dev/mapper/secret",
      "lvm lvextend --extents 1019 vg0/root", "resize2fs /dev/vg0/root",
    ])
}

@Test func `metadata behind the extents are counted`() {
  var machine = Machine.wholeDisk(size: 2052, used: 2049)
  machine.found.devices[0].size += Machine.extent
  machine.found.groups[0].devices[0].metadataAtEnd = 3 * Machine.MiB
  #expect(commands(machine) == ["lvm pvresize /dev/vdb", "lvm lvextend --extents 513 vg0/root",
    "resize2fs /dev/vg0/root"])
  machine.found.groups[0].devices[0].metadataAtEnd = 5 * Machine.MiB
  #expect(commands(machine) == [])
}

@Test func `both disks of a group are followed`() {
  var machine = Machine()
  let other = DeviceNumber(major: 254, minor: 16)
  machine.addDisk(Machine.disk, "/dev/vda", mebibytes: 2048, table: nil)
  machine.addDisk(other, "/dev/vdb", mebibytes: 3072, table: nil)
  machine.addGroup(
    "vg0", Machine.groupUUID,
    on: [(Machine.disk, 1024 * Machine.MiB), (other, 1024 * Machine.MiB)])
  machine.addVolume("root", Machine.root, extents: 255)
  machine.mount("ext4", Machine.root, "/", size: 255 * Machine.extent)
  // Taken: 255 of 511 and 767.
  #expect(
    commands(machine) == [
      "lvm pvresize /dev/vda", "lvm pvresize /dev/vdb", "lvm lvextend --extents 1278 vg0/root",
      "resize2fs /dev/vg0/root",
    ])
}

@Test func `less than XFS' smallest allocation group is nothing to do, and said`() {
  var machine = Machine.wholeDisk(size: 2048, used: 2048)
  machine.found.fileSystems[0].type = "xfs"
  machine.found.fileSystems[0].members[0].size -= 10 * 4096
  machine.found.fileSystems[0].leastGrowth = 64 * 4096
  #expect(commands(machine) == [])
  #expect(
    notes(machine) == ["/: 40960 new bytes are left: less than the 262144 that its next part takes"])
}

@Test func `nothing is grown under a filesystem that can have no more`() {
  var machine = Machine.wholeDisk()
  machine.found.fileSystems[0].leastGrowth = .max
  #expect(commands(machine) == [])
  #expect(
    notes(machine) == [
      "/: this ext4 was made so that it cannot grow any further (no resize_inode, no 64bit): left "
        + "with all below it"
    ])
}

@Test func `a tail too small for the filesystem is nothing to do`() {
  var machine = Machine.wholeDisk(size: 2048, used: 2048)
  machine.found.fileSystems[0].members[0].size -= 3 * Machine.MiB
  machine.found.fileSystems[0].leastGrowth = 16 * Machine.MiB
  #expect(commands(machine) == [])
  #expect(
    notes(machine) == [
      "/: 3145728 new bytes are left: less than the 16777216 that its next part takes"
    ])
}

@Test func `of a group with two disks only the named physical volume grows`() throws {
  var machine = Machine()
  let other = DeviceNumber(major: 254, minor: 16)
  machine.addDisk(Machine.disk, "/dev/vda", mebibytes: 2048, table: nil)
  machine.addDisk(other, "/dev/vdb", mebibytes: 2048, table: nil)
  machine.addGroup(
    "vg0", Machine.groupUUID,
    on: [(Machine.disk, 1024 * Machine.MiB), (other, 1024 * Machine.MiB)])
  let policy = GrowthPolicy(volumes: [.init(.device("/dev/vdb"))])
  #expect(commands(machine, policy) == ["lvm pvresize /dev/vdb"])
  let plan = GrowthPlan(machine.found, policy)
  // Whoever is given up when the step fails, without which it would be tried for ever.
  #expect(plan.targets(on: try #require(plan.next)) == ["/dev/vdb"])
}

@Test func `a volume by two names is grown once`() {
  for other in ["vg0/root", "/dev/mapper/vg0-root"] {
    var machine = Machine.wholeDisk()
    machine.found.named = [NamedDevice(path: other, device: Machine.root)]
    let target: GrowthPolicy.Target =
      other == "vg0/root" ? .logicalVolume(group: "vg0", name: "root") : .device(other)
    let policy = GrowthPolicy(volumes: [mounted("/"), .init(target)])
    #expect(
      commands(machine, policy) == [
        "lvm pvresize /dev/vdb", "lvm lvextend --extents 1023 vg0/root", "resize2fs /dev/vg0/root",
      ])
    #expect(
      GrowthPlan(machine.found, policy).refusals == [
        Refusal(target: other, reason: .givenTwice("/"))
      ])
  }
}

@Test func `an extended partition that is named is not told to the kernel`() {
  let two = DeviceNumber(major: 254, minor: 2)
  for (end, expected) in [(2048, ["growpart /dev/vda 2"]), (4096, [])] as [(UInt64, [String])] {
    var machine = Machine.classic(size: 4096, end: end)
    machine.add(1024, two, "/dev/vda2", .partition(2, start: 104 * Machine.MiB / 512 - 2))
    #expect(commands(machine, GrowthPolicy(volumes: [.init(.device("/dev/vda2"))])) == expected)
  }
}

@Test func `a filesystem's step repeats itself whatever others write meanwhile`() {
  var machine = Machine.classic(size: 2048, end: 2048)
  machine.found.fileSystems[1].members[0].size -= 512 * Machine.MiB
  let step = GrowthPlan(machine.found, nil).next
  machine.found.fileSystems[1].available -= 4096
  let next = GrowthPlan(machine.found, nil).next
  #expect(next?.repeats(step) == true)
  machine.found.fileSystems[1].members[0].size += Machine.MiB
  #expect(GrowthPlan(machine.found, nil).next?.repeats(step) == false)
  #expect(next?.repeats(nil) == false)
}
