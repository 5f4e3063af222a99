import Addresses
import Configuration

/// The routes of a link with every default decided, in the order in which the kernel can take them:
/// those on the link, those through gateways, those that lead nowhere. The kernel itself makes the
/// route to the network of an IPv4 address, and refuses a second one.
struct WantedRoutes {
  private(set) var routes: [Route] = []
  /// Gateways that no route of the link covers; they are taken to be on the link.
  private(set) var uncovered: [Route] = []
  /// Routes that the kernel takes for the same as one before them, though they lead elsewhere: it
  /// can hold the first only.
  private(set) var conflicts: [Route] = []
  /// Routes given more than once.
  private(set) var repeated: [Route] = []

  /// The routes that the kernel makes by itself for IPv4 addresses, their source left aside.
  static func networks(of addresses: [IPPrefix]) -> Set<Route> {
    Set(addresses.filter { $0.family == .ipv4 && !$0.isHost }.map { Route(to: $0.network) })
  }

  private struct Hop: Hashable {
    let gateway: IPAddress
    let table: UInt32
  }

  init(_ link: LinkConfiguration) {
    let addresses = link.addresses.map { $0.prefix }.filter { !$0.isHost }
    let networks = Self.networks(of: addresses)
    // The kernel looks for a gateway in the table of its route, and then as for any packet.
    let onLink = link.routes.filter { $0.via == nil && $0.type == .unicast }
    // Many routes share few gateways.
    var coverage: [Hop: Bool] = [:]
    func isCovered(_ hop: Hop) -> Bool {
      if let known = coverage[hop] { return known }
      let answer =
        hop.gateway.family == .ipv6 && hop.gateway.isLinkLocal
        || addresses.contains { $0.contains(hop.gateway) }
        || onLink.contains { route in
          let table = route.table ?? Route.mainTable
          return (table == hop.table || table == Route.mainTable) && route.to.contains(hop.gateway)
        }
      coverage[hop] = answer
      return answer
    }
    // By the hash of the key, so that the table holds no second copy of 100,000 keys; of two keys
    // with one hash the kernel still refuses what is there already.
    var positions: [Int: UInt32] = [:]
    positions.reserveCapacity(link.routes.count)
    routes.reserveCapacity(link.routes.count)
    for configured in link.routes {
      var isOnLink = configured.onLink ?? false
      var isUncovered = false
      if let gateway = configured.via, configured.onLink == nil,
        !isCovered(Hop(gateway: gateway, table: configured.table ?? Route.mainTable))
      {
        isOnLink = true
        isUncovered = true
      }
      let route = Route(
        to: configured.to, table: configured.table, metric: configured.metric,
        type: configured.type, via: configured.via,
        isOnLink: configured.via != nil && isOnLink, scope: configured.scope,
        source: configured.from, mtu: configured.mtu)
      if networks.contains(route) { continue }
      let hash = route.key.hashValue
      if let position = positions[hash], routes[Int(position)].key == route.key {
        let isSame = routes[Int(position)] == route
        if isSame { repeated.append(route) } else { conflicts.append(route) }
        continue
      }
      positions[hash] = UInt32(routes.count)
      routes.append(route)
      if isUncovered { uncovered.append(route) }
    }
    let rank: (Route) -> Int = { $0.isLinkless ? 2 : $0.gateway != nil ? 1 : 0 }
    // Most sources have them in order, and a long list is not copied for nothing.
    if zip(routes, routes.dropFirst()).contains(where: { rank($0) > rank($1) }) {
      routes = (0...2).flatMap { wanted in routes.filter { rank($0) == wanted } }
    }
  }
}
