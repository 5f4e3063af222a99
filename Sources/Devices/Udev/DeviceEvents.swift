// Unsafe: what libudev gives lives until it is given back, once; its texts are copied.
import CUdev
import Linux

/// Events of devices from libudev, after udev's rules have run; the kernel's own where no udev
/// runs. For guests of distributions that have libudev.
@safe public final class DeviceEvents {
  private let library: OpaquePointer
  private let monitor: OpaquePointer

  public init() throws(SystemError) {
    let source = FileTree(root: "").exists("/run/udev/control") ? "udev" : "kernel"
    guard let library = unsafe udev_new() else { throw SystemError(.listen, errno: ENOMEM) }
    guard let monitor = unsafe udev_monitor_new_from_netlink(library, source) else {
      unsafe udev_unref(library)
      throw SystemError(.listen, errno: ENOMEM)
    }
    unsafe self.library = library
    unsafe self.monitor = monitor
    // The kernel keeps back what nobody of us asks for.
    for subsystem in ["block", "net", "scsi"] {
      unsafe udev_monitor_filter_add_match_subsystem_devtype(monitor, subsystem, nil)
    }
    let result = unsafe udev_monitor_enable_receiving(monitor)
    guard result >= 0 else { throw SystemError(.listen, errno: -result) }
  }

  deinit {
    unsafe udev_monitor_unref(monitor)
    unsafe udev_unref(library)
  }

  /// Waits for an event of the subsystem (`block`, `net`); `false` once the deadline has passed.
  public func next(of subsystem: String, until deadline: Deadline) throws(SystemError) -> Bool {
    while try wait(for: unsafe udev_monitor_get_fd(monitor), until: deadline) {
      // Nothing to be read: lost for want of room, or not from udev.
      guard let device = unsafe udev_monitor_receive_device(monitor) else { continue }
      defer { unsafe udev_device_unref(device) }
      if unsafe text(udev_device_get_subsystem(device)) == subsystem { return true }
    }
    return false
  }

  public var descriptor: Int32 { unsafe udev_monitor_get_fd(monitor) }

  /// Room for a burst of events, used only while they wait.
  public func makeRoom() { unsafe udev_monitor_set_receive_buffer_size(monitor, 1 << 20) }

  /// One that is there; `nil`: none. Throws ENOBUFS once after there was no room for some.
  public func nextWaiting() throws(SystemError) -> DeviceEvent? {
    guard let device = unsafe udev_monitor_receive_device(monitor) else {
      let error = SystemError(.listen)
      if error.errno == ENOBUFS { throw error }
      return nil
    }
    defer { unsafe udev_device_unref(device) }
    var event = DeviceEvent()
    event.action = DeviceEvent.Action(unsafe text(udev_device_get_action(device)))
    event.subsystem = unsafe text(udev_device_get_subsystem(device))
    event.name = unsafe text(udev_device_get_sysname(device))
    event.isResized = unsafe text(udev_device_get_property_value(device, "RESIZE")) == "1"
    event.reportsCapacity =
      unsafe text(udev_device_get_property_value(device, "SDEV_UA")) == "CAPACITY_DATA_HAS_CHANGED"
    return event
  }

  private func text(_ word: UnsafePointer<CChar>?) -> String {
    unsafe word.map { unsafe String(cString: $0) } ?? ""
  }

  /// Whether udev, if it runs, has finished with the link and so will not rename it any more.
  public static func isReady(linkIndex: UInt32, in files: FileTree) -> Bool {
    guard files.exists("/run/udev/control") else { return true }
    guard let library = unsafe udev_new() else { return true }
    defer { unsafe udev_unref(library) }
    guard let device = unsafe udev_device_new_from_device_id(library, "n\(linkIndex)") else {
      return false
    }
    defer { unsafe udev_device_unref(device) }
    return unsafe udev_device_get_is_initialized(device) == 1
  }
}
