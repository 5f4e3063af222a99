import CUdev
import Linux

/// Events of devices from libudev, after udev's rules have run; the kernel's own where no udev
/// runs. For guests of distributions that have libudev.
public final class DeviceEvents {
  private let library: OpaquePointer
  private let monitor: OpaquePointer

  public init() throws(SystemError) {
    let source = FileTree(root: "").exists("/run/udev/control") ? "udev" : "kernel"
    guard let library = udev_new() else { throw SystemError(.listen, errno: ENOMEM) }
    guard let monitor = udev_monitor_new_from_netlink(library, source) else {
      udev_unref(library)
      throw SystemError(.listen, errno: ENOMEM)
    }
    self.library = library
    self.monitor = monitor
    let result = udev_monitor_enable_receiving(monitor)
    guard result >= 0 else { throw SystemError(.listen, errno: -result) }
  }

  deinit {
    udev_monitor_unref(monitor)
    udev_unref(library)
  }

  /// Waits for an event of the subsystem (`block`, `net`); `false` once the deadline has passed.
  public func next(of subsystem: String, until deadline: Deadline) throws(SystemError) -> Bool {
    while try wait(for: udev_monitor_get_fd(monitor), until: deadline) {
      // Nothing to be read: lost for want of room, or not from udev.
      guard let device = udev_monitor_receive_device(monitor) else { continue }
      defer { udev_device_unref(device) }
      if let name = udev_device_get_subsystem(device), String(cString: name) == subsystem {
        return true
      }
    }
    return false
  }

  /// Whether udev, if it runs, has finished with the link and so will not rename it any more.
  public static func isReady(linkIndex: UInt32, in files: FileTree) -> Bool {
    guard files.exists("/run/udev/control") else { return true }
    guard let library = udev_new() else { return true }
    defer { udev_unref(library) }
    guard let device = udev_device_new_from_device_id(library, "n\(linkIndex)") else {
      return false
    }
    defer { udev_device_unref(device) }
    return udev_device_get_is_initialized(device) == 1
  }
}
