import Addresses
import Configuration

/// A link as it is beside what is wanted of it, item by item.
public struct LinkStatus: Equatable, Sendable {
  public let name: String
  /// In the words of ip-link(8): `up, carrier, mtu 1500, 52:54:00:12:34:56`.
  public let summary: String
  public private(set) var items: [Item] = []

  public struct Item: Equatable, Sendable {
    public let kind: Kind
    /// What is wanted, or what is there where nothing is: without the device's name.
    public let text: String
    public let state: State
  }

  public enum Kind: String, Equatable, Sendable {
    case link, address, route, neighbor, rule
  }

  public enum State: Equatable, Sendable {
    case asWanted
    case missing
    /// Something else is there in its place.
    case differs(String)
    /// There, ours, and no longer wanted.
    case leftOver
    /// There by somebody else's doing, and left alone.
    case notOurs

    /// Whether `apply` has something to do.
    public var isWrong: Bool {
      switch self {
      case .asWanted, .notOurs: false
      case .missing, .differs, .leftOver: true
      }
    }
  }

  public var isAsWanted: Bool { !items.contains { $0.state.isWrong } }

  /// `wanted` is `nil` for a link that the metadata do not name.
  public init(
    _ wanted: LinkConfiguration?, _ found: FoundLink, directory: LinkDirectory = LinkDirectory(),
    linklessRoutes: [FoundRoute] = [], rules: [FoundRule] = [], record: LinkRecord?,
    kernel: KernelFeatures
  ) {
    name = found.name
    let state = found.isUp ? (found.hasCarrier ? "up, carrier" : "up, no carrier") : "down"
    let mac = found.macAddress.map { ", \($0)" } ?? ""
    summary = Message("\(state), mtu \(found.mtu)\(mac)").text
    let record = record ?? LinkRecord(index: found.index)
    if let wanted {
      addLink(wanted, found)
      addKind(wanted, found, directory)
    } else if found.isMadeByUs {
      add(.link, "\(found.kind ?? "")", .leftOver)
    }
    addAddresses(wanted?.addresses ?? [], found, record, kernel)
    if let wanted { addRoutes(WantedRoutes(wanted), found, linklessRoutes) } else {
      addOtherRoutes(Self.byKey(found.routes), found)
    }
    addNeighbors(wanted?.neighbors ?? [], found, record, kernel)
    for rule in wanted?.rules ?? [] {
      let isThere = rules.contains { rule.isMet(by: $0.rule) }
      add(.rule, "\(rule)", isThere ? .asWanted : .missing)
    }
  }

  /// A rule of ours that nobody wants any more; rules belong to no link.
  public mutating func addLeftOver(_ rule: FoundRule) {
    add(.rule, "\(rule.rule)", .leftOver)
  }

  @inline(never)
  mutating func add(_ kind: Kind, _ text: Message, _ state: State) {
    add(kind, text.text, state)
  }

  @_disfavoredOverload
  @inline(never)
  mutating func add(_ kind: Kind, _ text: String, _ state: State) {
    items.append(Item(kind: kind, text: text, state: state))
  }

  private mutating func addLink(_ wanted: LinkConfiguration, _ found: FoundLink) {
    switch wanted.activation {
    case nil: if !found.isUp { add(.link, "up", .differs("down")) }
    case .off: if found.isUp { add(.link, "down", .differs("up")) }
    case .manual: break
    }
    if let name = wanted.setName {
      add(.link, "name \(name)", found.name == name.text ? .asWanted : .differs(found.name))
    }
    if let mtu = wanted.mtu {
      add(.link, "mtu \(mtu)", found.mtu == mtu ? .asWanted : .differs("\(found.mtu)"))
    }
    if let address = wanted.macAddress, wanted.controller == nil {
      let there = found.macAddress?.description ?? "none"
      add(.link, "address \(address)", found.macAddress == address ? .asWanted : .differs(there))
    }
    addSysctl(.temporaryAddresses, wanted.ipv6Privacy.map { $0 ? 2 : 0 }, found)
    addSysctl(.ipv6MTU, wanted.ipv6MTU.map { Int($0) }, found)
    if let accepts = wanted.acceptRA, let there = found.sysctls[.acceptRA] {
      let isSo = accepts ? there == 2 || there == 1 && !found.forwardsIPv6 : there == 0
      add(.link, "accept-ra \(accepts)", isSo ? .asWanted : .differs("accept_ra \(there)"))
    }
    if let linkLocal = wanted.linkLocal, let there = found.addressGeneration {
      let isSo = linkLocal.ipv6 == (there != .none)
      add(
        .link, linkLocal.ipv6 ? "link-local ipv6" : "no link-local ipv6",
        isSo ? .asWanted : .differs("addrgenmode \(there.word)"))
    }
    if let mode = wanted.ipv6AddressGeneration, let there = found.addressGeneration {
      let isSo = mode == .eui64 ? there == .eui64 : there == .stableSecret || there == .random
      add(
        .link, "ipv6-address-generation \(mode.rawValue)",
        isSo ? .asWanted : .differs("addrgenmode \(there.word)"))
    }
  }

  private mutating func addSysctl(_ sysctl: LinkSysctl, _ wanted: Int?, _ found: FoundLink) {
    guard let wanted, let there = found.sysctls[sysctl] else { return }
    add(
      .link, "\(sysctl.family) \(sysctl.rawValue) \(wanted)",
      there == wanted ? .asWanted : .differs("\(there)"))
  }

  private mutating func addAddresses(
    _ wanted: [AddressConfiguration], _ found: FoundLink, _ record: LinkRecord,
    _ kernel: KernelFeatures
  ) {
    for address in wanted {
      let there = found.addresses.first { $0.prefix == address.prefix }
      let state: State =
        switch there?.duplicateDetection {
        case nil: .missing
        case .passed: .asWanted
        case .running: .differs("tentative: duplicate address detection runs")
        case .failed: .differs("duplicate: another host has it")
        }
      add(.address, "\(address.prefix)", state)
    }
    for there in found.addresses where !wanted.contains(where: { $0.prefix == there.prefix }) {
      let isOurs = found.owns(there, record, kernel)
      add(.address, "\(there.prefix)", isOurs ? .leftOver : .notOurs)
    }
  }

  private static func byKey(_ routes: [FoundRoute]) -> [RouteKey: [FoundRoute]] {
    var table: [RouteKey: [FoundRoute]] = [:]
    for route in routes { table[route.route.key, default: []].append(route) }
    return table
  }

  private mutating func addRoutes(
    _ wanted: WantedRoutes, _ found: FoundLink, _ linklessRoutes: [FoundRoute]
  ) {
    var unexplained = Self.byKey(found.routes)
    let leadingNowhere = Self.byKey(linklessRoutes)
    for route in wanted.routes {
      let onLink = unexplained.removeValue(forKey: route.key) ?? []
      let there = onLink + (leadingNowhere[route.key] ?? [])
      let state: State =
        if there.contains(where: route.isMet) {
          .asWanted
        } else if let other = there.first {
          .differs(other.route.words())
        } else {
          .missing
        }
      add(.route, route.words(), state)
    }
    for conflict in wanted.conflicts { add(.route, conflict.words(), .missing) }
    addOtherRoutes(unexplained, found)
  }

  private mutating func addOtherRoutes(
    _ unexplained: [RouteKey: [FoundRoute]], _ found: FoundLink
  ) {
    // The kernel's own tables and multicast prefixes are no news.
    for there in found.routes where unexplained[there.route.key] != nil {
      let route = there.route
      guard route.type == .unicast, !route.key.destination.address.isMulticast else { continue }
      add(.route, route.words(), there.mark == Ownership.mark ? .leftOver : .notOurs)
    }
  }

  private mutating func addNeighbors(
    _ wanted: [NeighborConfiguration], _ found: FoundLink, _ record: LinkRecord,
    _ kernel: KernelFeatures
  ) {
    for neighbor in wanted {
      let there = found.neighbors.first { $0.to == neighbor.to }
      let state: State =
        if let there, there.isPermanent, there.linkLayerAddress == neighbor.linkLayerAddress {
          .asWanted
        } else if let there {
          .differs(there.words)
        } else {
          .missing
        }
      add(.neighbor, "\(neighbor.to) lladdr \(neighbor.linkLayerAddress)", state)
    }
    for there in found.neighbors
    where there.isPermanent && !there.to.isMulticast
      && !wanted.contains(where: { $0.to == there.to })
    {
      let isOurs = found.owns(there, record, kernel)
      add(.neighbor, "\(there.to) \(there.words)", isOurs ? .leftOver : .notOurs)
    }
  }
}

extension FoundNeighbor {
  fileprivate var words: String {
    let address = linkLayerAddress.map { "lladdr \($0)" } ?? "no lladdr"
    return isPermanent ? address : "\(address) (learned)"
  }
}
