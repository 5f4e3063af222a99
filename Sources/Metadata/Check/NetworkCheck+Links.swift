import Configuration

/// What readers do not tell of links that are made.
extension NetworkCheck {
  mutating func checkMadeLinks() {
    let controllers = Set(links.compactMap { $0.controller })
    for link in links where link.kind == .bond && !controllers.contains(link.name) {
      warn(.link, link, 0, "bond \(quoted(link.name)) has no port")
    }
    checkVLANs()
  }

  private mutating func checkVLANs() {
    struct Channel: Hashable {
      let parent: String
      let id: UInt16
    }
    var owners: [Channel: String] = [:]
    for link in links {
      guard case .vlan(let parent, let id) = link.kind,
        let other = owners.updateValue(link.name, forKey: Channel(parent: parent, id: id))
      else { continue }
      error(
        .link, link, 0,
        "\(quoted(link.name)) and \(quoted(other)) are both VLAN \(id) of \(quoted(parent))")
    }
  }
}
