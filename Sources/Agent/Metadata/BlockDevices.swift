import Configuration
import DiskFormats
import Linux
import Metadata

/// Seeds on the block devices of the machine, whole disks and partitions alike.
enum BlockDevices {
  struct Found {
    var seeds: [NoCloudSeed] = []
    var warnings: [Diagnostic] = []
  }

  /// Every device with the label of NoCloud's, in the order in which cloud-init takes them: the
  /// names sorted downward (vdb before vda, sr0 before sda). Read in place; a device that cannot
  /// be read holds no metadata, and is spoken of only if no other does: it may be anybody's.
  static func seeds() -> Found {
    var found = Found()
    var damaged = Found()
    for name in names() {
      let path = "/dev/\(name)"
      guard let source = try? FileSource(path: path) else { continue }
      let candidate: FileSystem<FileSource>?
      do { candidate = try FileSystem(source) } catch {
        damaged.warn(path, error.description)
        continue
      }
      guard let fileSystem = candidate,
        fileSystem.labels.contains(where: { $0 == "cidata" || $0 == "CIDATA" })
      else { continue }
      do {
        let seed = try NoCloudSeed(name: "nocloud:\(path)", in: fileSystem)
        guard !seed.isEmpty else {
          found.warn(path, "is labelled cidata and holds neither meta-data nor network-config")
          continue
        }
        found.seeds.append(seed)
      } catch {
        found.warn(path, error.description)
      }
    }
    if found.seeds.isEmpty { found.warnings += damaged.warnings }
    if found.seeds.count > 1 {
      let others = found.seeds.dropFirst().map { String($0.name.dropFirst("nocloud:".count)) }
      let used = found.seeds[0].name.dropFirst("nocloud:".count)
      found.warn(
        String(used),
        "is one of \(found.seeds.count) disks labelled cidata and is used; not used: "
          + others.joined(separator: ", "))
      found.seeds.removeLast(found.seeds.count - 1)
    }
    return found
  }

  /// Names of the kernel's block devices, sorted downward; never those that only store for others.
  /// Source: proc(5), /proc/partitions: `major minor #blocks name`, with `!` for `/` in the name.
  private static func names() -> [String] {
    guard let text = try? FileTree(root: "").read("/proc/partitions") else { return [] }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").dropFirst()
      .compactMap { line in
        let words = line.split(separator: " ")
        guard words.count == 4, words[0] != "major" else { return nil }
        let name = words[3]
        // Memory disks and loop devices are nobody's metadata disk.
        if name.hasPrefix("ram") || name.hasPrefix("loop") || name.hasPrefix("zram") { return nil }
        return String(decoding: name.utf8.map { $0 == UInt8(ascii: "!") ? UInt8(ascii: "/") : $0 },
          as: UTF8.self)
      }
      .sorted(by: >)
  }
}

extension BlockDevices.Found {
  fileprivate mutating func warn(_ place: String, _ message: String) {
    warnings.append(Diagnostic(place: Place(place), message: message))
  }
}

extension NoCloudSeed {
  /// More than this of any file is refused; 100,000 routes take about 5 MB.
  static var fileLimit: Int { 8 << 20 }

  var isEmpty: Bool { metaData == nil && networkConfig == nil }

  /// The seed in the root of a file system.
  init(
    name: String, in fileSystem: FileSystem<FileSource>
  ) throws(FileSystemError<SystemError>) {
    self.init(
      name: name,
      metaData: try fileSystem.file(at: "meta-data", limit: Self.fileLimit),
      networkConfig: try fileSystem.file(at: "network-config", limit: Self.fileLimit),
      hasUserData: try fileSystem.file(at: "user-data", limit: Self.fileLimit) != nil)
  }

  /// The seed in a folder of the guest.
  init(name: String, folder: String, in files: FileTree) throws(SystemError) {
    self.init(
      name: name,
      metaData: try files.read(folder + "/meta-data", limit: Self.fileLimit),
      networkConfig: try files.read(folder + "/network-config", limit: Self.fileLimit),
      hasUserData: files.exists(folder + "/user-data"))
  }
}
