import Addresses

/// What the kernel takes two routes for the same by; with metric 0 also a network in a table.
public struct RouteKey: Hashable, Sendable {
  public var destination: IPPrefix
  public var table: UInt32
  /// `RTA_PRIORITY`; IPv6 keeps 1024 where none is given.
  public var metric: UInt32

  public init(destination: IPPrefix, table: UInt32, metric: UInt32 = 0) {
    self.destination = destination
    self.table = table
    self.metric = metric
  }

  /// With the kernel's own table and metric where the route has none.
  public init(_ route: RouteConfiguration) {
    // The kernel takes metric 0 of IPv6 for 1024 (IP6_RT_PRIO_USER).
    let metric = route.metric ?? 0
    self.init(
      destination: route.to, table: route.table ?? Self.defaultTable(of: route.type),
      metric: metric == 0 ? Self.defaultMetric(route.to.family) : metric)
  }

  /// `RT_TABLE_MAIN`.
  public static var mainTable: UInt32 { 254 }
  /// `RT_TABLE_LOCAL`.
  public static var localTable: UInt32 { 255 }

  public static func defaultMetric(_ family: IPFamily) -> UInt32 { family == .ipv6 ? 1024 : 0 }

  /// Source: ip-route(8), "table".
  public static func defaultTable(of type: RouteConfiguration.RouteType) -> UInt32 {
    switch type {
    case .local, .broadcast, .nat, .anycast: localTable
    case .unicast, .multicast, .blackhole, .unreachable, .prohibit, .throw, .xresolve: mainTable
    }
  }
}
