import Addresses
import Configuration

/// A route as the kernel keeps it, with nothing left to a default.
public struct Route: Equatable, Sendable {
  public var key: RouteKey
  public var type: RouteConfiguration.RouteType
  public var gateway: IPAddress?
  /// `RTNH_F_ONLINK`: the gateway is taken to be on the link though no route says so.
  public var isOnLink: Bool
  /// IPv4 only; IPv6 has one scope.
  public var scope: RouteConfiguration.Scope
  public var source: IPAddress?
  /// Bytes.
  public var mtu: UInt32?

  public init(
    to destination: IPPrefix, table: UInt32? = nil, metric: UInt32? = nil,
    type: RouteConfiguration.RouteType = .unicast, via gateway: IPAddress? = nil,
    isOnLink: Bool = false, scope: RouteConfiguration.Scope? = nil, source: IPAddress? = nil,
    mtu: UInt32? = nil
  ) {
    // The kernel takes metric 0 of IPv6 for 1024 (IP6_RT_PRIO_USER).
    let metric = metric == nil || metric == 0 ? RouteKey.defaultMetric(destination.family) : metric!
    key = RouteKey(
      destination: destination, table: table ?? RouteKey.defaultTable(of: type), metric: metric)
    self.type = type
    self.gateway = gateway
    self.isOnLink = isOnLink
    self.scope =
      destination.family == .ipv6
      ? .global : scope ?? Self.defaultScope(of: type, hasGateway: gateway != nil)
    self.source = source
    self.mtu = mtu
  }

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
