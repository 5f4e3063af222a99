import Addresses
import Configuration
import Network

/// What is known of a link when it is judged: as it is, as it is wanted, and what was heard on it.
struct LinkFacts {
  let found: FoundLink
  /// `nil`: the metadata do not name it, or there are none.
  let wanted: LinkConfiguration?
  /// Whether there are metadata.
  let hasMetadata: Bool
  var status: [LinkStatus.Item] = []
  /// Whether another link of the guest has a default route of the family.
  var othersHaveDefault: (ipv4: Bool, ipv6: Bool) = (false, false)
  /// Of the neighbours that are asked for, with what was heard.
  var neighbors: [NeighborFacts] = []
  /// Own IPv4 addresses, and what answered for them.
  var duplicates: [(address: IPAddress, answer: Probe.Answer)] = []
  /// What was heard of routers; `nil`: nobody listened.
  var routers: Probe.Answer?
  /// `net.ipv6.conf.<link>.accept_ra` and forwarding let the kernel take advertisements.
  var acceptsRouters = false
  /// Strict reverse path filtering drops what comes in here, since answers leave by another link.
  var dropsByReversePath = false

  init(_ found: FoundLink, _ wanted: LinkConfiguration?, hasMetadata: Bool) {
    self.found = found
    self.wanted = wanted
    self.hasMetadata = hasMetadata
  }

  /// Why nothing can be asked on it.
  var silence: String? {
    found.isUp ? found.hasCarrier ? nil : "the link has no carrier" : "the link is down"
  }

  /// Those for which others can know the link.
  var addresses: [FoundAddress] { found.addresses.filter { !$0.prefix.address.isLinkLocal } }

  func defaults(_ family: IPFamily) -> [Route] {
    found.routes.filter { $0.route.isDefault && $0.route.key.destination.family == family }
      .map { $0.route }
  }

  /// The address from which a neighbour is asked: one whose network has it in it, else the first
  /// that can be used, else one that is only wanted; of IPv6 the link's own as the last.
  func source(for target: IPAddress) -> IPAddress? {
    let usable = found.addresses.filter {
      $0.duplicateDetection == .passed && $0.prefix.family == target.family
    }.map { $0.prefix }
    let isLocal = target.isLinkLocal
    let same = usable.filter { $0.address.isLinkLocal == isLocal }
    if let near = same.first(where: { $0.contains(target) }) ?? same.first { return near.address }
    if target.family == .ipv4 {
      return wanted?.addresses.first { $0.prefix.family == .ipv4 }?.prefix.address
        ?? usable.first?.address
    }
    return usable.first?.address
  }

  /// Gateways of the routes that are there and of those that are wanted, then other permanent
  /// neighbours; each once.
  var targets: [IPAddress] {
    var targets: [IPAddress] = []
    func add(_ address: IPAddress?) {
      guard let address, !address.isMulticast, !targets.contains(address), targets.count < 8
      else { return }
      targets.append(address)
    }
    for route in wanted?.routes ?? [] where route.to.length == 0 { add(route.via) }
    for route in found.routes where route.route.isDefault { add(route.route.gateway) }
    for route in wanted?.routes.prefix(64) ?? [] { add(route.via) }
    for route in found.routes.prefix(64) { add(route.route.gateway) }
    for neighbor in found.neighbors where neighbor.isPermanent { add(neighbor.to) }
    for neighbor in wanted?.neighbors ?? [] { add(neighbor.to) }
    return targets
  }

  func isGateway(_ address: IPAddress) -> Bool {
    found.routes.contains { $0.route.gateway == address }
      || wanted?.routes.contains { $0.via == address } ?? false
  }
}

/// A neighbour that is asked for.
struct NeighborFacts {
  let address: IPAddress
  /// From which address; `nil`: the link has none.
  let source: IPAddress?
  /// The permanent entry of the neighbour table.
  var permanent: MACAddress?
  /// What the kernel has learned.
  var learned: MACAddress?
  var answer = Probe.Answer()
  /// Through the permanent entry; `nil`: there is none.
  var echo: Probe.Answer?
  /// A resolver that answered by way of this gateway.
  var resolver: IPAddress?
}

extension Route {
  var isDefault: Bool { key.destination.length == 0 && type == .unicast }
}
