import Addresses
import Configuration

extension Configuration {
  /// Puts each neighbour on the link that it names; else the one that has an entry for its
  /// address already, uses it as a gateway, or holds it in a network of its own; else the only
  /// link. An entry already there for the address is replaced: later requests win.
  /// Where no network is configured at all, a named interface gets a link of its own.
  mutating func place(_ requests: [NeighborRequest], _ diagnostics: inout Diagnostics) {
    if requests.isEmpty { return }
    let configured = !links.isEmpty
    let lookup = LinkLookup(links)
    var entries: [Entry: Int] = [:]
    var holders: [IPAddress: Int] = [:]
    for (link, configuration) in links.enumerated() {
      for (index, neighbor) in configuration.neighbors.enumerated() {
        entries[Entry(link: link, address: neighbor.to)] = index
        holders[neighbor.to] = link
      }
    }
    for request in requests {
      let to = request.neighbor.to
      var link: Int?
      if let name = request.interface {
        link = configured ? lookup.named(name) : links.firstIndex { $0.name == name }
        if link == nil, !configured, InterfaceName(name) != nil {
          links.append(LinkConfiguration(name: name))
          link = links.count - 1
        }
      } else {
        link = holders[to] ?? lookup.reaching(to) ?? (links.count == 1 ? 0 : nil)
      }
      guard let link else {
        diagnostics.error(request.place, unplaced(request))
        continue
      }
      let entry = Entry(link: link, address: to)
      if let index = entries[entry] {
        links[link].neighbors[index] = request.neighbor
      } else {
        entries[entry] = links[link].neighbors.count
        holders[to] = link
        links[link].neighbors.append(request.neighbor)
      }
    }
  }

  private func unplaced(_ request: NeighborRequest) -> String {
    if let name = request.interface {
      return "neighbor \(request.neighbor.to): no link \(quoted(name)) is configured"
    }
    return links.isEmpty
      ? "neighbor \(request.neighbor.to): no link is configured, expected an interface"
      : "neighbor \(request.neighbor.to): several links may be meant, expected an interface"
  }
}

private struct Entry: Hashable {
  let link: Int
  let address: IPAddress
}
