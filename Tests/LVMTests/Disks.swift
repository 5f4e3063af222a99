import Foundation
import Glibc
import Testing

@testable import DiskFormats

/// One after the other: loop devices are few, and the library has one state for the process.
@Suite(.serialized, .enabled(if: Disks.isRoot, "loop devices need root"))
struct DiskTests {
  struct ReaderTests {}
  struct RunTests {}
}

/// Disks on loop devices, on which LVM's own tools work without the device-mapper: everything but
/// activation. The tests that use them need root.
final class Disks {
  static let isRoot = geteuid() == 0

  let folder: URL
  private(set) var devices: [String] = []
  private(set) var images: [URL] = []

  /// One disk for each size, in MiB.
  init(_ sizes: [Int]) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("lvm-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (index, size) in sizes.enumerated() {
      let image = folder.appendingPathComponent("disk\(index)")
      try Data().write(to: image)
      images.append(image)
      try resize(index, toMiB: size, tellKernel: false)
      devices.append(
        try tool("/sbin/losetup", ["--find", "--show", image.path])
          .trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  deinit {
    for device in devices { _ = try? tool("/sbin/losetup", ["--detach", device]) }
    try? FileManager.default.removeItem(at: folder)
  }

  func resize(_ index: Int, toMiB size: Int, tellKernel: Bool = true) throws {
    try resize(index, toBytes: size << 20, tellKernel: tellKernel)
  }

  func resize(_ index: Int, toBytes size: Int, tellKernel: Bool = true) throws {
    let file = try FileHandle(forWritingTo: images[index])
    try file.truncate(atOffset: UInt64(size))
    if tellKernel { try tool("/sbin/losetup", ["--set-capacity", devices[index]]) }
  }

  /// Only these disks, no device-mapper, no copies of the metadata on this machine. Short enough
  /// for a line of a script.
  var configuration: String {
    let accepted = devices.map { "\"a|^\($0)$|\"," }.joined()
    return "devices{filter=[\(accepted)\"r|.*|\"]}global{activation=0}backup{backup=0 archive=0}"
  }

  /// `lvm` with the words and this configuration; a disk is written as `@` and its index.
  @discardableResult
  func lvm(_ line: String, accepted: [Int32] = [0]) throws -> String {
    let words = line.split(separator: " ").map { word in
      word.hasPrefix("@") ? devices[Int(word.dropFirst())!] : String(word)
    }
    let all = [words[0], "--config", configuration] + words.dropFirst()
    return try tool("/sbin/lvm", all, accepted: accepted)
  }

  /// The rows of a report, by its field names.
  func report(_ command: String, _ fields: String, _ arguments: String = "") throws
    -> [[String: String]]
  {
    let text = try lvm(
      "\(command) \(arguments) --reportformat json --units b --nosuffix -o \(fields)",
      accepted: [0, 5])
    let json = text[(text.firstIndex(of: "{") ?? text.startIndex)...]
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let report = (object?["report"] as? [[String: Any]])?.first?.values.first
    return report as? [[String: String]] ?? []
  }

  func source(_ index: Int) throws -> ImageSource { try ImageSource(images[index]) }

  func label(_ index: Int) throws -> PhysicalVolumeLabel? {
    try PhysicalVolumeLabel(reading: try source(index))
  }

  /// The group as the disk has it.
  func group(_ index: Int) throws -> VolumeGroup? {
    let source = try source(index)
    return try PhysicalVolumeLabel(reading: source).flatMap {
      try VolumeGroup(reading: source, $0)
    }
  }

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  @discardableResult
  func tool(_ path: String, _ arguments: [String], accepted: [Int32] = [0]) throws -> String {
    let (process, output, errors) = (Process(), Pipe(), folder.appendingPathComponent("errors"))
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = [
      "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "LVM_SUPPRESS_FD_WARNINGS": "1",
    ]
    try Data().write(to: errors)
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard accepted.contains(process.terminationStatus) else {
      let said = try String(contentsOf: errors, encoding: .utf8)
      throw Failed(description: "\(path) \(arguments): \(text)\(said)")
    }
    return text
  }
}
