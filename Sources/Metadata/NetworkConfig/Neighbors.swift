import Addresses
import Check
import Configuration

/// A permanent neighbour as a source gives it, before it is known which link it belongs to.
struct NeighborRequest {
  var neighbor: NeighborConfiguration
  var interface: String?
  var place: Place
  /// `cmdline` or the seed's name.
  var source = ""
}

/// `neighbors`, in network-config under a link and in meta-data under `guestagent`:
///
///     - {to: <address>, lladdr: <mac>, interface: <name>}     interface: in meta-data only
extension YAMLReader {
  mutating func neighbors(_ value: YAMLNode, of link: String) -> [NeighborConfiguration] {
    guard let items = items(value, "neighbors") else { return [] }
    var neighbors: [NeighborConfiguration] = []
    var places: [IPPrefix: Int] = [:]
    for item in items {
      guard let request = neighbor(item, interfaceAllowed: false) else { continue }
      let place = neighbors.count
      if places.updateValue(place, forKey: IPPrefix(host: request.neighbor.to)) == nil {
        note(.neighbor, of: link, at: item)
        neighbors.append(request.neighbor)
      } else {
        error(item, "neighbors: \(request.neighbor.to) is given twice")
      }
    }
    return neighbors
  }

  mutating func neighbor(_ item: YAMLNode, interfaceAllowed: Bool) -> NeighborRequest? {
    guard let entries = entries(item, "neighbors") else { return nil }
    var to: IPAddress?
    var linkLayerAddress: MACAddress?
    var interface: String?
    let errors = diagnostics.errors.count
    for entry in entries {
      let key = document.text(entry.key)
      switch Word(key) {
      case "to":
        to = address(entry.value, key)
        if let address = to, address.isUnspecified || address.isMulticast {
          refuse(entry.value, key, expected: "the address of one neighbor")
        }
      case "lladdr": linkLayerAddress = macAddress(entry.value, key)
      case "interface" where interfaceAllowed:
        if !document.isNull(entry.value) {
          interface = text(entry.value, key, expected: "the name of a link")
        }
      default:
        warnUnknown(
          entry.key, known: wordList(interfaceAllowed ? "to lladdr interface" : "to lladdr"))
      }
    }
    guard diagnostics.errors.count == errors else { return nil }
    guard let to, let linkLayerAddress else {
      error(item, "neighbors: \"\(to == nil ? "to" : "lladdr")\" is missing")
      return nil
    }
    return NeighborRequest(
      neighbor: NeighborConfiguration(to: to, linkLayerAddress: linkLayerAddress),
      interface: interface, place: place(item))
  }
}
