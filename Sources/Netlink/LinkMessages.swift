import Addresses
import CMnl
import Configuration
import Network

/// Where a parameter stands in `IFLA_INFO_DATA` of a bond or bridge, or in `IFLA_INFO_SLAVE_DATA`
/// of a port of a bridge. Source: linux/if_link.h.
struct SettingField {
  let key: LinkParameter.Key
  let attribute: Int
  /// Bytes.
  let size: Int

  private init(_ key: LinkParameter.Key, _ attribute: Int, _ size: Int) {
    self.key = key
    self.attribute = attribute
    self.size = size
  }

  static func all(of owner: LinkParameter.Key.Owner) -> [SettingField] {
    switch owner {
    case .bond: bond
    case .bridge: bridge
    case .bridgePort: bridgePort
    }
  }

  private static var bond: [SettingField] {
    [
      Self(.mode, IFLA_BOND_MODE, 1), Self(.miiMonitorInterval, IFLA_BOND_MIIMON, 4),
      Self(.upDelay, IFLA_BOND_UPDELAY, 4), Self(.downDelay, IFLA_BOND_DOWNDELAY, 4),
      Self(.useCarrier, IFLA_BOND_USE_CARRIER, 1), Self(.arpInterval, IFLA_BOND_ARP_INTERVAL, 4),
      Self(.arpIPTargets, IFLA_BOND_ARP_IP_TARGET, 4),
      Self(.arpValidate, IFLA_BOND_ARP_VALIDATE, 4),
      Self(.arpAllTargets, IFLA_BOND_ARP_ALL_TARGETS, 4), Self(.primary, IFLA_BOND_PRIMARY, 4),
      Self(.primaryReselectPolicy, IFLA_BOND_PRIMARY_RESELECT, 1),
      Self(.failOverMACPolicy, IFLA_BOND_FAIL_OVER_MAC, 1),
      Self(.transmitHashPolicy, IFLA_BOND_XMIT_HASH_POLICY, 1),
      Self(.resendIGMP, IFLA_BOND_RESEND_IGMP, 4),
      Self(.gratuitousARP, IFLA_BOND_NUM_PEER_NOTIF, 1),
      Self(.allMembersActive, IFLA_BOND_ALL_SLAVES_ACTIVE, 1),
      Self(.minLinks, IFLA_BOND_MIN_LINKS, 4), Self(.learnPacketInterval, IFLA_BOND_LP_INTERVAL, 4),
      Self(.packetsPerMember, IFLA_BOND_PACKETS_PER_SLAVE, 4),
      Self(.lacpRate, IFLA_BOND_AD_LACP_RATE, 1), Self(.adSelect, IFLA_BOND_AD_SELECT, 1),
    ]
  }

  private static var bridge: [SettingField] {
    [
      Self(.forwardDelay, IFLA_BR_FORWARD_DELAY, 4), Self(.helloTime, IFLA_BR_HELLO_TIME, 4),
      Self(.maxAge, IFLA_BR_MAX_AGE, 4), Self(.ageingTime, IFLA_BR_AGEING_TIME, 4),
      Self(.stp, IFLA_BR_STP_STATE, 4), Self(.priority, IFLA_BR_PRIORITY, 2),
    ]
  }

  private static var bridgePort: [SettingField] {
    [
      Self(.pathCost, Int(IFLA_BRPORT_COST), 4),
      Self(.portPriority, Int(IFLA_BRPORT_PRIORITY), 2),
    ]
  }
}

extension Request {
  /// Makes a link, in our group. Without `NLM_F_EXCL`: the modules of bonds and dummies may make
  /// `bond0` and `dummy0` as they are loaded for this very message, and that one is meant then.
  mutating func make(_ new: NewLink, named name: String, _ sequence: UInt32) {
    start(
      RTM_NEWLINK, flags: NLM_F_ACK | NLM_F_CREATE, sequence: sequence, ifinfomsg())
    add(IFLA_IFNAME, name)
    add(IFLA_GROUP, UInt32(Ownership.mark))
    if let parent = new.parent { add(IFLA_LINK, parent.index) }
    if let mtu = new.mtu { add(IFLA_MTU, mtu) }
    if let address = new.macAddress { add(IFLA_ADDRESS, octets: address.octets) }
    nest(IFLA_LINKINFO) { info in
      switch new.kind {
      case .ethernet: break
      case .vlan(_, let id):
        info.add(kind: "vlan", IFLA_INFO_KIND)
        info.nest(IFLA_INFO_DATA) { $0.add(IFLA_VLAN_ID, id) }
      case .bond: info.add("bond", IFLA_INFO_DATA, new.settings)
      case .bridge: info.add("bridge", IFLA_INFO_DATA, new.settings)
      case .dummy: info.add(kind: "dummy", IFLA_INFO_KIND)
      }
    }
  }

  /// Parameters of one owner.
  mutating func add(_ settings: [LinkSetting]) {
    nest(IFLA_LINKINFO) { info in
      switch settings.first?.key.owner {
      case .bridgePort:
        info.add(kind: "bridge", IFLA_INFO_SLAVE_KIND)
        info.nest(IFLA_INFO_SLAVE_DATA) { data in
          for setting in settings { data.add(setting) }
        }
      case .bridge: info.add("bridge", IFLA_INFO_DATA, settings)
      default: info.add("bond", IFLA_INFO_DATA, settings)
      }
    }
  }

  /// Without a final zero byte, as ip-link(8) has it.
  private mutating func add(kind: String, _ attribute: Int) {
    add(attribute, octets: [UInt8](kind.utf8))
  }

  private mutating func add(_ kind: String, _ attribute: Int, _ settings: [LinkSetting]) {
    add(kind: kind, IFLA_INFO_KIND)
    if settings.isEmpty { return }
    nest(attribute) { data in
      for setting in settings { data.add(setting) }
    }
  }

  private mutating func add(_ setting: LinkSetting) {
    let fields = SettingField.all(of: setting.key.owner)
    guard let field = fields.first(where: { $0.key == setting.key }) else { return }
    switch setting.value {
    case .number(let number):
      switch field.size {
      case 1: add(field.attribute, UInt8(clamping: number))
      case 2: add(field.attribute, UInt16(clamping: number))
      default: add(field.attribute, number)
      }
    case .addresses(let addresses):
      nest(field.attribute) { targets in
        // The kernel knows sixteen.
        for (place, address) in addresses.prefix(16).enumerated() { targets.add(place, address) }
      }
    case .link(let link): add(field.attribute, link.index)
    }
  }
}
