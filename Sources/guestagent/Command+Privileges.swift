import Agent
import Linux

extension Command {
  /// What the command may do once its arguments are read, before it opens or hears anything: the
  /// one table of it. Files and devices that are root's root reads and writes without a capability.
  ///
  ///     check, config, status   no capability; reads, and opens nothing for writing
  ///     diagnose                CAP_NET_RAW; sends packets besides
  ///     any with --dry-run      as status
  ///     apply, down, watch      CAP_NET_ADMIN; netlink, files, sockets of systemd's; no program
  ///     grow, growpart          CAP_SYS_ADMIN, CAP_SYS_RESOURCE and what LVM needs; programs
  ///
  /// Who names files with `--metadata`, `--root` or to `check` may name such as are not root's, and a
  /// mount point that `status` and `grow` look at may be another user's alone: CAP_DAC_READ_SEARCH.
  func privileges(_ options: Options) -> Privileges {
    let readsAny =
      options.metadataPath != nil || !options.files.isRunningGuest || self == .check
      || self == .status || self == .grow
    let named: Privileges.Capabilities = readsAny ? .readAnyFile : []
    if options.dryRun { return Privileges(named, [.read, .look]) }
    switch self {
    case .check: return Privileges(named, .read)
    case .config, .status: return Privileges(named, [.read, .look])
    case .diagnose: return Privileges(named.union(.packets), [.read, .look, .probe])
    case .apply, .down, .watch:
      var capabilities = named.union(.network)
      if !options.files.isRunningGuest { capabilities.formUnion(.writeAnyFile) }
      if self != .down, !System.canWriteHostname { capabilities.formUnion(.system) }
      return self == .watch
        ? Privileges(capabilities, [.read, .look, .change, .stay], endures: true)
        : Privileges(capabilities, [.read, .look, .change])
    case .grow: return .growth
    }
  }
}

extension Privileges {
  /// What the growth of storage needs, by itself and by the guest's programs.
  static var growth: Privileges {
    Privileges([.system, .resize, .volumes, .readAnyFile], .grow, endures: true)
  }

  /// growpart takes also the image of a disk in anybody's file.
  static var growpart: Privileges {
    Privileges(growth.capabilities.union(.writeAnyFile), .grow, endures: true)
  }

  static var growpartDryRun: Privileges { Privileges(.readAnyFile, .read) }
}
