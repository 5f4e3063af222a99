import Addresses
import Check
import Configuration

/// An item of `networks`:
///
///     "link": <id of a link>
///     "type": ipv4 | static | ipv6 | static6                      an address of its own
///             | ipv4_dhcp | ipv6_dhcp | ipv6_dhcpv6-stateful      left to the guest's DHCP client
///             | ipv6_slaac | ipv6_dhcpv6-stateless                by router advertisements
///     "ip_address": <address>[/<netmask>], "netmask": <netmask>         Netmask.swift
///     "gateway": <address>                 a default route; nova writes it as a route
///     "routes": [{"network": <address>[/<netmask>], "netmask": <netmask>, "gateway": <address>,
///                 "services": [<service>]}]                             Version1Routes.swift
///     "services": [<service>]              resolvers of the link
///
/// The family is the address's. All but static networks have router advertisements accepted.
extension YAMLReader {
  mutating func read(
    _ networks: [YAMLNode], of links: inout [LinkConfiguration], _ ids: [String: Int]
  ) {
    // By link, as an address is compared with the others of its link.
    var ofLink = [[[YAMLEntry]]](repeating: [], count: links.count)
    for item in networks {
      guard let entries = entries(item, "networks") else { continue }
      guard let link = entries.first(where: { document.text($0.key) == "link" })?.value else {
        error(item, "networks: \"link\" is missing")
        continue
      }
      if let index = index(link, "link", ids) { ofLink[index].append(entries) }
    }
    for index in links.indices {
      var places: [IPPrefix: Int] = [:]
      for network in ofLink[index] { read(network, of: &links[index], &places) }
    }
  }

  private mutating func read(
    _ entries: [YAMLEntry], of link: inout LinkConfiguration, _ places: inout [IPPrefix: Int]
  ) {
    var isStatic: Bool?
    var address: YAMLNode?
    for entry in entries where !isEmpty(entry.value) {
      let key = document.text(entry.key)
      let value = entry.value
      switch Word(key) {
      case "type": isStatic = type(value, of: &link)
      case "ip_address": address = value
      case "gateway":
        guard let gateway = self.address(value, key) else { continue }
        guard !gateway.isUnspecified else {
          refuse(value, key, expected: "the address of a gateway")
          continue
        }
        add(RouteConfiguration(to: .everything(gateway.family), via: gateway), value, to: &link)
      case "routes":
        for item in items(value, key) ?? [] { route(item, of: &link) }
      case "services": link.nameservers += services(value, of: link.name)
      case "netmask", "link", "id", "network_id": break
      default: warnUnknown(entry.key, known: networkKeys)
      }
    }
    guard isStatic != false, let first = entries.first?.key else { return }
    guard isStatic == true, let address else {
      return error(
        first,
        isStatic == nil
          ? "networks: \"type\" is missing"
          : "networks: a network of addresses of its own needs \"ip_address\"")
    }
    guard let prefix = version1Prefix(address, "ip_address", entries) else { return }
    guard !prefix.address.isUnspecified, !prefix.address.isMulticast else {
      return refuse(address, "ip_address", expected: "the address of an interface")
    }
    guard places.updateValue(link.addresses.count, forKey: prefix) == nil else {
      return warn(address, "ip_address: \(prefix) is given twice")
    }
    link.addresses.append(AddressConfiguration(prefix))
    note(.address, of: link.name, at: address)
  }

  /// Whether the network is one of addresses.
  private mutating func type(_ value: YAMLNode, of link: inout LinkConfiguration) -> Bool {
    switch Word(document.text(value)) {
    case "ipv4", "static", "ipv6", "static6": return true
    case "ipv4_dhcp": link.dhcp4 = true
    case "ipv6_slaac": link.acceptRA = true
    case "ipv6_dhcp", "ipv6_dhcpv6-stateful", "ipv6_dhcpv6-stateless":
      link.dhcp6 = true
      link.acceptRA = true
    default:
      refuse(
        value, "type",
        expected: "ipv4, ipv6, ipv4_dhcp, ipv6_dhcp, ipv6_slaac, ipv6_dhcpv6-stateful or "
          + "ipv6_dhcpv6-stateless")
    }
    return false
  }

  private mutating func route(_ item: YAMLNode, of link: inout LinkConfiguration) {
    guard let entries = entries(item, "routes") else { return }
    if let services = value("services", entries) {
      link.nameservers += self.services(services, of: link.name)
    }
    if let route = version1Route(item, alsoKnown: "services") { add(route, item, to: &link) }
  }

  private mutating func add(
    _ route: RouteConfiguration, _ node: YAMLNode, to link: inout LinkConfiguration
  ) {
    link.routes.append(route)
    note(.route, of: link.name, at: node)
  }
}

private let networkKeys = wordList(
  """
  id network_id link type ip_address netmask gateway routes services
  """)
