import CLinux

/// What the kernel, or udev after its rules have run, says of a device.
/// Source: Linux, lib/kobject_uevent.c; drivers/scsi/scsi_lib.c, `scsi_evt_emit`; block/genhd.c;
/// block/disk-events.c.
public struct DeviceEvent: Equatable, Sendable {
  public var action = Action.other
  /// `block`, `net`, `scsi`.
  public var subsystem = ""
  /// As the kernel names it: `vda`, `eth0`.
  public var name = ""
  /// `RESIZE=1`: it has another capacity.
  public var isResized = false
  /// `SDEV_UA=CAPACITY_DATA_HAS_CHANGED`: it has, and the kernel has not asked yet.
  public var reportsCapacity = false

  public enum Action: Equatable, Sendable {
    case add, remove, change, move, other
  }

  public init() {}

  /// From its properties, `<key>=<value>`, each ended by a zero byte, with whatever else there is
  /// between zero bytes.
  public init(_ datagram: ArraySlice<UInt8>) {
    var rest = datagram
    while !rest.isEmpty {
      let property = rest.prefix { $0 != 0 }
      take(property)
      rest = rest.dropFirst(property.count + 1)
    }
  }

  private mutating func take(_ property: ArraySlice<UInt8>) {
    if let word = Self.value(of: "ACTION=", property) { action = Action(word) }
    if let word = Self.value(of: "SUBSYSTEM=", property) { subsystem = word }
    if let word = Self.value(of: "RESIZE=", property) { isResized = word == "1" }
    if let word = Self.value(of: "SDEV_UA=", property) {
      reportsCapacity = word == "CAPACITY_DATA_HAS_CHANGED"
    }
    if let path = Self.value(of: "DEVPATH=", property) {
      let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
      name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }
  }

  private static func value(
    of key: String, _ property: ArraySlice<UInt8>
  ) -> String? {
    guard property.starts(with: key.utf8) else { return nil }
    return String(decoding: property.dropFirst(key.utf8.count), as: UTF8.self)
  }
}

extension DeviceEvent.Action {
  public init(_ word: String) {
    switch word {
    case "add": self = .add
    case "remove": self = .remove
    case "change": self = .change
    case "move": self = .move
    default: self = .other
    }
  }
}
