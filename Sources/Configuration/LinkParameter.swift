import Addresses

/// A setting of a bond, of a bridge, or of a port of a bridge.
public struct LinkParameter: Equatable, Sendable {
  public let key: Key
  public let value: Value

  public init(_ key: Key, _ value: Value) {
    self.key = key
    self.value = value
  }

  public enum Value: Equatable, Sendable {
    /// In the key's unit; of a choice its place in `Key.words`, which is the kernel's number.
    case number(UInt32)
    /// IPv4, 1 to 16.
    case addresses([IPAddress])
    /// A link, by its `name` in the configuration, or else an interface.
    case link(String)
  }

  /// Raw: netplan's name with underscores, as JSON has it.
  public enum Key: String, Equatable, Sendable, CaseIterable {
    // Of a bond. Times are in milliseconds unless said.
    case mode
    case miiMonitorInterval = "mii_monitor_interval"
    case upDelay = "up_delay"
    case downDelay = "down_delay"
    case useCarrier = "use_carrier"
    case arpInterval = "arp_interval"
    case arpIPTargets = "arp_ip_targets"
    case arpValidate = "arp_validate"
    case arpAllTargets = "arp_all_targets"
    case primary
    case primaryReselectPolicy = "primary_reselect_policy"
    case failOverMACPolicy = "fail_over_mac_policy"
    case transmitHashPolicy = "transmit_hash_policy"
    case resendIGMP = "resend_igmp"
    case gratuitousARP = "gratuitous_arp"
    case allMembersActive = "all_members_active"
    case minLinks = "min_links"
    /// Seconds.
    case learnPacketInterval = "learn_packet_interval"
    case packetsPerMember = "packets_per_member"
    case lacpRate = "lacp_rate"
    case adSelect = "ad_select"
    // Of a bridge. Times are in seconds.
    case ageingTime = "ageing_time"
    case priority
    case forwardDelay = "forward_delay"
    case helloTime = "hello_time"
    case maxAge = "max_age"
    case stp
    // Of a port of a bridge.
    case pathCost = "path_cost"
    case portPriority = "port_priority"
  }
}

extension LinkParameter.Key {
  /// What the key is a setting of.
  public enum Owner: Equatable, Sendable {
    case bond, bridge, bridgePort
  }

  public var owner: Owner {
    switch self {
    case .ageingTime, .priority, .forwardDelay, .helloTime, .maxAge, .stp: .bridge
    case .pathCost, .portPriority: .bridgePort
    default: .bond
    }
  }

  /// The kernel's name: of bonds in bonding.rst, of bridges in ip-link(8).
  public var kernelName: String {
    switch self {
    case .miiMonitorInterval: "miimon"
    case .upDelay: "updelay"
    case .downDelay: "downdelay"
    case .arpIPTargets: "arp_ip_target"
    case .primaryReselectPolicy: "primary_reselect"
    case .failOverMACPolicy: "fail_over_mac"
    case .transmitHashPolicy: "xmit_hash_policy"
    case .gratuitousARP: "num_grat_arp"
    case .allMembersActive: "all_slaves_active"
    case .learnPacketInterval: "lp_interval"
    case .packetsPerMember: "packets_per_slave"
    case .stp: "stp_state"
    case .pathCost: "cost"
    case .portPriority: "priority"
    default: rawValue
    }
  }

  /// The words of a choice, in the order of the kernel's numbers; empty for other values.
  /// Source: bonding.rst; linux/if_bonding.h.
  public var words: [String] {
    switch self {
    case .mode:
      wordList("balance-rr active-backup balance-xor broadcast 802.3ad balance-tlb balance-alb")
    case .arpValidate:
      wordList("none active backup all filter filter_active filter_backup")
    case .arpAllTargets: wordList("any all")
    case .primaryReselectPolicy: wordList("always better failure")
    case .failOverMACPolicy: wordList("none active follow")
    case .transmitHashPolicy:
      wordList("layer2 layer3+4 layer2+3 encap2+3 encap3+4 vlan+srcmac")
    case .lacpRate: wordList("slow fast")
    case .adSelect: wordList("stable bandwidth count")
    default: []
    }
  }

  /// Whether the value is false (0) or true (1).
  public var isBoolean: Bool {
    self == .stp || self == .allMembersActive || self == .useCarrier
  }
}

extension LinkParameter {
  /// `active-backup`, `100`, `192.0.2.1,192.0.2.2`, `eth0`.
  public var valueText: String {
    switch value {
    case .number(let number):
      let words = key.words
      if Int(number) < words.count { return words[Int(number)] }
      return key.isBoolean ? (number == 0 ? "false" : "true") : "\(number)"
    case .addresses(let addresses): return addresses.map { "\($0)" }.joined(separator: ",")
    case .link(let name): return name
    }
  }
}
