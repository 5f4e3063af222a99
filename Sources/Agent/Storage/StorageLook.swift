import Bytes
import DiskFormats
import Growth
import Linux

/// One look at the storage as the kernel has it: nothing is written, and no more is opened than
/// the filesystems that are mounted, the volume groups and the tables below them ask for.
public struct StorageLook {
  let files: FileTree

  /// A tree other than the running guest's is looked at by its files alone: /proc, /sys, and
  /// images of the devices in /dev. What only a mounted filesystem tells stays unknown there.
  public init(files: FileTree) {
    self.files = files
  }

  /// `extraDevices`: devices that are named without being mounted (`/dev/vda5`, `/dev/vg0/data`),
  /// or mount points of filesystems that lie on no device. Those that are not there are left out.
  public func look(extraDevices: [String] = []) throws(SystemError) -> StorageFound {
    Activity.note("looking at the storage")
    let failures = ReadFailures()
    var files = files
    files.failures = failures
    var survey = StorageSurvey(files: files)
    let mounts = try mountTable(places: ["/"] + extraDevices)
    for mount in mounts.fileSystems where mount.device.major != 0 { survey.add(mount.device) }
    let swaps = try swaps().compactMap { survey.add(path: $0) }
    for mount in mounts.fileSystems { survey.addFileSystem(mount) }
    let extras = extraDevices.compactMap { path in
      let number = survey.add(path: path)
      if let number { survey.found.named.append(NamedDevice(path: path, device: number)) }
      return number
    }
    survey.addGroups(extras: extras)
    survey.found.swaps = swaps
    survey.addUnmounted(extras: extras)
    survey.addTables()
    // Half of it would be another machine.
    if let failure = failures.first { throw failure }
    return survey.sorted
  }

  private func mountTable(places: [String]) throws(SystemError) -> MountTable {
    MountTable(try files.readNeeded("/proc/self/mountinfo", limit: 16 << 20), places: places)
  }

  /// Paths of the devices with active swap; none if the kernel knows no swap.
  /// Source: proc(5), /proc/swaps: a heading, then `path type size used priority`.
  private func swaps() throws(SystemError) -> [String] {
    guard let text = try files.read("/proc/swaps") else { return [] }
    return text.split(separator: UInt8(ascii: "\n")).dropFirst().compactMap { line in
      let words = line.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })
      guard words.count > 1, words[1].elementsEqual("partition".utf8) else { return nil }
      return unescaped(words[0])
    }
  }
}

/// What a look has found so far.
struct StorageSurvey {
  let files: FileTree
  var found = StorageFound()
  /// Of the devices found, in their order.
  private(set) var folders: [DeviceFolder] = []

  init(files: FileTree) {
    self.files = files
  }

  /// Takes in the device with all below it; `nil` if sysfs has none of that number.
  @discardableResult
  mutating func add(_ number: DeviceNumber) -> DeviceNumber? {
    if found[number] != nil { return number }
    guard let folder = DeviceFolder(number, in: files) else { return nil }
    return add(folder)
  }

  @discardableResult
  mutating func add(_ folder: DeviceFolder) -> DeviceNumber {
    if found[folder.number] != nil { return folder.number }
    let (device, lower) = folder.device()
    let position = found.devices.count
    found.devices.append(device)
    folders.append(folder)
    for below in lower { add(below) }
    if case .luks(let name, _) = device.kind, let below = lower.first {
      let header = source(below.number).flatMap { (try? LUKSHeader(reading: $0)) ?? nil }
      found.devices[position].kind = .luks(name: name, dataOffset: header?.dataOffset)
    }
    return folder.number
  }

  /// The device that a path leads to: as it stands in /dev, or by the name of a mapped device.
  mutating func add(path: String) -> DeviceNumber? {
    if let number = files.blockDevice(at: path) {
      return add(DeviceNumber(major: number.major, minor: number.minor))
    }
    if let known = found.devices.first(where: { $0.path == path }) { return known.number }
    guard path.utf8.starts(with: "/dev/".utf8) else { return nil }
    // Guests without udev have no links; a tree of files has no device nodes.
    let name = path.utf8.dropFirst(5)
    let entry = String(
      decoding: name.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "!") : $0 }, as: UTF8.self)
    if let folder = DeviceFolder("/sys/class/block/" + entry, in: files) { return add(folder) }
    for entry in files.names(in: "/sys/class/block") where entry.utf8.starts(with: "dm-".utf8) {
      guard let folder = DeviceFolder("/sys/class/block/" + entry, in: files) else { continue }
      let (device, _) = folder.device()
      if device.path == path { return add(folder) }
    }
    return nil
  }

  func folder(_ number: DeviceNumber) -> DeviceFolder? {
    folders.first { $0.number == number }
  }

  /// The device's bytes.
  func source(_ number: DeviceNumber) -> FileSource? {
    guard let folder = folder(number) else { return nil }
    return try? FileSource(path: "/dev/" + folder.name, in: files)
  }

  /// The tables of the disks whose partitions were found.
  mutating func addTables() {
    var disks: [DeviceNumber] = []
    for device in found.devices {
      if case .partition = device.kind, let disk = device.lower.first, !disks.contains(disk) {
        disks.append(disk)
      }
    }
    for number in disks {
      guard let disk = found[number], case .disk(let sectorSize) = disk.kind, sectorSize > 0 else {
        continue
      }
      found.tables.append(TableFound(disk: number, table: table(of: disk, sectorSize)))
    }
  }

  private func table(of disk: BlockDevice, _ sectorSize: UInt32) -> TableFound.Result {
    let source: FileSource
    do {
      source = try FileSource(path: disk.path, in: files)
    } catch {
      return .unreadable(error.description)
    }
    do {
      let geometry = DiskGeometry(
        sectorSize: sectorSize, sectors: disk.size / UInt64(sectorSize))
      return .table(try PartitionTable(reading: source, geometry: geometry))
    } catch {
      switch error {
      case .unreadable(let failure): return .unreadable(failure.description)
      case .unusable(let reason): return .refused(reason)
      }
    }
  }

  /// In the order of the numbers, so that one state of a machine is found as one value.
  var sorted: StorageFound {
    var found = found
    found.devices = found.devices.ordered { $0.number.isLess(than: $1.number) }
    found.groups = found.groups.ordered { $0.group.name < $1.group.name }
    found.tables = found.tables.ordered { $0.disk.isLess(than: $1.disk) }
    return found
  }
}

extension DeviceNumber {
  func isLess(than other: DeviceNumber) -> Bool {
    (major, minor) < (other.major, other.minor)
  }
}
