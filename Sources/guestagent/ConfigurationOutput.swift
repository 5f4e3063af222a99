import Addresses
import Configuration

extension JSON {
  /// The shape that the manual page documents under `config --json`.
  init(_ configuration: Configuration, _ diagnostics: Diagnostics) {
    self = .object([
      ("source", .string(configuration.sources.joined(separator: "+"))),
      ("instance_id", .string(configuration.instanceID)),
      ("hostname", .string(configuration.hostname)),
      ("fqdn", .string(configuration.fqdn)),
      ("nameservers", .strings(configuration.nameservers)),
      ("search", .strings(configuration.searchDomains)),
      ("links", .array(configuration.links.map(JSON.init))),
      ("warnings", .warnings(diagnostics)),
    ])
  }

  private init(_ link: LinkConfiguration) {
    self = .object([
      ("name", .string(link.name)),
      ("match", link.match.map(JSON.init)),
      ("set_name", .string(link.setName)),
      ("kind", .string(link.kind.word)),
      ("mtu", .number(link.mtu)),
      ("macaddress", .string(link.macAddress)),
      ("addresses", .strings(link.addresses.map(\.prefix))),
      ("address_options", Self.options(of: link.addresses)),
      ("routes", .array(link.routes.map(JSON.init))),
      ("neighbors", .array(link.neighbors.map { neighbor in
        .object([
          ("to", .string(neighbor.to.description)),
          ("lladdr", .string(neighbor.linkLayerAddress.description)),
        ])
      })),
      ("dhcp4", .bool(link.dhcp4)),
      ("dhcp6", .bool(link.dhcp6)),
      ("accept_ra", .bool(link.acceptRA)),
      ("link_local", link.linkLocal.map { linkLocal in
        .strings((linkLocal.ipv4 ? ["ipv4"] : []) + (linkLocal.ipv6 ? ["ipv6"] : []))
      }),
      ("optional", .bool(link.optional)),
      ("nameservers", .strings(link.nameservers)),
      ("search", .strings(link.searchDomains)),
    ])
  }

  private init(_ match: LinkConfiguration.Match) {
    self = .object([
      ("name", .string(match.name)),
      ("macaddress", .string(match.macAddress)),
      (
        "driver",
        match.drivers.isEmpty
          ? nil : match.drivers.count == 1 ? .string(match.drivers[0].pattern) : .strings(match.drivers)
      ),
    ])
  }

  /// Of the addresses that have any: `{"<address>/<length>": {"label", "lifetime"}}`.
  private static func options(of addresses: [AddressConfiguration]) -> JSON? {
    let special = addresses.filter { $0.label != nil || $0.deprecated }
    guard !special.isEmpty else { return nil }
    return .object(special.map { address in
      (
        address.prefix.description,
        .object([
          ("label", .string(address.label)),
          ("lifetime", address.deprecated ? .number(0 as UInt64) : nil),
        ])
      )
    })
  }

  private init(_ route: RouteConfiguration) {
    self = .object([
      ("to", .string(route.to.description)),
      ("via", .string(route.via)),
      ("on_link", .bool(route.onLink)),
      ("metric", .number(route.metric)),
      ("table", .number(route.table)),
      ("scope", .string(route.scope?.rawValue)),
      ("type", route.type == .unicast ? nil : .string(route.type.rawValue)),
      ("from", .string(route.from)),
      ("mtu", .number(route.mtu)),
    ])
  }
}

extension LinkConfiguration.Kind {
  var word: String {
    switch self {
    case .ethernet: "ethernet"
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
    for link in configuration.links {
      line("link \(link.name)")
      if let match = link.match { line("  match \(match)") }
      if let name = link.setName { line("  set-name \(name)") }
      if let mtu = link.mtu { line("  mtu \(mtu)") }
      if let address = link.macAddress { line("  macaddress \(address)") }
      print("  address", link.addresses.map(\.prefix))
      for route in link.routes { line("  route \(route)") }
      for neighbor in link.neighbors {
        line("  neighbor \(neighbor.to) lladdr \(neighbor.linkLayerAddress)")
      }
      if let dhcp = link.dhcp4 { line("  dhcp4 \(dhcp)") }
      if let dhcp = link.dhcp6 { line("  dhcp6 \(dhcp)") }
      if let accepts = link.acceptRA { line("  accept-ra \(accepts)") }
      if let optional = link.optional { line("  optional \(optional)") }
      print("  nameserver", link.nameservers)
      print("  search", link.searchDomains)
    }
  }

  private mutating func print(_ word: String, _ values: [some CustomStringConvertible]) {
    for value in values { line("\(word) \(value)") }
  }
}
