import Addresses
import CMnl
import Network

extension NetworkEvent {
  /// Calls `body` with each event of a datagram from the multicast groups of links, addresses,
  /// routes, neighbours and rules. `port`: of the socket by which we change things ourselves; the
  /// kernel names the cause of an event in the header, of IPv6 addresses and of links set up it
  /// names nobody.
  ///
  /// Source: rtnetlink(7); linux/rtnetlink.h. Messages of other types and families, and what
  /// cannot be understood, are passed over.
  public static func forEach(
    in datagram: ArraySlice<UInt8>, port: UInt32, _ body: (NetworkEvent, Bool) -> Void
  ) {
    Message.forEach(in: datagram) { message in
      if let event = NetworkEvent(message) {
        body(event, message.header.nlmsg_pid == port && port != 0)
      }
    }
  }

  private init?(_ message: Message) {
    let type = Int(message.header.nlmsg_type)
    switch type {
    case RTM_NEWLINK, RTM_DELLINK: self.init(link: message, isGone: type == RTM_DELLINK)
    case RTM_NEWADDR, RTM_DELADDR: self.init(address: message, isGone: type == RTM_DELADDR)
    case RTM_NEWROUTE, RTM_DELROUTE: self.init(route: message, isGone: type == RTM_DELROUTE)
    case RTM_NEWNEIGH, RTM_DELNEIGH: self.init(neighbor: message)
    case RTM_DELRULE: self = .ruleGone
    default: return nil
    }
  }

  private init?(link message: Message, isGone: Bool) {
    guard let part = message.fixedPart(as: ifinfomsg.self) else { return nil }
    // The other families tell of bridges' ports and of IPv6's own settings.
    guard part.ifi_family == UInt8(AF_UNSPEC) else { return nil }
    let index = UInt32(clamping: part.ifi_index)
    if isGone {
      self = .linkGone(index)
      return
    }
    var name = ""
    var mtu: UInt32?
    var macAddress: MACAddress?
    var controller: UInt32?
    message.forEachAttribute(after: ifinfomsg.self) { attribute in
      switch attribute.type {
      case IFLA_IFNAME: name = attribute.text
      case IFLA_MTU: mtu = attribute.number()
      case IFLA_ADDRESS: macAddress = attribute.macAddress
      case IFLA_MASTER: controller = attribute.number()
      default: break
      }
    }
    let isUp = part.ifi_flags & UInt32(IFF_UP.rawValue) != 0
    self = .link(
      WatchedLink(
        index: index, name: name, isUp: isUp, mtu: mtu ?? 0, macAddress: macAddress,
        controller: controller))
  }

  private init?(address message: Message, isGone: Bool) {
    guard let part = message.fixedPart(as: ifaddrmsg.self) else { return nil }
    var local: IPAddress?
    var peer: IPAddress?
    var flags = UInt32(part.ifa_flags)
    message.forEachAttribute(after: ifaddrmsg.self) { attribute in
      switch attribute.type {
      case IFA_LOCAL: local = attribute.address
      case IFA_ADDRESS: peer = attribute.address
      case IFA_FLAGS: flags = attribute.number() ?? flags
      default: break
      }
    }
    guard let address = local ?? peer else { return nil }
    let waits = flags & UInt32(IFA_F_TENTATIVE) != 0 && flags & UInt32(IFA_F_DADFAILED) == 0
    self = .address(address, link: part.ifa_index, isGone ? .gone : waits ? .tentative : .settled)
  }

  private init?(route message: Message, isGone: Bool) {
    guard let part = message.fixedPart(as: rtmsg.self) else { return nil }
    // A clone is the kernel's cache of another route; each address has its routes in `local`.
    guard part.rtm_flags & UInt32(RTM_F_CLONED) == 0,
      part.rtm_table != UInt8(RT_TABLE_LOCAL.rawValue)
    else { return nil }
    var link: UInt32?
    message.forEachAttribute(after: rtmsg.self) { attribute in
      if attribute.type == Int(RTA_OIF.rawValue) { link = attribute.number() }
    }
    let displaces = isGone || message.header.nlmsg_flags & UInt16(NLM_F_REPLACE) != 0
    self = .route(link: link, mark: part.rtm_protocol, displaces: displaces)
  }

  private init?(neighbor message: Message) {
    guard let part = message.fixedPart(as: ndmsg.self) else { return nil }
    var address: IPAddress?
    message.forEachAttribute(after: ndmsg.self) { attribute in
      if attribute.type == NDA_DST { address = attribute.address }
    }
    // Those of bridges' forwarding tables are known by hardware address.
    guard let address else { return nil }
    self = .neighbor(address, link: UInt32(clamping: part.ndm_ifindex))
  }
}
