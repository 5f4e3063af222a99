import Addresses
import Configuration
import Network

/// A link and the kernel behind it, as far as the planner's steps reach: what each does, what it
/// does besides (a removed primary address, a lost last address, a new hardware
/// address), and what it refuses.
struct SimulatedLink {
  var link: FoundLink
  var linklessRoutes: [FoundRoute] = []
  let kernel: KernelFeatures
  /// The indices of the bonds beside it.
  var bonds: [UInt32] = []
  private var promotesSecondaries = false

  init(_ link: FoundLink, kernel: KernelFeatures) {
    self.link = link
    self.kernel = kernel
    routeNetworks()
  }

  /// The end of duplicate address detection, with nobody else on the link.
  mutating func settle() {
    for index in link.addresses.indices { link.addresses[index].duplicateDetection = .passed }
  }

  /// Does the step; the errno's name if the kernel refuses it.
  mutating func apply(_ step: NetworkStep) -> String? {
    guard step.link.index == link.index else { return "ENODEV" }
    defer { routeNetworks() }
    switch step.action {
    case .sysctl(let sysctl, let value):
      guard step.link.name == link.name else { return "ENOENT" }
      if sysctl == .promoteSecondaries { promotesSecondaries = true } else {
        link.sysctls[sysctl] = value
      }
    case .make, .remove, .addRule, .removeRule: return "EOPNOTSUPP"
    case .setController(let controller):
      // A bond takes nothing that is up, and sets it up itself.
      if bonds.contains(controller.index), link.isUp { return "EPERM" }
      letGo()
      link.controller = controller.index
      if bonds.contains(controller.index) { link.isUp = true }
    case .leaveController: letGo()
    case .setSettings(let settings):
      for setting in settings {
        link.settings.removeAll { $0.key == setting.key }
        link.settings.append(setting)
      }
    case .generateAddresses(let mode): link.addressGeneration = mode
    case .rename(let name):
      if link.isUp, !kernel.renamesLive { return "EBUSY" }
      link.name = name
    case .setMTU(let bytes): link.mtu = bytes
    case .setMACAddress(let address):
      link.macAddress = address
      if link.isUp { link.neighbors = [] }
    case .bringUp: link.isUp = true
    case .bringDown:
      link.isUp = false
      flush()
    case .addAddress(let address): return add(address)
    case .changeAddress(let address):
      guard let index = link.addresses.firstIndex(where: { $0.prefix == address.prefix })
      else { return "EADDRNOTAVAIL" }
      link.addresses[index].isDeprecated = address.deprecated
      link.addresses[index].isPermanent = true
      link.addresses[index].mark = kernel.keepsAddressMarks ? Ownership.mark : nil
    case .removeAddress(let prefix): return remove(prefix)
    case .addRoute(let route):
      if routes.contains(where: { $0.route.key == route.key }) { return "EEXIST" }
      return put(route)
    case .appendRoute(let route):
      return put(route)
    case .replaceRoute(let route):
      let key = route.key
      if let refusal = refusal(of: route) { return refusal }
      link.routes.removeAll { $0.route.key == key && $0.mark == Ownership.mark }
      linklessRoutes.removeAll { $0.route.key == key && $0.mark == Ownership.mark }
      return put(route)
    case .removeRoute(let route):
      let present = routes.count
      let same = { (found: FoundRoute) in
        found.route.key == route.key && found.route.gateway == route.gateway
          && found.route.type == route.type && found.mark == Ownership.mark
      }
      link.routes.removeAll(where: same)
      linklessRoutes.removeAll(where: same)
      return routes.count == present ? "ESRCH" : nil
    case .setNeighbor(let neighbor):
      link.neighbors.removeAll { $0.to == neighbor.to }
      link.neighbors.append(
        FoundNeighbor(
          to: neighbor.to, linkLayerAddress: neighbor.linkLayerAddress, isPermanent: true,
          mark: kernel.keepsNeighborMarks ? Ownership.mark : nil))
    case .removeNeighbor(let address):
      guard link.neighbors.contains(where: { $0.to == address }) else { return "ENOENT" }
      link.neighbors.removeAll { $0.to == address }
    }
    return nil
  }

  /// What a controller does that lets its port go.
  mutating func letGo() {
    if let controller = link.controller, bonds.contains(controller) {
      link.isUp = false
      flush()
    }
    link.controller = nil
    link.settings.removeAll { $0.key.owner == .bridgePort }
  }

  private var routes: [FoundRoute] { link.routes + linklessRoutes }

  /// What goes when the link goes down.
  private mutating func flush() {
    link.routes = []
    link.neighbors = []
    link.addresses.removeAll { $0.prefix.family == .ipv6 }
  }

  /// The kernel's own routes to the networks of the addresses.
  private mutating func routeNetworks() {
    link.routes.removeAll { $0.mark == kernelMark }
    guard link.isUp else { return }
    for address in link.addresses where !address.prefix.isHost {
      let isIPv4 = address.prefix.family == .ipv4
      let route = Route(
        to: address.prefix.network, metric: isIPv4 ? 0 : 256,
        source: isIPv4 ? address.prefix.address : nil)
      guard !link.routes.contains(where: { $0.mark == kernelMark && $0.route.key == route.key })
      else { continue }
      link.routes.append(FoundRoute(route, mark: kernelMark))
    }
  }

  // MARK: Addresses

  private mutating func add(_ address: AddressConfiguration) -> String? {
    let isIPv4 = address.prefix.family == .ipv4
    if link.addresses.contains(where: {
      isIPv4 ? $0.prefix == address.prefix : $0.prefix.address == address.prefix.address
    }) {
      return "EEXIST"
    }
    var found = FoundAddress(address.prefix)
    found.label = isIPv4 ? address.label ?? link.name : nil
    found.isDeprecated = address.deprecated
    found.duplicateDetection = isIPv4 ? .passed : .running
    found.mark = kernel.keepsAddressMarks ? Ownership.mark : nil
    link.addresses.append(found)
    return nil
  }

  private mutating func remove(_ prefix: IPPrefix) -> String? {
    guard let index = link.addresses.firstIndex(where: { $0.prefix == prefix })
    else { return "EADDRNOTAVAIL" }
    let isSameNetwork = { (other: FoundAddress) in
      other.prefix.network == prefix.network && prefix.family == .ipv4 && !prefix.isHost
    }
    let isPrimary = !link.addresses[..<index].contains(where: isSameNetwork)
    link.addresses.remove(at: index)
    if isPrimary, !promotesSecondaries { link.addresses.removeAll(where: isSameNetwork) }
    guard prefix.family == .ipv4 else { return nil }
    link.routes.removeAll { $0.route.source == prefix.address }
    if !link.addresses.contains(where: { $0.prefix.family == .ipv4 }) {
      link.routes.removeAll { $0.route.key.destination.family == .ipv4 }
      link.neighbors.removeAll { $0.to.family == .ipv4 }
    }
    return nil
  }

  // MARK: Routes

  private mutating func put(_ route: Route) -> String? {
    if let refusal = refusal(of: route) { return refusal }
    if route.isLinkless {
      linklessRoutes.append(FoundRoute(route, mark: Ownership.mark))
    } else {
      link.routes.append(FoundRoute(route, mark: Ownership.mark))
    }
    return nil
  }

  private func refusal(of route: Route) -> String? {
    if route.isLinkless { return nil }
    guard link.isUp else { return "ENETDOWN" }
    if let source = route.source {
      let own = link.addresses.first { $0.prefix.address == source }
      guard own?.duplicateDetection == .passed else { return "EINVAL" }
    }
    guard let gateway = route.gateway, !route.isOnLink else { return nil }
    let isReached =
      gateway.family == .ipv6 && gateway.isLinkLocal
      || link.routes.contains {
        $0.route.gateway == nil && $0.route.type == .unicast
          && [RouteKey.mainTable, route.key.table].contains($0.route.key.table)
          && $0.route.key.destination.contains(gateway)
      }
    return isReached ? nil : "ENETUNREACH"
  }
}
