import Linux

/// Has a running systemd-resolved read its drop-ins anew, by the guest's own systemctl. What starts
/// that has the privileges for it, which the commands of the network have not.
public struct ResolvedRestart {
  private let starter: Starter

  /// `nil`: nothing to restart. `stays`: it may come to run later.
  public init?(_ options: Options, stays: Bool, _ privileges: Privileges) throws(SystemError) {
    let files = options.files
    guard !options.dryRun, files.isRunningGuest,
      stays ? files.exists("/run/systemd/system") : Self.isNeeded(files)
    else { return nil }
    starter = try Starter(
      "/usr/bin/systemctl",
      ["systemctl", "--no-block", "try-restart", "systemd-resolved.service"], privileges)
  }

  /// Whether systemd-resolved runs in this guest.
  static func isNeeded(_ files: FileTree) -> Bool {
    files.isRunningGuest && files.exists("/run/systemd/resolve/resolv.conf")
  }

  /// Returns when the restart is in systemd's queue.
  func run() throws(SystemError) {
    try starter.run(until: Deadline(secondsFromNow: 5))
  }
}
