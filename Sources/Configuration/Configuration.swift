import Addresses

/// What a guest is to be, whatever source said so. Sources are read into it (Metadata), plans are
/// made from it (Network, Growth); it knows no link and no disk of the machine.
public struct Configuration: Equatable, Sendable {
  /// Where it comes from, the one that wins first: `cmdline`, `fw_cfg`, `nocloud:/dev/vdb`,
  /// `config-drive:/dev/sr0`, `file:/etc/guestagent.yaml`.
  public var sources: [String] = []
  public var instanceID: String?
  /// The name of the host as it is set: without its domain, unless the source wants that.
  public var hostname: String?
  /// The name with its domain, if the source gives one.
  public var fqdn: String?
  /// Resolvers of the guest as a whole; those of a link stand in the link.
  public var nameservers: [IPAddress] = []
  public var searchDomains: [String] = []
  public var links: [LinkConfiguration] = []
  /// `nil`: no source speaks of growth, or what it says cannot be used.
  public var growth: GrowthPolicy?
  /// Which source gave what; one entry for each part that a source speaks of.
  public var origins: [Origin] = []

  public init() {}

  /// The links that are ports of a bond or bridge, by name, in their own order.
  public func ports(of link: LinkConfiguration) -> [String] {
    guard link.kind == .bond || link.kind == .bridge else { return [] }
    return links.filter { $0.controller == link.name }.map { $0.name }
  }

  /// Whether it is of no metadata: it has a growth policy from elsewhere, and nothing else.
  public var isOfGrowthAlone: Bool {
    origins.allSatisfy { $0.part == .growth }
      && sources.allSatisfy { $0 == "cmdline" || $0.hasPrefix("file:") }
  }

  /// Whether a source says how the network is to be, or that there is none to configure.
  public var hasNetwork: Bool { origins.contains { $0.part == .network } }
}

/// One link: which NIC it is, and what it gets.
public struct LinkConfiguration: Equatable, Sendable {
  /// The identifier in the source; the interface's own name where there is no `match`.
  public var name: String
  /// How to find the NIC; `nil`: by `name`. A link that is made has none.
  public var match: Match?
  /// The name that the NIC is given.
  public var setName: InterfaceName?
  public var kind: Kind = .ethernet
  /// The bond or bridge that the link is a port of, by its `name` here.
  public var controller: String?
  /// Of a bond or bridge, and what a port says of itself as one; each key once.
  public var parameters: [LinkParameter] = []
  /// Bytes.
  public var mtu: UInt32?
  /// The hardware address that the NIC is given.
  public var macAddress: MACAddress?
  public var addresses: [AddressConfiguration] = []
  public var routes: [RouteConfiguration] = []
  public var neighbors: [NeighborConfiguration] = []
  /// Which routing table decides; the kernel keeps rules beside the links.
  public var rules: [RuleConfiguration] = []
  /// `true`: wanted, which is left to the guest's DHCP client.
  public var dhcp4: Bool?
  public var dhcp6: Bool?
  /// Whether router advertisements are accepted; `nil`: as the kernel has it.
  public var acceptRA: Bool?
  /// Which families get a link-local address; `nil`: as the kernel has it.
  public var linkLocal: LinkLocal?
  /// Whether temporary addresses (RFC 8981) are made and preferred; `nil`: as the kernel has it.
  public var ipv6Privacy: Bool?
  /// How the kernel makes IPv6 addresses of its own; `nil`: as the kernel has it.
  public var ipv6AddressGeneration: IPv6AddressGeneration?
  /// Of IPv6 alone (`net.ipv6.conf.<link>.mtu`), bytes.
  public var ipv6MTU: UInt32?
  /// `nil`: the link is set up.
  public var activation: Activation?
  /// `true`: nobody waits for it, and it is no failure if it is absent.
  public var optional: Bool?
  public var nameservers: [IPAddress] = []
  public var searchDomains: [String] = []

  @inline(never)
  public init(name: String) {
    self.name = name
  }

  /// An `ethernet` is a link that is there, of whatever kind; the others are made.
  public enum Kind: Equatable, Sendable {
    case ethernet
    /// `parent`: the `name` here of the link that carries it, or else an interface.
    /// `id`: 0 to 4094.
    case vlan(parent: String, id: UInt16)
    /// Their ports are the links that name them as `controller`.
    case bond
    case bridge
    case dummy
  }

  /// Source: netplan, "activation-mode".
  public enum Activation: String, Equatable, Sendable {
    /// Neither set up nor set down.
    case manual
    /// Set down.
    case off
  }

  /// Source: netplan, "ipv6-address-generation".
  public enum IPv6AddressGeneration: String, Equatable, Sendable {
    case eui64
    case stablePrivacy = "stable-privacy"
  }

  /// All that is given must hold; at least one is given.
  public struct Match: Equatable, Sendable {
    public var name: Glob?
    public var macAddress: MACAddress?
    /// Any of them.
    public var drivers: [Glob] = []

    public init(name: Glob? = nil, macAddress: MACAddress? = nil, drivers: [Glob] = []) {
      self.name = name
      self.macAddress = macAddress
      self.drivers = drivers
    }
  }

  public struct LinkLocal: Equatable, Sendable {
    public var ipv4: Bool
    public var ipv6: Bool

    public init(ipv4: Bool, ipv6: Bool) {
      self.ipv4 = ipv4
      self.ipv6 = ipv6
    }
  }
}

public struct AddressConfiguration: Equatable, Sendable {
  public var prefix: IPPrefix
  /// The address label of IPv4 (`eth0:web`), 1 to 15 bytes.
  public var label: String?
  /// `true`: a preferred lifetime of zero, so that it is not chosen as a source address.
  public var deprecated = false

  public init(_ prefix: IPPrefix) {
    self.prefix = prefix
  }
}

public struct RouteConfiguration: Equatable, Sendable {
  /// The destination, host bits cleared; `0.0.0.0/0` or `::/0` is the default route.
  public var to: IPPrefix
  /// The gateway; `nil`: the destination is on the link itself.
  public var via: IPAddress?
  /// The source's word on whether the gateway is taken to be on the link; `nil`: none.
  public var onLink: Bool?
  public var metric: UInt32?
  public var table: UInt32?
  /// IPv4 only; `nil`: as ip-route(8) has it, `link` without a gateway and `global` with one.
  public var scope: Scope?
  public var type: RouteType = .unicast
  /// The preferred source address.
  public var from: IPAddress?
  /// Bytes.
  public var mtu: UInt32?

  public init(to: IPPrefix, via: IPAddress? = nil) {
    self.to = to
    self.via = via
  }

  /// Source: ip-route(8), "scope".
  public enum Scope: String, Equatable, Sendable, CaseIterable {
    case global, link, host
  }

  /// Source: ip-route(8), "Route types".
  public enum RouteType: String, Equatable, Sendable, CaseIterable {
    case unicast, anycast, blackhole, broadcast, local, multicast, nat, prohibit
    case `throw`, unreachable, xresolve
  }
}

/// A permanent entry of the neighbour table (ip-neighbour(8)): no ARP or ND is done for it.
public struct NeighborConfiguration: Equatable, Sendable {
  public var to: IPAddress
  public var linkLayerAddress: MACAddress

  public init(to: IPAddress, linkLayerAddress: MACAddress) {
    self.to = to
    self.linkLayerAddress = linkLayerAddress
  }
}

/// A rule of the routing policy: which packets are routed by which table (ip-rule(8)). At least one
/// of `from` and `to` is given; both are of one family.
public struct RuleConfiguration: Equatable, Sendable {
  public var from: IPPrefix?
  public var to: IPPrefix?
  public var table: UInt32
  /// The smaller one is asked first; `nil`: the kernel's choice, before those that are there.
  public var priority: UInt32?
  /// Firewall mark.
  public var mark: UInt32?
  public var typeOfService: UInt8?

  public init(from: IPPrefix? = nil, to: IPPrefix? = nil, table: UInt32) {
    self.from = from
    self.to = to
    self.table = table
  }
}

extension RouteConfiguration: CustomStringConvertible {
  /// In the words of the source: `0.0.0.0/0 via 192.0.2.1 on-link metric 100`.
  public var description: String {
    var text = type == .unicast ? "" : "\(type.rawValue) "
    text += to.description
    if let via { text += Message(" via \(via)").text }
    if onLink == true { text += Message(" on-link").text }
    if let metric { text += Message(" metric \(metric)").text }
    if let table { text += Message(" table \(table)").text }
    if let scope { text += Message(" scope \(scope.rawValue)").text }
    if let from { text += Message(" from \(from)").text }
    if let mtu { text += Message(" mtu \(mtu)").text }
    return text
  }
}

extension RuleConfiguration: CustomStringConvertible {
  /// In the words of ip-rule(8): `from 192.0.2.0/24 lookup 100 priority 10`.
  public var description: String {
    var text = "from " + (from.map { $0.description } ?? "all")
    if let to { text += Message(" to \(to)").text }
    if let mark { text += Message(" fwmark \(mark)").text }
    if let typeOfService { text += Message(" tos \(typeOfService)").text }
    text += Message(" lookup \(table)").text
    if let priority { text += Message(" priority \(priority)").text }
    return text
  }
}
