import Addresses
import Configuration

/// What is ours and no longer wanted, and what the kernel removes along with it.
extension LinkPlan {
  mutating func planRemovals(
    _ wanted: LinkConfiguration, _ routes: [Route], _ found: FoundLink,
    _ linklessRoutes: [FoundRoute], _ kernel: KernelFeatures
  ) {
    for neighbor in found.neighbors
    where found.owns(neighbor, record, kernel)
      && !wanted.neighbors.contains(where: { $0.to == neighbor.to })
    {
      add(.removeNeighbor(neighbor.to))
    }
    record.neighbors.removeAll { address in !wanted.neighbors.contains { $0.to == address } }
    let ours = (found.routes + linklessRoutes).filter { $0.mark == Ownership.mark }
    var keys: [RouteKey: Int] = [:]
    if !ours.isEmpty {
      for route in routes { keys[route.key] = 0 }
    }
    let stale = ours.map { $0.route }.filter { keys[$0.key] == nil }
    for route in stale.filter({ $0.gateway != nil }) + stale.filter({ $0.gateway == nil }) {
      add(.removeRoute(route))
    }
    let removed = found.addresses.filter { address in
      found.owns(address, record, kernel)
        && !wanted.addresses.contains { $0.prefix == address.prefix }
    }
    for address in removed {
      add(.removeAddress(address.prefix))
      record.addresses.removeAll { $0 == address.prefix }
    }
  }

  /// What an IPv4 address removed for its label takes along: routes that prefer it as a source, and
  /// all routes and neighbours of IPv4 if it is the last one. They are planned anew.
  func dropWhatGoesWithAddresses(_ found: inout FoundLink) {
    var count = found.addresses.filter { $0.prefix.family == .ipv4 }.count
    for step in steps {
      switch step.action {
      case .addAddress(let address) where address.prefix.family == .ipv4:
        count += 1
      case .removeAddress(let prefix):
        count -= 1
        found.routes.removeAll {
          $0.mark == Ownership.mark && $0.route.source == prefix.address
        }
        guard count == 0 else { continue }
        found.routes.removeAll { $0.route.key.destination.family == .ipv4 }
        found.neighbors.removeAll { $0.to.family == .ipv4 }
      default: break
      }
    }
  }

  /// Removing an IPv4 address does more than it says: it takes secondary ones of its network along
  /// unless they are promoted, its network's route goes, which may be wanted, and the last one
  /// takes all IPv4 routes and neighbours of the link.
  mutating func protectOtherAddresses(_ wanted: LinkConfiguration, _ found: FoundLink) {
    let others = found.addresses.map { $0.prefix } + wanted.addresses.map { $0.prefix }
    var count = found.addresses.filter { $0.prefix.family == .ipv4 }.count
    var promotes = false
    for step in steps {
      switch step.action {
      case .addAddress(let address) where address.prefix.family == .ipv4:
        count += 1
      case .removeAddress(let prefix) where prefix.family == .ipv4:
        count -= 1
        let carriesRoute = wanted.routes.contains { $0.to == prefix.network }
        if count == 0 || carriesRoute { flushes = true }
        if !prefix.isHost {
          promotes =
            promotes || others.contains { $0 != prefix && $0.network == prefix.network }
        }
      default: break
      }
    }
    if promotes {
      // Until the link is renamed its sysctls have the old name.
      let before = LinkIdentity(index: found.index, name: found.name)
      steps.insert(NetworkStep(before, .sysctl(.promoteSecondaries, 1)), at: 0)
    }
  }
}
