import Addresses
import Configuration

/// What the kernel has, as the planner needs it.
public struct FoundNetwork: Equatable, Sendable {
  public var links: [FoundLink] = []
  /// Routes that lead to no link: blackhole, unreachable, prohibit, throw.
  public var linklessRoutes: [FoundRoute] = []
  /// Those that `RuleConfiguration` can say; asked for only where there is something to compare.
  public var rules: [FoundRule] = []

  public init() {}
}

/// A link and everything on it. Source: rtnetlink(7).
public struct FoundLink: Equatable, Sendable {
  public var index: UInt32
  public var name: String
  /// `IFLA_INFO_KIND` (`bridge`, `veth`, ...); a NIC has none.
  public var kind: String?
  public var macAddress: MACAddress?
  /// `IFLA_PERM_ADDRESS`, where the kernel and the driver tell it.
  public var permanentMACAddress: MACAddress?
  /// Bytes.
  public var mtu: UInt32
  /// `IFLA_MASTER`: the index of the bond or bridge that it is a port of.
  public var controller: UInt32?
  /// `IFLA_GROUP`, for `ip link show group <number>`.
  public var group: UInt32 = 0
  /// Of a VLAN: `IFLA_LINK`, the index of the link that carries it, and `IFLA_VLAN_ID`.
  public var parent: UInt32?
  public var vlanID: UInt16?
  /// Of a bond or bridge, or of a port of a bridge.
  public var settings: [LinkSetting] = []
  /// Hardware type `ARPHRD_ETHER`.
  public var isEthernet = false
  /// `IFF_UP`: set up by its administrator.
  public var isUp = false
  /// `IFF_LOWER_UP`.
  public var hasCarrier = false
  /// `IFLA_INET6_ADDR_GEN_MODE`; `nil` where IPv6 is off.
  public var addressGeneration: AddressGeneration?
  public var driver: String?
  /// A virtual function of a NIC (SR-IOV), looked for only among NICs of one hardware address.
  public var isVirtualFunction = false
  /// Read only where the configuration, or a record, speaks of them.
  public var sysctls = LinkSysctls()
  public var forwardsIPv6 = false
  /// `net.ipv6.conf.<link>.stable_secret` has a value.
  public var hasStableSecret = false
  public var addresses: [FoundAddress] = []
  public var routes: [FoundRoute] = []
  public var neighbors: [FoundNeighbor] = []

  public init(index: UInt32, name: String, mtu: UInt32) {
    self.index = index
    self.name = name
    self.mtu = mtu
  }

  /// How the link-local IPv6 address is made. Source: ip-link(8), "addrgenmode".
  public enum AddressGeneration: UInt8, Equatable, Sendable {
    case eui64, none, stableSecret, random

    /// The word of ip-link(8).
    public var word: String {
      switch self {
      case .eui64: "eui64"
      case .none: "none"
      case .stableSecret: "stable_secret"
      case .random: "random"
      }
    }
  }
}

public struct FoundAddress: Equatable, Sendable {
  public var prefix: IPPrefix
  public var label: String?
  /// Preferred lifetime zero.
  public var isDeprecated = false
  /// Valid for ever: not from DHCP or a router advertisement.
  public var isPermanent = true
  public var duplicateDetection = DuplicateDetection.passed
  /// `IFA_PROTO`: who put it there; `nil` if it is not marked.
  public var mark: UInt8?

  public init(_ prefix: IPPrefix) {
    self.prefix = prefix
  }

  /// Source: RFC 4862, section 5.4; `IFA_F_TENTATIVE`, `IFA_F_DADFAILED`.
  public enum DuplicateDetection: Equatable, Sendable {
    case running, passed, failed
  }
}

public struct FoundRoute: Equatable, Sendable {
  public var route: Route
  /// `rtm_protocol`: who put it there.
  public var mark: UInt8

  public init(_ route: Route, mark: UInt8) {
    self.route = route
    self.mark = mark
  }
}

public struct FoundRule: Equatable, Sendable {
  public var rule: RuleConfiguration
  /// `FRA_PROTOCOL`: who put it there.
  public var mark: UInt8

  public init(_ rule: RuleConfiguration, mark: UInt8) {
    self.rule = rule
    self.mark = mark
  }
}

public struct FoundNeighbor: Equatable, Sendable {
  public var to: IPAddress
  public var linkLayerAddress: MACAddress?
  /// `NUD_PERMANENT`.
  public var isPermanent: Bool
  /// `NDA_PROTOCOL`: who put it there; `nil` if it is not marked.
  public var mark: UInt8?

  public init(to: IPAddress, linkLayerAddress: MACAddress?, isPermanent: Bool, mark: UInt8? = nil) {
    self.to = to
    self.linkLayerAddress = linkLayerAddress
    self.isPermanent = isPermanent
    self.mark = mark
  }
}
