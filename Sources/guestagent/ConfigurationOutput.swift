import Addresses
import Configuration

extension JSON {
  /// The shape that the manual page documents under `config --json`.
  init(_ configuration: Configuration, _ diagnostics: Diagnostics) {
    self = .object { members in
      members["source"] = .string(configuration.sources.joined(separator: "+"))
      members["instance_id"] = .string(configuration.instanceID)
      members["hostname"] = .string(configuration.hostname)
      members["fqdn"] = .string(configuration.fqdn)
      members["nameservers"] = .strings(configuration.nameservers)
      members["search"] = .strings(configuration.searchDomains)
      members["links"] = .array(
        configuration.links.map { JSON($0, ports: configuration.ports(of: $0)) })
      members["growth"] = configuration.growth.map { JSON($0) }
      members["warnings"] = .warnings(diagnostics)
    }
  }

  private init(_ link: LinkConfiguration, ports: [String]) {
    self = .object { members in
      members["name"] = .string(link.name)
      members["match"] = link.match.map { JSON($0) }
      members["set_name"] = .string(link.setName)
      members["kind"] = .string(link.kind.word)
      if case .vlan(let parent, let id) = link.kind {
        members["parent"] = .string(parent)
        members["vlan_id"] = .number(UInt64(id))
      }
      if link.kind == .bond || link.kind == .bridge { members["ports"] = .strings(ports) }
      members["controller"] = link.controller.map { .string($0) }
      if !link.parameters.isEmpty {
        members["parameters"] = .object { members in
          for parameter in link.parameters { members.add(parameter.key.rawValue, JSON(parameter)) }
        }
      }
      members["mtu"] = .number(link.mtu)
      members["macaddress"] = .string(link.macAddress)
      members["addresses"] = .strings(link.addresses.map { $0.prefix })
      members["address_options"] = Self.options(of: link.addresses)
      members["routes"] = .array(link.routes.map { JSON($0) })
      members["neighbors"] = .array(link.neighbors.map { JSON($0) })
      if !link.rules.isEmpty { members["rules"] = .array(link.rules.map { JSON($0) }) }
      members["dhcp4"] = .bool(link.dhcp4)
      members["dhcp6"] = .bool(link.dhcp6)
      members["accept_ra"] = .bool(link.acceptRA)
      members["link_local"] = link.linkLocal.map { linkLocal in
        .strings((linkLocal.ipv4 ? ["ipv4"] : []) + (linkLocal.ipv6 ? ["ipv6"] : []))
      }
      members["ipv6_privacy"] = .bool(link.ipv6Privacy)
      members["ipv6_address_generation"] = .string(link.ipv6AddressGeneration?.rawValue)
      members["ipv6_mtu"] = .number(link.ipv6MTU)
      members["activation"] = .string(link.activation?.rawValue)
      members["optional"] = .bool(link.optional)
      members["nameservers"] = .strings(link.nameservers)
      members["search"] = .strings(link.searchDomains)
    }
  }

  private init(_ parameter: LinkParameter) {
    switch parameter.value {
    case .number(let number) where parameter.key.isBoolean: self = .bool(number != 0)
    case .number(let number) where parameter.key.words.isEmpty: self = .number(UInt64(number))
    case .addresses(let addresses): self = .strings(addresses)
    default: self = .string(parameter.valueText)
    }
  }

  private init(_ rule: RuleConfiguration) {
    self = .object { members in
      members["from"] = .string(rule.from)
      members["to"] = .string(rule.to)
      members["table"] = .number(rule.table)
      members["priority"] = .number(rule.priority)
      members["mark"] = .number(rule.mark)
      members["type_of_service"] = .number(rule.typeOfService.map { UInt32($0) })
    }
  }

  private init(_ policy: GrowthPolicy) {
    self = .object { members in
      members["volumes"] = .array(policy.volumes.map { volume in
        .object { members in
          members["volume"] = .string(volume.target.description)
          members["share"] = volume.share.map { .number(UInt64($0)) }
          members["max"] = volume.cap.map { .number($0) }
        }
      })
      switch policy.reserve {
      case nil: break
      case .bytes(let bytes): members["reserve"] = .number(bytes)
      case .percent(let percent): members["reserve"] = .string("\(percent)%")
      }
    }
  }

  private init(_ neighbor: NeighborConfiguration) {
    self = .object { members in
      members["to"] = .string(neighbor.to.description)
      members["lladdr"] = .string(neighbor.linkLayerAddress.description)
    }
  }

  private init(_ match: LinkConfiguration.Match) {
    self = .object { members in
      members["name"] = .string(match.name)
      members["macaddress"] = .string(match.macAddress)
      switch match.drivers.count {
      case 0: break
      case 1: members["driver"] = .string(match.drivers[0].pattern)
      default: members["driver"] = .strings(match.drivers)
      }
    }
  }

  /// Of the addresses that have any: `{"<address>/<length>": {"label", "lifetime"}}`.
  private static func options(of addresses: [AddressConfiguration]) -> JSON? {
    let special = addresses.filter { $0.label != nil || $0.deprecated }
    guard !special.isEmpty else { return nil }
    return .object { members in
      for address in special {
        let options = JSON.object { options in
          options["label"] = .string(address.label)
          if address.deprecated { options["lifetime"] = .number(0 as UInt64) }
        }
        members.add(address.prefix.description, options)
      }
    }
  }

  private init(_ route: RouteConfiguration) {
    self = .object { members in
      members["to"] = .string(route.to.description)
      members["via"] = .string(route.via)
      members["on_link"] = .bool(route.onLink)
      members["metric"] = .number(route.metric)
      members["table"] = .number(route.table)
      members["scope"] = .string(route.scope?.rawValue)
      if route.type != .unicast { members["type"] = .string(route.type.rawValue) }
      members["from"] = .string(route.from)
      members["mtu"] = .number(route.mtu)
    }
  }
}

extension LinkConfiguration.Kind {
  var word: String {
    switch self {
    case .ethernet: "ethernet"
    case .vlan: "vlan"
    case .bond: "bond"
    case .bridge: "bridge"
    case .dummy: "dummy"
    }
  }
}

extension Output {
  /// For a person: which source each part is from, then link by link.
  mutating func print(_ configuration: Configuration) {
    for origin in configuration.origins { line(origin.description) }
    if let id = configuration.instanceID { line("instance-id \(id)") }
    if let name = configuration.fqdn ?? configuration.hostname { line("hostname \(name)") }
    print("nameserver", configuration.nameservers)
    print("search", configuration.searchDomains)
    if let growth = configuration.growth { line("growth \(growth)") }
    for link in configuration.links {
      line("link \(link.name)")
      if link.kind != .ethernet { line("  kind \(link.kind.word)") }
      if case .vlan(let parent, let id) = link.kind { line("  parent \(parent) id \(id)") }
      for port in configuration.ports(of: link) { line("  port \(port)") }
      if let controller = link.controller { line("  controller \(controller)") }
      for parameter in link.parameters {
        line("  \(parameter.key.spelling) \(parameter.valueText)")
      }
      if let name = link.match?.name { line("  match name \(name)") }
      if let address = link.match?.macAddress { line("  match macaddress \(address)") }
      for driver in link.match?.drivers ?? [] { line("  match driver \(driver)") }
      if let name = link.setName { line("  set-name \(name)") }
      if let mtu = link.mtu { line("  mtu \(mtu)") }
      if let address = link.macAddress { line("  macaddress \(address)") }
      for address in link.addresses {
        let label = address.label.map { " label \($0)" } ?? ""
        line("  address \(address.prefix)\(label)\(address.deprecated ? " lifetime 0" : "")")
      }
      for route in link.routes { line("  route \(route)") }
      for neighbor in link.neighbors {
        line("  neighbor \(neighbor.to) lladdr \(neighbor.linkLayerAddress)")
      }
      for rule in link.rules { line("  rule \(rule)") }
      if let dhcp = link.dhcp4 { line("  dhcp4 \(dhcp)") }
      if let dhcp = link.dhcp6 { line("  dhcp6 \(dhcp)") }
      if let accepts = link.acceptRA { line("  accept-ra \(accepts)") }
      if let linkLocal = link.linkLocal {
        let families = (linkLocal.ipv4 ? " ipv4" : "") + (linkLocal.ipv6 ? " ipv6" : "")
        line("  link-local\(families.isEmpty ? " none" : families)")
      }
      if let privacy = link.ipv6Privacy { line("  ipv6-privacy \(privacy)") }
      if let mode = link.ipv6AddressGeneration {
        line("  ipv6-address-generation \(mode.rawValue)")
      }
      if let mtu = link.ipv6MTU { line("  ipv6-mtu \(mtu)") }
      if let activation = link.activation { line("  activation-mode \(activation.rawValue)") }
      if let optional = link.optional { line("  optional \(optional)") }
      print("  nameserver", link.nameservers)
      print("  search", link.searchDomains)
    }
  }

  private mutating func print(_ word: String, _ values: [some CustomStringConvertible]) {
    for value in values { line("\(word) \(value)") }
  }
}
