import Addresses
import Configuration

/// One link under `ethernets`:
///
///     <id>:
///       match: {name: <glob>, macaddress: <mac>, driver: <glob> | [<glob>]}
///       set-name: <name>                    needs match
///       addresses: [<address>]              Addresses.swift
///       gateway4: <address>   gateway6: <address>
///       routes: [<route>]                   Routes.swift
///       neighbors: [{to: <address>, lladdr: <mac>}]
///       nameservers: {addresses: [<address>], search: [<domain>]}
///       mtu: <bytes>   macaddress: <mac>
///       accept-ra: <bool>   link-local: [ipv4, ipv6]   optional: <bool>
///       dhcp4: <bool>   dhcp6: <bool>       left to the guest's DHCP client
///
/// Without `match` the id is the name of the interface.
extension YAMLReader {
  mutating func ethernet(_ entry: YAMLEntry) -> LinkConfiguration? {
    let id = document.text(entry.key)
    var link = LinkConfiguration(name: id)
    note(.link, of: id, at: entry.key)
    let empty = document.isNull(entry.value)
    guard let entries = empty ? [] : entries(entry.value, quoted(id)) else { return nil }
    var setName: YAMLNode?
    for entry in entries {
      let key = document.text(entry.key)
      if document.isNull(entry.value) {
        warn(entry.key, "\(quoted(key)) has no value")
      } else {
        if key == "set-name" { setName = entry.key }
        set(key, entry, of: &link)
      }
    }
    if link.match == nil {
      if let setName { error(setName, "\"set-name\" needs \"match\" to find the NIC") }
      if InterfaceName(id) == nil {
        error(
          entry.key,
          "\(quoted(id)) is not an interface name of 1 to 15 bytes, "
            + "as it must be without \"match\"")
      }
    }
    return link
  }

  private mutating func set(_ key: String, _ entry: YAMLEntry, of link: inout LinkConfiguration) {
    let value = entry.value
    switch key {
    case "match": link.match = match(value)
    case "set-name": link.setName = interfaceName(value, key)
    case "mtu": link.mtu = number(value, key, in: linkMTU)
    case "macaddress": link.macAddress = macAddress(value, key)
    case "addresses": link.addresses = addresses(value, of: link.name)
    case "routes": link.routes += routes(value, of: link.name)
    case "gateway4", "gateway6":
      if let route = defaultRoute(value, key, key == "gateway4" ? .ipv4 : .ipv6) {
        note(.route, of: link.name, at: value)
        link.routes.append(route)
      }
    case "neighbors": link.neighbors = neighbors(value, of: link.name)
    case "nameservers": nameservers(value, of: &link)
    case "dhcp4": link.dhcp4 = boolean(value, key)
    case "dhcp6": link.dhcp6 = boolean(value, key)
    case "accept-ra": link.acceptRA = boolean(value, key)
    case "link-local": link.linkLocal = linkLocal(value)
    case "optional": link.optional = boolean(value, key)
    case _ where NetworkConfigKeys.linkSilent.contains(key): break
    case _ where NetworkConfigKeys.linkNotDone.contains(key):
      warn(entry.key, "\(quoted(key)) is not done by guestagent")
    default:
      warnUnknown(entry.key, known: NetworkConfigKeys.link + NetworkConfigKeys.linkNotDone)
    }
  }

  private mutating func match(_ value: YAMLNode) -> LinkConfiguration.Match? {
    guard let entries = entries(value, "match") else { return nil }
    var match = LinkConfiguration.Match()
    let errors = diagnostics.errors.count
    for entry in entries {
      let key = document.text(entry.key)
      switch key {
      case "name": match.name = glob(entry.value, key)
      case "macaddress": match.macAddress = macAddress(entry.value, key)
      case "driver" where document.kind(entry.value) == .list:
        for item in document.items(entry.value) {
          if let driver = glob(item, key) { match.drivers.append(driver) }
        }
      case "driver":
        if let driver = glob(entry.value, key) { match.drivers.append(driver) }
      default: warnUnknown(entry.key, known: ["name", "macaddress", "driver"])
      }
    }
    if match == LinkConfiguration.Match() {
      guard entries.isEmpty else {
        // Without the key that is not known it would fit every NIC. A wrong value is told already.
        guard diagnostics.errors.count == errors else { return nil }
        error(value, "match: expected name, macaddress or driver")
        return nil
      }
      // netplan: an empty match is every NIC.
      match.name = Glob("*")
    }
    return match
  }

  private mutating func linkLocal(_ value: YAMLNode) -> LinkConfiguration.LinkLocal? {
    guard let items = items(value, "link-local") else { return nil }
    var families = LinkConfiguration.LinkLocal(ipv4: false, ipv6: false)
    for item in items {
      switch document.text(item) {
      case "ipv4": families.ipv4 = true
      case "ipv6": families.ipv6 = true
      default: refuse(item, "link-local", expected: "ipv4 or ipv6")
      }
    }
    return families
  }

  private mutating func nameservers(_ value: YAMLNode, of link: inout LinkConfiguration) {
    guard let entries = entries(value, "nameservers") else { return }
    for entry in entries where !document.isNull(entry.value) {
      let key = document.text(entry.key)
      switch key {
      case "addresses":
        for item in items(entry.value, key) ?? [] {
          if let address = address(item, "nameservers") {
            note(.nameserver, of: link.name, at: item)
            link.nameservers.append(address)
          }
        }
      case "search":
        for item in items(entry.value, key) ?? [] {
          if let domain = searchDomain(item, key) { link.searchDomains.append(domain) }
        }
      default: warnUnknown(entry.key, known: ["addresses", "search"])
      }
    }
  }

  private mutating func searchDomain(_ value: YAMLNode, _ key: String) -> String? {
    let text = document.text(value)
    // resolv.conf(5): `.` is the root; a routing domain of systemd-resolved begins with `~`.
    guard text == "." || isSearchDomain(text) else {
      refuse(value, key, expected: "a domain")
      return nil
    }
    return text
  }
}

/// As a host's name, but underscores are met in domains.
private func isSearchDomain(_ text: String) -> Bool {
  let name = text.utf8.last == UInt8(ascii: ".") ? text.utf8.dropLast() : text.utf8[...]
  let plain = name.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "x") : $0 }
  return isDomainName(String(decoding: plain, as: UTF8.self))
}

/// From the least that IPv4 allows (RFC 791) to what a length of IP holds.
let linkMTU: ClosedRange<UInt32> = 68...65535
