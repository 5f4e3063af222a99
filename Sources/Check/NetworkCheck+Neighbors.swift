import Addresses
import Configuration

extension NetworkCheck {
  mutating func checkNeighbors(_ index: Int) {
    let link = links[index]
    for (number, neighbor) in link.neighbors.enumerated() {
      let host = IPPrefix(host: neighbor.to)
      let place = place(.neighbor, link, number)
      if let what = wrong(neighbor.linkLayerAddress) {
        diagnostics.warn(place, "lladdr \(neighbor.linkLayerAddress) is \(what)")
      }
      if owners[host] != nil {
        diagnostics.warn(place, "neighbor \(neighbor.to) is an address of the guest itself")
      } else if neighbor.to.family == .ipv4 || !neighbor.to.isLinkLocal,
        gateways[index][host] == nil, onLink[index].network(holding: neighbor.to) == nil,
        !isDynamic(neighbor.to.family, [link])
      {
        diagnostics.warn(
          place,
          "neighbor \(neighbor.to) is in no network of \(quoted(link.name)), and no gateway",
          hint: "no packet is sent to it: add a route {to: \(host)} to the link")
      }
    }
  }

  /// Why no single neighbour can have the address.
  private func wrong(_ address: MACAddress) -> String? {
    let octets = address.octets
    if octets.allSatisfy({ $0 == 0 }) { return "no hardware address" }
    if octets.allSatisfy({ $0 == 0xFF }) { return "the broadcast address" }
    return octets[0] & 1 == 1 ? "a multicast address" : nil
  }

  mutating func checkNameservers(_ index: Int) {
    let link = links[index]
    for (number, address) in link.nameservers.enumerated() {
      checkNameserver(address, place(.nameserver, link, number))
    }
  }

  /// Those of the guest as a whole, whose places are not noted.
  mutating func checkResolvers() {
    guard !links.isEmpty else { return }
    for address in configuration.nameservers { checkNameserver(address, whole) }
  }

  private mutating func checkNameserver(_ address: IPAddress, _ place: Place) {
    // systemd-resolved and its like listen there.
    let isLoopback = address.octets[0] == 127 || IPPrefix(host: address).description == "::1/128"
    guard !isLoopback, address.family == .ipv4 || !address.isLinkLocal,
      reachable.network(holding: address) == nil, !isDynamic(address.family, links),
      address.family == .ipv4 || !mayHearRouters
    else { return }
    diagnostics.warn(place, "no route leads to the nameserver \(address)")
  }
}
