import Configuration
import DiskFormats
import Linux
import Metadata

extension Seed {
  /// More than this of any file is refused; 100,000 routes take about 5 MB.
  static var fileLimit: Int { 8 << 20 }

  /// NoCloud's seed in a folder of the guest; `nil`: neither meta-data nor network-config.
  init?(noCloud folder: String, in files: FileTree) throws(SystemError) {
    try self.init(.noCloud, name: "nocloud:" + folder) { (file: String) throws(SystemError) in
      try files.read(folder + "/" + file, limit: Self.fileLimit)
    }
    guard metaData != nil || networkConfig != nil else { return nil }
  }

  /// The same in the root of a file system.
  init?(
    noCloud path: String, in fileSystem: FileSystem<FileSource>
  ) throws(FileSystemError<SystemError>) {
    try self.init(.noCloud, name: "nocloud:" + path) {
      (file: String) throws(FileSystemError<SystemError>) in
      try fileSystem.file(at: file, limit: Self.fileLimit)
    }
    guard metaData != nil || networkConfig != nil else { return nil }
  }

  /// The config drive in a folder of the guest.
  init?(
    configDrive path: String, in files: FileTree, versions folder: String = "openstack/"
  ) throws(SystemError) {
    try self.init(configDrive: path, folder: folder) { (file: String) throws(SystemError) in
      try files.read(path + "/" + file, limit: Self.fileLimit)
    }
  }

  /// The same in the root of a file system.
  init?(
    configDrive path: String, in fileSystem: FileSystem<FileSource>
  ) throws(FileSystemError<SystemError>) {
    guard try fileSystem.hasFolder("openstack") else { return nil }
    try self.init(configDrive: path) { (file: String) throws(FileSystemError<SystemError>) in
      try fileSystem.file(at: file, limit: Self.fileLimit)
    }
  }
}

/// Seeds in folders of the guest. One that cannot be read is warned of, and passed over like such
/// a disk.
struct SeedFolders {
  let files: FileTree

  /// The first of the two that is there. Source: cloud-init's NoCloud.
  func noCloud(_ diagnostics: inout Diagnostics) -> [Seed] {
    for folder in ["/var/lib/cloud/seed/nocloud", "/var/lib/cloud/seed/nocloud-net"]
    where files.mayExist(folder) {
      do {
        if let seed = try Seed(noCloud: folder, in: files) { return [seed] }
      } catch {
        diagnostics.warn(unread: Place(folder), error.description)
      }
    }
    return []
  }

  /// The first of the two that is there. Source: cloud-init's ConfigDrive; ds-identify.
  func configDrive(_ diagnostics: inout Diagnostics) -> [Seed] {
    for folder in ["/config-drive", "/var/lib/cloud/seed/config_drive"]
    where files.mayExist(folder + "/openstack") {
      do {
        if let seed = try Seed(configDrive: folder, in: files) { return [seed] }
        diagnostics.warn(Place(folder), "holds no openstack/<version>/meta_data.json")
      } catch {
        diagnostics.warn(unread: Place(folder), error.description)
      }
    }
    return []
  }

  /// What a `seedfrom` names.
  func followed(_ folder: String, _ diagnostics: inout Diagnostics) -> [Seed] {
    do {
      if var seed = try Seed(noCloud: folder, in: files) {
        seed.isSeedFrom = true
        return [seed]
      }
      diagnostics.warn(
        Place(folder), "is named by seedfrom and holds neither meta-data nor network-config")
    } catch {
      diagnostics.warn(unread: Place(folder), error.description)
    }
    return []
  }
}
