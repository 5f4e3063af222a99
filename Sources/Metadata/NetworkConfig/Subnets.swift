import Addresses
import Check
import Configuration

/// `subnets` of a link in version 1:
///
///     - type: static | static6 | manual | loopback
///             dhcp | dhcp4 | dhcp6 | ipv6_dhcpv6-stateful     left to the guest's DHCP client
///             ipv6_slaac | ipv6_dhcpv6-stateless    router advertisements, DHCP with the latter
///       address: <address>[/<netmask>]   netmask: <netmask>       Netmask.swift
///       gateway: <address>   metric: <n>                          a default route
///       dns_nameservers: [<address>]   dns_search: [<domain>]     or text with spaces
///       routes: [<route>]                                         Version1Routes.swift
///       mtu: <bytes>                    of IPv6 alone in a subnet of IPv6
///       control: auto | hotplug | manual
///
/// A static IPv6 address leaves router advertisements as they are.
/// Source: cloud-init, "Networking config v1", `_extract_addresses` of cloudinit/net/netplan.py.
extension YAMLReader {
  mutating func subnets(_ value: YAMLNode, of link: inout LinkConfiguration) {
    guard let items = items(value, "subnets") else { return }
    var state = SubnetState(deviceMTU: link.mtu)
    for item in items {
      guard let entries = entries(item, "subnets") else { continue }
      subnet(entries, item, of: &link, &state)
    }
    if state.autoconfigures, link.acceptRA == nil { link.acceptRA = true }
    // ifupdown sets a link up as soon as one of its stanzas is automatic.
    if !items.isEmpty, state.manual == items.count { link.activation = .manual }
  }

  private mutating func subnet(
    _ entries: [YAMLEntry], _ item: YAMLNode, of link: inout LinkConfiguration,
    _ state: inout SubnetState
  ) {
    guard let type = value("type", entries) else {
      error(item, "subnets: \"type\" is missing")
      return
    }
    let address = value("address", entries) ?? value("ip_address", entries)
    var isStatic = false
    switch Word(document.text(type)) {
    case "static", "static6":
      isStatic = true
      if address == nil { error(item, "subnets: \"address\" is missing") }
    case "manual", "loopback": break
    case "dhcp", "dhcp4": link.dhcp4 = true
    case "dhcp6", "ipv6_dhcpv6-stateful": link.dhcp6 = true
    case "ipv6_dhcpv6-stateless":
      link.dhcp6 = true
      state.autoconfigures = true
    case "ipv6_slaac": state.autoconfigures = true
    default: refuse(type, "type", expected: "one of " + subnetTypes.joined(separator: ", "))
    }
    if let address, isStatic { self.address(address, entries, of: &link, &state) }
    let word = document.text(type)
    let hasColon = address.map { document.text($0).utf8.contains(UInt8(ascii: ":")) } ?? false
    let isIPv6 = isStatic ? hasColon : word == "dhcp6" || word.hasPrefix("ipv6_")
    let metric = value("metric", entries).flatMap { number($0, "metric", in: 0...UInt32.max) }
    for entry in entries where !isEmpty(entry.value) {
      let key = document.text(entry.key)
      let value = entry.value
      switch Word(key) {
      case "gateway": gateway(value, metric, of: &link, &state)
      case "dns_nameservers":
        var nodes: [YAMLNode] = []
        addresses(value, key, &link.nameservers, &nodes)
        for node in nodes { note(.nameserver, of: link.name, at: node) }
      case "dns_search": link.searchDomains += domains(value, key)
      case "routes": link.routes += version1Routes(value, of: link.name)
      case "mtu": mtu(value, entry.key, isIPv6: isIPv6, of: &link, state)
      case "control":
        switch Word(document.text(value)) {
        case "manual": state.manual += 1
        case "auto", "hotplug": break
        default: refuse(value, key, expected: "auto, hotplug or manual")
        }
      case _ where !isStatic && (key == "address" || key == "ip_address"):
        warn(entry.key, "\"address\" is not read beside type \(word)")
      case _ where subnetKeys.contains(key): break
      default: warnUnknown(entry.key, known: subnetKeys)
      }
    }
  }

  private mutating func address(
    _ value: YAMLNode, _ entries: [YAMLEntry], of link: inout LinkConfiguration,
    _ state: inout SubnetState
  ) {
    guard let prefix = version1Prefix(value, "address", entries) else { return }
    guard !prefix.address.isUnspecified, !prefix.address.isMulticast else {
      refuse(value, "address", expected: "the address of an interface")
      return
    }
    guard state.addresses.updateValue(0, forKey: prefix) == nil else {
      warn(value, "address: \(prefix) is given twice")
      return
    }
    note(.address, of: link.name, at: value)
    link.addresses.append(AddressConfiguration(prefix))
  }

  /// A default route; subnets of one link may name the same one.
  private mutating func gateway(
    _ value: YAMLNode, _ metric: UInt32?, of link: inout LinkConfiguration,
    _ state: inout SubnetState
  ) {
    guard let gateway = address(value, "gateway") else { return }
    guard !gateway.isUnspecified else { return refuse(value, "gateway", expected: "an address") }
    guard state.gateways.updateValue(0, forKey: IPPrefix(host: gateway)) == nil else { return }
    var route = RouteConfiguration(to: .everything(gateway.family), via: gateway)
    route.metric = metric
    note(.route, of: link.name, at: value)
    link.routes.append(route)
  }

  /// cloud-init: the subnet's wins over the link's.
  private mutating func mtu(
    _ value: YAMLNode, _ key: YAMLNode, isIPv6: Bool, of link: inout LinkConfiguration,
    _ state: SubnetState
  ) {
    if isIPv6 {
      link.ipv6MTU = number(value, "mtu", in: ipv6LinkMTU)
    } else if let mtu = number(value, "mtu", in: linkMTU) {
      if let device = state.deviceMTU, device != mtu {
        warn(key, "mtu: \(mtu) of the subnet is taken, not \(device) of the link")
      }
      link.mtu = mtu
    }
  }

  /// Addresses in a list, or in a text between spaces; `nodes`: where each stands.
  mutating func addresses(
    _ value: YAMLNode, _ key: String, _ addresses: inout [IPAddress], _ nodes: inout [YAMLNode]
  ) {
    for (word, node) in words(value) {
      guard let address = IPAddress(word) else {
        refuse(node, key, expected: "an address")
        continue
      }
      addresses.append(address)
      nodes.append(node)
    }
  }

  mutating func domains(_ value: YAMLNode, _ key: String) -> [String] {
    var domains: [String] = []
    for (word, node) in words(value) {
      if let domain = searchDomain(word, node, key) { domains.append(domain) }
    }
    return domains
  }

  private func words(_ value: YAMLNode) -> [(String, YAMLNode)] {
    switch document.kind(value) {
    case .list: document.items(value).filter { !isEmpty($0) }.map { (document.text($0), $0) }
    case .plain, .quoted: splitWords(document.text(value)).map { ($0, value) }
    case .mapping, .alias: [("", value)]
    }
  }
}

/// What the subnets of one link have together.
private struct SubnetState {
  /// The link's own, before its subnets are read.
  let deviceMTU: UInt32?
  var addresses: [IPPrefix: Int] = [:]
  var gateways: [IPPrefix: Int] = [:]
  var autoconfigures = false
  /// How many are for the administrator to set up.
  var manual = 0

  init(deviceMTU: UInt32?) {
    self.deviceMTU = deviceMTU
  }
}

private let subnetTypes = wordList(
  """
  static static6 dhcp dhcp4 dhcp6 manual ipv6_slaac ipv6_dhcpv6-stateful ipv6_dhcpv6-stateless
  loopback
  """)

/// `broadcast` is the kernel's to make; `ipv4` and `ipv6` repeat the address's family.
private let subnetKeys = wordList(
  """
  type address ip_address netmask prefix broadcast gateway metric dns_nameservers dns_search
  routes mtu control ipv4 ipv6
  """)
