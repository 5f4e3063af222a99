import Configuration

extension FoundNetwork {
  /// Takes a step as done that makes, removes or changes a link itself, so that a dry run can go on
  /// planning; others are passed over.
  public mutating func take(_ step: NetworkStep) {
    switch step.action {
    case .make(let new):
      // No kernel gives an index of this size.
      let index = 0x8000_0000 + UInt32(clamping: links.count)
      var link = FoundLink(index: index, name: step.link.name, mtu: new.mtu ?? 1500)
      link.kind = new.kind.kernelName
      link.isEthernet = true
      link.group = UInt32(Ownership.mark)
      link.addressGeneration = .eui64
      link.macAddress = new.macAddress
      link.settings = new.settings
      if case .vlan(_, let id) = new.kind {
        let parent = links.first { $0.index == new.parent?.index }
        (link.vlanID, link.parent) = (id, new.parent?.index)
        link.macAddress = new.macAddress ?? parent?.macAddress
        link.mtu = parent?.mtu ?? 1500
      }
      links.append(link)
    case .remove:
      var gone = [step.link.index]
      // The kernel takes the VLANs of a link along, and theirs.
      while let link = links.first(where: { link in
        gone.contains(link.index) || link.parent.map { gone.contains($0) } ?? false
      }) {
        if !gone.contains(link.index) { gone.append(link.index) }
        links.removeAll { $0.index == link.index }
      }
      for position in links.indices {
        if let controller = links[position].controller, gone.contains(controller) {
          links[position].controller = nil
        }
      }
    case .setMTU(let bytes): onLink(step) { $0.mtu = bytes }
    case .rename(let name): onLink(step) { $0.name = name }
    case .setMACAddress(let address): onLink(step) { $0.macAddress = address }
    case .bringUp: onLink(step) { $0.isUp = true }
    case .bringDown: onLink(step) { $0.isUp = false }
    default: break
    }
  }

  private mutating func onLink(_ step: NetworkStep, _ change: (inout FoundLink) -> Void) {
    guard let position = links.firstIndex(where: { $0.index == step.link.index }) else { return }
    change(&links[position])
  }
}
