import Configuration
import DiskFormats
import Testing

@testable import Growth

struct Fault: CustomTestStringConvertible, Sendable {
  var code: String
  var message: String
  var policy: GrowthPolicy?
  /// Changes the classic layout with room to grow.
  var make: @Sendable (inout Machine) -> Void

  init(
    _ code: String, _ message: String, policy: GrowthPolicy? = nil,
    make: @escaping @Sendable (inout Machine) -> Void
  ) {
    self.code = code
    self.message = message
    self.policy = policy
    self.make = make
  }

  var testDescription: String { code }
}

private func position(_ number: DeviceNumber, _ machine: Machine) -> Int {
  machine.found.devices.firstIndex { $0.number == number }!
}

@Test(arguments: [
  Fault("raid", "/dev/vda5 is a RAID array: left as it is") {
    $0.found.devices[position(Machine.five, $0)].kind = .foreign(.raid)
  },
  Fault("thin", "vg0/root has segments of type thin: left as it is") {
    $0.found.groups[0].group.logicalVolumes[0].segments[0].type = "thin"
  },
  Fault("raid", "vg0/root has segments of type raid1: left as it is") {
    $0.found.groups[0].group.logicalVolumes[0].segments[0].type = "raid1"
  },
  Fault("mirror", "vg0/root has segments of type mirror: left as it is") {
    $0.found.groups[0].group.logicalVolumes[0].segments[0].type = "mirror"
  },
  Fault("striped", "vg0/root is striped: left as it is") {
    $0.found.groups[0].group.logicalVolumes[0].segments[0].stripes
      .append(.init(physicalVolume: "pv1", startExtent: 0))
  },
  Fault("group-exported", "volume group vg0 is exported") {
    $0.found.groups[0].group.status.append("EXPORTED")
  },
  Fault("group-shared", "volume group vg0 is shared between machines (lock type)") {
    $0.found.groups[0].group.lockType = "sanlock"
  },
  Fault("group-foreign", "volume group vg0 has a system ID: grow it by hand") {
    $0.found.groups[0].group.systemID = "another"
  },
  Fault("group-pvmove", "volume group vg0 has a pvmove under way: let it end first") {
    $0.found.groups[0].group.logicalVolumes[1].status.append("PVMOVE")
  },
  Fault("group-read-only", "volume group vg0 is read-only") {
    $0.found.groups[0].group.status = ["RESIZEABLE", "READ"]
  },
  Fault(
    "group-not-resizable", "volume group vg0 is not resizeable (vgchange --resizeable y)"
  ) {
    $0.found.groups[0].group.status = ["READ", "WRITE"]
  },
  Fault("physical-volume-missing", "volume group vg0 misses a physical volume") {
    $0.found.groups[0].group.physicalVolumes.append(
      PhysicalVolume(
        name: "pv1", uuid: "p1", status: ["ALLOCATABLE"], flags: [], extentsStart: 1 << 20,
        extentCount: 10))
  },
  Fault("group-unknown", "no LVM metadata found for /dev/vg0/root") { $0.found.groups = [] },
  Fault("table", "partition table of /dev/vda: no partition table (MBR or GPT)") {
    $0.found.tables[0].table = .refused(.noTable)
  },
  Fault("table-unreadable", "partition table of /dev/vda: cannot read /dev/vda: I/O error") {
    $0.found.tables[0].table = .unreadable("cannot read /dev/vda: I/O error")
  },
  Fault(
    "table-differs", "the kernel has /dev/vda5 elsewhere than the partition table: reboot first"
  ) {
    $0.found.devices[position(Machine.five, $0)].kind = .partition(number: 5, start: 4096)
  },
  Fault(
    "disk-smaller",
    "partition table of /dev/vda: partition 5 ends 2097152 sectors behind the end of the disk, "
      + "which has become smaller"
  ) {
    $0.found.tables[0].table = .refused(.beyondDisk(5, sectors: 2_097_152))
  },
  Fault(
    "device-smaller",
    "takes 1765801984 bytes of /dev/vg0/root, which has only 4194304: it has become smaller"
  ) {
    $0.found.devices[position(Machine.root, $0)].size = Machine.extent
  },
  Fault("device-read-only", "/dev/vda is read-only") {
    $0.found.devices[position(Machine.disk, $0)].isReadOnly = true
  },
  Fault("device-gone", "a device below it is not known to the kernel") {
    $0.found.devices.remove(at: position(Machine.disk, $0))
  },
  Fault(
    "filesystem-type", "f2fs is not grown by guestagent",
    policy: GrowthPolicy(volumes: [.init(.mountPoint("/"))])
  ) {
    $0.found.fileSystems[1].type = "f2fs"
  },
  Fault(
    "filesystem-unreadable",
    "its size on its device cannot be read: not root, or /dev is incomplete"
  ) {
    $0.found.fileSystems[1].isUnmeasured = true
  },
  Fault(
    "read-only", "is mounted read-only: nothing is grown under it",
    policy: GrowthPolicy(volumes: [.init(.mountPoint("/"))])
  ) {
    $0.found.fileSystems[1].isReadOnly = true
  },
  Fault("filesystem-errors", "has recorded errors: run fsck first") {
    $0.found.fileSystems[1].hasErrors = true
  },
  Fault(
    "no-block-device", "is overlay, which lies on no block device that the kernel shows",
    policy: GrowthPolicy(volumes: [.init(.mountPoint("/"))])
  ) {
    $0.found.fileSystems[1].type = "overlay"
    $0.found.fileSystems[1].members = []
  },
  Fault("not-found", "no filesystem is mounted there, and no volume or device has this name") {
    $0.found.fileSystems.remove(at: 1)
  },
  Fault(
    "shares",
    "the shares in volume group vg0 add up to 60%, not to 100% (reserve= keeps space free)",
    policy: GrowthPolicy(volumes: [.init(.mountPoint("/"), share: 60)])
  ) { _ in },
  Fault(
    "not-a-volume", "is no logical volume, so that share and max= have no meaning",
    policy: GrowthPolicy(volumes: [.init(.mountPoint("/boot"), cap: 1 << 30)])
  ) { _ in },
  Fault(
    "nothing-there", "holds nothing itself: name what is on it",
    policy: GrowthPolicy(volumes: [.init(.device("/dev/vda"))])
  ) { _ in },
])
func `a chain with one layer that is not in order is refused whole`(fault: Fault) throws {
  var machine = Machine.classic()
  #expect(GrowthPlan(machine.found, nil).next != nil)
  fault.make(&machine)
  let plan = GrowthPlan(machine.found, fault.policy)
  #expect(plan.next == nil)
  let refusal = try #require(plan.refusals.first)
  #expect(plan.refusals.count == 1)
  #expect(refusal.code == fault.code)
  #expect(refusal.description == fault.message)
}

@Test func `a root filesystem of no kind that grows is noted where nobody named it`() {
  var machine = Machine.classic()
  machine.found.fileSystems[1].isReadOnly = true
  let plan = GrowthPlan(machine.found, nil)
  #expect(plan.next == nil)
  #expect(plan.refusals == [])
  #expect(plan.notes.map { "\($0.object): \($0)" } == [
    "/: is mounted read-only: nothing is grown under it"
  ])
}

@Test func `one refused chain does not stop another`() {
  var machine = Machine.classic()
  let data = DeviceNumber(major: 254, minor: 16)
  machine.addDisk(data, "/dev/vdb", mebibytes: 2048, table: nil)
  machine.mount("ext4", data, "/srv", size: 1024 * Machine.MiB)
  machine.found.fileSystems[1].isReadOnly = true
  let policy = GrowthPolicy(volumes: [.init(.mountPoint("/")), .init(.mountPoint("/srv"))])
  let plan = GrowthPlan(machine.found, policy)
  #expect(plan.refusals.map { $0.target } == ["/"])
  #expect(plan.next?.commands == ["resize2fs /dev/vdb"])
}

@Test func `devices that claim to lie on each other end in a refusal, not in a circle`() {
  var machine = Machine.classic()
  let position = position(Machine.disk, machine)
  machine.found.devices[position].lower = [Machine.root]
  _ = GrowthPlan.foreseen(machine.found, nil)
}
