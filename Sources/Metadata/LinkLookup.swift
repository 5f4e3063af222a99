import Addresses
import Configuration

/// Finds the link that a name or an address belongs to; prepared once, as there may be 100,000
/// routes and as many questions.
struct LinkLookup {
  private let links: [LinkConfiguration]
  /// A gateway's link; `nil` as value: several links use it.
  private var gateways: [IPAddress: Int?] = [:]
  /// Networks that are on a link: of its addresses and its routes without a gateway.
  private var networks: [IPPrefix: Int?] = [:]

  init(_ links: [LinkConfiguration]) {
    self.links = links
    for (index, link) in links.enumerated() {
      for address in link.addresses { note(address.prefix.network, index) }
      for route in link.routes where route.type == .unicast {
        if let via = route.via {
          gateways[via] = .some(gateways[via] ?? index == index ? index : nil)
        } else {
          note(route.to, index)
        }
      }
    }
  }

  private mutating func note(_ network: IPPrefix, _ index: Int) {
    networks[network] = .some(networks[network] ?? index == index ? index : nil)
  }

  /// The link that is given this name, has it as its identifier, or matches it by a pattern.
  func named(_ name: String) -> Int? {
    links.firstIndex { $0.setName?.text == name }
      ?? links.firstIndex { $0.name == name }
      ?? links.firstIndex { $0.match?.name?.matches(name) == true }
  }

  /// The link that uses this gateway, or else the one whose longest network on the link holds
  /// the address. `nil`: none, or several alike.
  func reaching(_ address: IPAddress) -> Int? {
    if let index = gateways[address] { return index }
    for length in (0...Int(address.family.bits)).reversed() {
      if let network = IPPrefix(address, length: length)?.network, let index = networks[network] {
        return index
      }
    }
    return nil
  }
}
