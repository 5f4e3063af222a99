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
  private var values = [Int?](repeating: nil, count: LinkSysctl.allCases.count)

  public init() {}

  public subscript(sysctl: LinkSysctl) -> Int? {
    get { values[sysctl.place] }
    set { values[sysctl.place] = newValue }
  }

  /// Those that are known, in one order.
  public var all: [(sysctl: LinkSysctl, value: Int)] {
    LinkSysctl.allCases.compactMap { sysctl in self[sysctl].map { (sysctl, $0) } }
  }
}

extension LinkSysctl {
  fileprivate var place: Int {
    switch self {
    case .acceptRA: 0
    case .temporaryAddresses: 1
    case .ipv6MTU: 2
    case .promoteSecondaries: 3
    }
  }
}
