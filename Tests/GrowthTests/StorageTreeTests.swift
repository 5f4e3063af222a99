import Configuration
import DiskFormats
import Testing

@testable import Growth

/// A line a node: depth by dots, sizes in MiB.
private func lines(_ machine: Machine, _ policy: GrowthPolicy? = nil) -> [String] {
  StorageTree(machine.found, policy).nodes.map { node in
    String(repeating: ".", count: node.depth) + "\(node.object) \(node.bytes / Machine.MiB)"
      + " \(node.role)" + (node.free.map { ", \($0 / Machine.MiB) free" } ?? "")
      + (node.gain > 0 ? " +\(node.gain / Machine.MiB)" : "")
  }
}

@Test func `the tree shows each layer with what it would gain`() {
  #expect(
    lines(.classic()) == [
      "/dev/vda 4096 disk", "./dev/vda1 100 ext4 on /boot",
      "./dev/vda2 1944 extended partition +2048", "../dev/vda5 1944 physical volume of vg0 +2048",
      "vg0 1940 volume group, 0 free +2048", ".vg0/root 1684 ext4 on / +2048",
      ".vg0/swap 256 swap",
    ])
}

@Test func `without anything to gain the tree shows what is there`() {
  #expect(
    lines(.wholeDisk(size: 2049, used: 2049)) == [
      "/dev/vdb 2049 physical volume of vg0", "vg0 2048 volume group, 0 free",
      ".vg0/root 2048 ext4 on /",
    ])
}

@Test func `with the policy none nothing would be gained`() {
  #expect(lines(.classic(), GrowthPolicy.none).allSatisfy { !$0.contains("+") })
}

@Test func `images that others have mounted are no storage of the guest's`() {
  var machine = Machine.classic()
  let snap = DeviceNumber(major: 7, minor: 0)
  let image = DeviceNumber(major: 7, minor: 1)
  machine.addDisk(snap, "/dev/loop0", mebibytes: 60, table: nil)
  machine.mount("squashfs", snap, "/snap/core/1", size: 60 * Machine.MiB)
  machine.addDisk(image, "/dev/loop1", mebibytes: 64, table: nil)
  machine.mount("ext4", image, "/mnt", size: 64 * Machine.MiB)
  #expect(lines(machine).filter { $0.contains("loop") } == ["/dev/loop1 64 ext4 on /mnt"])
}
