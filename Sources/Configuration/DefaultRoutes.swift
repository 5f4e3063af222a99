import Addresses

extension Configuration {
  /// The links without default routes of which another link, before them, has one with the same
  /// table and metric: the kernel holds one. Hosts write one for each NIC, whose owner was warned
  /// when that was read; the guest is not to fail for it at each boot.
  public var linksWithOneDefaultRoute: [LinkConfiguration] {
    guard links.count > 1 else { return links }
    var links = links
    var owners: [RouteKey: Int] = [:]
    for number in links.indices {
      links[number].routes.removeAll { route in
        guard route.to.length == 0, route.type == .unicast else { return false }
        let key = RouteKey(route)
        if let owner = owners[key] { return owner != number }
        owners[key] = number
        return false
      }
    }
    return links
  }
}
