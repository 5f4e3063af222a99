import Configuration

/// What the names of links in a configuration mean among the links that are there: the link that
/// the configuration calls so, or else the interface of this name. One that the configuration finds
/// otherwise and that is absent is not the interface that happens to have its name.
public struct LinkDirectory {
  private var wanted: [(name: String, entry: Entry?)] = []
  private let found: [FoundLink]

  struct Entry {
    let identity: LinkIdentity
    let kind: String?
  }

  public init(
    _ links: [LinkConfiguration] = [], _ found: [FoundLink] = [],
    _ pairs: [LinkAssignment.Pair] = []
  ) {
    // A configuration of links that have nothing to do with each other asks for none.
    guard links.contains(where: { $0.isMade || $0.controller != nil }) else {
      self.found = []
      return
    }
    self.found = found
    wanted = links.map { ($0.name, nil) }
    for pair in pairs.reversed() { wanted[pair.wanted].entry = Entry(found[pair.found]) }
  }

  /// By index and interface name alone.
  public init(of found: [FoundLink]) {
    self.found = found
  }

  subscript(name: String) -> Entry? {
    if let link = wanted.first(where: { $0.name == name }) { return link.entry }
    return found.first { $0.name == name }.map { Entry($0) }
  }

  subscript(index index: UInt32) -> Entry? {
    found.first { $0.index == index }.map { Entry($0) }
  }
}

extension LinkDirectory.Entry {
  fileprivate init(_ link: FoundLink) {
    identity = LinkIdentity(index: link.index, name: link.name)
    kind = link.kind
  }
}

extension LinkConfiguration {
  /// Whether it is a link that is made, not one that is there.
  public var isMade: Bool { kind != .ethernet }
}

extension LinkConfiguration.Kind {
  /// `IFLA_INFO_KIND`; a NIC has none.
  public var kernelName: String? {
    switch self {
    case .ethernet: nil
    case .vlan: "vlan"
    case .bond: "bond"
    case .bridge: "bridge"
    case .dummy: "dummy"
    }
  }
}
