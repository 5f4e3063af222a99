// Unsafe: the kernel fills one whole value of its type.
import CLinux

/// What this process may still do: the capabilities of root, and the calls of the kernel.
/// Source: capabilities(7), seccomp(2), prctl(2).
public struct Privileges: Equatable, Sendable {
  public var capabilities: Capabilities
  public var calls: Calls
  /// Whether it lives long or starts programs: then what it has given up is taken from the bounding
  /// set, too. Without that no program could have it back either (`PR_SET_NO_NEW_PRIVS`: a program
  /// gets no capability that its caller lacks), and most commands may start none at all: that set
  /// costs a call for each capability.
  public var endures: Bool

  public init(_ capabilities: Capabilities, _ calls: Calls, endures: Bool = false) {
    self.capabilities = capabilities
    self.calls = calls
    self.endures = endures
  }

  public struct Capabilities: OptionSet, Sendable {
    public let rawValue: UInt

    public init(rawValue: UInt) { self.rawValue = rawValue }
    private init(_ number: Int32) { rawValue = 1 << UInt(number) }

    /// Links, addresses, routes, neighbours, sysctls of the network, room for netlink's events.
    public static var network: Capabilities { Capabilities(CAP_NET_ADMIN) }
    /// Packets of our own making, and a socket's link.
    public static var packets: Capabilities { Capabilities(CAP_NET_RAW) }
    /// Files and folders that others have closed to root without it, for reading.
    public static var readAnyFile: Capabilities { Capabilities(CAP_DAC_READ_SEARCH) }
    /// The same, also for writing.
    public static var writeAnyFile: Capabilities { Capabilities(CAP_DAC_OVERRIDE) }
    /// `BLKPG`, device-mapper, the requests that grow XFS and btrfs, `sethostname`, `mount`.
    public static var system: Capabilities { Capabilities(CAP_SYS_ADMIN) }
    /// `EXT4_IOC_RESIZE_FS`.
    public static var resize: Capabilities { Capabilities(CAP_SYS_RESOURCE) }
    /// What LVM and cryptsetup do besides: nodes below /dev where there is no udev, with their
    /// owner; themselves kept in memory, and in a hurry, while a volume is suspended.
    public static var volumes: Capabilities {
      [
        Capabilities(CAP_MKNOD), Capabilities(CAP_CHOWN), Capabilities(CAP_FOWNER),
        Capabilities(CAP_IPC_LOCK), Capabilities(CAP_SYS_NICE),
      ]
    }
  }

  /// Groups of calls: CallFilter.c has them one by one.
  public struct Calls: OptionSet, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static var read: Calls { Calls(rawValue: UInt32(CLINUX_CALLS_READ)) }
    public static var look: Calls { Calls(rawValue: UInt32(CLINUX_CALLS_LOOK)) }
    public static var change: Calls { Calls(rawValue: UInt32(CLINUX_CALLS_CHANGE)) }
    public static var stay: Calls { Calls(rawValue: UInt32(CLINUX_CALLS_STAY)) }
    public static var probe: Calls { Calls(rawValue: UInt32(CLINUX_CALLS_PROBE)) }
    public static var grow: Calls { Calls(rawValue: UInt32(CLINUX_CALLS_GROW)) }
  }

  /// Gives up everything else, for good, and for whatever is started from here on. What the process
  /// never had it does not get: who is not root, or is in a service's sandbox already, goes on with
  /// less. Nor is a kernel that has no filters a reason to leave a guest without its network.
  public func take() {
    _ = clinux_no_new_privileges()
    if endures { bound() }
    // Permitted and effective; the inheritable set is emptied, and with it the ambient one.
    if clinux_set_capabilities(capabilities.rawValue) != 0 {
      var permitted: UInt = 0
      _ = unsafe clinux_permitted_capabilities(&permitted)
      _ = clinux_set_capabilities(capabilities.rawValue & permitted)
    }
    _ = clinux_filter_calls(calls.rawValue)
  }

  /// Ends at the first number that the kernel has no capability of, and where it is not permitted.
  private func bound() {
    for number in 0..<Int32(64) where capabilities.rawValue >> UInt(number) & 1 == 0 {
      if clinux_unbind_capability(number) != 0 { return }
    }
  }
}
