import Addresses
import Check
import Configuration

/// An item of `routes`:
///
///     to: <address>/<length> | <address> | default    0.0.0.0/0 and ::/0 are default routes
///     via: <address>             0.0.0.0 and :: say that there is no gateway
///     on-link: <bool>   metric: <n>   table: <n>   from: <address>   mtu: <bytes>
///     scope: global | link | host      IPv4 only
///     type: unicast | blackhole | ...
///
/// Without `via` a unicast route is of scope link; a default route must then say so itself by
/// `scope: link` or `on-link: true`. Source: netplan, `handle_routes` of src/parse.c.
extension YAMLReader {
  mutating func routes(_ value: YAMLNode, of link: String) -> [RouteConfiguration] {
    guard let items = items(value, "routes") else { return [] }
    var routes: [RouteConfiguration] = []
    routes.reserveCapacity(items.count)
    for item in items {
      guard let route = route(item) else { continue }
      note(.route, of: link, at: item)
      routes.append(route)
    }
    return routes
  }

  /// `gateway4` and `gateway6`: a default route.
  mutating func defaultRoute(
    _ value: YAMLNode, _ key: String, _ family: IPFamily
  ) -> RouteConfiguration? {
    guard let gateway = address(value, key) else { return nil }
    guard gateway.family == family, !gateway.isUnspecified else {
      refuse(value, key, expected: family == .ipv4 ? "an IPv4 address" : "an IPv6 address")
      return nil
    }
    return RouteConfiguration(to: .everything(family), via: gateway)
  }

  private mutating func route(_ item: YAMLNode) -> RouteConfiguration? {
    guard let entries = entries(item, "routes") else { return nil }
    var draft = RouteDraft()
    let errors = diagnostics.errors.count
    for entry in entries {
      let key = document.text(entry.key)
      if document.isNull(entry.value) {
        warn(entry.key, "\(quoted(key)) has no value")
        continue
      }
      switch Word(key) {
      case "to": draft.to = entry.value
      case "via": draft.via = entry.value
      case "from": draft.from = entry.value
      case "scope": draft.scope = entry.value
      case "type": draft.type = entry.value
      case "on-link": draft.onLink = boolean(entry.value, key)
      case "metric": draft.metric = number(entry.value, key, in: 0...UInt32.max)
      case "table": draft.table = number(entry.value, key, in: 1...UInt32.max)
      case "mtu": draft.mtu = number(entry.value, key, in: linkMTU)
      case _ where NetworkConfigKeys.routeNotDone.contains(key):
        warn(entry.key, "\(quoted(key)) is not done by guestagent")
      default: warnUnknown(entry.key, known: NetworkConfigKeys.route)
      }
    }
    let route = route(draft, item)
    return diagnostics.errors.count == errors ? route : nil
  }

  /// What depends on the family, or on other keys of the route.
  private mutating func route(_ draft: RouteDraft, _ item: YAMLNode) -> RouteConfiguration? {
    let via = draft.via.flatMap { address($0, "via") }
    let from = draft.from.flatMap { address($0, "from") }
    guard let toNode = draft.to else {
      error(item, "routes: \"to\" is missing")
      return nil
    }
    guard let to = destination(toNode, family: via?.family ?? from?.family ?? .ipv4) else {
      return nil
    }
    var route = RouteConfiguration(to: to)
    if let via, let node = draft.via {
      guard via.family == to.family else {
        error(node, "via: gateway of the wrong family: \(via) cannot lead to \(to)")
        return nil
      }
      route.via = via.isUnspecified ? nil : via
    }
    if let from, let node = draft.from {
      guard from.family == to.family else {
        error(node, "from: address of the wrong family: \(from) cannot be the source towards \(to)")
        return nil
      }
      route.from = from
    }
    if let node = draft.type { route.type = choice(node, "type", routeTypes) ?? .unicast }
    if let node = draft.scope { route.scope = choice(node, "scope", routeScopes) }
    route.onLink = draft.onLink
    route.metric = draft.metric
    route.table = draft.table
    route.mtu = draft.mtu
    return check(&route, draft, toNode) ? route : nil
  }

  private mutating func check(
    _ route: inout RouteConfiguration, _ draft: RouteDraft, _ to: YAMLNode
  ) -> Bool {
    let type = route.type
    if let node = draft.via, route.via != nil {
      if type == .blackhole || type == .unreachable || type == .prohibit || type == .throw {
        error(node, "via: a route of type \(type.rawValue) has no gateway")
        return false
      }
      if route.scope == .link || route.scope == .host, route.to.family == .ipv4 {
        error(node, "via: a route of scope \(route.scope!.rawValue) has no gateway")
        return false
      }
    }
    if route.via == nil, type == .unicast {
      if let node = draft.scope, route.scope == .global {
        error(node, "scope: a route of scope global needs \"via\"")
        return false
      }
      if route.to.length == 0, route.scope != .link, route.onLink != true {
        error(
          to, "to: a default route needs \"via\", or \"scope: link\" where all is on the link")
        return false
      }
    }
    // IPv6 routes have no scope (rtnetlink(7)).
    if route.to.family == .ipv6 { route.scope = nil }
    return true
  }

  /// `family`: of `default`.
  private mutating func destination(_ value: YAMLNode, family: IPFamily) -> IPPrefix? {
    if document.text(value) == "default" { return .everything(family) }
    return network(value, "to", expected: "<address>/<length>, an address or default")
  }

  /// A network: host bits are cleared, and an address alone is one of its own.
  mutating func network(
    _ value: YAMLNode, _ key: String, expected: String = "<address>/<length> or an address"
  ) -> IPPrefix? {
    do throws(IPPrefixError) {
      return network(of: try IPPrefix(document.text(value)), value, key)
    } catch {
      switch error {
      case .lengthMissing(let address): return IPPrefix(host: address)
      case .lengthOutOfRange(let length, let family):
        refuse(
          value, key,
          expected: "a prefix length from 0 to \(family.bits) in place of \(quoted(length))")
      case .notAnAddress: refuse(value, key, expected: expected)
      }
      return nil
    }
  }

  mutating func network(of prefix: IPPrefix, _ value: YAMLNode, _ key: String) -> IPPrefix {
    let network = prefix.network
    if network != prefix {
      warn(value, "\(key): \(prefix) has host bits set: taken for \(network)")
    }
    return network
  }
}

private let routeTypes = RouteConfiguration.RouteType.allCases
private let routeScopes = RouteConfiguration.Scope.allCases

/// The keys of a route as they stand, before they are read together.
private struct RouteDraft {
  var to: YAMLNode?
  var via: YAMLNode?
  var from: YAMLNode?
  var scope: YAMLNode?
  var type: YAMLNode?
  var onLink: Bool?
  var metric: UInt32?
  var table: UInt32?
  var mtu: UInt32?
}
