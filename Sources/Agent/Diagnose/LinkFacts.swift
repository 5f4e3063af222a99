import Addresses
import Configuration
import Network

/// What is known of a link when it is judged: as it is, as it is wanted, and what was heard on it.
final class LinkFacts {
  let found: FoundLink
  /// Without anything where nobody wants anything of it.
  let wanted: LinkConfiguration
  /// `false`: the metadata do not name it, or there are none.
  let isWanted: Bool
  /// Whether there are metadata.
  let hasMetadata: Bool
  var status: [LinkStatus.Item] = []
  /// Whether another link of the guest has a default route of IPv4, of IPv6.
  var othersHaveDefault4 = false
  var othersHaveDefault6 = false
  /// The neighbours that are asked for, with what was heard.
  var neighbors: [Probe] = []
  /// Own IPv4 addresses, and what answered for them.
  var duplicates: [Probe] = []
  /// What was heard of routers; `nil`: nobody listened.
  var routers: Probe?
  /// `net.ipv6.conf.<link>.accept_ra` and forwarding let the kernel take advertisements.
  var acceptsRouters = false
  /// What is told of it.
  var told: [Finding] = []

  init(_ found: FoundLink, _ wanted: LinkConfiguration?, hasMetadata: Bool) {
    self.found = found
    if let wanted {
      self.wanted = wanted
      isWanted = true
    } else {
      self.wanted = LinkConfiguration(name: found.name)
      isWanted = false
    }
    self.hasMetadata = hasMetadata
  }

  /// Why nothing can be asked on it.
  var silence: String? {
    found.isUp ? found.hasCarrier ? nil : "the link has no carrier" : "the link is down"
  }

  func othersHaveDefault(_ family: IPFamily) -> Bool {
    family == .ipv4 ? othersHaveDefault4 : othersHaveDefault6
  }

  /// One of the family that leads beyond the link; `nil`: of either.
  @inline(never)
  func hasAddress(_ family: IPFamily?) -> Bool {
    for address in found.addresses where !address.prefix.address.isLinkLocal {
      guard let family else { return true }
      if address.prefix.family == family { return true }
    }
    return false
  }

  /// The address from which a neighbour is asked: one whose network has it in it, else the first
  /// that can be used, else one that is only wanted; of IPv6 the link's own as the last.
  func source(for target: IPAddress) -> IPAddress? {
    // The nearest of all that is usable: 3 near, 2 of the same scope, 1 any.
    var bestRank = 0
    var best: IPAddress?
    for address in found.addresses
    where address.duplicateDetection == .passed && address.prefix.family == target.family {
      let own = address.prefix.address
      let isSame = own.isLinkLocal == target.isLinkLocal
      let rank = isSame ? address.prefix.contains(target) ? 3 : 2 : 1
      if rank > bestRank {
        bestRank = rank
        best = own
      }
    }
    if bestRank < 2, target.family == .ipv4 {
      for address in wanted.addresses where address.prefix.family == .ipv4 {
        return address.prefix.address
      }
    }
    return best
  }

  /// Gateways of the routes that are there and of those that are wanted, those of default routes
  /// first, then other permanent neighbours; each once.
  var targets: [IPAddress] {
    var defaults: [IPAddress] = []
    var others: [IPAddress] = []
    for route in wanted.routes {
      if route.to.length == 0 { add(route.via, &defaults) } else { add(route.via, &others) }
    }
    for route in found.routes {
      if route.route.isDefault {
        add(route.route.gateway, &defaults)
      } else {
        add(route.route.gateway, &others)
      }
    }
    for neighbor in found.neighbors where neighbor.isPermanent { add(neighbor.to, &others) }
    for neighbor in wanted.neighbors { add(neighbor.to, &others) }
    for address in others { add(address, &defaults) }
    return defaults
  }

  @inline(never)
  private func add(_ address: IPAddress?, _ targets: inout [IPAddress]) {
    guard let address, !address.isMulticast, !targets.contains(address), targets.count < 8
    else { return }
    targets.append(address)
  }

  /// Whether a route but the default one leads to the address; without a gateway if it is direct.
  @inline(never)
  func hasRoute(to address: IPAddress, isDirect: Bool) -> Bool {
    for route in found.routes where route.route.type == .unicast {
      if isDirect, route.route.gateway != nil { continue }
      let destination = route.route.key.destination
      if destination.length > 0, destination.contains(address) { return true }
    }
    return false
  }

  func isGateway(_ address: IPAddress) -> Bool {
    for route in found.routes {
      if let gateway = route.route.gateway, gateway == address { return true }
    }
    for route in wanted.routes {
      if let gateway = route.via, gateway == address { return true }
    }
    return false
  }
}

extension Route {
  var isDefault: Bool { key.destination.length == 0 && type == .unicast }

  func isDefault(_ family: IPFamily) -> Bool { isDefault && key.destination.family == family }
}
