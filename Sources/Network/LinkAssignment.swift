import Addresses
import Bytes
import Configuration

/// Which NIC each link of the configuration means.
public struct LinkAssignment: Equatable, Sendable {
  /// Pairs of positions: in the configuration's links, in the found links.
  public var pairs: [Pair] = []
  public var refusals: [Refusal] = []

  public struct Pair: Equatable, Sendable {
    public var wanted: Int
    public var found: Int
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
    }

    public var description: String {
      switch reason {
      case .noneFound(nil):
        "no network interface of this name"
      case .noneFound(let match?):
        "no network interface has \(match.words)"
      case .ambiguous(let names):
        "match fits \(names.joined(separator: " and ")); make it fit one of them"
      case .claimed(let nic, let other):
        "network interface \(nic) is already configured as \(other)"
      }
    }
  }

  /// True if waiting can help: a NIC that is not optional is absent.
  public func lacksNIC(of links: [LinkConfiguration]) -> Bool {
    refusals.contains { refusal in
      if case .noneFound = refusal.reason { links[refusal.wanted].optional != true } else { false }
    }
  }

  /// Exact names and hardware addresses choose before patterns, so that `e*` means "the others".
  /// A pattern that fits several NICs serves all of them, as netplan has it, unless the link has
  /// an address of its own.
  public init(_ links: [LinkConfiguration], to found: [FoundLink], records: [LinkRecord] = []) {
    var claims = [Int?](repeating: nil, count: found.count)
    let exactFirst =
      links.indices.filter { links[$0].isExact } + links.indices.filter { !links[$0].isExact }
    for wanted in exactFirst {
      let link = links[wanted]
      let fitting = found.indices.filter { link.fits(found[$0], records) }
      let free = fitting.filter { claims[$0] == nil }
      guard !fitting.isEmpty else {
        refusals.append(Refusal(wanted: wanted, reason: .noneFound(link.match)))
        continue
      }
      guard let first = free.first else {
        let other = links[claims[fitting[0]]!].name
        refusals.append(
          Refusal(wanted: wanted, reason: .claimed(nic: found[fitting[0]].name, by: other)))
        continue
      }
      if free.count > 1, !link.addresses.isEmpty || link.setName != nil || link.macAddress != nil {
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
    refusals = refusals.ordered { $0.wanted < $1.wanted }
  }
}

extension LinkConfiguration {
  /// Whether it names one NIC rather than a pattern.
  fileprivate var isExact: Bool { match == nil || match?.macAddress != nil }

  fileprivate func fits(_ found: FoundLink, _ records: [LinkRecord]) -> Bool {
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
  /// and shares their hardware address.
  fileprivate var isMatchable: Bool {
    switch kind {
    case nil, "veth", "dummy", "macvlan", "macvtap", "ipvlan", "netdevsim": isEthernet
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
