import Addresses
import Bytes
import Configuration

/// Which NIC each link of the configuration means.
public struct LinkAssignment: Equatable, Sendable {
  /// Pairs of positions: in the configuration's links, in the found links.
  public var pairs: [Pair] = []
  public var refusals: [Refusal] = []
  /// Links that another program of the guest configures.
  public var left: [Left] = []

  public struct Pair: Equatable, Sendable {
    public var wanted: Int
    public var found: Int
  }

  public struct Left: Equatable, Sendable {
    public var wanted: Int
    /// `nil`: it is not there.
    public var found: Int?
    /// Who configures it, for a person.
    public var reason: String
  }

  /// Why a link of the configuration has no NIC.
  public struct Refusal: Equatable, Sendable, CustomStringConvertible {
    /// The position in the configuration's links.
    public var wanted: Int
    public var reason: Reason

    public enum Reason: Equatable, Sendable {
      case noneFound(LinkConfiguration.Match?)
      /// Several NICs fit, and an address can be on one only.
      case ambiguous([String])
      case claimed(nic: String, by: String)
      /// It is to be made and was not.
      case notMade(String)
      /// A link of this name is there that is not of the kind to be made.
      case otherKind(String, wanted: String)
      /// A VLAN of this name is there, of another number or parent, that somebody else made.
      case otherVLAN
      case noParent(String)
    }

    public var description: String { message.text }

    private var message: Message {
      switch reason {
      case .noneFound(nil):
        "no network interface of this name"
      case .noneFound(let match?):
        "no network interface has \(match.words)"
      case .ambiguous(let names):
        "match fits \(names.joined(separator: " and ")); make it fit one of them"
      case .claimed(let nic, let other):
        "network interface \(nic) is already configured as \(other)"
      case .notMade(let kind): "no \(kind) of this name"
      case .otherKind(let kind, let wanted):
        "a \(kind) of this name is there that guestagent did not make; no \(wanted) is made"
      case .otherVLAN:
        "a vlan of this name with another id or link is there that guestagent did not make"
      case .noParent(let name): "no network interface \(name) to carry the vlan"
      }
    }

    /// Whether what it needs is not there, and may come.
    public var isOfAbsent: Bool {
      switch reason {
      case .noneFound, .noParent: true
      default: false
      }
    }

    /// Whether a link of somebody else's is in the way.
    var isOfAnother: Bool {
      switch reason {
      case .otherKind, .otherVLAN: true
      default: false
      }
    }
  }

  /// True if waiting can help: a NIC that may not be absent is.
  public func lacksNIC(of links: [LinkConfiguration]) -> Bool {
    refusals.contains { refusal in
      refusal.isOfAbsent && !links[refusal.wanted].mayBeAbsent
    }
  }

  /// Exact names and hardware addresses choose before patterns, so that `e*` means "the others".
  /// A pattern that fits several NICs serves all of them, as netplan has it, unless the link has
  /// an address of its own. A link that is made is found by its name and kind.
  public init(_ links: [LinkConfiguration], to found: [FoundLink], records: [LinkRecord] = []) {
    var claims = [Int?](repeating: nil, count: found.count)
    let exactFirst =
      links.indices.filter { links[$0].isExact } + links.indices.filter { !links[$0].isExact }
    for wanted in exactFirst {
      let link = links[wanted]
      let fitting = link.candidates(found, records)
      let free = fitting.filter { claims[$0] == nil }
      guard !fitting.isEmpty else {
        refusals.append(Refusal(wanted: wanted, reason: link.absence(links, found)))
        continue
      }
      guard let first = free.first else {
        let other = links[claims[fitting[0]]!].name
        refusals.append(
          Refusal(wanted: wanted, reason: .claimed(nic: found[fitting[0]].name, by: other)))
        continue
      }
      let isOfOne =
        link.match?.macAddress != nil || !link.addresses.isEmpty || link.setName != nil
        || link.macAddress != nil
      if free.count > 1, isOfOne {
        refusals.append(
          Refusal(wanted: wanted, reason: .ambiguous(free.map { found[$0].name })))
        continue
      }
      for nic in link.isExact ? [first] : free {
        claims[nic] = wanted
        pairs.append(Pair(wanted: wanted, found: nic))
      }
    }
    pairs = pairs.ordered { ($0.wanted, $0.found) < ($1.wanted, $1.found) }
    refuseForeignVLANs(links, found)
    refusals = refusals.ordered { $0.wanted < $1.wanted }
  }

  /// Takes out what somebody else keeps, by what `keeper` says of a link and the NIC that it is on,
  /// if one is there, by their positions; the ports of a link that is left are left with it.
  public mutating func leave(_ links: [LinkConfiguration], keeper: (Int, Int?) -> String?) {
    func leave(_ wanted: Int, _ found: Int?) {
      guard let reason = keeper(wanted, found) else { return }
      left.append(Left(wanted: wanted, found: found, reason: reason))
    }
    for pair in pairs { leave(pair.wanted, pair.found) }
    for refusal in refusals { leave(refusal.wanted, nil) }
    for pair in pairs {
      guard let name = links[pair.wanted].controller, !isLeft(pair),
        let controller = left.first(where: { links[$0.wanted].name == name })
      else { continue }
      let reason = "left with \(name), whose port it is; \(name) is \(controller.reason)"
      left.append(Left(wanted: pair.wanted, found: pair.found, reason: reason))
    }
    pairs.removeAll(where: isLeft)
    refusals.removeAll { refusal in left.contains { $0.wanted == refusal.wanted } }
  }

  private func isLeft(_ pair: Pair) -> Bool {
    left.contains { $0.wanted == pair.wanted && $0.found == pair.found }
  }

  /// Ours are made anew.
  private mutating func refuseForeignVLANs(_ links: [LinkConfiguration], _ found: [FoundLink]) {
    guard links.contains(where: { $0.parentName != nil }) else { return }
    let directory = LinkDirectory(links, found, pairs)
    let foreign = pairs.filter { pair in
      let link = found[pair.found]
      return !link.isMadeByUs && !links[pair.wanted].hasIdentity(of: link, directory)
    }
    pairs.removeAll { foreign.contains($0) }
    refusals += foreign.map { Refusal(wanted: $0.wanted, reason: .otherVLAN) }
  }
}

extension LinkConfiguration {
  /// Whether it names one NIC rather than a pattern.
  /// Whether nothing is wrong, and nobody waits, if no NIC fits: the link says so itself, or it is
  /// a pattern by which whatever NIC there is is left to a DHCP client.
  public var mayBeAbsent: Bool {
    if optional == true { return true }
    guard kind == .ethernet, let match, match.macAddress == nil,
      !match.drivers.isEmpty || match.name?.isPattern == true
    else { return false }
    return (dhcp4 == true || dhcp6 == true) && setsNothing
  }

  private var setsNothing: Bool {
    setName == nil && controller == nil && mtu == nil && macAddress == nil && addresses.isEmpty
      && routes.isEmpty && neighbors.isEmpty && rules.isEmpty
  }

  fileprivate var isExact: Bool { match == nil || match?.macAddress != nil }

  /// Why nothing fits.
  fileprivate func absence(
    _ links: [LinkConfiguration], _ found: [FoundLink]
  ) -> LinkAssignment.Refusal.Reason {
    guard let kindName = kind.kernelName else { return .noneFound(match) }
    if let other = found.first(where: { $0.name == name }), !other.isMadeByUs {
      return .otherKind(other.kind ?? "network interface", wanted: kindName)
    }
    if let parentName, !found.contains(where: { $0.name == parentName }),
      !links.contains(where: { $0.name == parentName })
    {
      return .noParent(parentName)
    }
    return .notMade(kindName)
  }

  /// The links that fit, by position. Several NICs may have one hardware address: ports of a bond,
  /// a NIC and the virtual function that stands in for it, a VLAN or macvlan and what it is on. Of
  /// those that fit a `macaddress`, in this order, and as long as more than one is left:
  ///
  ///  1. those whose own, permanent address it is go before those of which that is not known, and
  ///     these before those that were given it;
  ///  2. a NIC goes before what is made on top of others (macvlan, ipvlan, dummy);
  ///  3. a port gives way to the NIC that it is a port of, as the primary and the standby of
  ///     net_failover and the virtual function of hv_netvsc do;
  ///  4. a virtual function (SR-IOV) gives way to what is none.
  ///
  /// What is left then is ambiguous.
  fileprivate func candidates(_ found: [FoundLink], _ records: [LinkRecord]) -> [Int] {
    var fitting = found.indices.filter { fits(found[$0], records) }
    guard fitting.count > 1, let address = match?.macAddress else { return fitting }
    func prefer(_ isBetter: (FoundLink) -> Bool) {
      let better = fitting.filter { isBetter(found[$0]) }
      if !better.isEmpty { fitting = better }
    }
    prefer { link in
      link.permanentMACAddress == address
        || records.contains { $0.index == link.index && $0.macAddress == address }
    }
    prefer { $0.permanentMACAddress == nil || $0.permanentMACAddress == address }
    prefer { $0.kind == nil || $0.kind == "veth" }
    let indices = fitting.map { found[$0].index }
    prefer { link in !(link.controller.map { indices.contains($0) } ?? false) }
    prefer { !$0.isVirtualFunction }
    return fitting
  }

  private func fits(_ found: FoundLink, _ records: [LinkRecord]) -> Bool {
    if let kindName = kind.kernelName { return found.name == name && found.kind == kindName }
    guard let match else { return found.name == name }
    guard found.isMatchable else { return false }
    let record = records.first { $0.index == found.index }
    if let wanted = match.macAddress,
      wanted != found.macAddress, wanted != found.permanentMACAddress, wanted != record?.macAddress
    {
      return false
    }
    if let glob = match.name {
      let names = [found.name] + (record?.name.map { [$0] } ?? [])
      guard names.contains(where: glob.matches) else { return false }
    }
    if !match.drivers.isEmpty {
      guard let driver = found.driver, match.drivers.contains(where: { $0.matches(driver) })
      else { return false }
    }
    return true
  }
}

extension FoundLink {
  /// A pattern is meant for NICs: not for the loopback, nor for what is made on top of other links
  /// and shares their hardware address, nor for what we made ourselves.
  fileprivate var isMatchable: Bool {
    switch kind {
    case nil, "veth", "dummy", "macvlan", "macvtap", "ipvlan", "netdevsim":
      isEthernet && !isMadeByUs
    default: false
    }
  }
}

extension LinkConfiguration.Match {
  /// As a person would say it: `macaddress 52:54:00:12:34:56 and driver virtio*`.
  var words: String {
    var parts: [String] = []
    if let macAddress { parts.append("macaddress \(macAddress)") }
    if let name { parts.append("name \(name)") }
    if !drivers.isEmpty {
      parts.append("driver \(drivers.map { $0.pattern }.joined(separator: " or "))")
    }
    return parts.joined(separator: " and ")
  }
}
