import Addresses
import Check
import Configuration

/// One link of version 2, under the section of its kind:
///
///     <id>:
///       match: {name: <glob>, macaddress: <mac>, driver: <glob> | [<glob>]}    of ethernets only
///       set-name: <name>                    needs match
///       id: 0..4094   link: <id>            of vlans, both needed
///       interfaces: [<id>]                  of bonds and bridges: their ports
///       parameters: {<key>: <value>}        of bonds and bridges; Parameters.swift
///       addresses: [<address>]              Addresses.swift
///       gateway4: <address>   gateway6: <address>
///       routes: [<route>]                   Routes.swift
///       routing-policy: [<rule>]            Rules.swift
///       neighbors: [{to: <address>, lladdr: <mac>}]
///       nameservers: {addresses: [<address>], search: [<domain>]}
///       mtu: <bytes>   ipv6-mtu: <bytes>   macaddress: <mac>
///       accept-ra: <bool>   link-local: [ipv4, ipv6]   optional: <bool>
///       ipv6-privacy: <bool>   ipv6-address-generation: eui64 | stable-privacy
///       activation-mode: manual | off
///       dhcp4: <bool>   dhcp6: <bool>       left to the guest's DHCP client
///
/// Without `match` the id is the name of the interface, as always of a link that is made.
extension YAMLReader {
  mutating func link(
    _ entry: YAMLEntry, _ kind: LinkConfiguration.Kind, _ drafts: inout LinkDrafts
  ) {
    let id = document.text(entry.key)
    // netplan's word for all links of a section.
    if id == "renderer", document.isScalar(entry.value) { return }
    var link = LinkConfiguration(name: id)
    link.kind = kind
    let empty = document.isNull(entry.value)
    guard let keys = empty ? [] : entries(entry.value, quoted(id)) else { return }
    note(.link, of: id, at: entry.key)
    var setName: YAMLNode?
    for entry in keys {
      let key = document.text(entry.key)
      if document.isNull(entry.value) {
        warn(entry.key, "\(quoted(key)) has no value")
      } else if !setOfKind(key, entry, of: &link, &drafts) {
        if key == "set-name" { setName = entry.key }
        set(key, entry, of: &link)
      }
    }
    if let setName, link.match == nil {
      error(setName, "\"set-name\" needs \"match\" to find the NIC")
    }
    if case .vlan = kind {
      for key in ["id", "link"] where !has(key, keys) {
        error(entry.key, "\(quoted(id)): \"\(key)\" is missing, which a VLAN needs")
      }
    }
    if link.match == nil, InterfaceName(id) == nil {
      let reason = kind == .ethernet ? "without \"match\"" : "of a link that is made"
      error(
        entry.key,
        "\(quoted(id)) is not an interface name of 1 to 15 bytes, as it must be \(reason)")
    }
    add(link, at: entry.key, to: &drafts)
  }

  private func has(_ key: String, _ entries: [YAMLEntry]) -> Bool {
    entries.contains { document.text($0.key) == key && !document.isNull($0.value) }
  }

  /// The keys that links of one kind have, or may not have; `false` for any other.
  private mutating func setOfKind(
    _ key: String, _ entry: YAMLEntry, of link: inout LinkConfiguration,
    _ drafts: inout LinkDrafts
  ) -> Bool {
    let value = entry.value
    switch (link.kind, Word(key)) {
    case (.ethernet, _): return false
    case (_, "match"), (_, "set-name"):
      error(entry.key, "\(quoted(key)) finds a NIC, but \(quoted(link.name)) is made")
    case (.vlan(let parent, _), "id"):
      let id = number(value, key, in: vlanIDs) ?? 0
      link.kind = .vlan(parent: parent, id: UInt16(clamping: id))
    case (.vlan(_, let id), "link"):
      guard let name = text(value, key, expected: "the name of a link") else { break }
      link.kind = .vlan(parent: name, id: id)
      drafts.refer(to: name, as: .parent, at: value)
    case (.bond, "interfaces"), (.bridge, "interfaces"):
      ports(value, key, &drafts)
    case (.bond, "parameters"):
      link.parameters = bondParameters(value, &drafts)
    case (.bridge, "parameters"):
      link.parameters = bridgeParameters(value, &drafts)
      // netplan: on, once there are parameters.
      if !link.parameters.contains(where: { $0.key == .stp }) {
        link.parameters.append(LinkParameter(.stp, .number(1)))
      }
    default: return false
    }
    return true
  }

  private mutating func set(_ key: String, _ entry: YAMLEntry, of link: inout LinkConfiguration) {
    let value = entry.value
    switch Word(key) {
    case "match": link.match = match(value)
    case "set-name": link.setName = interfaceName(value, key)
    case "mtu": link.mtu = number(value, key, in: linkMTU)
    case "ipv6-mtu": link.ipv6MTU = number(value, key, in: ipv6LinkMTU)
    case "macaddress" where NetworkConfigKeys.addressPolicies.contains(document.text(value)):
      warn(value, "macaddress: \(document.text(value)) is not done by guestagent")
    case "macaddress": link.macAddress = macAddress(value, key)
    case "addresses": link.addresses = addresses(value, of: link.name)
    case "routes": link.routes += routes(value, of: link.name)
    case "gateway4", "gateway6":
      if let route = defaultRoute(value, key, key == "gateway4" ? .ipv4 : .ipv6) {
        note(.route, of: link.name, at: value)
        link.routes.append(route)
      }
    case "routing-policy": link.rules = rules(value, of: link.name)
    case "neighbors": link.neighbors = neighbors(value, of: link.name)
    case "nameservers": nameservers(value, of: &link)
    case "dhcp4": link.dhcp4 = boolean(value, key)
    case "dhcp6": link.dhcp6 = boolean(value, key)
    case "accept-ra": link.acceptRA = boolean(value, key)
    case "link-local": link.linkLocal = linkLocal(value)
    case "ipv6-privacy": link.ipv6Privacy = boolean(value, key)
    case "ipv6-address-generation":
      link.ipv6AddressGeneration = choice(value, key, [.eui64, .stablePrivacy])
    case "activation-mode": link.activation = choice(value, key, [.manual, .off])
    case "optional": link.optional = boolean(value, key)
    case _ where NetworkConfigKeys.linkSilent.contains(key): break
    case _ where NetworkConfigKeys.linkNotDone.contains(key):
      warn(entry.key, "\(quoted(key)) is not done by guestagent")
    default: warnUnknown(entry.key, known: NetworkConfigKeys.known(of: link.kind))
    }
  }

  private mutating func linkLocal(_ value: YAMLNode) -> LinkConfiguration.LinkLocal? {
    guard let items = items(value, "link-local") else { return nil }
    var families = LinkConfiguration.LinkLocal(ipv4: false, ipv6: false)
    for item in items {
      switch Word(document.text(item)) {
      case "ipv4": families.ipv4 = true
      case "ipv6": families.ipv6 = true
      default: refuse(item, "link-local", expected: "ipv4 or ipv6")
      }
    }
    return families
  }
}

/// From the least that IPv4 allows (RFC 791) to what a length of IP holds.
let linkMTU: ClosedRange<UInt32> = 68...65535

/// From the least that IPv6 allows (RFC 8200, section 5).
let ipv6LinkMTU: ClosedRange<UInt32> = 1280...65535

/// 4095 is reserved (IEEE 802.1Q, table 9-2).
let vlanIDs: ClosedRange<UInt32> = 0...4094
