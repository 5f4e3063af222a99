import Bytes
import Growth
import Linux

/// One block device as sysfs describes it: its folder, by any of the paths that lead to it.
struct DeviceFolder {
  let files: FileTree
  let path: String
  let number: DeviceNumber
  /// Below /dev: `vda1`, `dm-0`, `cciss/c0d0p1`.
  let name: String
  let isPartition: Bool
  /// Of a partition.
  let partitionNumber: UInt32?

  /// `nil` if there is no device there. One file tells most: `uevent`, lines of `KEY=value`.
  init?(_ path: String, in files: FileTree) {
    guard let lines = files.attribute(path + "/uevent", limit: 1 << 16) else { return nil }
    var (major, minor, partition) = (UInt32?.none, UInt32?.none, UInt32?.none)
    var (name, isPartition) = ("", false)
    for line in lines.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1)
      guard parts.count == 2 else { continue }
      let number = decimal(parts[1]).flatMap { UInt32(exactly: $0) }
      switch String(decoding: parts[0], as: UTF8.self) {
      case "MAJOR": major = number
      case "MINOR": minor = number
      case "DEVNAME": name = String(decoding: parts[1], as: UTF8.self)
      case "DEVTYPE": isPartition = parts[1].elementsEqual("partition".utf8)
      case "PARTN": partition = number
      default: break
      }
    }
    guard let major, let minor, !name.isEmpty else { return nil }
    self.files = files
    self.path = path
    self.number = DeviceNumber(major: major, minor: minor)
    self.name = name
    self.isPartition = isPartition
    partitionNumber = partition
  }

  init?(_ number: DeviceNumber, in files: FileTree) {
    self.init("/sys/dev/block/\(number.major):\(number.minor)", in: files)
  }

  /// The disk of a partition.
  var parent: DeviceFolder? { DeviceFolder(path + "/..", in: files) }

  /// The devices that this one lies on (`slaves`), or that lie on it (`holders`).
  func devices(_ folder: String) -> [DeviceFolder] {
    files.names(in: path + "/" + folder).compactMap {
      DeviceFolder(path + "/" + folder + "/" + $0, in: files)
    }
  }

  var isHeld: Bool { !files.names(in: path + "/holders").isEmpty }

  /// A logical volume, or a part of one that LVM keeps to itself.
  var isLVM: Bool { text("dm/uuid").map { $0.utf8.starts(with: "LVM-".utf8) } ?? false }

  /// Bytes; sysfs counts sectors of 512 whatever those of the device are.
  var size: UInt64 { (value("size") ?? 0) *| 512 }

  /// As the kernel has it; also for what lies on it, but not of it.
  func device() -> (BlockDevice, lower: [DeviceFolder]) {
    var lower: [DeviceFolder] = []
    var node = "/dev/" + name
    let kind: BlockDevice.Kind
    if isPartition {
      if let disk = parent { lower = [disk] }
      kind = .partition(number: partitionNumber ?? 0, start: (value("start") ?? 0) *| 512)
    } else {
      lower = devices("slaves")
      if name.utf8.starts(with: "dm-".utf8) {
        let mapped = MappedDevice(uuid: text("dm/uuid") ?? "", name: text("dm/name") ?? name)
        (kind, node) = (mapped.kind, mapped.path)
      } else if name.utf8.starts(with: "md".utf8), files.exists(path + "/md") {
        kind = .foreign(.raid)
      } else if !lower.isEmpty {
        // bcache and the like.
        kind = .foreign(.unknown)
      } else {
        let sector = value("queue/logical_block_size").flatMap { UInt32(exactly: $0) }
        kind = .disk(sectorSize: sector ?? 512)
      }
    }
    var device = BlockDevice(
      number: number, path: node, size: size, kind: kind, lower: lower.map { $0.number })
    device.isReadOnly = value("ro") == 1
    return (device, lower)
  }

  private func value(_ file: String) -> UInt64? {
    line(file).flatMap { decimal($0) }
  }

  private func text(_ file: String) -> String? {
    line(file).map { String(decoding: $0, as: UTF8.self) }
  }

  private func line(_ file: String) -> ArraySlice<UInt8>? {
    guard let bytes = files.attribute(path + "/" + file, limit: 4096) else { return nil }
    return bytes.prefix { $0 != UInt8(ascii: "\n") }
  }
}
