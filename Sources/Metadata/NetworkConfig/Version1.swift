import Addresses
import Check
import Configuration

/// network-config, version 1: `{version: 1, config: [<item>]}`, an item by its `type`:
///
///     physical | loopback    name, mac_address (which finds the NIC, and `name` is given to it)
///     vlan                   name, vlan_id, vlan_link
///     bond                   name, bond_interfaces, params       Parameters.swift
///     bridge                 name, bridge_interfaces, params
///         these with mtu, mac_address, accept-ra, subnets        Subnets.swift
///     nameserver             address, search: text or lists; interface, or else the whole guest
///     route                  destination, netmask, gateway, metric     Version1Routes.swift
///
/// `infiniband` is not done. Keys of no value are passed over.
/// Source: cloud-init, "Networking config v1", and cloudinit/net/network_state.py.
extension YAMLReader {
  mutating func version1(_ entries: [YAMLEntry], of top: YAMLNode) -> NetworkSource? {
    var config: YAMLNode?
    for entry in entries {
      switch Word(document.text(entry.key)) {
      case "version": break
      case "config": config = entry.value
      default: warnUnknown(entry.key, known: wordList("version config"))
      }
    }
    guard let config else {
      error(top, "\"config\" is missing, which version 1 needs")
      return nil
    }
    guard let items = items(config, "config") else { return nil }
    var drafts = LinkDrafts(definesAll: false)
    var nameservers: [[YAMLEntry]] = []
    var routes: [YAMLNode] = []
    for item in items {
      guard let entries = self.entries(item, "config") else { continue }
      guard let type = value("type", entries) else {
        error(item, "config: \"type\" is missing")
        continue
      }
      switch Word(document.text(type)) {
      case "physical", "loopback": link(.ethernet, item, entries, &drafts)
      case "vlan": link(.vlan(parent: "", id: 0), item, entries, &drafts)
      case "bond": link(.bond, item, entries, &drafts)
      case "bridge": link(.bridge, item, entries, &drafts)
      case "nameserver": nameservers.append(entries)
      case "route": routes.append(item)
      case "infiniband": warn(type, "type: infiniband is not done by guestagent")
      default:
        refuse(
          type, "type",
          expected: "one of physical, vlan, bond, bridge, nameserver, route, loopback")
      }
    }
    join(&drafts)
    var source = NetworkSource()
    for entries in nameservers { nameserver(entries, &source, &drafts) }
    place(routes, &drafts)
    source.links = drafts.links
    return source
  }

  /// The value of a key, unless it is nothing or an empty text.
  func value(_ key: String, _ entries: [YAMLEntry]) -> YAMLNode? {
    entries.first { document.text($0.key) == key && !isEmpty($0.value) }?.value
  }

  /// Nothing, or text without a character: to version 1 as if the key were not there.
  @inline(never)
  func isEmpty(_ value: YAMLNode) -> Bool {
    document.isNull(value) || document.isScalar(value) && document.text(value).isEmpty
  }

  private mutating func link(
    _ kind: LinkConfiguration.Kind, _ item: YAMLNode, _ entries: [YAMLEntry],
    _ drafts: inout LinkDrafts
  ) {
    guard let nameNode = value("name", entries) else {
      error(item, "config: \"name\" is missing")
      return
    }
    guard let name = interfaceName(nameNode, "name") else { return }
    var link = LinkConfiguration(name: name.text)
    link.kind = kind
    note(.link, of: link.name, at: nameNode)
    for entry in entries where !isEmpty(entry.value) {
      set(entry, of: &link, &drafts)
    }
    if kind == .ethernet, let address = link.macAddress {
      // Of a NIC it is no wish, but which one it is.
      link.macAddress = nil
      link.match = LinkConfiguration.Match(macAddress: address, drivers: drivers(entries))
      link.setName = name
    }
    for key in required(kind) where value(key, entries) == nil {
      error(item, "\(quoted(link.name)): \"\(key)\" is missing")
    }
    // After the keys of the link, as an mtu and accept-ra of its own are asked for.
    if let value = value("subnets", entries) { subnets(value, of: &link) }
    add(link, at: nameNode, to: &drafts)
  }

  private func required(_ kind: LinkConfiguration.Kind) -> [String] {
    switch kind {
    case .vlan: wordList("vlan_id vlan_link")
    case .bond: ["bond_interfaces"]
    case .bridge: ["bridge_interfaces"]
    case .ethernet, .dummy: []
    }
  }

  private mutating func set(
    _ entry: YAMLEntry, of link: inout LinkConfiguration, _ drafts: inout LinkDrafts
  ) {
    let key = document.text(entry.key)
    let value = entry.value
    switch (link.kind, Word(key)) {
    case (_, "type"), (_, "name"), (_, "subnets"): break
    case (_, "mac_address"): link.macAddress = macAddress(value, key)
    case (_, "mtu"): link.mtu = number(value, key, in: linkMTU)
    case (_, "accept-ra"): link.acceptRA = flag(value, key)
    case (_, "wakeonlan"): warn(entry.key, "\"wakeonlan\" is not done by guestagent")
    case (.vlan(let parent, _), "vlan_id"):
      let id = number(value, key, in: vlanIDs) ?? 0
      link.kind = .vlan(parent: parent, id: UInt16(clamping: id))
    case (.vlan(_, let id), "vlan_link"):
      guard let name = text(value, key, expected: "the name of a link") else { break }
      link.kind = .vlan(parent: name, id: id)
      drafts.refer(to: name, as: .parent, at: value)
    case (.bond, "bond_interfaces"), (.bridge, "bridge_interfaces"): ports(value, key, &drafts)
    case (.bond, "params"): link.parameters = bondParameters(value, &drafts)
    case (.bridge, "params"):
      link.parameters = bridgeParameters(value, &drafts)
      if document.kind(value) == .mapping,
        let address = self.value("bridge_hw", document.entries(value))
      {
        link.macAddress = macAddress(address, "bridge_hw")
      }
    // cloud-init's own words for a driver, which is matched beside mac_address.
    case (.ethernet, "params"): break
    default:
      let own = required(link.kind) + (link.kind == .bond || link.kind == .bridge ? ["params"] : [])
      warnUnknown(
        entry.key, known: own + wordList("type name mac_address mtu accept-ra subnets"))
    }
  }

  /// `params: {driver: <driver>}` of a NIC.
  private mutating func drivers(_ entries: [YAMLEntry]) -> [Glob] {
    guard let params = value("params", entries), document.kind(params) == .mapping,
      let driver = value("driver", document.entries(params))
    else { return [] }
    return glob(driver, "driver").map { [$0] } ?? []
  }

  /// A boolean, or 0 or 1.
  private mutating func flag(_ value: YAMLNode, _ key: String) -> Bool? {
    switch Word(document.text(value)) {
    case "1": true
    case "0": false
    default: boolean(value, key)
    }
  }

  private mutating func nameserver(
    _ entries: [YAMLEntry], _ source: inout NetworkSource, _ drafts: inout LinkDrafts
  ) {
    var nameservers: [IPAddress] = []
    var nodes: [YAMLNode] = []
    var domains: [String] = []
    var link: Int?
    for entry in entries where !isEmpty(entry.value) {
      let key = document.text(entry.key)
      switch Word(key) {
      case "type": break
      case "address": addresses(entry.value, key, &nameservers, &nodes)
      case "search": domains += self.domains(entry.value, key)
      case "interface":
        link = drafts.index(of: document.text(entry.value))
        if link == nil { refuse(entry.value, key, expected: "the name of a link of this file") }
      default: warnUnknown(entry.key, known: wordList("type address search interface"))
      }
    }
    if let link {
      for node in nodes { note(.nameserver, of: drafts.links[link].name, at: node) }
      drafts.links[link].nameservers += nameservers
      drafts.links[link].searchDomains += domains
    } else {
      source.nameservers += nameservers
      source.searchDomains += domains
    }
  }
}
