import Bytes
import Configuration
import DiskFormats
import Linux
import Metadata

/// Seeds on the block devices of the machine, whole disks and partitions alike, read in place.
///
/// A NoCloud seed is on a file system labelled cidata or CIDATA; a config drive on one labelled
/// config-2 or CONFIG-2, or else on a whole disk of another label that holds `openstack/`. Devices
/// are taken in the order in which cloud-init takes them: the names sorted downward (vdb before
/// vda, sr0 before sda).
/// Source: cloud-init, `_get_devices` of DataSourceNoCloud.py, `find_candidate_devs` of
/// DataSourceConfigDrive.py.
struct BlockDevices {
  /// Whose /proc, /sys and /dev: the running machine's.
  var kernel = FileTree(root: "")

  struct Found {
    var seeds: [Seed] = []
    var diagnostics = Diagnostics()
  }

  fileprivate struct Volume {
    /// As the kernel names the device, with `!` for `/`.
    let name: String
    let fileSystem: FileSystem<FileSource>

    var path: String { BlockDevices.path(ofDevice: name) }

    func isLabelled(_ small: String, _ capital: String) -> Bool {
      fileSystem.labels.contains { $0 == small || $0 == capital }
    }
  }

  /// At most one of each source wanted (`noCloud`, `configDrive`). A device that cannot be read
  /// holds no metadata, and is spoken of only if no other does: it may be anybody's.
  func seeds(of wanted: [SourceName]) -> Found {
    var found = Found()
    var damaged = Found()
    var cidata: [Volume] = []
    var config: [Volume] = []
    var others: [Volume] = []
    for name in names(&damaged) {
      let path = Self.path(ofDevice: name)
      Activity.note("looking for metadata on", path)
      let source: FileSource
      do { source = try FileSource(path: path, in: kernel) } catch {
        if error.tellsOfDisk { damaged.warn(path, error.description) }
        continue
      }
      do {
        guard let fileSystem = try FileSystem(source) else { continue }
        let volume = Volume(name: name, fileSystem: fileSystem)
        if volume.isLabelled("cidata", "CIDATA") {
          cidata.append(volume)
        } else if volume.isLabelled("config-2", "CONFIG-2") {
          config.append(volume)
        } else {
          others.append(volume)
        }
      } catch {
        damaged.warn(path, error.description)
      }
    }
    if wanted.contains(.noCloud) { found.add(noCloud: cidata) }
    if wanted.contains(.configDrive) {
      found.add(configDrive: config)
      if config.isEmpty { addUnlabelled(others, to: &found) }
    }
    if found.seeds.isEmpty { found.diagnostics.append(damaged.diagnostics) }
    return found
  }

  /// The first whole disk that is a config drive by its contents.
  private func addUnlabelled(_ volumes: [Volume], to found: inout Found) {
    for volume in volumes where !kernel.exists("/sys/class/block/\(volume.name)/partition") {
      Activity.note("looking for metadata on", volume.path)
      do {
        guard let seed = try Seed(configDrive: volume.path, in: volume.fileSystem) else {
          continue
        }
        found.seeds.append(seed)
        return
      } catch {
        found.warn(volume.path, error.description)
      }
    }
  }

  /// Names of the kernel's block devices, sorted downward; never those that only store for others.
  /// Source: proc(5), /proc/partitions: `major minor #blocks name`, with `!` for `/` in the name.
  private func names(_ damaged: inout Found) -> [String] {
    let path = "/proc/partitions"
    let text: [UInt8]
    do { text = try kernel.read(path) ?? [] } catch {
      damaged.warn(path, error.description)
      return []
    }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").dropFirst()
      .compactMap { line in
        let words = line.split(separator: " ")
        guard words.count == 4, words[0] != "major" else { return nil }
        let name = words[3]
        // Memory disks and loop devices are nobody's metadata disk.
        if name.hasPrefix("ram") || name.hasPrefix("loop") || name.hasPrefix("zram") { return nil }
        return String(name)
      }
      .ordered { $0 > $1 }
  }

  fileprivate static func path(ofDevice name: String) -> String {
    let bytes = name.utf8.map { $0 == UInt8(ascii: "!") ? UInt8(ascii: "/") : $0 }
    return "/dev/" + String(decoding: bytes, as: UTF8.self)
  }
}

extension SystemError {
  /// Not that there is no medium in it, no node of it yet, or that it is for others alone.
  fileprivate var tellsOfDisk: Bool {
    !isOfAbsence && !isOfEmptiness && reason != .notPermitted
  }
}

extension BlockDevices.Found {
  mutating func warn(_ place: String, _ message: String) {
    diagnostics.warn(Place(place), message)
  }

  fileprivate mutating func add(noCloud volumes: [BlockDevices.Volume]) {
    var found: [Seed] = []
    for volume in volumes {
      do {
        if let seed = try Seed(noCloud: volume.path, in: volume.fileSystem) {
          found.append(seed)
        } else {
          warn(volume.path, "is labelled cidata and holds neither meta-data nor network-config")
        }
      } catch {
        diagnostics.warn(unread: Place(volume.path), error.description)
      }
    }
    addFirst(found, labelled: "cidata")
  }

  fileprivate mutating func add(configDrive volumes: [BlockDevices.Volume]) {
    var found: [Seed] = []
    for volume in volumes {
      do {
        if let seed = try Seed(configDrive: volume.path, in: volume.fileSystem) {
          found.append(seed)
          continue
        }
        var message = "is labelled config-2 and holds no openstack/<version>/meta_data.json"
        if try volume.fileSystem.file(at: "meta.js", limit: Seed.fileLimit) != nil {
          message += "; the layout of version 1 (meta.js) is not read by guestagent"
        } else if try volume.fileSystem.hasFolder("ec2") {
          message += "; the one of EC2 (ec2/) is not read by guestagent"
        }
        warn(volume.path, message)
      } catch {
        diagnostics.warn(unread: Place(volume.path), error.description)
      }
    }
    addFirst(found, labelled: "config-2")
  }

  private mutating func addFirst(_ found: [Seed], labelled label: String) {
    guard let first = found.first else { return }
    seeds.append(first)
    if found.count == 1 { return }
    let paths = found.map { seed in
      String(decoding: seed.name.utf8.drop { $0 != UInt8(ascii: "/") }, as: UTF8.self)
    }
    warn(
      paths[0],
      "is one of \(found.count) disks labelled \(label) and is used; not used: "
        + paths.dropFirst().joined(separator: ", "))
  }
}
