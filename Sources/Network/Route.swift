import Addresses
import Configuration

/// A route as the kernel keeps it, with nothing left to a default.
public struct Route: Hashable, Sendable {
  /// What the kernel takes two routes for the same by.
  public struct Key: Hashable, Sendable {
    public var destination: IPPrefix
    public var table: UInt32
    /// `RTA_PRIORITY`; IPv6 keeps 1024 where none is given.
    public var metric: UInt32
  }

  public var key: Key
  public var type: RouteConfiguration.RouteType
  public var gateway: IPAddress?
  /// `RTNH_F_ONLINK`: the gateway is taken to be on the link though no route says so.
  public var isOnLink: Bool
  /// IPv4 only; IPv6 has one scope.
  public var scope: RouteConfiguration.Scope
  public var source: IPAddress?
  /// Bytes.
  public var mtu: UInt32?

  /// `RT_TABLE_MAIN`.
  public static let mainTable: UInt32 = 254
  /// `RT_TABLE_LOCAL`.
  public static let localTable: UInt32 = 255

  public init(
    to destination: IPPrefix, table: UInt32? = nil, metric: UInt32? = nil,
    type: RouteConfiguration.RouteType = .unicast, via gateway: IPAddress? = nil,
    isOnLink: Bool = false, scope: RouteConfiguration.Scope? = nil, source: IPAddress? = nil,
    mtu: UInt32? = nil
  ) {
    // The kernel takes metric 0 of IPv6 for 1024 (IP6_RT_PRIO_USER).
    let metric = metric == nil || metric == 0 ? Self.defaultMetric(destination.family) : metric!
    key = Key(
      destination: destination, table: table ?? Self.defaultTable(of: type), metric: metric)
    self.type = type
    self.gateway = gateway
    self.isOnLink = isOnLink
    self.scope =
      destination.family == .ipv6
      ? .global : scope ?? Self.defaultScope(of: type, hasGateway: gateway != nil)
    self.source = source
    self.mtu = mtu
  }

  static func defaultMetric(_ family: IPFamily) -> UInt32 { family == .ipv6 ? 1024 : 0 }

  /// Source: ip-route(8), "scope".
  static func defaultScope(
    of type: RouteConfiguration.RouteType, hasGateway: Bool
  ) -> RouteConfiguration.Scope {
    switch type {
    case .local, .nat: .host
    case .broadcast, .multicast, .anycast: .link
    case .unicast: hasGateway ? .global : .link
    case .blackhole, .unreachable, .prohibit, .throw, .xresolve: .global
    }
  }

  /// Source: ip-route(8), "table".
  static func defaultTable(of type: RouteConfiguration.RouteType) -> UInt32 {
    switch type {
    case .local, .broadcast, .nat, .anycast: localTable
    case .unicast, .multicast, .blackhole, .unreachable, .prohibit, .throw, .xresolve: mainTable
    }
  }

  /// Whether the type leads to no link, so that the kernel takes no device with it.
  public var isLinkless: Bool {
    switch type {
    case .blackhole, .unreachable, .prohibit, .throw: true
    default: false
    }
  }

  /// Whether a route that is there does what this one is to do. A route of somebody else may
  /// reach the gateway without the on-link flag, and prefer a source where we ask for none, as the
  /// kernel's own do.
  func isMet(by found: FoundRoute) -> Bool {
    var other = found.route
    if found.mark != Ownership.mark {
      other.isOnLink = isOnLink
      if source == nil { other.source = nil }
    }
    return self == other
  }
}
