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
    // By address: the place among the neighbours of each link, and the link.
    var entries = [[IPPrefix: Int]](repeating: [:], count: links.count)
    var holders: [IPPrefix: Int] = [:]
    for (link, configuration) in links.enumerated() {
      for (index, neighbor) in configuration.neighbors.enumerated() {
        entries[link][IPPrefix(host: neighbor.to)] = index
        holders[IPPrefix(host: neighbor.to)] = link
      }
    }
    for request in requests {
      let to = request.neighbor.to
      var link: Int?
      if let name = request.interface {
        link = configured ? lookup.named(name) : links.firstIndex { $0.name == name }
        if link == nil, !configured, InterfaceName(name) != nil {
          links.append(LinkConfiguration(name: name))
          entries.append([:])
          link = links.count - 1
        }
      } else {
        link = holders[IPPrefix(host: to)] ?? lookup.reaching(to) ?? (links.count == 1 ? 0 : nil)
      }
      guard let link else {
        diagnostics.error(request.place, unplaced(request))
        continue
      }
      let entry = IPPrefix(host: to)
      if let index = entries[link][entry] {
        links[link].neighbors[index] = request.neighbor
      } else {
        entries[link][entry] = links[link].neighbors.count
        holders[entry] = link
        links[link].neighbors.append(request.neighbor)
      }
    }
  }

  private func unplaced(_ request: NeighborRequest) -> String {
    let reason =
      if let name = request.interface {
        Message("no link \(quoted(name)) is configured")
      } else if links.isEmpty {
        Message("no link is configured, expected an interface")
      } else {
        Message("several links may be meant, expected an interface")
      }
    return Message("neighbor \(request.neighbor.to): \(reason.text)").text
  }
}
