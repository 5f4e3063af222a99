import Addresses

/// The steps that take back what is ours on a link, in the reverse order of `LinkPlan`: neighbours,
/// routes through gateways, routes on the link, addresses; down only if we brought it up; then the
/// hardware address, MTU, name and sysctls that were there before.
public struct Takedown: Equatable, Sendable {
  public private(set) var steps: [NetworkStep] = []

  public init(
    of found: FoundLink, linklessRoutes: [FoundRoute] = [], record: LinkRecord?,
    kernel: KernelFeatures
  ) {
    let link = LinkIdentity(index: found.index, name: found.name)
    let ours = record ?? LinkRecord(index: found.index)
    func add(_ action: NetworkStep.Action) { steps.append(NetworkStep(link, action)) }

    for neighbor in found.neighbors.reversed() where found.owns(neighbor, ours, kernel) {
      add(.removeNeighbor(neighbor.to))
    }
    let routes = (linklessRoutes + found.routes.reversed())
      .filter { $0.mark == Ownership.mark }.map { $0.route }
    for route in routes.filter({ $0.gateway != nil }) + routes.filter({ $0.gateway == nil }) {
      add(.removeRoute(route))
    }
    let addresses = found.addresses.filter { found.owns($0, ours, kernel) }
    let networks = addresses.map { $0.prefix }.filter { $0.family == .ipv4 && !$0.isHost }
    let neighboursOfTheirs = found.addresses.contains { address in
      !addresses.contains(address) && networks.contains { $0.network == address.prefix.network }
    }
    if neighboursOfTheirs { add(.promoteSecondaries) }
    // Secondary addresses come after their primary one, and would go with it.
    for address in addresses.reversed() { add(.removeAddress(address.prefix)) }

    guard let record else { return }
    if record.broughtUp, found.isUp { add(.bringDown) }
    if let address = record.macAddress, address != found.macAddress { add(.setMACAddress(address)) }
    if let mtu = record.mtu, mtu != found.mtu { add(.setMTU(mtu)) }
    if let mode = record.addressGeneration, mode != found.addressGeneration {
      add(.generateAddresses(mode))
    }
    if let value = record.acceptRA, value != found.acceptRA { add(.acceptRA(value)) }
    if let name = record.name, name != found.name { add(.rename(name)) }
  }
}
