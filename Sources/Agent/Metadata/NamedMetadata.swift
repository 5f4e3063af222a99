import Configuration
import DiskFormats
import Linux
import Metadata

/// What `--metadata` names: a folder, the image of a disk or a device. What it holds tells which
/// source it is of: NoCloud's files, or else a config drive's, whose folder may be the root of the
/// drive, or `openstack` itself.
struct NamedMetadata {
  let path: String

  func seed() throws(MetadataError) -> Seed {
    let files = FileTree(root: "")
    guard let seed = files.exists(path + "/.") ? try folder(files) : try image() else {
      throw .none(path: path)
    }
    return seed
  }

  private func folder(_ files: FileTree) throws(MetadataError) -> Seed? {
    do {
      if let seed = try Seed(noCloud: path, in: files) { return seed }
      if let seed = try Seed(configDrive: path, in: files) { return seed }
      return try Seed(configDrive: path, in: files, versions: "")
    } catch {
      throw .unusable(path: path, error.description)
    }
  }

  private func image() throws(MetadataError) -> Seed? {
    let source: FileSource
    do { source = try FileSource(path: path) } catch {
      throw .unusable(path: path, error.description)
    }
    do {
      guard let fileSystem = try FileSystem(source) else { return nil }
      if let seed = try Seed(noCloud: path, in: fileSystem) { return seed }
      return try Seed(configDrive: path, in: fileSystem)
    } catch {
      throw .unusable(path: path, error.description)
    }
  }
}
