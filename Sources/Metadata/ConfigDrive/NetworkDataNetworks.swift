import Addresses
import Configuration

/// An item of `networks`:
///
///     "link": <id of a link>
///     "type": ipv4 | static | ipv6 | static6                      an address of its own
///             | ipv4_dhcp | ipv6_dhcp | ipv6_dhcpv6-stateful      left to the guest's DHCP client
///             | ipv6_slaac | ipv6_dhcpv6-stateless                by router advertisements
///     "ip_address": <address> | <address>/<length>
///     "netmask": <netmask> | <length>      without one /24 and /64, as cloud-init has it
///     "gateway": <address>                 a default route; nova writes it as a route
///     "routes": [{"network": <address>, "netmask": <netmask>, "gateway": <address>,
///                 "services": [<service>]}]
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
    var netmask: YAMLNode?
    for entry in entries where !document.isNull(entry.value) {
      let key = document.text(entry.key)
      let value = entry.value
      switch key {
      case "type": isStatic = type(value, of: &link)
      case "ip_address": address = value
      case "netmask": netmask = value
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
      case "link", "id", "network_id": break
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
    guard let prefix = prefix(address, "ip_address", netmask: netmask) else { return }
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
    switch document.text(value) {
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
    var network: YAMLNode?
    var netmask: YAMLNode?
    var gateway: YAMLNode?
    for entry in entries where !document.isNull(entry.value) {
      let key = document.text(entry.key)
      switch key {
      case "network": network = entry.value
      case "netmask": netmask = entry.value
      case "gateway": gateway = entry.value
      case "services": link.nameservers += services(entry.value, of: link.name)
      default: warnUnknown(entry.key, known: ["network", "netmask", "gateway", "services"])
      }
    }
    guard let network else { return error(item, "routes: \"network\" is missing") }
    guard let given = prefix(network, "network", netmask: netmask) else { return }
    let to = given.network
    if to != given { warn(network, "network: \(given) has host bits set: taken for \(to)") }
    var via: IPAddress?
    if let gateway {
      guard let address = address(gateway, "gateway") else { return }
      guard address.family == to.family else {
        return error(
          gateway, "gateway: gateway of the wrong family: \(address) cannot lead to \(to)")
      }
      via = address.isUnspecified ? nil : address
    }
    guard via != nil || to.length > 0 else {
      return error(item, "routes: a default route needs \"gateway\"")
    }
    add(RouteConfiguration(to: to, via: via), item, to: &link)
  }

  private mutating func add(
    _ route: RouteConfiguration, _ node: YAMLNode, to link: inout LinkConfiguration
  ) {
    link.routes.append(route)
    note(.route, of: link.name, at: node)
  }

  /// An address with the length that stands behind it, or else beside it as `netmask`; either may
  /// be a number or a mask. Without both `0.0.0.0` and `::` are everything.
  private mutating func prefix(
    _ value: YAMLNode, _ key: String, netmask: YAMLNode?
  ) -> IPPrefix? {
    let text = document.text(value)
    let slash = text.utf8.firstIndex(of: UInt8(ascii: "/"))
    guard let address = IPAddress(text[..<(slash ?? text.endIndex)]) else {
      refuse(value, key, expected: "an address")
      return nil
    }
    if let slash {
      let mask = text[text.utf8.index(after: slash)...]
      if let prefix = IPPrefix(address, netmask: mask) { return prefix }
      refuse(value, key, expected: "a prefix length or netmask of the address's family behind /")
      return nil
    }
    if let netmask {
      if let prefix = IPPrefix(address, netmask: document.text(netmask)) { return prefix }
      refuse(netmask, "netmask", expected: "a netmask or prefix length for \(address)")
      return nil
    }
    let length = address.isUnspecified ? 0 : address.family == .ipv4 ? 24 : 64
    let assumed = IPPrefix(address, length: length) ?? IPPrefix(host: address)
    diagnostics.warn(
      place(value), "\(key): \(address) has no netmask: taken for \(assumed)",
      hint: "write \"\(assumed)\" or the one that is meant")
    return assumed
  }
}

extension IPPrefix {
  /// `netmask`: the number of ones, or `255.255.255.0`, `ffff:ffff::`.
  fileprivate init?(_ address: IPAddress, netmask: some StringProtocol) {
    let length: Int?
    if let number = decimal(netmask) {
      length = Int(exactly: number)
    } else if let mask = IPAddress(netmask), mask.family == address.family {
      length = IPPrefix.length(ofNetmask: mask)
    } else {
      length = nil
    }
    guard let length, let prefix = IPPrefix(address, length: length) else { return nil }
    self = prefix
  }
}

private let networkKeys = [
  "id", "network_id", "link", "type", "ip_address", "netmask", "gateway", "routes", "services",
]
