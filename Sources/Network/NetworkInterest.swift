import Addresses
import Configuration

/// Which events may have undone what the configuration wants. Most of a busy guest's do not:
/// learned neighbours, other programs' routes, links that nobody spoke of. In doubt an event
/// concerns us; it costs one look.
public struct NetworkInterest {
  /// All links, as the last look saw them and the events since have changed them.
  private var links: [WatchedLink]
  /// The indexes of those that are configured.
  private let ours: [UInt32]
  private var addresses: [IPAddress] = []
  private var neighbors: [IPAddress] = []
  private var hasRules = false

  public init(_ wanted: [LinkConfiguration], _ found: FoundNetwork, ours: [UInt32]) {
    links = []
    self.ours = ours
    for link in found.links {
      links.append(
        WatchedLink(
          index: link.index, name: link.name, isUp: link.isUp, mtu: link.mtu,
          macAddress: link.macAddress, controller: link.controller))
    }
    for link in wanted {
      for address in link.addresses { addresses.append(address.prefix.address) }
      for neighbor in link.neighbors { neighbors.append(neighbor.to) }
      if !link.rules.isEmpty { hasRules = true }
    }
  }

  /// Takes note of the event. `isOurOwn`: it tells of what we did ourselves.
  public mutating func concerns(_ event: NetworkEvent, isOurOwn: Bool) -> Bool {
    switch event {
    case .link(let link): return take(link) && !isOurOwn
    case .linkGone(let index):
      if let position = position(of: index) { links.remove(at: position) }
      return !isOurOwn && ours.contains(index)
    case .address(let address, let link, let state):
      switch state {
      case .tentative: return false
      case .settled: return !isOurOwn && ours.contains(link) && addresses.contains(address)
      // With an address go the routes that have it as their source, and with a link's last one all
      // routes of its family: of neither the kernel says a word.
      case .gone: return !isOurOwn
      }
    case .route(let link, let mark, let displaces):
      guard displaces, !isOurOwn else { return false }
      guard mark != Ownership.mark, let link else { return true }
      return ours.contains(link)
    case .neighbor(let address, let link):
      return !isOurOwn && neighbors.contains(address) && ours.contains(link)
    case .ruleGone: return !isOurOwn && hasRules
    }
  }

  private func position(of index: UInt32) -> Int? {
    for position in links.indices where links[position].index == index { return position }
    return nil
  }

  /// Whether it is new, or otherwise than it was in a way that matters.
  private mutating func take(_ link: WatchedLink) -> Bool {
    guard let position = position(of: link.index) else {
      links.append(link)
      return true
    }
    let before = links[position]
    if before == link { return false }
    links[position] = link
    // A link of nobody's may be one that is wanted once it has another name or address.
    return ours.contains(link.index) || !before.isOne(with: link)
  }
}
