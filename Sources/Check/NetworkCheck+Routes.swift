import Addresses
import Configuration

extension NetworkCheck {
  /// Each gateway of a link is spoken of once.
  mutating func checkGateways(_ index: Int) {
    let link = links[index]
    let first = gateways[index]
    for (number, route) in link.routes.enumerated() where route.type == .unicast {
      guard let via = route.via, first[IPPrefix(host: via)] == number else { continue }
      let network = networks[index].network(holding: via)
      if owners[IPPrefix(host: via)] != nil {
        warn(.route, link, number, "gateway \(via) is an address of the guest itself")
      } else if let network, let end = end(via, of: network) {
        let message = "gateway \(via) is the \(end) address of \(network)"
        // Linux 5.14 and later have a host there.
        if end == "network" {
          warn(.route, link, number, message)
        } else {
          error(.route, link, number, message)
        }
      } else if route.onLink != true, !isReached(via, route.table, index) {
        warnOfUncovered(via, link, number, refused: route.onLink == false)
      }
    }
  }

  private func isReached(_ gateway: IPAddress, _ table: UInt32?, _ index: Int) -> Bool {
    gateway.family == .ipv6 && gateway.isLinkLocal
      || onLink[index].network(holding: gateway, table: table) != nil
      || isDynamic(gateway.family, [links[index]])
  }

  private mutating func warnOfUncovered(
    _ gateway: IPAddress, _ link: LinkConfiguration, _ number: Int, refused: Bool
  ) {
    let message = "gateway \(gateway) is in no network of \(quoted(link.name))"
    if refused {
      error(
        .route, link, number, message + ", and \"on-link: false\"", hint: "write on-link: true")
    } else {
      warn(
        .route, link, number, message,
        hint: "guestagent takes it to be on the link, others may not: "
          + "in version 2 write on-link: true")
    }
  }

  mutating func checkRoutes(_ index: Int) {
    let link = links[index]
    var earlier: [RouteKey: Int] = [:]
    for (number, route) in link.routes.enumerated() {
      if route.to.isHost, route.type == .unicast, owners[route.to] != nil {
        warn(.route, link, number, "\(route.to.address) is an address of the guest itself")
      }
      let key = RouteKey(route)
      if let other = earlier[key] {
        let isSame = link.routes[other] == route
        warn(
          .route, link, number,
          isSame
            ? "the route to \(route.to) is given twice"
            : "another route to \(route.to) of this metric stands before: the kernel holds one",
          hint: isSame ? nil : "give it a metric of its own")
      } else {
        earlier[key] = number
      }
      // The kernel refuses a source that is not there at the time.
      if let from = route.from, owners[IPPrefix(host: from)] == nil,
        !isDynamic(from.family, links), !from.isLinkLocal
      {
        error(.route, link, number, "from: \(from) is no address of the guest")
      }
    }
  }

  /// Without a default route a guest talks to its own networks only.
  mutating func checkDefaultRoutes() {
    for family in [IPFamily.ipv4, .ipv6] {
      let isReached = links.contains { link in
        link.routes.contains { $0.to.length == 0 && $0.to.family == family }
      }
      guard !isReached, !isDynamic(family, links), family == .ipv4 || !mayHearRouters,
        let link = links.first(where: { hasStatic(family, $0) }),
        let number = link.addresses.firstIndex(where: { $0.prefix.family == family })
      else { continue }
      warn(
        .address, link, number,
        "no link has a default route of \(family == .ipv4 ? "IPv4" : "IPv6")",
        hint: "add {to: default, via: <gateway>} to the routes of one")
    }
  }

  private func hasStatic(_ family: IPFamily, _ link: LinkConfiguration) -> Bool {
    link.name != "lo" && link.kind != .dummy && link.addresses.contains { address in
      address.prefix.family == family && !address.prefix.address.isLinkLocal
    }
  }
}
