import Addresses
import Configuration

/// What the kernel takes two routes for the same by; with metric 0 a network in a routing table.
struct RouteKey: Hashable {
  let to: IPPrefix
  let table: UInt32
  var metric: UInt32 = 0

  /// `RT_TABLE_MAIN` and `RT_TABLE_LOCAL` of rtnetlink(7).
  static var mainTable: UInt32 { 254 }
  static var localTable: UInt32 { 255 }

  init(_ network: IPPrefix, table: UInt32?) {
    to = network
    self.table = table ?? Self.mainTable
  }

  init(_ route: RouteConfiguration) {
    to = route.to
    switch route.type {
    case .local, .broadcast, .anycast, .nat: table = route.table ?? Self.localTable
    default: table = route.table ?? Self.mainTable
    }
    metric = route.metric ?? 0
    // IP6_RT_PRIO_USER
    if metric == 0, to.family == .ipv6 { metric = 1024 }
  }
}
