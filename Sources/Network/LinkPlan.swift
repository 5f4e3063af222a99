import Addresses
import Configuration

/// The steps that bring a link from what was found to what is wanted, in the order that the kernel
/// needs: sysctls, name, bond or bridge, MTU and hardware address, parameters, up, addresses,
/// routes on the link, routes through gateways, neighbours, and then the removal of what is ours
/// and no longer wanted.
public struct LinkPlan: Equatable, Sendable {
  public let link: LinkIdentity
  public internal(set) var steps: [NetworkStep] = []
  /// Steps that need an IPv6 address whose duplicate address detection has to end first: the
  /// kernel refuses a tentative one as the source of a route.
  public private(set) var deferred: [NetworkStep] = []
  /// What a person should know.
  public internal(set) var notes: [String] = []
  /// What of the configuration cannot be done at all.
  public internal(set) var refusals: [String] = []
  /// What `down` will need, once the steps are done.
  public internal(set) var record: LinkRecord
  /// Whether the steps disturb more than they name, so that one has to look again after them: a
  /// last IPv4 address takes the routes and neighbours of IPv4 with it, and for a new hardware
  /// address some drivers take the link down.
  public internal(set) var flushes = false
  /// A link that is down is not set up.
  var staysDown = false

  public init(
    for wanted: LinkConfiguration, on found: FoundLink, directory: LinkDirectory = LinkDirectory(),
    linklessRoutes: [FoundRoute] = [], record: LinkRecord? = nil, kernel: KernelFeatures
  ) {
    let name = wanted.setName?.text ?? found.name
    link = LinkIdentity(index: found.index, name: name)
    self.record = record ?? LinkRecord(index: found.index)

    var found = found
    planLink(wanted, &found, directory, kernel)
    // The kernel drops all neighbours with the old hardware address, permanent ones too.
    if flushes { found.neighbors = [] }
    planAddresses(wanted, found, kernel)
    dropWhatGoesWithAddresses(&found)
    let routes = WantedRoutes(wanted)
    if found.isUp || !staysDown {
      planRoutes(routes.routes, found, linklessRoutes)
    } else if !routes.routes.isEmpty {
      notes.append("its routes are not added while it is down")
    }
    planNeighbors(wanted.neighbors, found, kernel)
    planRemovals(wanted, routes.routes, found, linklessRoutes, kernel)
    protectOtherAddresses(wanted, found)

    for route in routes.conflicts {
      refusals.append(
        "another route to \(route.key.destination) has the same table and metric: not added: "
          + route.words())
    }
    for route in routes.repeated { notes.append("route given more than once: \(route.words())") }
    for route in routes.uncovered {
      notes.append(
        "gateway \(route.gateway!) is covered by no route on the link;"
          + " it is taken to be on the link")
    }
    if wanted.dhcp4 == true { notes.append("dhcp4 is left to the guest's DHCP client") }
    if wanted.dhcp6 == true { notes.append("dhcp6 is left to the guest's DHCP client") }
    if wanted.linkLocal?.ipv4 == true {
      notes.append("IPv4 link-local addressing is left to the guest's own service")
    }
  }

  @inline(never)
  mutating func add(_ action: NetworkStep.Action) {
    steps.append(NetworkStep(link, action))
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
        flushes = true
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
    let networks = WantedRoutes.Networks(of: found.addresses.map { $0.prefix })
    // A set, as a table of the type that other rooms use.
    var unready: [IPPrefix: Int] = [:]
    for address in found.addresses where address.duplicateDetection == .running {
      unready[IPPrefix(host: address.prefix.address)] = 0
    }
    for step in steps {
      if case .addAddress(let address) = step.action, address.prefix.family == .ipv6 {
        unready[IPPrefix(host: address.prefix.address)] = 0
      }
    }
    var late: [IPPrefix] = []
    // Room for a neighbour or two as well.
    if found.routes.isEmpty { steps.reserveCapacity(steps.count + wanted.count + 8) }
    for route in wanted {
      let same = present[route.key] ?? []
      if same.contains(where: route.isMet) { continue }
      // The kernel routes the networks of its addresses once the link is up.
      if !found.isUp, networks.contains(route) { continue }
      let action: NetworkStep.Action =
        if same.contains(where: { $0.mark == Ownership.mark }) {
          .replaceRoute(route)
        } else if same.contains(where: { $0.mark == Ownership.routerAdvertisement }) {
          .appendRoute(route)
        } else {
          .addRoute(route)
        }
      let step = NetworkStep(link, action)
      let waits =
        route.source.map { $0.family == .ipv6 && unready[IPPrefix(host: $0)] != nil } ?? false
      // A gateway behind a route that waits is not reached before it.
      let follows = route.gateway.map { gateway in late.contains { $0.contains(gateway) } } ?? false
      if waits || follows {
        deferred.append(step)
        if route.gateway == nil { late.append(route.key.destination) }
      } else {
        steps.append(step)
      }
    }
  }

  private static func byKey(_ routes: [FoundRoute]) -> [RouteKey: [FoundRoute]] {
    guard !routes.isEmpty else { return [:] }
    var table: [RouteKey: [FoundRoute]] = [:]
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
}
