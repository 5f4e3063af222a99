import Addresses
import Configuration

/// The steps that take back what is ours on a link, in the reverse order of `LinkPlan`: neighbours,
/// routes through gateways, routes on the link, addresses; out of the bond or bridge that we put it
/// into; down only if we brought it up; then the hardware address, MTU, name and sysctls that were
/// there before. A link that we made goes as a whole.
public struct Takedown: Equatable, Sendable {
  public private(set) var steps: [NetworkStep] = []

  public init(
    of found: FoundLink, directory: LinkDirectory = LinkDirectory(),
    linklessRoutes: [FoundRoute] = [], record: LinkRecord?, kernel: KernelFeatures
  ) {
    let link = LinkIdentity(index: found.index, name: found.name)
    let ours = record ?? LinkRecord(index: found.index)
    func add(_ action: NetworkStep.Action) { steps.append(NetworkStep(link, action)) }

    if found.isMadeByUs {
      for route in linklessRoutes where route.mark == Ownership.mark {
        add(.removeRoute(route.route))
      }
      add(.remove)
      return
    }
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
    if neighboursOfTheirs { add(.sysctl(.promoteSecondaries, 1)) }
    // Secondary addresses come after their primary one, and would go with it.
    for address in addresses.reversed() { add(.removeAddress(address.prefix)) }

    guard let record else { return }
    var isUp = found.isUp
    var setsUp = record.tookDown && !isUp
    let isFreed = record.controller != nil && found.controller != nil
      && record.controller != found.controller
    let isOfBond = found.controller.flatMap { directory[index: $0] }?.kind == "bond"
    if isFreed {
      // A bond sets down the ports that it lets go, and gives them back what they had.
      let before = record.controller.flatMap { directory[index: $0] }
      add(before.map { .setController($0.identity) } ?? .leaveController)
      if isUp, isOfBond { (isUp, setsUp) = (false, !record.broughtUp) }
    }
    for settings in record.settings.byOwner
    where found.controller != nil && !isFreed || settings.first?.key.owner != .bridgePort {
      add(.setSettings(settings))
    }
    if record.broughtUp, isUp {
      add(.bringDown)
      isUp = false
    }
    if let address = record.macAddress, address != found.macAddress || isOfBond {
      add(.setMACAddress(address))
    }
    if let mtu = record.mtu, mtu != found.mtu || isOfBond { add(.setMTU(mtu)) }
    if let mode = record.addressGeneration, mode != found.addressGeneration {
      add(.generateAddresses(mode))
    }
    for (sysctl, value) in record.sysctls.all where value != found.sysctls[sysctl] {
      add(.sysctl(sysctl, value))
    }
    var last = link
    if let name = record.name, name != found.name {
      if isUp, !kernel.renamesLive {
        add(.bringDown)
        setsUp = true
      }
      add(.rename(name))
      last = LinkIdentity(index: found.index, name: name)
    }
    if setsUp { steps.append(NetworkStep(last, .bringUp)) }
  }
}
