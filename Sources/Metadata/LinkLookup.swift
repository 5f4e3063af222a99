import Addresses
import Configuration

/// Finds the link that a name or an address belongs to; prepared once, as there may be 100,000
/// routes and as many questions.
struct LinkLookup {
  private let links: [LinkConfiguration]
  /// Each gateway's link; -1: several links use it.
  private var gateways: [IPPrefix: Int] = [:]
  /// Networks that are on a link, of its addresses and its routes without a gateway; -1 as above.
  private var networks: [IPPrefix: Int] = [:]

  init(_ links: [LinkConfiguration]) {
    self.links = links
    for (index, link) in links.enumerated() {
      for address in link.addresses { Self.note(address.prefix.network, index, in: &networks) }
      for route in link.routes where route.type == .unicast {
        if let via = route.via {
          Self.note(IPPrefix(host: via), index, in: &gateways)
        } else {
          Self.note(route.to, index, in: &networks)
        }
      }
    }
  }

  private static func note(_ key: IPPrefix, _ index: Int, in table: inout [IPPrefix: Int]) {
    if let other = table.updateValue(index, forKey: key), other != index { table[key] = -1 }
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
    if let index = gateways[IPPrefix(host: address)] { return index < 0 ? nil : index }
    for length in (0...Int(address.family.bits)).reversed() {
      if let network = IPPrefix(address, length: length)?.network, let index = networks[network] {
        return index < 0 ? nil : index
      }
    }
    return nil
  }
}
