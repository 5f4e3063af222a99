import Bytes

/// The kernel's table of mounts, /proc/self/mountinfo. A line:
///
///     36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
///     id parent device root mount-point options [tag...] - type source filesystem's-options
///
/// Blank, tab, newline and backslash in a field are written as a backslash and three octal digits.
/// A line that is not so is left out. Source: proc(5), proc_pid_mountinfo(5).
public struct MountTable: Equatable, Sendable {
  public private(set) var fileSystems: [Entry] = []

  /// One filesystem, with all its mounts that reach the whole of it.
  public struct Entry: Equatable, Sendable {
    /// Major 0: a number that the kernel made up (btrfs, overlay).
    public var device: DeviceNumber
    public var type: String
    public var source: String
    /// The shortest first. Of a part of the filesystem only (bind mounts), if there is no other;
    /// the subvolumes of btrfs are all equal.
    public var mountPoints: [String]
    public var isReadOnly: Bool
    /// The mount points lead to parts of it.
    var isPartial: Bool
  }

  /// Filesystems on block devices, btrfs, and whatever is mounted at one of the `places`.
  public init(_ text: [UInt8], places: [String] = ["/"]) {
    for line in text.split(separator: UInt8(ascii: "\n")) {
      guard let mount = Mount(line) else { continue }
      // What is mounted later over the same place hides what was there.
      for index in fileSystems.indices.reversed() {
        fileSystems[index].mountPoints.removeAll { $0 == mount.point }
        if fileSystems[index].mountPoints.isEmpty { fileSystems.remove(at: index) }
      }
      guard mount.device.major != 0 || mount.type == "btrfs" || places.contains(mount.point)
      else { continue }
      add(mount)
    }
    for index in fileSystems.indices {
      fileSystems[index].mountPoints = fileSystems[index].mountPoints.ordered {
        ($0.utf8.count, $0) < ($1.utf8.count, $1)
      }
    }
  }

  private mutating func add(_ mount: Mount) {
    let isPartial = mount.root != "/" && mount.type != "btrfs"
    guard let index = fileSystems.firstIndex(where: { $0.device == mount.device }) else {
      fileSystems.append(
        Entry(
          device: mount.device, type: mount.type, source: mount.source, mountPoints: [mount.point],
          isReadOnly: mount.isReadOnly, isPartial: isPartial))
      return
    }
    var entry = fileSystems[index]
    if isPartial, !entry.isPartial { return }
    if entry.isPartial != isPartial {
      (entry.isPartial, entry.mountPoints) = (isPartial, [])
      entry.isReadOnly = mount.isReadOnly
    }
    entry.mountPoints.append(mount.point)
    entry.isReadOnly = entry.isReadOnly && mount.isReadOnly
    fileSystems[index] = entry
  }
}

private struct Mount {
  let device: DeviceNumber
  let root: String
  let point: String
  let type: String
  let source: String
  let isReadOnly: Bool

  init?(_ line: ArraySlice<UInt8>) {
    let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard fields.count >= 10,
      let dash = fields.indices.dropFirst(6).first(where: {
        fields[$0].elementsEqual(CollectionOfOne(UInt8(ascii: "-")))
      }), fields.count > dash + 3, let device = DeviceNumber(fields[2])
    else { return nil }
    self.device = device
    root = unescaped(fields[3])
    point = unescaped(fields[4])
    type = unescaped(fields[dash + 1])
    source = unescaped(fields[dash + 2])
    isReadOnly = Self.saysReadOnly(fields[5]) || Self.saysReadOnly(fields[dash + 3])
  }

  private static func saysReadOnly(_ options: ArraySlice<UInt8>) -> Bool {
    options.split(separator: UInt8(ascii: ",")).contains { $0.elementsEqual("ro".utf8) }
  }
}

extension DeviceNumber {
  /// `254:1`, as in mountinfo and sysfs' `dev`.
  public init?(_ text: ArraySlice<UInt8>) {
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, let major = decimal(parts[0]), let minor = decimal(parts[1]),
      let major = UInt32(exactly: major), let minor = UInt32(exactly: minor)
    else { return nil }
    self.init(major: major, minor: minor)
  }
}

/// The text of a field in /proc with its octal escapes resolved (`\040`).
public func unescaped(_ field: ArraySlice<UInt8>) -> String {
  guard field.contains(UInt8(ascii: "\\")) else { return String(decoding: field, as: UTF8.self) }
  var bytes: [UInt8] = []
  var index = field.startIndex
  while index < field.endIndex {
    let digits = field[index...].dropFirst().prefix(3)
    if field[index] == UInt8(ascii: "\\"), digits.count == 3,
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) })
    {
      bytes.append(digits.reduce(0) { $0 << 3 | $1 & 7 })
      index += 4
    } else {
      bytes.append(field[index])
      index += 1
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
