import Addresses
import Configuration
import Network

/// What is known of a link when it is judged: as it is, as it is wanted, and what was heard on it.
final class LinkFacts {
  let found: FoundLink
  /// `nil`: the metadata do not name it, or there are none.
  let wanted: LinkConfiguration?
  /// Whether `wanted` is there; comparing it costs kilobytes of code.
  let isWanted: Bool
  /// Whether there are metadata.
  let hasMetadata: Bool
  var status: [LinkStatus.Item] = []
  /// Whether another link of the guest has a default route of IPv4, of IPv6.
  var othersHaveDefault4 = false
  var othersHaveDefault6 = false
  /// Of the neighbours that are asked for, with what was heard.
  var neighbors: [NeighborFacts] = []
  /// Own IPv4 addresses, and what answered for them.
  var duplicates: [Probe] = []
  /// What was heard of routers; `nil`: nobody listened.
  var routers: Probe?
  /// `net.ipv6.conf.<link>.accept_ra` and forwarding let the kernel take advertisements.
  var acceptsRouters = false
  /// Strict reverse path filtering drops what comes in here, since answers leave by another link.
  var dropsByReversePath = false

  init(_ found: FoundLink, _ wanted: LinkConfiguration?, hasMetadata: Bool) {
    self.found = found
    self.wanted = wanted
    isWanted = if case .some = wanted { true } else { false }
    self.hasMetadata = hasMetadata
  }

  /// Why nothing can be asked on it.
  var silence: String? {
    found.isUp ? found.hasCarrier ? nil : "the link has no carrier" : "the link is down"
  }

  func othersHaveDefault(_ family: IPFamily) -> Bool {
    family == .ipv4 ? othersHaveDefault4 : othersHaveDefault6
  }

  /// The address from which a neighbour is asked: one whose network has it in it, else the first
  /// that can be used, else one that is only wanted; of IPv6 the link's own as the last.
  func source(for target: IPAddress) -> IPAddress? {
    // The nearest of all that is usable: 3 near, 2 of the same scope, 1 any.
    var best: (rank: Int, address: IPAddress?) = (0, nil)
    for address in found.addresses
    where address.duplicateDetection == .passed && address.prefix.family == target.family {
      let own = address.prefix.address
      let isSame = own.isLinkLocal == target.isLinkLocal
      let rank = isSame ? address.prefix.contains(target) ? 3 : 2 : 1
      if rank > best.rank { best = (rank, own) }
    }
    if best.rank < 2, target.family == .ipv4, let wanted {
      for address in wanted.addresses where address.prefix.family == .ipv4 {
        return address.prefix.address
      }
    }
    return best.address
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
    for isDefault in [true, false] {
      for route in wanted?.routes ?? [] where (route.to.length == 0) == isDefault {
        add(route.via)
      }
      for route in found.routes where route.route.isDefault(nil) == isDefault {
        add(route.route.gateway)
      }
    }
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
final class NeighborFacts {
  let address: IPAddress
  /// From which address; `nil`: the link has none.
  let source: IPAddress?
  /// The permanent entry of the neighbour table.
  var permanent: MACAddress?
  /// What the kernel has learned.
  var learned: MACAddress?
  var probe: Probe?
  /// Through the permanent entry; `nil`: there is none.
  var echo: Probe?
  /// A resolver that answered by way of this gateway.
  var resolver: IPAddress?

  init(_ address: IPAddress, from source: IPAddress?) {
    self.address = address
    self.source = source
  }
}

extension Route {
  /// Of the family; `nil`: of either.
  func isDefault(_ family: IPFamily?) -> Bool {
    key.destination.length == 0 && type == .unicast
      && (family == nil || key.destination.family == family)
  }
}
