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

  /// A property of the event, `<key>=<value>`.
  public mutating func take(_ property: Slice<UnsafeRawBufferPointer>) {
    if property.elementsEqual("RESIZE=1".utf8) { isResized = true }
    if property.elementsEqual("SDEV_UA=CAPACITY_DATA_HAS_CHANGED".utf8) { reportsCapacity = true }
    guard let equals = property.firstIndex(of: UInt8(ascii: "=")) else { return }
    let key = property[..<equals]
    let value = property[(equals + 1)...]
    if key.elementsEqual("ACTION".utf8) {
      action = Action(String(decoding: value, as: UTF8.self))
    } else if key.elementsEqual("SUBSYSTEM".utf8) {
      subsystem = String(decoding: value, as: UTF8.self)
    } else if key.elementsEqual("DEVPATH".utf8) {
      let slash = value.lastIndex(of: UInt8(ascii: "/"))
      name = String(decoding: slash.map { value[($0 + 1)...] } ?? value, as: UTF8.self)
    }
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
