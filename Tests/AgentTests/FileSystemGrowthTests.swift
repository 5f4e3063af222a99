import Foundation
import Growth
import Linux
import Testing

@testable import Agent

/// Real filesystems on loop devices, judged by their own tools.
@Suite(.serialized, .enabled(if: Permitted.devices, "loop devices need root"))
struct FileSystemGrowthTests {
  private static let mebibyte = 1 << 20 as UInt64

  @Test func `XFS takes its device in use, and the next look finds nothing to do`() throws {
    let volume = try Volume(mebibytes: 320)
    try tool("mkfs.xfs", "-q", volume.device)
    try volume.mount()
    let before = try volume.capacity()
    try volume.enlarge(mebibytes: 500)

    #expect(try volume.grow() == 500 * Self.mebibyte)
    #expect(try volume.capacity() > before + 170 * Self.mebibyte)
    #expect(try tool("xfs_info", volume.mountPoint).contains("blocks=128000,"))
    let (found, device) = try volume.look()
    #expect(found.members == [.init(device: device.number, size: 500 * Self.mebibyte)])
    #expect(device.size - found.members[0].size < found.leastGrowth)
    try volume.unmount()
    try tool("xfs_repair", "-n", volume.device)
  }

  @Test func `XFS leaves a tail that is too small for a group, and a second run too`() throws {
    let volume = try Volume(mebibytes: 320)
    try tool("mkfs.xfs", "-q", "-d", "agsize=80m", volume.device)
    try volume.mount()
    // Two groups more, and 63 blocks of 4096 bytes.
    try volume.enlarge(toBytes: 480 * Self.mebibyte + 63 * 4096)

    #expect(try volume.grow() == 480 * Self.mebibyte)
    let (found, device) = try volume.look()
    #expect(found.leastGrowth == 64 * 4096)
    #expect(device.size - found.members[0].size == 63 * 4096)
    #expect(try volume.grow() == 480 * Self.mebibyte)
    // One block more is a group.
    try volume.enlarge(toBytes: 480 * Self.mebibyte + 64 * 4096)
    #expect(try volume.grow() == 480 * Self.mebibyte + 64 * 4096)
  }

  @Test func `XFS keeps the share that inodes may take`() throws {
    let volume = try Volume(mebibytes: 320)
    try tool("mkfs.xfs", "-q", "-i", "maxpct=7", volume.device)
    try volume.mount()
    try volume.enlarge(mebibytes: 400)
    #expect(try volume.grow() == 400 * Self.mebibyte)
    #expect(try tool("xfs_info", volume.mountPoint).contains("imaxpct=7"))
  }

  @Test func `btrfs takes its device in use`() throws {
    let volume = try Volume(mebibytes: 200)
    try tool("mkfs.btrfs", "-q", volume.device)
    try volume.mount()
    try volume.enlarge(mebibytes: 333)
    #expect(try volume.grow() == 333 * Self.mebibyte)
    #expect(
      try tool("btrfs", "filesystem", "usage", "--raw", volume.mountPoint)
        .contains("\(333 * Self.mebibyte)\n"))
    let (found, device) = try volume.look()
    #expect(device.size - found.members[0].size < found.leastGrowth)
    try volume.unmount()
    try tool("btrfs", "check", volume.device)
  }

  @Test func `btrfs on two devices grows on the one that is meant`() throws {
    let (first, second) = (try Volume(mebibytes: 200), try Volume(mebibytes: 200))
    try tool("mkfs.btrfs", "-q", "-d", "single", "-m", "single", first.device, second.device)
    try first.mount()
    try second.enlarge(mebibytes: 256)
    let (found, device) = try second.look()
    #expect(found.mountPoints == [first.mountPoint])
    #expect(found.members.count == 2)
    let growth = FileSystemGrowth(files: FileTree(root: ""), patience: 1)
    #expect(try growth.grow(found, on: device) == 256 * Self.mebibyte)
    let sizes = try second.look().fileSystem.members
      .sorted { $0.id < $1.id }.map { $0.size / Self.mebibyte }
    #expect(sizes == [200, 256])
    try first.unmount()
  }

  @Test(.enabled(if: Permitted.growExt, "growing ext4 needs CAP_SYS_RESOURCE"), arguments: [
    "mkfs.ext4", "mkfs.ext3", "mkfs.ext2",
  ])
  func `ext4 takes its device in use, and so do its elders`(maker: String) throws {
    let volume = try Volume(mebibytes: 64)
    try tool(maker, "-q", volume.device)
    try volume.mount()
    try volume.enlarge(mebibytes: 200)
    #expect(try volume.grow() == 200 * Self.mebibyte)
    let (found, device) = try volume.look()
    #expect(device.size - found.members[0].size < found.leastGrowth)
    try volume.unmount()
    try tool("e2fsck", "-fn", volume.device)
  }

  @Test(.disabled(if: Permitted.growExt, "CAP_SYS_RESOURCE is there"))
  func `ext4 without CAP_SYS_RESOURCE stays as it is, and that is said`() throws {
    let volume = try Volume(mebibytes: 64)
    try tool("mkfs.ext4", "-q", volume.device)
    try volume.mount()
    let before = try volume.capacity()
    try volume.enlarge(mebibytes: 200)
    #expect(throws: FileSystemGrowthError.notPermitted) { try volume.grow() }
    #expect(try volume.capacity() == before)
    #expect(try volume.look().fileSystem.members[0].size == 64 * Self.mebibyte)
  }

  @Test func `an ext4 with recorded errors is recognised and left`() throws {
    let volume = try Volume(mebibytes: 64)
    try tool("mkfs.ext4", "-q", volume.device)
    try tool("debugfs", "-w", "-R", "set_super_value state 3", volume.device)
    try volume.mount()
    try volume.enlarge(mebibytes: 200)
    #expect(try volume.look().fileSystem.hasErrors)
    #expect(throws: FileSystemGrowthError.recordedErrors) { try volume.grow() }
  }

  @Test(arguments: ["mkfs.xfs", "mkfs.btrfs"])
  func `what is mounted read-only is left`(maker: String) throws {
    let volume = try Volume(mebibytes: 320)
    try tool(maker, "-q", volume.device)
    try volume.mount(options: "ro")
    try volume.enlarge(mebibytes: 400)
    #expect(try volume.look().fileSystem.isReadOnly)
    #expect(throws: FileSystemGrowthError.readOnly) { try volume.grow() }
  }

  @Test(arguments: ["mkfs.xfs", "mkfs.btrfs"])
  func `a device that has become smaller never makes its filesystem smaller`(
    maker: String
  ) throws {
    let volume = try Volume(mebibytes: 320)
    try tool(maker, "-q", volume.device)
    try volume.mount()
    var (found, device) = try volume.look()
    device.size = 310 * Self.mebibyte
    let growth = FileSystemGrowth(files: FileTree(root: ""), patience: 1)
    #expect(try growth.grow(found, on: device) == 320 * Self.mebibyte)
    found = try volume.look().fileSystem
    #expect(found.members[0].size == 320 * Self.mebibyte)
  }

  @Test(arguments: [("mkfs.xfs", "xfs_repair", "-n"), ("mkfs.btrfs", "btrfs", "check")])
  func `what is mounted nowhere grows, and nothing of the mount remains`(
    maker: String, judge: String, option: String
  ) throws {
    let volume = try Volume(mebibytes: 320)
    try tool(maker, "-q", volume.device)
    try volume.enlarge(mebibytes: 400)
    let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
    #expect(try volume.look().fileSystem.mountPoints == [])
    #expect(try volume.grow() == 400 * Self.mebibyte)
    #expect(try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) == mounts)
    #expect(!FileManager.default.fileExists(atPath: "/run/guestagent/volume"))
    try tool(judge, option, volume.device)
  }

  @Test func `while somebody is told of the progress a child does the work, and no time is lost`()
    throws
  {
    let volume = try Volume(mebibytes: 320)
    try tool("mkfs.xfs", "-q", volume.device)
    try volume.mount()
    try volume.enlarge(mebibytes: 400)
    let (found, device) = try volume.look()
    let growth = FileSystemGrowth(files: FileTree(root: ""), patience: 1)
    var calls = 0
    let start = ContinuousClock.now
    let size = try growth.grow(found, on: device) { _, _ in calls += 1 }
    let time = ContinuousClock.now - start
    #expect(size == 400 * Self.mebibyte)
    // Had the end of the child gone unheard, a quarter of a second would have passed.
    if time < .milliseconds(250) { #expect(calls == 0) }
    #expect(try volume.look().fileSystem.members[0].size == 400 * Self.mebibyte)
  }

  @Test func `another filesystem at the mount point by now is not grown`() throws {
    let (first, second) = (try Volume(mebibytes: 320), try Volume(mebibytes: 320))
    for volume in [first, second] { try tool("mkfs.xfs", "-q", volume.device) }
    try first.mount()
    try second.mount()
    try second.enlarge(mebibytes: 400)
    var (found, _) = try first.look()
    let (_, device) = try second.look()
    found.members[0].device = device.number
    #expect(throws: FileSystemGrowthError.otherFileSystem(mountPoint: first.mountPoint)) {
      try FileSystemGrowth(files: FileTree(root: "")).grow(found, on: device)
    }
  }

  @Test func `a filesystem whose mount point is hidden by another mount is still measured`() throws {
    let volume = try Volume(mebibytes: 320)
    try tool("mkfs.xfs", "-q", volume.device)
    try volume.mount()
    try tool("mount", "-t", "tmpfs", "none", volume.folder.path)
    defer { _ = try? tool("umount", volume.folder.path) }
    try FileManager.default.createDirectory(
      atPath: volume.mountPoint, withIntermediateDirectories: false)
    #expect(try volume.look().fileSystem.members[0].size == 320 * Self.mebibyte)
    #expect(throws: FileSystemGrowthError.otherFileSystem(mountPoint: volume.mountPoint)) {
      let (found, device) = try volume.look()
      var larger = device
      larger.size += 100 * Self.mebibyte
      return try FileSystemGrowth(files: FileTree(root: "")).grow(found, on: larger)
    }
  }

  @Test func `swap and f2fs are recognised and not grown`() throws {
    for (maker, type) in [("mkswap", "swap"), ("mkfs.f2fs", "f2fs")] {
      let volume = try Volume(mebibytes: 64)
      try tool(maker, volume.device)
      let found = try volume.look().fileSystem
      #expect(found.type == type)
      #expect(found.members[0].size <= 64 * Self.mebibyte)
      #expect(throws: FileSystemGrowthError.unsupported(type: type)) { try volume.grow() }
    }
  }
}
