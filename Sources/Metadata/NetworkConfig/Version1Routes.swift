import Addresses
import Check
import Configuration

/// A route of version 1, under a subnet or as an item of its own:
///
///     destination | network: <address>[/<netmask>]   netmask: <netmask>       Netmask.swift
///     gateway: <address>           an item needs it; without, the destination is on the link
///     metric: <n>
///
/// An address of zeros without a netmask is a default route.
extension YAMLReader {
  mutating func version1Routes(_ value: YAMLNode, of link: String) -> [RouteConfiguration] {
    var routes: [RouteConfiguration] = []
    for item in items(value, "routes") ?? [] {
      guard let route = version1Route(item) else { continue }
      note(.route, of: link, at: item)
      routes.append(route)
    }
    return routes
  }

  /// `alsoKnown`: in network_data.json, a key that is read elsewhere.
  mutating func version1Route(
    _ item: YAMLNode, alsoKnown: String? = nil
  ) -> RouteConfiguration? {
    guard let entries = entries(item, "routes") else { return nil }
    let errors = diagnostics.errors.count
    var via: IPAddress?
    var metric: UInt32?
    for entry in entries where !isEmpty(entry.value) {
      let key = document.text(entry.key)
      switch Word(key) {
      case "type", "destination", "network", "netmask", "prefix": break
      case "gateway": via = address(entry.value, key)
      case "metric": metric = number(entry.value, key, in: 0...UInt32.max)
      case _ where key == alsoKnown: break
      default:
        warnUnknown(
          entry.key, known: wordList("destination network netmask prefix gateway metric"))
      }
    }
    let key = value("destination", entries) == nil ? "network" : "destination"
    guard let node = value(key, entries) else {
      error(item, "routes: \"\(alsoKnown == nil ? "destination" : "network")\" is missing")
      return nil
    }
    guard let to = version1Network(node, key, entries) else { return nil }
    if let via, via.family != to.family, let gateway = value("gateway", entries) {
      error(gateway, "gateway: address of the wrong family: \(via) cannot lead to \(to)")
    }
    var route = RouteConfiguration(to: to, via: via.flatMap { $0.isUnspecified ? nil : $0 })
    if route.via == nil, to.length == 0 {
      error(item, "routes: a default route needs \"gateway\"")
    }
    route.metric = metric
    return diagnostics.errors.count == errors ? route : nil
  }

  private mutating func version1Network(
    _ value: YAMLNode, _ key: String, _ entries: [YAMLEntry]
  ) -> IPPrefix? {
    if let address = IPAddress(document.text(value)), address.isUnspecified,
      self.value("netmask", entries) == nil, self.value("prefix", entries) == nil
    {
      return .everything(address.family)
    }
    guard let prefix = version1Prefix(value, key, entries) else { return nil }
    return network(of: prefix, value, key)
  }

  /// Items of type `route` name no link: each goes to the one that reaches its gateway, or else
  /// to the only one.
  mutating func place(_ items: [YAMLNode], _ drafts: inout LinkDrafts) {
    if items.isEmpty { return }
    let lookup = LinkLookup(drafts.links)
    let links = drafts.links.indices.filter { drafts.links[$0].name != "lo" }
    for item in items {
      guard let route = version1Route(item) else { continue }
      guard let via = route.via else {
        error(item, "route: \"gateway\" is missing")
        continue
      }
      guard let link = lookup.reaching(via) ?? (links.count == 1 ? links[0] : nil) else {
        warn(
          item, "route: it is not known which link reaches the gateway \(via): left out",
          hint: "put it under \"routes\" of a subnet")
        continue
      }
      note(.route, of: drafts.links[link].name, at: item)
      drafts.links[link].routes.append(route)
    }
  }
}
