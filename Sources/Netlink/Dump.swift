import Addresses
import CMnl
import Configuration
import Network

/// What is asked of the kernel to see the network as it is: four dumps, links first, and a fifth
/// where it is of use.
public enum Dump: Sendable {
  case links, addresses, routes, neighbors, rules

  /// Those of each look.
  public static var always: [Dump] { [.links, .addresses, .routes, .neighbors] }

  /// The request, all families in one.
  public func request(sequence: UInt32) -> [UInt8] {
    let flags = Int32(NLM_F_DUMP)
    switch self {
    case .links:
      var part = ifinfomsg()
      part.ifi_family = UInt8(AF_UNSPEC)
      var request = Request(RTM_GETLINK, flags: flags, sequence: sequence, part)
      request.add(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
      return [UInt8](request.bytes)
    case .addresses:
      return [UInt8](Request(RTM_GETADDR, flags: flags, sequence: sequence, ifaddrmsg()).bytes)
    case .routes:
      return [UInt8](Request(RTM_GETROUTE, flags: flags, sequence: sequence, rtmsg()).bytes)
    case .neighbors:
      return [UInt8](Request(RTM_GETNEIGH, flags: flags, sequence: sequence, ndmsg()).bytes)
    case .rules:
      return [UInt8](Request(RTM_GETRULE, flags: flags, sequence: sequence, fib_rule_hdr()).bytes)
    }
  }
}

/// How far the answer to a dump has come.
public struct DumpProgress: Equatable, Sendable {
  public var isDone = false
  /// `NLM_F_DUMP_INTR`: the tables changed meanwhile; what was read may lack something.
  public var wasInterrupted = false
  /// The kernel's errno, if it refused.
  public var failure: Int32?

  public init() {}
}

extension FoundNetwork {
  /// Takes in one datagram of the answer to a dump with this sequence number. Messages of other
  /// types, unknown attributes and what cannot concern us are passed over.
  public mutating func read(
    _ datagram: ArraySlice<UInt8>, sequence: UInt32, _ progress: inout DumpProgress
  ) {
    Message.forEach(in: datagram) { message in
      guard message.header.nlmsg_seq == sequence else { return }
      if message.header.nlmsg_flags & UInt16(NLM_F_DUMP_INTR) != 0 {
        progress.wasInterrupted = true
      }
      switch Int32(message.header.nlmsg_type) {
      case NLMSG_DONE:
        progress.isDone = true
      case NLMSG_ERROR:
        progress.isDone = true
        progress.failure = Int32(clamping: (message.fixedPart(as: Int32.self) ?? EPROTO).magnitude)
      default:
        take(message)
      }
    }
  }

  private mutating func take(_ message: Message) {
    switch Int(message.header.nlmsg_type) {
    case RTM_NEWLINK:
      if let link = FoundLink(message) { links.append(link) }
    case RTM_NEWADDR:
      guard let (index, address) = FoundAddress.read(message) else { return }
      onLink(index) { $0.addresses.append(address) }
    case RTM_NEWROUTE:
      guard let (index, route) = FoundRoute.read(message) else { return }
      if route.route.isLinkless {
        linklessRoutes.append(route)
      } else if let index {
        onLink(index) { $0.routes.append(route) }
      }
    case RTM_NEWNEIGH:
      guard let (index, neighbor) = FoundNeighbor.read(message) else { return }
      onLink(index) { $0.neighbors.append(neighbor) }
    case RTM_NEWRULE:
      if let rule = FoundRule(message) { rules.append(rule) }
    default:
      break
    }
  }

  private mutating func onLink(_ index: UInt32, _ change: (inout FoundLink) -> Void) {
    guard let position = links.firstIndex(where: { $0.index == index }) else { return }
    change(&links[position])
  }
}

extension FoundAddress {
  static func read(_ message: Message) -> (link: UInt32, FoundAddress)? {
    guard let part = message.fixedPart(as: ifaddrmsg.self) else { return nil }
    var local: IPAddress?
    var peer: IPAddress?
    var label: String?
    var flags = UInt32(part.ifa_flags)
    var validLifetime = UInt32.max
    var mark: UInt8?
    message.forEachAttribute(after: ifaddrmsg.self) { attribute in
      switch attribute.type {
      case IFA_LOCAL: local = attribute.address
      case IFA_ADDRESS: peer = attribute.address
      case IFA_LABEL: label = attribute.text
      case IFA_FLAGS: flags = attribute.number() ?? flags
      case IFA_PROTO: mark = attribute.number()
      case IFA_CACHEINFO:
        let lifetime = attribute.part(as: ifa_cacheinfo.self)
        validLifetime = lifetime?.ifa_valid ?? validLifetime
      default: break
      }
    }
    // IPv6 has only IFA_ADDRESS; of a point-to-point pair IFA_LOCAL is ours.
    guard let address = local ?? peer,
      let prefix = IPPrefix(address, length: Int(part.ifa_prefixlen))
    else { return nil }
    var found = FoundAddress(prefix)
    found.label = label
    // The kernel tells of an IPv4 address without end a preferred lifetime without end, always.
    found.isDeprecated = flags & UInt32(IFA_F_DEPRECATED) != 0
    found.isPermanent = validLifetime == .max
    found.mark = mark
    if flags & UInt32(IFA_F_DADFAILED) != 0 {
      found.duplicateDetection = .failed
    } else if flags & UInt32(IFA_F_TENTATIVE) != 0 {
      found.duplicateDetection = .running
    }
    return (part.ifa_index, found)
  }
}

extension FoundRoute {
  /// The link is absent for routes that lead to none, and for those over several.
  static func read(_ message: Message) -> (link: UInt32?, FoundRoute)? {
    guard let part = message.fixedPart(as: rtmsg.self),
      let family = part.rtm_family == UInt8(AF_INET)
        ? IPFamily.ipv4 : part.rtm_family == UInt8(AF_INET6) ? .ipv6 : nil,
      // A clone is the kernel's cache of another route; a type of service is a key of its own.
      part.rtm_flags & UInt32(RTM_F_CLONED) == 0, part.rtm_tos == 0, part.rtm_src_len == 0,
      let type = RouteConfiguration.RouteType(number: part.rtm_type)
    else { return nil }
    var destination = IPAddress.unspecified(family)
    var table = UInt32(part.rtm_table)
    var metric: UInt32 = 0
    var link: UInt32?
    var gateway: IPAddress?
    var source: IPAddress?
    var mtu: UInt32?
    message.forEachAttribute(after: rtmsg.self) { attribute in
      switch attribute.type {
      case Int(RTA_DST.rawValue): destination = attribute.address ?? destination
      case Int(RTA_TABLE.rawValue): table = attribute.number() ?? table
      case Int(RTA_PRIORITY.rawValue): metric = attribute.number() ?? 0
      case Int(RTA_OIF.rawValue): link = attribute.number()
      case Int(RTA_GATEWAY.rawValue): gateway = attribute.address
      case Int(RTA_VIA.rawValue):
        gateway = IPAddress(octets: attribute.payload.dropFirst(2))
      case Int(RTA_PREFSRC.rawValue): source = attribute.address
      case Int(RTA_METRICS.rawValue):
        attribute.forEachNested { if $0.type == Int(RTAX_MTU) { mtu = $0.number() } }
      default: break
      }
    }
    guard let prefix = IPPrefix(destination, length: Int(part.rtm_dst_len)) else { return nil }
    var route = Route(
      to: prefix, table: table, type: type, via: gateway,
      isOnLink: part.rtm_flags & UInt32(RTNH_F_ONLINK) != 0,
      scope: .init(number: part.rtm_scope), source: source, mtu: mtu)
    route.key.metric = metric
    return (link, FoundRoute(route, mark: part.rtm_protocol))
  }
}

extension FoundNeighbor {
  static func read(_ message: Message) -> (link: UInt32, FoundNeighbor)? {
    guard let part = message.fixedPart(as: ndmsg.self) else { return nil }
    var address: IPAddress?
    var found = FoundNeighbor(
      to: .unspecified(.ipv4), linkLayerAddress: nil,
      isPermanent: part.ndm_state & UInt16(NUD_PERMANENT) != 0)
    message.forEachAttribute(after: ndmsg.self) { attribute in
      switch attribute.type {
      case NDA_DST: address = attribute.address
      case NDA_LLADDR: found.linkLayerAddress = attribute.macAddress
      case NDA_PROTOCOL: found.mark = attribute.number()
      default: break
      }
    }
    guard let address else { return nil }
    found.to = address
    return (UInt32(clamping: part.ndm_ifindex), found)
  }
}
