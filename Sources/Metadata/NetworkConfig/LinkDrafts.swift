import Addresses
import Configuration

/// The links of one file while it is read, and what they say of each other by name. When all are
/// read, `YAMLReader.join` follows the names.
struct LinkDrafts {
  /// Whether every link that is named should stand in the file, as netplan has it.
  let definesAll: Bool
  var links: [LinkConfiguration] = []
  /// Where each link is named first.
  private(set) var nodes: [YAMLNode] = []
  private(set) var references: [Reference] = []
  private var names: [String: Int] = [:]
  /// By `set-name`.
  private var newNames: [String: Int] = [:]
  fileprivate var claims = NICClaims()

  init(definesAll: Bool) {
    self.definesAll = definesAll
  }

  /// One link's word of another one.
  struct Reference {
    var from: Int
    var name: String
    var role: Role
    var node: YAMLNode

    enum Role {
      case port, parent, primary
      /// Of a port of the bridge.
      case parameter(LinkParameter)
    }
  }

  /// By the next link that is added.
  mutating func refer(to name: String, as role: Reference.Role, at node: YAMLNode) {
    references.append(Reference(from: links.count, name: name, role: role, node: node))
  }

  /// The link of the name, or else the one that is given it.
  func index(of name: String) -> Int? { names[name] ?? newNames[name] }

  /// `false`: there is one of this name already.
  fileprivate mutating func append(_ link: LinkConfiguration, at node: YAMLNode) -> Bool {
    links.append(link)
    nodes.append(node)
    if let name = link.setName?.text { newNames[name] = links.count - 1 }
    if names[link.name] != nil { return false }
    names[link.name] = links.count - 1
    return true
  }
}

extension YAMLReader {
  mutating func add(_ link: LinkConfiguration, at node: YAMLNode, to drafts: inout LinkDrafts) {
    let conflict = drafts.claims.conflict(adding: link)
    if !drafts.append(link, at: node) {
      error(node, "\(quoted(link.name)) is defined twice")
    } else if let conflict {
      error(node, "\(conflict)")
    }
  }

  /// `interfaces`, or what version 1 calls so: the names of the ports of the next link added.
  mutating func ports(_ value: YAMLNode, _ key: String, _ drafts: inout LinkDrafts) {
    for item in items(value, key) ?? [] {
      if let name = text(item, key, expected: "the name of a link") {
        drafts.refer(to: name, as: .port, at: item)
      }
    }
  }

  /// Follows the names that links have for each other: each port gets its controller, each VLAN
  /// the identifier of the link that carries it. A port that is not in the file becomes a link of
  /// it; a carrier that is not is an interface.
  mutating func join(_ drafts: inout LinkDrafts) {
    if drafts.references.isEmpty { return }
    for reference in drafts.references {
      if case .port = reference.role { joinPort(reference, &drafts) }
    }
    for reference in drafts.references {
      let other = drafts.index(of: reference.name)
      switch reference.role {
      case .port: break
      case .parent: joinParent(reference, other, &drafts)
      case .primary:
        drafts.links[reference.from].parameters.removeAll { $0.key == .primary }
        guard let port = port(other, reference, "primary", drafts) else { break }
        drafts.links[reference.from].set(
          LinkParameter(.primary, .link(drafts.links[port].name)))
      case .parameter(let parameter):
        guard let port = port(other, reference, parameter.key.spelling, drafts) else { break }
        drafts.links[port].set(parameter)
      }
    }
    for (link, node) in zip(drafts.links, drafts.nodes) { warnOfIdlePort(link, node) }
    if let circle = drafts.circle() {
      let names = (circle + circle.prefix(1)).map { quoted(drafts.links[$0].name) }
      let path = names.prefix(8).joined(separator: " over ") + (names.count > 8 ? " ..." : "")
      error(drafts.nodes[circle[0]], "links stand on each other in a circle: \(path)")
    }
  }

  private mutating func joinPort(_ reference: LinkDrafts.Reference, _ drafts: inout LinkDrafts) {
    guard let port = drafts.index(of: reference.name) ?? undefined(reference, &drafts) else {
      return
    }
    let name = drafts.links[port].name
    let controller = drafts.links[reference.from]
    if port == reference.from {
      error(reference.node, "\(quoted(name)) cannot be a port of itself")
    } else if let other = drafts.links[port].controller {
      if other == controller.name {
        warn(reference.node, "\(quoted(name)) is given twice as a port")
      } else {
        error(reference.node, "\(quoted(name)) is a port of \(quoted(other)) already")
      }
    } else if controller.kind == .bridge, drafts.links[port].kind == .bridge {
      error(reference.node, "\(quoted(name)): a bridge cannot be a port of a bridge")
    } else {
      drafts.links[port].controller = controller.name
    }
  }

  /// A link for a port that the file does not define.
  private mutating func undefined(
    _ reference: LinkDrafts.Reference, _ drafts: inout LinkDrafts
  ) -> Int? {
    guard isInterface(reference, drafts) else { return nil }
    note(.link, of: reference.name, at: reference.node)
    _ = drafts.append(LinkConfiguration(name: reference.name), at: reference.node)
    return drafts.links.count - 1
  }

  /// Whether a name that no link of the file has can be an interface's.
  private mutating func isInterface(
    _ reference: LinkDrafts.Reference, _ drafts: LinkDrafts
  ) -> Bool {
    let name = reference.name
    guard InterfaceName(name) != nil else {
      error(reference.node, "\(quoted(name)) is neither a link of this file nor an interface name")
      return false
    }
    if drafts.definesAll {
      warn(
        reference.node,
        "\(quoted(name)) is not defined in this file: taken for the interface of that name")
    }
    return true
  }

  private mutating func joinParent(
    _ reference: LinkDrafts.Reference, _ parent: Int?, _ drafts: inout LinkDrafts
  ) {
    guard let parent else {
      _ = isInterface(reference, drafts)
      return
    }
    guard parent != reference.from, case .vlan(_, let id) = drafts.links[reference.from].kind
    else { return error(reference.node, "\(quoted(reference.name)) cannot carry itself") }
    drafts.links[reference.from].kind = .vlan(parent: drafts.links[parent].name, id: id)
  }

  /// The link, if it is a port of the one that refers to it.
  private mutating func port(
    _ link: Int?, _ reference: LinkDrafts.Reference, _ key: String, _ drafts: LinkDrafts
  ) -> Int? {
    let controller = drafts.links[reference.from].name
    if let link, drafts.links[link].controller == controller { return link }
    warn(reference.node, "\(key): \(quoted(reference.name)) is no port of \(quoted(controller))")
    return nil
  }

  private mutating func warnOfIdlePort(_ link: LinkConfiguration, _ node: YAMLNode) {
    guard let controller = link.controller,
      !link.addresses.isEmpty || !link.routes.isEmpty || link.dhcp4 == true || link.dhcp6 == true
    else { return }
    warn(
      node,
      """
      \(quoted(link.name)) is a port of \(quoted(controller)): addresses and routes of its own \
      do not work there
      """, hint: "give them to \(quoted(controller))")
  }
}

extension LinkConfiguration {
  /// Each key once: a later value wins.
  mutating func set(_ parameter: LinkParameter) {
    if let place = parameters.firstIndex(where: { $0.key == parameter.key }) {
      parameters[place] = parameter
    } else {
      parameters.append(parameter)
    }
  }
}
