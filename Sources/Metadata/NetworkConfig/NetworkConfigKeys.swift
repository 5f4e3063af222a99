import Configuration

/// The keys of network-config, version 2. Source: netplan's YAML reference, and its src/parse.c.
enum NetworkConfigKeys {
  static let top =
    wordList("network version renderer ethernets vlans bonds bridges dummy-devices")
    + sectionsNotDone

  static let sectionsNotDone = wordList(
    """
    modems nm-devices openvswitch tunnels virtual-ethernets vrfs wifis
    """)

  /// What the links of a section are; `nil` for any other key.
  static func kind(ofSection key: String) -> LinkConfiguration.Kind? {
    switch Word(key) {
    case "ethernets": .ethernet
    case "vlans": .vlan(parent: "", id: 0)
    case "bonds": .bond
    case "bridges": .bridge
    case "dummy-devices": .dummy
    default: nil
    }
  }

  /// Those that a link of the kind may have, for a question after one that is not known.
  static func known(of kind: LinkConfiguration.Kind) -> [String] {
    let own =
      switch kind {
      case .ethernet: wordList("match set-name")
      case .vlan: wordList("id link")
      case .bond, .bridge: wordList("interfaces parameters")
      case .dummy: [] as [String]
      }
    return own + link + linkNotDone
  }

  private static let link = wordList(
    """
    accept-ra activation-mode addresses dhcp4 dhcp6 gateway4 gateway6 ipv6-address-generation
    ipv6-mtu ipv6-privacy link-local macaddress mtu nameservers neighbors optional routes
    routing-policy
    """)

  /// They say how other programs work.
  static let linkSilent = wordList(
    """
    critical dhcp-identifier dhcp4-overrides dhcp6-overrides optional-addresses renderer
    """)

  static let linkNotDone = wordList(
    """
    auth delay-virtual-functions-rebind embedded-switch-mode emit-lldp generic-receive-offload
    generic-segmentation-offload hairpin ignore-carrier infiniband-mode ipv6-address-token
    large-receive-offload link neigh-suppress networkmanager openvswitch port-mac-learning
    ra-overrides receive-checksum-offload tcp-segmentation-offload tcp6-segmentation-offload
    transmit-checksum-offload virtual-function-count wakeonlan wakeonwlan
    """)

  /// Of `macaddress`, in place of one.
  static let addressPolicies = wordList("permanent preserve random stable")

  static let route = wordList("to via on-link metric table type scope from mtu")

  static let routeNotDone = [
    "advertised-mss", "advertised-receive-window", "congestion-window",
  ]
}
