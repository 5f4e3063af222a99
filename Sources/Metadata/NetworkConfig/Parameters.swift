import Addresses
import Configuration

/// `parameters` of a bond or bridge, `params` in version 1: `<key>: <value>`, both as
/// `LinkParameter` has them. Those that name ports go to `drafts`, of the next link added:
///
///     primary: <port>
///     path-cost: {<port>: <cost>}     port-priority: {<port>: <n>}
///     bridge_pathcost: [<port> <cost>]     bridge_portprio: [<port> <n>]     version 1
extension YAMLReader {
  mutating func bondParameters(_ value: YAMLNode, _ drafts: inout LinkDrafts) -> [LinkParameter] {
    bondParameters(entries(value, "parameters") ?? [], &drafts)
  }

  mutating func bondParameters(
    _ entries: [YAMLEntry], _ drafts: inout LinkDrafts
  ) -> [LinkParameter] {
    var parameters: [LinkParameter] = []
    var nodes: [YAMLNode] = []
    for entry in entries {
      let spelled = document.text(entry.key)
      guard hasValue(entry) else { continue }
      guard let key = LinkParameter.Key(spelled: spelled, of: .bond) else {
        unknownParameter(entry.key, of: [.bond], notDone: bondNotDone)
        continue
      }
      guard isFirst(key, entry.key, parameters),
        let parameter = parameter(key, entry.value, spelled)
      else { continue }
      parameters.append(parameter)
      nodes.append(entry.key)
      if case .link(let name) = parameter.value {
        drafts.refer(to: name, as: .primary, at: entry.value)
      }
    }
    for fault in bondFaults(parameters).reversed() {
      if let message = fault.message {
        let key = quoted(document.text(nodes[fault.index]))
        warn(nodes[fault.index], "\(key) \(message): it is left out")
      }
      parameters.remove(at: fault.index)
    }
    return parameters
  }

  mutating func bridgeParameters(
    _ value: YAMLNode, _ drafts: inout LinkDrafts
  ) -> [LinkParameter] {
    var parameters: [LinkParameter] = []
    for entry in entries(value, "parameters") ?? [] {
      let spelled = document.text(entry.key)
      guard hasValue(entry) else { continue }
      if let key = LinkParameter.Key(spelled: spelled, of: .bridge) {
        guard isFirst(key, entry.key, parameters),
          let parameter = parameter(key, entry.value, spelled)
        else { continue }
        parameters.append(parameter)
      } else if let key = LinkParameter.Key(spelled: spelled, of: .bridgePort) {
        portParameters(key, entry.value, spelled, &drafts)
      } else {
        unknownParameter(entry.key, of: [.bridge, .bridgePort], notDone: bridgeNotDone)
      }
    }
    return parameters
  }

  private mutating func hasValue(_ entry: YAMLEntry) -> Bool {
    if !document.isNull(entry.value) { return true }
    warn(entry.key, "\(quoted(document.text(entry.key))) has no value")
    return false
  }

  /// A parameter has several spellings.
  private mutating func isFirst(
    _ key: LinkParameter.Key, _ node: YAMLNode, _ parameters: [LinkParameter]
  ) -> Bool {
    guard parameters.contains(where: { $0.key == key }) else { return true }
    error(node, "\(quoted(document.text(node))): \(key.spelling) is given twice")
    return false
  }

  private mutating func parameter(
    _ key: LinkParameter.Key, _ value: YAMLNode, _ spelled: String
  ) -> LinkParameter? {
    // Only addresses come as a list.
    let isList = document.kind(value) == .list && key == .arpIPTargets
    let text =
      isList
      ? document.items(value).map { document.text($0) }.joined(separator: ",")
      : document.text(value)
    guard let parameter = LinkParameter(key, text: text) else {
      refuse(value, spelled, expected: LinkParameter.expected(key))
      return nil
    }
    return parameter
  }

  private mutating func portParameters(
    _ key: LinkParameter.Key, _ value: YAMLNode, _ spelled: String, _ drafts: inout LinkDrafts
  ) {
    if document.kind(value) == .mapping {
      for entry in document.entries(value) {
        let name = document.text(entry.key)
        guard let parameter = parameter(key, entry.value, spelled) else { continue }
        drafts.refer(to: name, as: .parameter(parameter), at: entry.key)
      }
      return
    }
    for item in document.kind(value) == .list ? document.items(value) : [value] {
      let words = splitWords(document.text(item))
      guard words.count == 2, let parameter = LinkParameter(key, text: words[1]) else {
        refuse(item, spelled, expected: "<port> and " + LinkParameter.expected(key))
        continue
      }
      drafts.refer(to: words[0], as: .parameter(parameter), at: item)
    }
  }

  private mutating func unknownParameter(
    _ key: YAMLNode, of owners: [LinkParameter.Key.Owner], notDone: [String]
  ) {
    let spelled = document.text(key)
    if spelled.hasPrefix("bridge_"), bridgeSilent.contains(spelled) { return }
    if notDone.contains(where: { spelled.hasSuffix($0) }) {
      warn(key, "\(quoted(spelled)) is not done by guestagent")
      return
    }
    let known = LinkParameter.Key.allCases.filter { owners.contains($0.owner) }
    warnUnknown(key, known: known.map { $0.spelling })
  }
}

/// By spaces and tabs, as ifupdown's files have lists.
func splitWords(_ text: String) -> [String] {
  text.utf8.split { $0 == 0x20 || $0 == 0x09 }.map { String(Substring($0)) }
}

/// Settings of bonds in version 1 beyond `LinkParameter`, without `bond-`.
/// Source: cloud-init, "Networking config v1".
private let bondNotDone = wordList(
  """
  active_slave ad_actor_key ad_actor_sys_prio ad_actor_system ad_aggregator ad_num_ports
  ad_partner_key ad_partner_mac ad_user_port_key mii_status peer_notif_delay queue_id slaves
  tlb_dynamic_lb
  """)

/// The same of bridges, and netplan's of VLANs on their ports.
private let bridgeNotDone = wordList("bridge_ports vlan-default-pvid vlan-filtering vlans")

/// They say how long ifupdown waits (bridge-utils-interfaces(5)); `bridge_hw` is the link's own
/// (Version1.swift).
private let bridgeSilent = wordList("bridge_gcint bridge_hw bridge_maxwait bridge_waitport")
