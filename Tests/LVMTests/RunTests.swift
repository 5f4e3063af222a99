import Foundation
import LVMCommands
import Testing

@testable import DiskFormats

/// LVM says this of every group that it is told not to keep a copy of.
private func withoutWarnings(_ messages: [String]) -> [String] {
  messages.filter { !$0.hasPrefix("WARNING: ") }
}

extension DiskTests.RunTests {
  @Test(arguments: Half.allCases)
  func `a physical and a logical volume grow, and what LVM says is handed on`(half: Half) throws {
    let disks = try Disks([64])
    try disks.lvm("vgcreate vg0 @0")
    try disks.lvm("lvcreate -an -Zn -n root -l 5 vg0")
    try disks.resize(0, toMiB: 128)
    let device = disks.devices[0]
    let said = try half.run(
      [["pvresize", device], ["lvextend", "--extents", "31", "vg0/root"]], disks.configuration)
    #expect(
      withoutWarnings(said) == [
        "Physical volume \"\(device)\" changed",
        "1 physical volume(s) resized or updated / 0 physical volume(s) not resized",
        "Size of logical volume vg0/root changed from 20.00 MiB (5 extents) to 124.00 MiB "
          + "(31 extents).",
        "Logical volume vg0/root successfully resized.",
      ])
    let group = try #require(try disks.group(0))
    #expect(group.physicalVolumes.map(\.extentCount) == [31])
    #expect(group.logicalVolumes.map(\.extentCount) == [31])
    #expect(group.freeExtents == 0)
  }

  @Test(arguments: Half.allCases)
  func `the first command that fails is named, and none behind it is begun`(half: Half) throws {
    let disks = try Disks([64])
    try disks.lvm("vgcreate vg0 @0")
    try disks.lvm("lvcreate -an -Zn -n root -l 5 vg0")
    let failing = ["lvextend", "--extents", "700", "vg0/root"]
    let error = #expect(throws: LVMError.self) {
      try half.run(
        [
          ["lvextend", "--extents", "6", "vg0/root"], failing,
          ["lvextend", "--extents", "7", "vg0/root"],
        ], disks.configuration)
    }
    guard case .failed(failing, 5, let messages) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(
      messages.last == "Insufficient free space: 694 extents needed, but only 9 available")
    #expect(try disks.group(0)?.logicalVolumes.map(\.extentCount) == [6])
  }

  @Test(arguments: Half.allCases)
  func `one command alone fails with its status and its message`(half: Half) throws {
    let disks = try Disks([64])
    let command = ["lvextend", "--extents", "7", "vg0/root"]
    let error = #expect(throws: LVMError.self) {
      try half.run([command], disks.configuration)
    }
    guard case .failed(command, 5, let messages) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(
      withoutWarnings(messages) == [
        "Volume group \"vg0\" not found", "Cannot process volume group vg0",
      ])
  }

  @Test(arguments: Half.allCases)
  func `a configuration too long for a script is obeyed all the same`(half: Half) throws {
    let disks = try Disks([64])
    try disks.lvm("vgcreate vg0 @0")
    try disks.lvm("lvcreate -an -Zn -n root -l 5 vg0")
    let commands = ["6", "7"].map { ["lvextend", "--extents", $0, "vg0/root"] }
    let long = disks.configuration + String(repeating: " ", count: 200)
    _ = try half.run(commands, long)
    #expect(LVMCommandLine.script(commands, configuration: disks.configuration) != nil)
    #expect(LVMCommandLine.script(commands, configuration: long) == nil)
    #expect(try disks.group(0)?.logicalVolumes.map(\.extentCount) == [7])
  }

  @Test(arguments: Half.allCases)
  func `the process is as it was afterwards`(half: Half) throws {
    let disks = try Disks([64])
    let before = umask(0o27)
    defer { umask(before) }
    let descriptors = try openFiles()
    _ = try? half.run([["pvresize", disks.devices[0]]], disks.configuration)
    let mask = umask(0o27)
    #expect(mask == 0o27)
    #expect(try openFiles() == descriptors)
  }

  /// Of LVM: other tests have theirs open meanwhile.
  private func openFiles() throws -> [String] {
    let folder = "/proc/self/fd"
    return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
    }.filter { path in
      ["/dev/loop", "/dev/mapper", "/etc/lvm", "/run/l"].contains { path.hasPrefix($0) }
    }.sorted()
  }

  @Test func `a word that no line can hold reaches the program as it is`() throws {
    let word = "it's \"so\""
    let error = #expect(throws: LVMError.self) { try Half.program.run([["pvresize", word]]) }
    guard case .failed(["pvresize", word], 5, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(throws: LVMError.word(word)) { try Half.library.run([["pvresize", word]]) }
  }
}
