import Bytes
import Foundation
import Linux

@testable import Agent
@testable import DiskFormats

/// A guest's /proc, /sys and /dev as a tree of files: devices as the kernel shows them, their
/// contents as images.
final class Guest {
  let root: URL
  private var folders: [String: String] = [:]
  private var mounts: [String] = []

  init() throws {
    root = FileManager.default.temporaryDirectory
      .appendingPathComponent("guest-\(UUID().uuidString)")
    for folder in ["proc/self", "sys/dev/block", "sys/class/block", "dev"] {
      try FileManager.default.createDirectory(
        at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
    }
    try write("proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n")
    try write("proc/self/mountinfo", "21 1 0:20 / /proc rw - proc proc rw\n")
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  var files: FileTree { FileTree(root: root.path) }

  private func write(_ path: String, _ text: String) throws {
    let file = root.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: root.appendingPathComponent(path).path, withDestinationPath: target)
  }

  /// The files that all devices have; `/` in a name stands as `!` in sysfs.
  private func device(
    _ name: String, _ number: String, mebibytes: Int, in folder: String, type: String,
    more: [String: String]
  ) throws {
    let parts = number.split(separator: ":")
    let path = folder + "/" + name.replacingOccurrences(of: "/", with: "!")
    let partition = more["partition"].map { "PARTN=\($0)\n" } ?? ""
    try write(
      path + "/uevent",
      "MAJOR=\(parts[0])\nMINOR=\(parts[1])\nDEVNAME=\(name)\nDEVTYPE=\(type)\nDISKSEQ=9\n"
        + partition)
    try write(path + "/dev", number + "\n")
    try write(path + "/size", "\(mebibytes * 2048)\n")
    try write(path + "/ro", "0\n")
    for (file, text) in more { try write(path + "/" + file, text + "\n") }
    for list in ["slaves", "holders"] {
      try FileManager.default.createDirectory(
        at: root.appendingPathComponent(path + "/" + list), withIntermediateDirectories: true)
    }
    try link("sys/dev/block/" + number, to: "../../" + path.dropFirst(4))
    try link(
      "sys/class/block/" + name.replacingOccurrences(of: "/", with: "!"),
      to: "../../" + path.dropFirst(4))
    folders[name] = path
  }

  func disk(_ name: String, _ number: String, mebibytes: Int, sector: Int = 512) throws {
    try device(
      name, number, mebibytes: mebibytes, in: "sys/devices/pci0000:00/virtio1/block",
      type: "disk", more: ["queue/logical_block_size": "\(sector)"])
  }

  func partition(
    _ name: String, _ number: String, of disk: String, _ partition: Int, start: Int, mebibytes: Int
  ) throws {
    try device(
      name, number, mebibytes: mebibytes, in: folders[disk]!, type: "partition",
      more: ["partition": "\(partition)", "start": "\(start)"])
  }

  func stacked(
    _ name: String, _ number: String, mebibytes: Int, on lower: [String], more: [String: String]
  ) throws {
    try device(
      name, number, mebibytes: mebibytes, in: "sys/devices/virtual/block", type: "disk",
      more: more.merging(["queue/logical_block_size": "512"]) { one, _ in one })
    for below in lower {
      try link(
        folders[name]! + "/slaves/" + below,
        to: "../../../../../" + folders[below]!.dropFirst(4))
      let depth = folders[below]!.split(separator: "/").count
      try link(
        folders[below]! + "/holders/" + name,
        to: String(repeating: "../", count: depth) + folders[name]!.dropFirst(4))
    }
  }

  func mapped(
    _ name: String, _ number: String, uuid: String, called: String, mebibytes: Int,
    on lower: [String]
  ) throws {
    try stacked(
      name, number, mebibytes: mebibytes, on: lower, more: ["dm/uuid": uuid, "dm/name": called])
  }

  func mount(
    _ number: String, _ point: String, _ type: String, from source: String, root: String = "/"
  ) throws {
    mounts.append("\(30 + mounts.count) 1 \(number) \(root) \(point) rw - \(type) \(source) rw")
    try write("proc/self/mountinfo", mounts.joined(separator: "\n") + "\n")
  }

  func swap(on path: String) throws {
    try write("proc/swaps", "Filename Type Size Used Priority\n\(path)  partition\t9\t0\t-2\n")
  }

  func content(_ name: String, _ bytes: [UInt8]) throws {
    let file = root.appendingPathComponent("dev/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// A filesystem made by its own tool.
  func content(_ name: String, mebibytes: Int, by maker: String...) throws {
    try content(name, [])
    let path = root.appendingPathComponent("dev/" + name).path
    try tool("truncate", "--size=\(mebibytes)M", path)
    try tool("env", arguments: maker + [path])
  }

  // MARK: Volume groups

  /// 32 characters that begin with the name.
  static func uuid(_ name: String) -> String {
    name.replacingOccurrences(of: "-", with: "").padding(
      toLength: 32, withPad: "0", startingAt: 0)
  }

  /// The metadata of a group with extents of 4 MiB, whose volumes lie on its first physical one.
  static func group(
    _ name: String, sequence: Int = 1, volumes: [String], on physical: [String]
  ) -> String {
    let physicalText = physical.enumerated().map { index, volume in
      """
      pv\(index) {
      id = "\(uuid(volume))"
      status = ["ALLOCATABLE"]
      pe_start = 2048
      pe_count = 100
      }
      """
    }
    let logicalText = volumes.map { volume in
      """
      \(volume) {
      id = "\(uuid(volume))"
      status = ["READ", "WRITE", "VISIBLE"]
      segment_count = 1
      segment1 {
      start_extent = 0
      extent_count = 10
      type = "striped"
      stripes = ["pv0", 0]
      }
      }
      """
    }
    return """
      \(name) {
      id = "\(uuid(name))"
      seqno = \(sequence)
      format = "lvm2"
      status = ["RESIZEABLE", "READ", "WRITE"]
      extent_size = 8192
      physical_volumes {
      \(physicalText.joined(separator: "\n"))
      }
      logical_volumes {
      \(logicalText.joined(separator: "\n"))
      }
      }
      contents = "Text Format Volume Group"
      version = 1
      """
  }

  static func volumeUUID(_ group: String, _ volume: String) -> String {
    "LVM-" + uuid(group) + uuid(volume)
  }

  /// The head of a physical volume: label at 512, metadata area at 4096, its text at 4608.
  static func physicalVolume(_ name: String, group text: String) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    func put(_ text: [UInt8], at offset: Int) {
      bytes.replaceSubrange(offset..<offset + text.count, with: text)
    }
    put([UInt8]("LABELONE".utf8), at: 512)
    bytes[littleEndian: 520] = 1 as UInt64
    bytes[littleEndian: 532] = 32 as UInt32
    put([UInt8]("LVM2 001".utf8), at: 536)
    put([UInt8](uuid(name).utf8), at: 544)
    bytes[littleEndian: 584] = 1 << 20 as UInt64
    bytes[littleEndian: 616] = 4096 as UInt64
    bytes[littleEndian: 624] = 60 << 10 as UInt64
    bytes[littleEndian: 528] = LVM2Checksum.of(bytes[532..<1024])
    put([0x20, 0x4C, 0x56, 0x4D, 0x32, 0x20, 0x78, 0x5B, 0x35, 0x41, 0x25, 0x72, 0x30], at: 4100)
    put([0x4E, 0x2A, 0x3E], at: 4113)
    bytes[littleEndian: 4116] = 1 as UInt32
    bytes[littleEndian: 4120] = 4096 as UInt64
    bytes[littleEndian: 4128] = 60 << 10 as UInt64
    let text = [UInt8](text.utf8) + [0]
    bytes[littleEndian: 4136] = 512 as UInt64
    bytes[littleEndian: 4144] = UInt64(text.count)
    bytes[littleEndian: 4152] = LVM2Checksum.of(text[...])
    bytes[littleEndian: 4096] = LVM2Checksum.of(bytes[4100..<4608])
    put(text, at: 4608)
    return bytes
  }
}
