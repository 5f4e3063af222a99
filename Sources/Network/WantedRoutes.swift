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
  struct Networks {
    /// The value says nothing.
    private var keys: [RouteKey: Int] = [:]

    init(of addresses: [IPPrefix]) {
      for address in addresses where address.family == .ipv4 && !address.isHost {
        keys[Route(to: address.network).key] = 0
      }
    }

    func contains(_ route: Route) -> Bool {
      !keys.isEmpty && keys[route.key] != nil && route == Route(to: route.key.destination)
    }
  }

  init(_ link: LinkConfiguration) {
    let addresses = link.addresses.map { $0.prefix }.filter { !$0.isHost }
    let networks = Networks(of: addresses)
    // The kernel looks for a gateway in the table of its route, and then as for any packet.
    let onLink = link.routes.filter { $0.via == nil && $0.type == .unicast }
    // Many routes share few gateways: 1 for one that is covered, by its address and table.
    var coverage: [RouteKey: Int] = [:]
    func isCovered(_ gateway: IPAddress, _ routeTable: UInt32) -> Bool {
      let hop = RouteKey(destination: IPPrefix(host: gateway), table: routeTable)
      if let known = coverage[hop] { return known == 1 }
      let answer =
        gateway.family == .ipv6 && gateway.isLinkLocal
        || addresses.contains { $0.contains(gateway) }
        || onLink.contains { route in
          let table = route.table ?? RouteKey.mainTable
          return (table == routeTable || table == RouteKey.mainTable) && route.to.contains(gateway)
        }
      coverage[hop] = answer ? 1 : 0
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
        !isCovered(gateway, configured.table ?? RouteKey.mainTable)
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
