/// A sysctl of a link that decides how the kernel configures IP by itself.
public enum LinkSysctl: String, CaseIterable, Sendable {
  /// 0 never, 1 unless forwarding, 2 always.
  case acceptRA = "accept_ra"
  /// Temporary addresses: 0 none, 1 made, 2 made and preferred.
  case temporaryAddresses = "use_tempaddr"
  /// Of IPv6 alone, bytes.
  case ipv6MTU = "mtu"
  /// Of IPv4: a removed address takes no other of its network along.
  case promoteSecondaries = "promote_secondaries"

  /// The folder below `net` and /proc/sys/net.
  public var family: String { self == .promoteSecondaries ? "ipv4" : "ipv6" }
}

/// Values of a link's sysctls, as far as they are known.
public struct LinkSysctls: Equatable, Sendable {
  private var acceptRA: Int?
  private var temporaryAddresses: Int?
  private var ipv6MTU: Int?

  public init() {}

  /// Secondaries are promoted from then on, and nobody asks what was before.
  public subscript(sysctl: LinkSysctl) -> Int? {
    @inline(never) get {
      switch sysctl {
      case .acceptRA: acceptRA
      case .temporaryAddresses: temporaryAddresses
      case .ipv6MTU: ipv6MTU
      case .promoteSecondaries: nil
      }
    }
    @inline(never) set {
      switch sysctl {
      case .acceptRA: acceptRA = newValue
      case .temporaryAddresses: temporaryAddresses = newValue
      case .ipv6MTU: ipv6MTU = newValue
      case .promoteSecondaries: break
      }
    }
  }

  /// Those that are known, in one order.
  public var all: [(sysctl: LinkSysctl, value: Int)] {
    LinkSysctl.allCases.compactMap { sysctl in self[sysctl].map { (sysctl, $0) } }
  }
}
