import Addresses
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
    var drafts: [LinkDraft] = []
    drafts.reserveCapacity(items.count)
    var ids: [String: Int] = [:]
    for item in items {
      guard let draft = draft(item) else { continue }
      if ids.updateValue(drafts.count, forKey: draft.id) != nil {
        error(item, "links: the id \(quoted(draft.id)) is given twice")
      }
      drafts.append(draft)
    }
    guard diagnostics.errors.isEmpty else { return [] }
    name(&drafts, ids)
    guard diagnostics.errors.isEmpty else { return [] }
    var links: [LinkConfiguration] = []
    links.reserveCapacity(drafts.count)
    var claims = NICClaims()
    for draft in drafts {
      let link = self.link(draft, drafts, ids)
      if let conflict = claims.conflict(adding: link) { error(draft.node, conflict) }
      note(.link, of: link.name, at: draft.node)
      links.append(link)
    }
    for (index, draft) in drafts.enumerated() where draft.kind == .bond {
      setPorts(of: index, draft, &links, ids)
    }
    read(networks, of: &links, ids)
    return links
  }

  private mutating func draft(_ item: YAMLNode) -> LinkDraft? {
    guard let entries = entries(item, "links") else { return nil }
    var draft = LinkDraft(node: item)
    let errors = diagnostics.errors.count
    for entry in entries where !document.isNull(entry.value) {
      let key = document.text(entry.key)
      let value = entry.value
      switch key {
      case "id": draft.id = text(value, key) ?? ""
      case "type": draft.kind = kind(value)
      case "ethernet_mac_address": draft.macAddress = macAddress(value, key)
      case "mtu": if document.text(value) != "0" { draft.mtu = number(value, key, in: linkMTU) }
      case "name": draft.setName = interfaceName(value, key)
      case "bond_links": draft.ports = self.items(value, key)
      case "vlan_link": draft.parent = value
      case "vlan_id": draft.givenVLANID = number(value, key, in: 0...4094).map { UInt16($0) }
      case "vlan_mac_address": draft.vlanMACAddress = macAddress(value, key)
      case "vif_id": break
      case _ where key.hasPrefix("bond_") || key.hasPrefix("bond-"): draft.parameters.append(entry)
      default: warnUnknown(entry.key, known: LinkDraft.keys)
      }
    }
    guard diagnostics.errors.count == errors else { return nil }
    if let missing = draft.missing {
      error(item, "links: \"\(missing)\" is missing")
      return nil
    }
    return draft
  }

  private mutating func kind(_ type: YAMLNode) -> LinkDraft.Kind {
    let text = document.text(type)
    switch text {
    case "bond": return .bond
    case "vlan": return .vlan
    case _ where LinkDraft.nicTypes.contains(text): return .nic
    default:
      warn(type, "type: \(document.found(type)) is not known: taken for a NIC")
      return .nic
    }
  }

  /// Names in the configuration. Two links may want one: a NIC's is its id.
  private mutating func name(_ drafts: inout [LinkDraft], _ ids: [String: Int]) {
    var bonds = 0
    var owners: [String: Int] = [:]
    for index in drafts.indices where drafts[index].kind != .vlan {
      drafts[index].giveName(bond: bonds)
      if drafts[index].kind == .bond { bonds += 1 }
      claim(drafts[index].name, index, drafts, &owners)
    }
    var counts: [String: Int] = [:]
    for index in drafts.indices where drafts[index].kind == .vlan {
      guard let parent = parent(of: drafts[index], drafts, ids) else { continue }
      let id = "\(drafts[index].vlanID)"
      var name = "\(drafts[parent].interface ?? "").\(id)"
      if drafts[parent].interface == nil || InterfaceName(name) == nil {
        let plain = "vlan\(id)"
        name = plain
        while owners[name] != nil {
          let count = (counts[plain] ?? 1) + 1
          counts[plain] = count
          name = "\(plain)-\(count)"
        }
      }
      drafts[index].name = name
      drafts[index].interface = name
      claim(name, index, drafts, &owners)
    }
  }

  private mutating func claim(
    _ name: String, _ index: Int, _ drafts: [LinkDraft], _ owners: inout [String: Int]
  ) {
    guard let other = owners.updateValue(index, forKey: name) else { return }
    error(
      drafts[index].node,
      "links: \(quoted(drafts[other].id)) and \(quoted(drafts[index].id)) are both named "
        + quoted(name))
  }

  /// The place of a VLAN's parent, if that leads to a link that is no VLAN.
  private mutating func parent(
    of vlan: LinkDraft, _ drafts: [LinkDraft], _ ids: [String: Int]
  ) -> Int? {
    guard let node = vlan.parent, let parent = index(node, "vlan_link", ids) else { return nil }
    var next = parent
    for _ in 0..<vlanDepth {
      guard drafts[next].kind == .vlan else { return parent }
      guard let node = drafts[next].parent, let below = ids[document.text(node)] else {
        // Said where that VLAN is read.
        return nil
      }
      next = below
    }
    error(
      node,
      "vlan_link: \(quoted(vlan.id)) is a VLAN on itself, or on more than \(vlanDepth) others")
    return nil
  }

  /// The place of the link that another one speaks of.
  mutating func index(_ id: YAMLNode, _ key: String, _ ids: [String: Int]) -> Int? {
    guard let text = text(id, key, expected: "the id of a link") else { return nil }
    if let index = ids[text] { return index }
    error(id, "\(key): no link has the id \(quoted(text))")
    return nil
  }

  private mutating func link(
    _ draft: LinkDraft, _ drafts: [LinkDraft], _ ids: [String: Int]
  ) -> LinkConfiguration {
    var link = LinkConfiguration(name: draft.name)
    link.mtu = draft.mtu
    switch draft.kind {
    case .nic:
      link.match = draft.macAddress.map { LinkConfiguration.Match(macAddress: $0) }
      link.setName = link.match == nil ? nil : draft.setName
    case .bond:
      link.kind = .bond
      link.macAddress = draft.macAddress
      for entry in draft.parameters { setParameter(entry, of: &link, drafts, ids) }
    case .vlan:
      let parent = draft.parent.flatMap { ids[document.text($0)] }
      link.kind = .vlan(parent: parent.map { drafts[$0].name } ?? "", id: draft.vlanID)
      link.macAddress = draft.vlanMACAddress
    }
    return link
  }

  private mutating func setParameter(
    _ entry: YAMLEntry, of bond: inout LinkConfiguration, _ drafts: [LinkDraft],
    _ ids: [String: Int]
  ) {
    let name = document.text(entry.key)
    guard let key = LinkParameter.Key(spelled: name, of: .bond) else {
      let known = LinkParameter.Key.allCases.filter { $0.owner == .bond }
      return warnUnknown(entry.key, known: known.map { "bond_" + $0.kernelName })
    }
    guard !bond.parameters.contains(where: { $0.key == key }) else {
      return error(entry.key, "\(name) is given twice, in two spellings")
    }
    var text = document.text(entry.value)
    if document.kind(entry.value) == .list {
      text = document.items(entry.value).map { document.text($0) }.joined(separator: ",")
    }
    if key == .primary, let port = ids[text] { text = drafts[port].name }
    guard let parameter = LinkParameter(key, text: text) else {
      return refuse(entry.value, name, expected: LinkParameter.expected(key))
    }
    bond.parameters.append(parameter)
  }

  private mutating func setPorts(
    of bond: Int, _ draft: LinkDraft, _ links: inout [LinkConfiguration], _ ids: [String: Int]
  ) {
    for node in draft.ports ?? [] {
      guard let port = index(node, "bond_links", ids) else { continue }
      guard port != bond else {
        error(node, "bond_links: \(quoted(draft.id)) cannot be a port of itself")
        continue
      }
      if let other = links[port].controller {
        error(
          node,
          "bond_links: \(quoted(document.text(node))) is a port of \(quoted(other)) already")
      }
      links[port].controller = links[bond].name
    }
  }
}

/// VLANs on VLANs; two are met (IEEE 802.1ad).
private let vlanDepth = 8
