import Addresses
import CMnl
import Configuration
import Network

/// Steps as rtnetlink messages, one after the other, each with its own acknowledgement.
public struct StepMessages {
  public private(set) var bytes: [UInt8] = []
  /// Where each message starts in `bytes`.
  public private(set) var offsets: [Int] = []
  private var request = Request()

  public init() {}

  /// The step's message under the sequence number; `false` if no message does it (a sysctl).
  public mutating func append(_ step: NetworkStep, sequence: UInt32) -> Bool {
    guard request.take(step, sequence: sequence) else { return false }
    offsets.append(bytes.count)
    bytes += request.bytes
    return true
  }

  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
  }
}

extension IPFamily {
  var number: UInt8 { UInt8(self == .ipv4 ? AF_INET : AF_INET6) }
}

private let created = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL
private let appended = NLM_F_ACK | NLM_F_CREATE | NLM_F_APPEND
private let replaced = NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE

extension Request {
  /// Becomes the step's message; `false` if there is none.
  fileprivate mutating func take(_ step: NetworkStep, sequence: UInt32) -> Bool {
    let link = step.link.index
    switch step.action {
    case .sysctl:
      return false

    case .make(let new):
      make(new, named: step.link.name, sequence)
    case .remove:
      var part = ifinfomsg()
      part.ifi_index = Int32(clamping: link)
      start(RTM_DELLINK, flags: NLM_F_ACK, sequence: sequence, part)
    case .setController(let controller):
      start(link: link, sequence)
      add(IFLA_MASTER, controller.index)
    case .leaveController:
      start(link: link, sequence)
      add(IFLA_MASTER, UInt32(0))
    case .setSettings(let settings):
      start(link: link, sequence)
      add(settings)
    case .addRule(let rule):
      start(RTM_NEWRULE, flags: created, sequence, rule)
    case .removeRule(let rule):
      start(RTM_DELRULE, flags: NLM_F_ACK, sequence, rule)

    case .generateAddresses(let mode):
      start(link: link, sequence)
      nest(IFLA_AF_SPEC) { families in
        families.nest(Int(AF_INET6)) { $0.add(IFLA_INET6_ADDR_GEN_MODE, mode.rawValue) }
      }
    case .rename(let name):
      start(link: link, sequence)
      add(IFLA_IFNAME, name)
    case .setMTU(let bytes):
      start(link: link, sequence)
      add(IFLA_MTU, bytes)
    case .setMACAddress(let address):
      start(link: link, sequence)
      add(IFLA_ADDRESS, octets: address.octets)
    case .bringUp:
      start(link: link, sequence, flags: UInt32(IFF_UP.rawValue))
    case .bringDown:
      start(link: link, sequence, flags: 0)

    case .addAddress(let address):
      start(RTM_NEWADDR, flags: created, sequence, address.prefix, link: link)
      add(lifetimeAndLabelOf: address)
    case .changeAddress(let address):
      start(RTM_NEWADDR, flags: NLM_F_ACK | NLM_F_REPLACE, sequence, address.prefix, link: link)
      add(lifetimeAndLabelOf: address)
    case .removeAddress(let prefix):
      start(RTM_DELADDR, flags: NLM_F_ACK, sequence, prefix, link: link)

    case .addRoute(let route):
      start(RTM_NEWROUTE, flags: created, sequence, route, link: link)
    case .appendRoute(let route):
      start(RTM_NEWROUTE, flags: appended, sequence, route, link: link)
    case .replaceRoute(let route):
      start(RTM_NEWROUTE, flags: replaced, sequence, route, link: link)
    case .removeRoute(let route):
      start(RTM_DELROUTE, flags: NLM_F_ACK, sequence, route, link: link)

    case .setNeighbor(let neighbor):
      start(RTM_NEWNEIGH, flags: replaced, sequence, neighbor.to, link: link)
      add(NDA_LLADDR, octets: neighbor.linkLayerAddress.octets)
      add(NDA_PROTOCOL, Ownership.mark)
    case .removeNeighbor(let address):
      start(RTM_DELNEIGH, flags: NLM_F_ACK, sequence, address, link: link)
    }
    return true
  }

  /// A change of a link; `flags` sets or clears `IFF_UP`.
  private mutating func start(link: UInt32, _ sequence: UInt32, flags: UInt32? = nil) {
    var part = ifinfomsg()
    part.ifi_family = UInt8(AF_UNSPEC)
    part.ifi_index = Int32(clamping: link)
    if let flags {
      part.ifi_flags = flags
      part.ifi_change = UInt32(IFF_UP.rawValue)
    }
    start(RTM_NEWLINK, flags: NLM_F_ACK, sequence: sequence, part)
  }

  private mutating func start(
    _ type: Int, flags: Int32, _ sequence: UInt32, _ prefix: IPPrefix, link: UInt32
  ) {
    var part = ifaddrmsg()
    part.ifa_family = prefix.family.number
    part.ifa_prefixlen = prefix.length
    part.ifa_index = link
    start(type, flags: flags, sequence: sequence, part)
    add(IFA_LOCAL, prefix.address)
    add(IFA_ADDRESS, prefix.address)
  }

  private mutating func add(lifetimeAndLabelOf address: AddressConfiguration) {
    if let label = address.label { add(IFA_LABEL, label) }
    if address.deprecated {
      var lifetime = ifa_cacheinfo()
      lifetime.ifa_prefered = 0
      lifetime.ifa_valid = .max
      add(IFA_CACHEINFO, octets: Request.bytes(of: lifetime))
    }
    add(IFA_PROTO, Ownership.mark)
  }

  private mutating func start(
    _ type: Int, flags: Int32, _ sequence: UInt32, _ route: Route, link: UInt32
  ) {
    let destination = route.key.destination
    var part = rtmsg()
    part.rtm_family = destination.family.number
    part.rtm_dst_len = destination.length
    // Table numbers above 255 only fit the attribute.
    part.rtm_table =
      route.key.table < 256 ? UInt8(route.key.table) : UInt8(RT_TABLE_UNSPEC.rawValue)
    part.rtm_protocol = Ownership.mark
    part.rtm_scope = route.scope.number
    part.rtm_type = route.type.number
    if route.isOnLink { part.rtm_flags = UInt32(RTNH_F_ONLINK) }
    start(type, flags: flags, sequence: sequence, part)
    if destination.length > 0 { add(Int(RTA_DST.rawValue), destination.address) }
    if route.key.table >= 256 { add(Int(RTA_TABLE.rawValue), route.key.table) }
    if route.key.metric != 0 { add(Int(RTA_PRIORITY.rawValue), route.key.metric) }
    if let gateway = route.gateway { add(gateway, forRouteOf: destination.family) }
    if !route.isLinkless { add(Int(RTA_OIF.rawValue), link) }
    if let source = route.source { add(Int(RTA_PREFSRC.rawValue), source) }
    if let mtu = route.mtu {
      nest(Int(RTA_METRICS.rawValue)) { $0.add(Int(RTAX_MTU), mtu) }
    }
  }

  /// `RTA_VIA` where an IPv4 route goes through an IPv6 gateway (RFC 8950): the family as a 16-bit
  /// number of the host's order, then the address.
  private mutating func add(_ gateway: IPAddress, forRouteOf family: IPFamily) {
    guard gateway.family != family else { return add(Int(RTA_GATEWAY.rawValue), gateway) }
    let number = UInt16(gateway.family.number)
    add(
      Int(RTA_VIA.rawValue),
      octets: Request.bytes(of: number) + gateway.octets)
  }

  private mutating func start(
    _ type: Int, flags: Int32, _ sequence: UInt32, _ neighbor: IPAddress, link: UInt32
  ) {
    var part = ndmsg()
    part.ndm_family = neighbor.family.number
    part.ndm_ifindex = Int32(clamping: link)
    part.ndm_state = UInt16(NUD_PERMANENT)
    start(type, flags: flags, sequence: sequence, part)
    add(NDA_DST, neighbor)
  }
}

extension RouteConfiguration.Scope {
  var number: UInt8 {
    switch self {
    case .global: UInt8(RT_SCOPE_UNIVERSE.rawValue)
    case .link: UInt8(RT_SCOPE_LINK.rawValue)
    case .host: UInt8(RT_SCOPE_HOST.rawValue)
    }
  }

  init?(number: UInt8) {
    guard let scope = Self.allCases.first(where: { $0.number == number }) else { return nil }
    self = scope
  }
}

extension RouteConfiguration.RouteType {
  var number: UInt8 {
    switch self {
    case .unicast: UInt8(RTN_UNICAST)
    case .local: UInt8(RTN_LOCAL)
    case .broadcast: UInt8(RTN_BROADCAST)
    case .anycast: UInt8(RTN_ANYCAST)
    case .multicast: UInt8(RTN_MULTICAST)
    case .blackhole: UInt8(RTN_BLACKHOLE)
    case .unreachable: UInt8(RTN_UNREACHABLE)
    case .prohibit: UInt8(RTN_PROHIBIT)
    case .throw: UInt8(RTN_THROW)
    case .nat: UInt8(RTN_NAT)
    case .xresolve: UInt8(RTN_XRESOLVE)
    }
  }

  init?(number: UInt8) {
    guard let type = Self.allCases.first(where: { $0.number == number }) else { return nil }
    self = type
  }
}
