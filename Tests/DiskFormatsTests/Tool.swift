import Foundation

/// A program that makes or judges images, and the Debian package that has it.
enum Tool: String {
  case genisoimage
  case xorriso
  case cloudLocalds = "cloud-localds"
  case mkfsVfat = "mkfs.vfat"
  case mcopy
  case mdel
  case mmd
  case mshowfat
  case fdisk
  case parted
  case sfdisk
  case sgdisk
  case mkfsExt2 = "mkfs.ext2"
  case mkfsExt3 = "mkfs.ext3"
  case mkfsExt4 = "mkfs.ext4"
  case resize2fs
  case e2fsck
  case mkfsXFS = "mkfs.xfs"
  case mkfsBtrfs = "mkfs.btrfs"
  case mkfsF2FS = "mkfs.f2fs"
  case mkswap
  case cryptsetup

  var package: String {
    switch self {
    case .fdisk, .genisoimage, .parted, .xorriso: rawValue
    case .cloudLocalds: "cloud-image-utils"
    case .mkfsVfat: "dosfstools"
    case .mcopy, .mdel, .mmd, .mshowfat: "mtools"
    case .sfdisk: "fdisk"
    case .sgdisk: "gdisk"
    case .mkfsExt2, .mkfsExt3, .mkfsExt4, .resize2fs, .e2fsck: "e2fsprogs"
    case .mkfsXFS: "xfsprogs"
    case .mkfsBtrfs: "btrfs-progs"
    case .mkfsF2FS: "f2fs-tools"
    case .mkswap: "util-linux"
    case .cryptsetup: "cryptsetup-bin"
    }
  }

  struct Missing: Error, CustomStringConvertible {
    let tool: Tool
    var description: String {
      "\(tool.rawValue) is missing: install the Debian package \(tool.package)"
    }
  }

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  private func path() throws -> String {
    for folder in ["/usr/bin", "/usr/sbin", "/bin", "/sbin"] {
      let path = "\(folder)/\(rawValue)"
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    throw Missing(tool: self)
  }

  /// What it prints, on either stream.
  @discardableResult
  func callAsFunction(
    _ arguments: [String], in folder: URL, input: String = ""
  ) throws -> String {
    let process = Process()
    // There are trees at which genisoimage never ends.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments = ["--signal=KILL", "60", try path()] + arguments
    process.currentDirectoryURL = folder
    process.environment = [
      "PATH": "/usr/bin:/usr/sbin:/bin:/sbin", "LC_ALL": "C.UTF-8", "MTOOLS_SKIP_CHECK": "1",
      "TMPDIR": folder.path,
    ]
    let (words, output) = (Pipe(), Pipe())
    process.standardInput = words
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try words.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try words.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failed(description: "\(rawValue) \(arguments.joined(separator: " ")): \(text)")
    }
    return text
  }
}

/// A folder that goes with the last reference to it.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("disk-formats-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// Writes a file, with the folders above it.
  func write(_ bytes: [UInt8], to path: String) throws {
    let file = url.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func bytes(of path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: url.appendingPathComponent(path)))
  }
}
