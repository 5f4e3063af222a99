import CLinux

/// Mounts that nobody else sees.
public enum PrivateMount {
  /// Gives this process a mount namespace of its own, from which nothing goes out (`unshare`,
  /// `mount`), and mounts the device in it: no devices, no setuid, no programs.
  public static func mount(
    _ device: String, at directory: String, type: String
  ) throws(SystemError) {
    guard clinux_unshare_mounts() == 0,
      clinux_mount(nil, "/", nil, CLINUX_MS_PRIVATE_TREE) == 0,
      clinux_mount(device, directory, type, CLINUX_MS_SAFE) == 0
    else { throw SystemError(.mount(device)) }
  }

  /// `umount2`; all is on the medium then.
  public static func unmount(_ directory: String) throws(SystemError) {
    guard clinux_unmount(directory) == 0 else { throw SystemError(.mount(directory)) }
  }
}
