import Configuration

/// What readers do not tell of links that are made.
extension NetworkCheck {
  mutating func checkMadeLinks() {
    var controllers: [String: Int] = [:]
    for (index, link) in links.enumerated() {
      if let controller = link.controller { controllers[controller] = index }
    }
    for link in links where link.kind == .bond && controllers[link.name] == nil {
      warn(.link, link, 0, "bond \(quoted(link.name)) has no port")
    }
    checkVLANs()
  }

  private mutating func checkVLANs() {
    // By identifier and parent.
    var owners: [String: Int] = [:]
    for (index, link) in links.enumerated() {
      guard case .vlan(let parent, let id) = link.kind,
        let other = owners.updateValue(index, forKey: "\(id) \(parent)")
      else { continue }
      error(
        .link, link, 0,
        "\(quoted(link.name)) and \(quoted(links[other].name)) are both VLAN \(id) of "
          + quoted(parent))
    }
  }
}
