import Addresses
import Configuration

/// The routes of a link with every default decided, in the order in which the kernel can take them:
/// those on the link, those through gateways, those that lead nowhere.
struct WantedRoutes {
  private(set) var routes: [Route] = []
  /// Gateways that no route of the link covers; they are taken to be on the link.
  private(set) var uncovered: [Route] = []
  /// Routes that the kernel takes for the same as one before them, though they lead elsewhere: it
  /// can hold the first only.
  private(set) var conflicts: [Route] = []
  /// Routes given more than once.
  private(set) var repeated: [Route] = []

  init(_ link: LinkConfiguration) {
    let onLink = link.routes.filter { $0.via == nil && $0.type == .unicast }.map { $0.to }
    let covered = link.addresses.map { $0.prefix }.filter { !$0.isHost } + onLink
    // Many routes share few gateways.
    var coverage: [IPAddress: Bool] = [:]
    func isCovered(_ gateway: IPAddress) -> Bool {
      if let known = coverage[gateway] { return known }
      let answer =
        gateway.family == .ipv6 && gateway.isLinkLocal
        || covered.contains { $0.contains(gateway) }
      coverage[gateway] = answer
      return answer
    }
    // By the hash of the key, so that the table holds no second copy of 100,000 keys; of two keys
    // with one hash the kernel still refuses what is there already.
    var positions: [Int: UInt32] = [:]
    positions.reserveCapacity(link.routes.count)
    for configured in link.routes {
      var isOnLink = configured.onLink ?? false
      var isUncovered = false
      if let gateway = configured.via, configured.onLink == nil, !isCovered(gateway) {
        isOnLink = true
        isUncovered = true
      }
      let route = Route(
        to: configured.to, table: configured.table ?? Route.mainTable, metric: configured.metric,
        type: configured.type, via: configured.via,
        isOnLink: configured.via != nil && isOnLink, scope: configured.scope,
        source: configured.from, mtu: configured.mtu)
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
    let order: (Route) -> Int = { $0.isLinkless ? 2 : $0.gateway != nil ? 1 : 0 }
    routes = (0...2).flatMap { rank in routes.filter { order($0) == rank } }
  }
}
