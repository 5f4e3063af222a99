import Foundation

/// The files of a metadata disk, as a folder to make images from.
struct Seed {
  let files: [String: [UInt8]]

  /// The four files of NoCloud.
  static let small = Seed(files: [
    "user-data": Array("#cloud-config\n{}\n".utf8),
    "meta-data": Array("instance-id: vm6\nlocal-hostname: vm6\n".utf8),
    "network-config": Array("version: 2\nethernets:\n  eth0:\n    mtu: 1400\n".utf8),
    "vendor-data": [],
  ])

  /// Also a file of 3 MB, one whose name and folder exceed 64 characters, and one of a config
  /// drive.
  static let full = Seed(
    files: small.files.merging([
      "big": patterned(3_000_001),
      "openstack/latest/meta_data.json": Array("{\"uuid\": \"6\"}\n".utf8),
      "openstack/latest/vendor_data.json": Array("{}\n".utf8),
      longFolder + "/" + longFile: Array("far down\n".utf8),
    ]) { $1 })

  static let longFolder = "folder-" + String(repeating: "0123456789", count: 9)
  static let longFile = "file-" + String(repeating: "abcdefghij", count: 9) + ".yaml"

  /// Bytes that tell where they are.
  static func patterned(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
  }

  func adding(_ more: [String: [UInt8]]) -> Seed {
    Seed(files: files.merging(more) { $1 })
  }

  /// Writes the files into the folder "seed" of a new folder.
  func folder() throws -> Folder {
    let folder = try Folder()
    for (path, bytes) in files { try folder.write(bytes, to: "seed/" + path) }
    return folder
  }

  /// An ISO image of the files.
  func image(_ tool: Tool, _ arguments: String...) throws -> [UInt8] {
    let folder = try folder()
    try tool(arguments + ["-V", "cidata", "-o", "image", "seed"], in: folder.url)
    return try folder.bytes(of: "image")
  }

  /// The folder with a FAT image of the files named "image"; `options` as mkfs.vfat has them.
  func fatFolder(_ options: [String], kibibytes: Int) throws -> Folder {
    let folder = try folder()
    try Tool.mkfsVfat(options + ["-n", "CIDATA", "-C", "image", "\(kibibytes)"], in: folder.url)
    let entries = try FileManager.default.contentsOfDirectory(
      atPath: folder.url.appendingPathComponent("seed").path)
    try Tool.mcopy(
      ["-s", "-i", "image"] + entries.sorted().map { "seed/" + $0 } + ["::"], in: folder.url)
    return folder
  }

  func fatImage(_ options: String..., kibibytes: Int) throws -> [UInt8] {
    try fatFolder(options, kibibytes: kibibytes).bytes(of: "image")
  }
}
