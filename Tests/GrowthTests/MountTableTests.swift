import Testing

@testable import Growth

struct MountTableTests {
  private func table(_ lines: String...) -> [MountTable.Entry] {
    MountTable([UInt8](lines.joined(separator: "\n").utf8)).fileSystems
  }

  private func entry(
    _ major: UInt32, _ minor: UInt32, _ type: String, _ source: String, _ points: [String],
    isReadOnly: Bool = false, isPartial: Bool = false
  ) -> MountTable.Entry {
    MountTable.Entry(
      device: DeviceNumber(major: major, minor: minor), type: type, source: source,
      mountPoints: points, isReadOnly: isReadOnly, isPartial: isPartial)
  }

  @Test func `a line of proc(5)'s is read field by field`() {
    #expect(
      table("36 35 98:0 / /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue")
        == [entry(98, 0, "ext3", "/dev/root", ["/mnt2"])])
  }

  @Test func `tags may be several or none`() {
    #expect(
      table("36 35 8:1 / /a rw - ext4 /dev/sda1 rw", "37 35 8:2 / /b rw shared:1 master:2 - xfs x rw")
        .map { $0.mountPoints } == [["/a"], ["/b"]])
  }

  @Test func `octal escapes are resolved, and only those of three digits`() {
    #expect(
      table(#"36 35 8:1 / /a\040b\134c\011\04x\999 rw - ext4 /dev/mapper/x\040y rw"#)
        == [entry(8, 1, "ext4", "/dev/mapper/x y", ["/a b\\c\t\\04x\\999"])])
  }

  @Test func `several mounts of one filesystem are one entry, the shortest path first`() {
    #expect(
      table(
        "1 0 8:1 / /var/long rw - ext4 /dev/sda1 rw", "2 0 8:1 / /b rw - ext4 /dev/sda1 rw",
        "3 0 8:1 / /a rw - ext4 /dev/sda1 rw")
        == [entry(8, 1, "ext4", "/dev/sda1", ["/a", "/b", "/var/long"])])
  }

  @Test(arguments: [true, false])
  func `a bind mount of a part does not stand for the whole`(partFirst: Bool) {
    let part = "1 0 8:1 /data /d rw - ext4 /dev/sda1 rw"
    let whole = "2 0 8:1 / /srv rw - ext4 /dev/sda1 rw"
    #expect(
      (partFirst ? table(part, whole) : table(whole, part))
        == [entry(8, 1, "ext4", "/dev/sda1", ["/srv"])])
  }

  @Test func `where there are only parts they lead to the filesystem`() {
    #expect(
      table("1 0 8:1 /data /d rw - ext4 /dev/sda1 rw")
        == [entry(8, 1, "ext4", "/dev/sda1", ["/d"], isPartial: true)])
  }

  @Test func `subvolumes of btrfs are one filesystem with a made-up number`() {
    #expect(
      table(
        "1 0 0:33 /@ / rw - btrfs /dev/vda2 rw,subvol=/@",
        "2 1 0:33 /@home /home rw - btrfs /dev/vda2 rw,subvol=/@home")
        == [entry(0, 33, "btrfs", "/dev/vda2", ["/", "/home"])])
  }

  @Test func `filesystems without a device are left out, but for the root`() {
    #expect(
      table(
        "1 0 0:5 / / rw - overlay overlay rw", "2 1 0:6 / /proc rw - proc proc rw",
        "3 1 0:7 / /srv rw - nfs host:/x rw")
        == [entry(0, 5, "overlay", "overlay", ["/"])])
  }

  @Test func `what is mounted over hides what was there`() {
    #expect(
      table("1 0 0:2 / / rw - rootfs rootfs rw", "2 0 254:1 / / rw - ext4 /dev/vda1 rw")
        == [entry(254, 1, "ext4", "/dev/vda1", ["/"])])
  }

  @Test(arguments: [
    ("rw", "rw", false), ("ro", "rw", true), ("rw,relatime", "ro,errors=remount-ro", true),
    ("rw,nosuid", "rw,errors=remount-ro", false),
  ])
  func `read-only is what mount or filesystem say so of`(
    mount: String, filesystem: String, isReadOnly: Bool
  ) {
    #expect(
      table("1 0 8:1 / / \(mount) - ext4 /dev/sda1 \(filesystem)")[0].isReadOnly == isReadOnly)
  }

  @Test func `a second mount that can be written to makes it writable`() {
    #expect(
      !table("1 0 8:1 / /a ro - xfs /dev/sda1 rw", "2 0 8:1 / /b rw - xfs /dev/sda1 rw")[0]
        .isReadOnly)
  }

  @Test(arguments: [
    "", "1", "1 0 8:1 / / rw - ext4", "1 0 8 / / rw - ext4 x rw", "1 0 8:x / / rw - ext4 x rw",
    "1 0 8:4294967296 / / rw - ext4 x rw", "1 0 8:1 / / rw ext4 x rw rw", "1 0 :1 / / rw - a b c",
    "1 0 99999999999999999999:1 / / rw - a b c",
  ])
  func `a line that is not so is left out`(line: String) {
    #expect(table(line, "2 0 8:2 / /b rw - xfs x rw").map { $0.mountPoints } == [["/b"]])
  }
}
