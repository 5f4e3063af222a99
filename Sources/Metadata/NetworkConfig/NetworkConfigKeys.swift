/// The keys of network-config, version 2. Source: netplan's YAML reference.
enum NetworkConfigKeys {
  static let top = ["network", "version", "renderer", "ethernets", "config"] + sectionsNotDone

  static let sectionsNotDone = [
    "bonds", "bridges", "dummy-devices", "modems", "nm-devices", "openvswitch", "tunnels",
    "virtual-ethernets", "vlans", "vrfs", "wifis",
  ]

  static let link = [
    "accept-ra", "addresses", "dhcp4", "dhcp6", "gateway4", "gateway6", "link-local",
    "macaddress", "match", "mtu", "nameservers", "neighbors", "optional", "routes", "set-name",
  ]

  /// They say how other programs work.
  static let linkSilent = ["critical", "optional-addresses", "renderer"]

  static let linkNotDone = [
    "activation-mode", "auth", "delay-virtual-functions-rebind", "dhcp-identifier",
    "dhcp4-overrides", "dhcp6-overrides", "embedded-switch-mode", "emit-lldp",
    "generic-receive-offload", "generic-segmentation-offload", "ignore-carrier",
    "infiniband-mode", "ipv6-address-generation", "ipv6-address-token", "ipv6-mtu",
    "ipv6-privacy", "large-receive-offload", "link", "networkmanager", "openvswitch",
    "ra-overrides", "receive-checksum-offload", "routing-policy", "tcp-segmentation-offload",
    "tcp6-segmentation-offload", "transmit-checksum-offload", "virtual-function-count",
    "wakeonlan",
  ]

  static let route = ["to", "via", "on-link", "metric", "table", "type", "scope", "from", "mtu"]

  static let routeNotDone = [
    "advertised-mss", "advertised-receive-window", "congestion-window",
  ]
}
