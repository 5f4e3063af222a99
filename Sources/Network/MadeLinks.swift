import Addresses
import Configuration

/// A link that is to be made.
public struct NewLink: Equatable, Sendable {
  public var kind: LinkConfiguration.Kind
  /// The link that carries a VLAN.
  public var parent: LinkIdentity?
  /// Bytes.
  public var mtu: UInt32?
  public var macAddress: MACAddress?
  public var settings: [LinkSetting] = []

  public init(_ kind: LinkConfiguration.Kind) {
    self.kind = kind
  }
}

/// Which links have to go and to be made before all links can be configured. A link has no index
/// before it is made, and a VLAN needs that of its parent; so this is planned, done and looked at
/// again until no step is left. Links go that we made and that are no longer wanted, or are wanted
/// otherwise than the kernel can change them.
///
/// Ours are known by their group (`IFLA_GROUP`), which is our mark: it is set in the message that
/// makes the link, so there is no instant without it; it comes with every dump, and ip-link(8)
/// prints it. An alias can only be set later.
public struct MadeLinks {
  public private(set) var steps: [NetworkStep] = []

  /// `only`: the one that is asked for; what is no longer wanted is left as it is then. `failed`:
  /// names that were tried in vain.
  public init(
    _ wanted: [LinkConfiguration], _ found: FoundNetwork, _ assignment: LinkAssignment,
    records: [LinkRecord] = [], only: (LinkConfiguration) -> Bool = { _ in true },
    removesOthers: Bool = true, failed: [String] = []
  ) {
    let directory = LinkDirectory(wanted, found.links, assignment.pairs)
    var present = [FoundLink?](repeating: nil, count: wanted.count)
    for pair in assignment.pairs { present[pair.wanted] = found.links[pair.found] }
    var gone: [UInt32] = []
    for link in found.links where link.isMadeByUs {
      let isWanted: Bool
      if let position = present.firstIndex(where: { $0?.index == link.index }) {
        let record = records.first { $0.index == link.index }
        isWanted =
          !only(wanted[position])
          || !wanted[position].needsNewLink(than: link, record, directory)
      } else {
        isWanted = !removesOthers
      }
      let isLeft = assignment.left.contains { $0.found.map { found.links[$0].index } == link.index }
      if isWanted || isLeft || failed.contains(link.name) { continue }
      gone.append(link.index)
    }
    // A VLAN goes before its parent, with which it would go; the parent is the older one.
    let going = found.links.reversed().filter { gone.contains($0.index) }
    for link in going.filter({ $0.kind == "vlan" }) + going.filter({ $0.kind != "vlan" }) {
      steps.append(NetworkStep(LinkIdentity(index: link.index, name: link.name), .remove))
    }
    let foreign =
      assignment.refusals.filter { $0.isOfAnother }.map { $0.wanted }
      + assignment.left.map { $0.wanted }
    for position in LinkOrder(wanted).positions {
      let link = wanted[position]
      guard link.isMade, only(link), !failed.contains(link.name), !foreign.contains(position)
      else { continue }
      if let there = present[position], !gone.contains(there.index) { continue }
      guard let new = link.new(directory, gone) else { continue }
      // A VLAN cannot be larger than its parent.
      if let parent = new.parent,
        let mtu = wanted.first(where: { $0.name == link.parentName && !$0.isMade })?.mtu,
        let lower = found.links.first(where: { $0.index == parent.index }), lower.mtu < mtu
      {
        let isSet = steps.contains {
          if case .setMTU(mtu) = $0.action { $0.link == parent } else { false }
        }
        if !isSet { steps.append(NetworkStep(parent, .setMTU(mtu))) }
      }
      steps.append(NetworkStep(LinkIdentity(index: 0, name: link.name), .make(new)))
    }
  }
}

extension LinkConfiguration {
  var parentName: String? {
    if case .vlan(let parent, _) = kind { parent } else { nil }
  }

  /// `nil` while its parent is not there.
  fileprivate func new(_ directory: LinkDirectory, _ gone: [UInt32]) -> NewLink? {
    var new = NewLink(kind)
    if let parentName {
      guard let parent = directory[parentName]?.identity, !gone.contains(parent.index)
      else { return nil }
      new.parent = parent
    } else if kind != .bridge {
      // Of a VLAN it is decided when the parent has its own. A bridge that is given one as it is
      // made takes that of its ports all the same.
      new.mtu = mtu
    }
    new.macAddress = macAddress
    if kind == .bond || kind == .bridge {
      // The primary has to be a port before it is one's primary.
      new.settings = settings(of: kind == .bond ? .bond : .bridge, directory).taken
        .filter { $0.key != .primary }
    }
    return new
  }

  /// Whether a link of the kind wanted, which we made, is so unlike it that it has to be made anew.
  fileprivate func needsNewLink(
    than found: FoundLink, _ record: LinkRecord?, _ directory: LinkDirectory
  ) -> Bool {
    if !hasIdentity(of: found, directory) { return true }
    // Nobody but the kernel knows what a parameter was before it was given.
    if let given = record?.given, given.contains(where: { key in
      key.owner != .bridgePort && !parameters.contains { $0.key == key }
    }) {
      return true
    }
    return kind == .bond
      && settings(of: .bond, directory).taken.contains {
        $0.key.needsNewLink && !found.settings.contains($0)
      }
  }

  /// Whether a VLAN has the parent and number that are wanted; other kinds have none.
  func hasIdentity(of found: FoundLink, _ directory: LinkDirectory) -> Bool {
    guard case .vlan(let parent, let id) = kind else { return true }
    return found.vlanID == id && found.parent != nil
      && found.parent == directory[parent]?.identity.index
  }
}

extension FoundLink {
  /// Whether its group is our mark, and its kind one that we make.
  public var isMadeByUs: Bool {
    guard group == UInt32(Ownership.mark) else { return false }
    switch kind {
    case "vlan", "bond", "bridge", "dummy": return true
    default: return false
    }
  }
}
