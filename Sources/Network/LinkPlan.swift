import Addresses
import Configuration

/// The steps that bring a link from what was found to what is wanted, in the order that the kernel
/// needs: sysctls, name, MTU and hardware address, up, addresses, routes on the link, routes
/// through gateways, neighbours, and then the removal of what is ours and no longer wanted.
public struct LinkPlan: Equatable {
  public let link: LinkIdentity
  public private(set) var steps: [NetworkStep] = []
  /// Steps that need an IPv6 address whose duplicate address detection has to end first: the
  /// kernel refuses a tentative one as the source of a route.
  public private(set) var deferred: [NetworkStep] = []
  /// What a person should know.
  public private(set) var notes: [String] = []
  /// What `down` will need, once the steps are done.
  public private(set) var record: LinkRecord
  /// Whether the steps disturb more than they name, so that one has to look again after them: a
  /// new hardware address makes the kernel flush routes, neighbours and IPv6 addresses.
  public private(set) var flushes = false

  public init(
    for wanted: LinkConfiguration, on found: FoundLink, linklessRoutes: [FoundRoute] = [],
    record: LinkRecord? = nil, kernel: KernelFeatures
  ) {
    let name = wanted.setName?.text ?? found.name
    link = LinkIdentity(index: found.index, name: name)
    self.record = record ?? LinkRecord(index: found.index)

    planLink(wanted, found)
    planAddresses(wanted, found, kernel)
    let routes = WantedRoutes(wanted)
    planRoutes(routes.routes, found, linklessRoutes)
    planNeighbors(wanted.neighbors, found, kernel)
    planRemovals(wanted, routes.routes, found, linklessRoutes, kernel)

    for route in routes.uncovered {
      notes.append(
        "gateway \(route.gateway!) is covered by no route on the link; "
          + "it is taken to be on the link")
    }
    if wanted.dhcp4 == true { notes.append("dhcp4 is left to the guest's DHCP client") }
    if wanted.dhcp6 == true { notes.append("dhcp6 is left to the guest's DHCP client") }
    if wanted.linkLocal?.ipv4 == true {
      notes.append("IPv4 link-local addressing is left to the guest's own service")
    }
  }

  private mutating func add(_ action: NetworkStep.Action) {
    steps.append(NetworkStep(link, action))
  }

  // MARK: The link itself

  private mutating func planLink(_ wanted: LinkConfiguration, _ found: FoundLink) {
    // Until the link is renamed its sysctls have the old name.
    let before = LinkIdentity(index: found.index, name: found.name)
    if let accepts = wanted.acceptRA, let present = found.acceptRA {
      let value = !accepts ? 0 : found.forwardsIPv6 ? 2 : 1
      if present != value, !(accepts && present == 2) {
        steps.append(NetworkStep(before, .acceptRA(value)))
        record.acceptRA = record.acceptRA ?? present
      }
    }
    if let linkLocal = wanted.linkLocal, let present = found.addressGeneration,
      (present == .none) == linkLocal.ipv6
    {
      steps.append(NetworkStep(before, .generateAddresses(linkLocal.ipv6 ? .eui64 : .none)))
      record.addressGeneration = record.addressGeneration ?? present
    }
    if found.name != link.name {
      steps.append(NetworkStep(before, .rename(link.name)))
      record.name = record.name ?? found.name
    }
    if let mtu = wanted.mtu, mtu != found.mtu {
      add(.setMTU(mtu))
      record.mtu = record.mtu ?? found.mtu
    }
    if let address = wanted.macAddress, address != found.macAddress {
      add(.setMACAddress(address))
      record.macAddress = record.macAddress ?? found.macAddress
      flushes = found.isUp
    }
    if !found.isUp {
      add(.bringUp)
      record.broughtUp = true
    }
  }

  // MARK: Addresses

  private mutating func planAddresses(
    _ wanted: LinkConfiguration, _ found: FoundLink, _ kernel: KernelFeatures
  ) {
    for address in wanted.addresses {
      guard let present = found.addresses.first(where: { $0.prefix == address.prefix }) else {
        add(.addAddress(address))
        remember(address.prefix, kernel)
        continue
      }
      guard found.owns(present, record, kernel) else {
        // Somebody's lease would run out under us; an address for ever does as well as ours.
        if !present.isPermanent {
          add(.changeAddress(address))
          remember(address.prefix, kernel)
        }
        continue
      }
      if let label = address.label, label != present.label {
        // The kernel changes no label in place.
        add(.removeAddress(address.prefix))
        add(.addAddress(address))
      } else if present.isDeprecated != address.deprecated || !present.isPermanent {
        add(.changeAddress(address))
      }
    }
  }

  private mutating func remember(_ prefix: IPPrefix, _ kernel: KernelFeatures) {
    guard !kernel.keepsAddressMarks, !record.addresses.contains(prefix) else { return }
    record.addresses.append(prefix)
  }

  // MARK: Routes

  private mutating func planRoutes(
    _ wanted: [Route], _ found: FoundLink, _ linklessRoutes: [FoundRoute]
  ) {
    let present = Self.byKey(found.routes + linklessRoutes)
    let unready = Set(
      found.addresses.filter { $0.duplicateDetection == .running }.map { $0.prefix.address }
        + steps.compactMap { step in
          if case .addAddress(let address) = step.action, address.prefix.family == .ipv6 {
            address.prefix.address
          } else {
            nil
          }
        })
    for route in wanted {
      let same = present[route.key] ?? []
      if same.contains(where: route.isMet) { continue }
      let replaces = same.contains { $0.mark == Ownership.mark }
      let step = NetworkStep(link, replaces ? .replaceRoute(route) : .addRoute(route))
      if let source = route.source, source.family == .ipv6, unready.contains(source) {
        deferred.append(step)
      } else {
        steps.append(step)
      }
    }
  }

  private static func byKey(_ routes: [FoundRoute]) -> [Route.Key: [FoundRoute]] {
    guard !routes.isEmpty else { return [:] }
    var table: [Route.Key: [FoundRoute]] = [:]
    table.reserveCapacity(routes.count)
    for route in routes { table[route.route.key, default: []].append(route) }
    return table
  }

  // MARK: Neighbours

  private mutating func planNeighbors(
    _ wanted: [NeighborConfiguration], _ found: FoundLink, _ kernel: KernelFeatures
  ) {
    for neighbor in wanted {
      let isThere = found.neighbors.contains {
        $0.to == neighbor.to && $0.isPermanent && $0.linkLayerAddress == neighbor.linkLayerAddress
      }
      guard !isThere else { continue }
      add(.setNeighbor(neighbor))
      if !kernel.keepsNeighborMarks, !record.neighbors.contains(neighbor.to) {
        record.neighbors.append(neighbor.to)
      }
    }
  }

  // MARK: What is ours and no longer wanted

  private mutating func planRemovals(
    _ wanted: LinkConfiguration, _ routes: [Route], _ found: FoundLink,
    _ linklessRoutes: [FoundRoute], _ kernel: KernelFeatures
  ) {
    for neighbor in found.neighbors
    where found.owns(neighbor, record, kernel)
      && !wanted.neighbors.contains(where: { $0.to == neighbor.to })
    {
      add(.removeNeighbor(neighbor.to))
      record.neighbors.removeAll { $0 == neighbor.to }
    }
    let ours = (found.routes + linklessRoutes).filter { $0.mark == Ownership.mark }
    let keys = ours.isEmpty ? [] : Set(routes.map { $0.key })
    let stale = ours.map { $0.route }.filter { !keys.contains($0.key) }
    for route in stale.filter({ $0.gateway != nil }) + stale.filter({ $0.gateway == nil }) {
      add(.removeRoute(route))
    }
    let removed = found.addresses.filter { address in
      found.owns(address, record, kernel)
        && !wanted.addresses.contains { $0.prefix == address.prefix }
    }
    if removed.contains(where: { isPrimaryOfOthers($0, wanted, found) }) {
      let before = LinkIdentity(index: found.index, name: found.name)
      steps.insert(NetworkStep(before, .promoteSecondaries), at: 0)
    }
    for address in removed {
      add(.removeAddress(address.prefix))
      record.addresses.removeAll { $0 == address.prefix }
    }
  }

  /// Whether the kernel would remove other IPv4 addresses of the same network with this one.
  private func isPrimaryOfOthers(
    _ address: FoundAddress, _ wanted: LinkConfiguration, _ found: FoundLink
  ) -> Bool {
    guard address.prefix.family == .ipv4, !address.prefix.isHost else { return false }
    let others = found.addresses.map { $0.prefix } + wanted.addresses.map { $0.prefix }
    return others.contains { $0 != address.prefix && $0.network == address.prefix.network }
  }
}

extension FoundLink {
  func owns(_ address: FoundAddress, _ record: LinkRecord, _ kernel: KernelFeatures) -> Bool {
    kernel.keepsAddressMarks
      ? address.mark == Ownership.mark : record.addresses.contains(address.prefix)
  }

  func owns(_ neighbor: FoundNeighbor, _ record: LinkRecord, _ kernel: KernelFeatures) -> Bool {
    kernel.keepsNeighborMarks
      ? neighbor.mark == Ownership.mark : record.neighbors.contains(neighbor.to)
  }
}
