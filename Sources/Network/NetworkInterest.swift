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
  private let addresses: [IPAddress]
  private let neighbors: [IPAddress]
  private let hasRules: Bool

  public init(_ wanted: [LinkConfiguration], _ found: FoundNetwork, ours: [UInt32]) {
    links = found.links.map { WatchedLink($0) }
    self.ours = ours
    addresses = wanted.flatMap { link in link.addresses.map { $0.prefix.address } }
    neighbors = wanted.flatMap { link in link.neighbors.map { $0.to } }
    hasRules = wanted.contains { !$0.rules.isEmpty }
  }

  /// Takes note of the event. `isOurOwn`: it tells of what we did ourselves.
  public mutating func concerns(_ event: NetworkEvent, isOurOwn: Bool) -> Bool {
    switch event {
    case .link(let link): return take(link) && !isOurOwn
    case .linkGone(let index):
      links.removeAll { $0.index == index }
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
      return mark == Ownership.mark || link.map { ours.contains($0) } ?? true
    case .neighbor(let address, let link):
      return !isOurOwn && neighbors.contains(address) && ours.contains(link)
    case .ruleGone: return !isOurOwn && hasRules
    }
  }

  /// Whether it is new, or otherwise than it was in a way that matters.
  private mutating func take(_ link: WatchedLink) -> Bool {
    guard let position = links.firstIndex(where: { $0.index == link.index }) else {
      links.append(link)
      return true
    }
    let before = links[position]
    guard before != link else { return false }
    links[position] = link
    // A link of nobody's may be one that is wanted once it has another name or address.
    return ours.contains(link.index) || before.name != link.name
      || before.macAddress != link.macAddress
  }
}
