import Addresses
import Check
import Configuration

/// An item of `links`:
///
///     "id": <text>                         what networks and other links call it
///     "type": bond | vlan | <anything>     anything: a NIC, in the host's words
///     "mtu": <bytes> | null                0: none
///     a NIC:  "ethernet_mac_address": <mac>, "name": <interface>    one of them finds it
///     a bond: "bond_links": [<id>], "bond_<parameter>": <value>, "ethernet_mac_address": <mac>
///     a VLAN: "vlan_link": <id>, "vlan_id": <0 to 4094>, "vlan_mac_address": <mac>
///
/// A NIC is found by its hardware address, and by `name` where it has none; with both it is given
/// that name, which is no part of nova's schema. The id is the host's name for its end of the wire,
/// and names nothing in the guest. Bonds are named bond0, bond1, ... as they come. A VLAN is named
/// `<interface>.<vlan_id>` as cloud-init has it; where its parent is found by hardware address, so
/// that its name is not known, `vlan<vlan_id>`, and the second of those `vlan<vlan_id>-2`.
extension YAMLReader {
  mutating func links(_ items: [YAMLNode], networks: [YAMLNode]) -> [LinkConfiguration] {
    var given: [NetworkDataLink] = []
    given.reserveCapacity(items.count)
    var ids: [String: Int] = [:]
    for item in items {
      guard let link = networkDataLink(item) else { continue }
      if ids.updateValue(given.count, forKey: link.id) != nil {
        error(item, "links: the id \(quoted(link.id)) is given twice")
      }
      given.append(link)
    }
    guard diagnostics.errors.isEmpty else { return [] }
    name(&given, ids)
    var drafts = LinkDrafts(definesAll: true)
    for link in given {
      note(.link, of: link.name, at: link.node)
      let made = configuration(of: link, given, ids, &drafts)
      add(made, at: link.node, to: &drafts)
    }
    read(networks, of: &drafts.links, ids)
    join(&drafts)
    return drafts.links
  }

  private mutating func networkDataLink(_ item: YAMLNode) -> NetworkDataLink? {
    guard let entries = entries(item, "links") else { return nil }
    var link = NetworkDataLink(node: item)
    let errors = diagnostics.errors.count
    for entry in entries where !isEmpty(entry.value) {
      let key = document.text(entry.key)
      let value = entry.value
      switch Word(key) {
      case "id": link.id = text(value, key) ?? ""
      case "type": link.kind = kind(value)
      case "ethernet_mac_address": link.macAddress = macAddress(value, key)
      case "mtu": if document.text(value) != "0" { link.mtu = number(value, key, in: linkMTU) }
      case "name": link.setName = interfaceName(value, key)
      case "bond_links": link.ports = self.items(value, key)
      case "vlan_link": link.parent = value
      case "vlan_id": link.vlanID = number(value, key, in: 0...4094).map { UInt16($0) }
      case "vlan_mac_address": link.vlanMACAddress = macAddress(value, key)
      case "vif_id": break
      case _ where key.hasPrefix("bond_") || key.hasPrefix("bond-"): link.parameters.append(entry)
      default: warnUnknown(entry.key, known: NetworkDataLink.keys)
      }
    }
    guard diagnostics.errors.count == errors else { return nil }
    if let missing = link.missing {
      error(item, "links: \"\(missing)\" is missing")
      return nil
    }
    return link
  }

  private mutating func kind(_ type: YAMLNode) -> NetworkDataLink.Kind {
    let text = document.text(type)
    switch Word(text) {
    case "bond": return .bond
    case "vlan": return .vlan
    case _ where NetworkDataLink.nicTypes.contains(text): return .nic
    default:
      warn(type, "type: \(document.found(type)) is not known: taken for a NIC")
      return .nic
    }
  }

  /// Names in the configuration; VLANs last, as theirs come from others.
  private func name(_ links: inout [NetworkDataLink], _ ids: [String: Int]) {
    var bonds = 0
    var taken: [String: Int] = [:]
    for index in links.indices where links[index].kind != .vlan {
      links[index].giveName(bond: bonds)
      if links[index].kind == .bond { bonds += 1 }
      taken[links[index].name] = 1
    }
    for index in links.indices where links[index].kind == .vlan {
      let parent = links[index].parent.flatMap { ids[document.text($0)] }
      let interface = parent.flatMap { links[$0].interface }
      links[index].giveName(over: interface, &taken)
    }
  }

  private mutating func configuration(
    of link: NetworkDataLink, _ links: [NetworkDataLink], _ ids: [String: Int],
    _ drafts: inout LinkDrafts
  ) -> LinkConfiguration {
    var made = LinkConfiguration(name: link.name)
    made.mtu = link.mtu
    switch link.kind {
    case .nic:
      made.match = link.macAddress.map { LinkConfiguration.Match(macAddress: $0) }
      made.setName = made.match == nil ? nil : link.setName
    case .bond:
      made.kind = .bond
      made.macAddress = link.macAddress
      for node in link.ports ?? [] {
        guard let port = index(node, "bond_links", ids) else { continue }
        drafts.refer(to: links[port].name, as: .port, at: node)
      }
      made.parameters = bondParameters(link.parameters, &drafts)
    case .vlan:
      made.kind = .vlan(parent: "", id: link.vlanID ?? 0)
      made.macAddress = link.vlanMACAddress
      if let node = link.parent, let parent = index(node, "vlan_link", ids) {
        drafts.refer(to: links[parent].name, as: .parent, at: node)
      }
    }
    return made
  }

  /// The place of the link that another one, or a network, speaks of.
  mutating func index(_ id: YAMLNode, _ key: String, _ ids: [String: Int]) -> Int? {
    guard let text = text(id, key, expected: "the id of a link") else { return nil }
    if let index = ids[text] { return index }
    error(id, "\(key): no link has the id \(quoted(text))")
    return nil
  }
}
