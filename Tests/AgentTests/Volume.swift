import Foundation
import Growth
import Linux

@testable import Agent

/// Runs a program and returns what it prints; its failure is the test's.
@discardableResult
func tool(_ words: String...) throws -> String {
  try tool(words[0], arguments: Array(words.dropFirst()))
}

@discardableResult
func tool(_ name: String, arguments: [String]) throws -> String {
  let words = [name] + arguments
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = words
  process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"]
  let output = Pipe()
  process.standardOutput = output
  process.standardError = output
  process.standardInput = FileHandle.nullDevice
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw ToolFailed(description: "\(words.joined(separator: " ")): \(text)")
  }
  return text.trimmingCharacters(in: .whitespacesAndNewlines)
}

struct ToolFailed: Error, CustomStringConvertible {
  let description: String
}

/// What the tests that use real filesystems may do on this machine.
enum Permitted {
  static let devices = geteuid() == 0
  /// Bit 24 of the effective capabilities is CAP_SYS_RESOURCE.
  static let growExt: Bool = {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
      let bits = UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16)
    else { return false }
    return bits >> 24 & 1 == 1
  }()
}

/// A loop device in a folder of its own, with a place to mount it; all go with it.
final class Volume {
  let folder: URL
  let device: String
  private var isMounted = false

  var mountPoint: String { folder.appendingPathComponent("mounted").path }
  private var image: URL { folder.appendingPathComponent("image") }

  init(mebibytes: Int) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("volume-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("mounted"), withIntermediateDirectories: true)
    try Data().write(to: folder.appendingPathComponent("image"))
    try tool("truncate", "--size=\(mebibytes)M", folder.appendingPathComponent("image").path)
    device = try tool(
      "losetup", "--find", "--show", folder.appendingPathComponent("image").path)
  }

  deinit {
    if isMounted { _ = try? tool("umount", mountPoint) }
    _ = try? tool("losetup", "--detach", device)
    try? FileManager.default.removeItem(at: folder)
  }

  func enlarge(toBytes bytes: UInt64) throws {
    try tool("truncate", "--size=\(bytes)", image.path)
    try tool("losetup", "--set-capacity", device)
  }

  func enlarge(mebibytes: UInt64) throws { try enlarge(toBytes: mebibytes << 20) }

  func mount(options: String = "rw") throws {
    try tool("mount", "-o", options, device, mountPoint)
    isMounted = true
  }

  func unmount() throws {
    try tool("umount", mountPoint)
    isMounted = false
  }

  /// As a look at this machine has it.
  func look() throws -> (fileSystem: FileSystemFound, device: BlockDevice) {
    let found = try StorageLook(files: FileTree(root: "")).look(extraDevices: [device])
    guard let block = found.devices.first(where: { $0.path == device }),
      let entry = found.fileSystems.first(where: {
        $0.members.contains { $0.device == block.number }
      })
    else { throw ToolFailed(description: "\(device) was not found") }
    return (entry, block)
  }

  func grow(onProgress: ((UInt64, UInt64) -> Void)? = nil) throws -> UInt64 {
    let (fileSystem, block) = try look()
    return try FileSystemGrowth(files: FileTree(root: ""), patience: 1)
      .grow(fileSystem, on: block, onProgress: onProgress)
  }

  /// The bytes for data, by df(1).
  func capacity() throws -> UInt64 {
    let lines = try tool("df", "--block-size=1", "--output=size", mountPoint).split(separator: "\n")
    return UInt64(lines[1].trimmingCharacters(in: .whitespaces)) ?? 0
  }
}
