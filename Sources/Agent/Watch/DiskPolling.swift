import Linux

/// Has the kernel ask optical drives, which do not tell by themselves, whether another disc is in.
/// udev sees to that in its rules; in a guest without it nobody does.
/// Source: Linux, Documentation/ABI/stable/sysfs-block, `events_poll_msecs`;
/// Documentation/admin-guide/kernel-parameters.txt, `block.events_dfl_poll_msecs`.
enum DiskPolling {
  static func begin(_ files: FileTree) {
    for name in files.names(in: "/sys/block") { begin(name, files) }
  }

  static func begin(_ name: String, _ files: FileTree) {
    guard files.isRunningGuest, name.hasPrefix("sr"),
      files.number(in: "/sys/module/block/parameters/events_dfl_poll_msecs") == 0
    else { return }
    let path = "/sys/block/\(name)/events_poll_msecs"
    // It holds -1 where the kernel's parameter counts, which is no number to us.
    guard files.exists(path), files.number(in: path) == nil else { return }
    try? files.overwrite(path, with: [UInt8]("2000\n".utf8))
  }
}
