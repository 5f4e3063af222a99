import Addresses
import Configuration

/// An item of `links` of network_data.json as it stands, before the others are known.
struct NetworkDataLink {
  let node: YAMLNode
  var id = ""
  var kind = Kind.nic
  var mtu: UInt32?
  var macAddress: MACAddress?
  /// Of a NIC; others are named by rule.
  var setName: InterfaceName?
  var ports: [YAMLNode]?
  /// `bond_<parameter>` and its value.
  var parameters: [YAMLEntry] = []
  var parent: YAMLNode?
  var vlanID: UInt16?
  var vlanMACAddress: MACAddress?
  /// In the configuration.
  var name = ""
  /// The interface's name, where it is known.
  var interface: String?

  enum Kind { case nic, bond, vlan }

  init(node: YAMLNode) {
    self.node = node
  }

  /// The first key that its kind cannot do without.
  var missing: String? {
    if id.isEmpty { return "id" }
    return switch kind {
    case .nic: macAddress == nil && setName == nil ? "ethernet_mac_address" : nil
    case .bond: ports == nil ? "bond_links" : nil
    case .vlan: parent == nil ? "vlan_link" : vlanID == nil ? "vlan_id" : nil
    }
  }

  /// Of a NIC or bond; `bond`: how many bonds there were before.
  mutating func giveName(bond: Int) {
    switch kind {
    case .bond:
      name = "bond\(bond)"
      interface = name
    case .nic:
      interface = setName?.text
      name = macAddress == nil ? interface ?? id : id
    case .vlan: break
    }
  }

  /// Of a VLAN; `taken`: how often each name was given before.
  mutating func giveName(over parent: String?, _ taken: inout [String: Int]) {
    let id = vlanID ?? 0
    name = parent.map { "\($0).\(id)" } ?? ""
    if InterfaceName(name) == nil {
      let plain = "vlan\(id)"
      name = plain
      while taken[name] != nil {
        let count = (taken[plain] ?? 0) + 1
        taken[plain] = count
        name = "\(plain)-\(count)"
      }
    }
    if taken[name] == nil { taken[name] = 1 }
    interface = name
  }

  static let keys = wordList(
    """
    id type mtu name ethernet_mac_address bond_links bond_mode vlan_link vlan_id
    vlan_mac_address vif_id
    """)

  /// nova's words for how the host plugs a NIC in, and those of clouds (`bgpovs`, `cascading`).
  /// Source: nova, network_data.json (JSON schema); cloud-init, `KNOWN_PHYSICAL_TYPES`.
  static let nicTypes = wordList(
    """
    phy ovs bridge vif tap dvs hw_veb hyperv vhostuser ethernet bgpovs cascading
    """)
}
