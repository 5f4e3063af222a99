import Addresses
import Configuration
import Network

func ip(_ text: String) -> IPAddress { IPAddress(text)! }
func prefix(_ text: String) -> IPPrefix { try! IPPrefix(text) }
func mac(_ text: String) -> MACAddress { MACAddress(text)! }

/// A link of the configuration.
func wanted(
  _ name: String = "eth0", _ change: (inout LinkConfiguration) -> Void = { _ in }
) -> LinkConfiguration {
  var link = LinkConfiguration(name: name)
  change(&link)
  return link
}

func address(
  _ text: String, label: String? = nil, deprecated: Bool = false
) -> AddressConfiguration {
  var address = AddressConfiguration(prefix(text))
  address.label = label
  address.deprecated = deprecated
  return address
}

func route(
  _ to: String, via: String? = nil, _ change: (inout RouteConfiguration) -> Void = { _ in }
) -> RouteConfiguration {
  var route = RouteConfiguration(to: prefix(to), via: via.map(ip))
  change(&route)
  return route
}

func rule(
  from: String? = nil, to: String? = nil, table: UInt32 = 100,
  _ change: (inout RuleConfiguration) -> Void = { _ in }
) -> RuleConfiguration {
  var rule = RuleConfiguration(from: from.map(prefix), to: to.map(prefix), table: table)
  change(&rule)
  return rule
}

func neighbor(_ to: String, _ lladdr: String = "00:00:5e:00:01:01") -> NeighborConfiguration {
  NeighborConfiguration(to: ip(to), linkLayerAddress: mac(lladdr))
}

/// A NIC as the kernel finds it: Ethernet, up, with carrier and nothing on it.
func nic(
  _ name: String = "eth0", index: UInt32 = 2, _ change: (inout FoundLink) -> Void = { _ in }
) -> FoundLink {
  var link = FoundLink(index: index, name: name, mtu: 1500)
  link.macAddress = mac("52:54:00:12:34:56")
  link.isEthernet = true
  link.isUp = true
  link.hasCarrier = true
  link.addressGeneration = .eui64
  change(&link)
  return link
}

func foundAddress(
  _ text: String, mark: UInt8? = nil, _ change: (inout FoundAddress) -> Void = { _ in }
) -> FoundAddress {
  var address = FoundAddress(prefix(text))
  address.mark = mark
  change(&address)
  return address
}

/// `RTPROT_STATIC`: put there by an administrator.
let staticMark: UInt8 = 4
/// `RTPROT_KERNEL`.
let kernelMark: UInt8 = 2

func foundRoute(
  _ to: String, via: String? = nil, metric: UInt32? = nil, mark: UInt8 = Ownership.mark,
  _ change: (inout Route) -> Void = { _ in }
) -> FoundRoute {
  var route = Route(to: prefix(to), metric: metric, via: via.map(ip))
  change(&route)
  return FoundRoute(route, mark: mark)
}

func foundBlackhole(_ to: String, mark: UInt8 = Ownership.mark) -> FoundRoute {
  FoundRoute(Route(to: prefix(to), type: .blackhole), mark: mark)
}

func foundNeighbor(
  _ to: String, _ lladdr: String? = "00:00:5e:00:01:01", permanent: Bool = true, mark: UInt8? = nil
) -> FoundNeighbor {
  FoundNeighbor(
    to: ip(to), linkLayerAddress: lladdr.map(mac), isPermanent: permanent, mark: mark)
}

extension FoundLink {
  var acceptRA: Int? {
    get { sysctls[.acceptRA] }
    set { sysctls[.acceptRA] = newValue }
  }
}

extension LinkRecord {
  var acceptRA: Int? {
    get { sysctls[.acceptRA] }
    set { sysctls[.acceptRA] = newValue }
  }
}

extension KernelFeatures {
  /// Keeps all marks.
  static let new = KernelFeatures(keepsAddressMarks: true, keepsNeighborMarks: true)
  /// Keeps only the marks of routes.
  static let old = KernelFeatures(keepsAddressMarks: false, keepsNeighborMarks: false)
}

extension LinkPlan {
  /// One step a line, then `later:` with what waits for duplicate address detection, then `note:`.
  var text: String {
    (steps.map { $0.description } + deferred.map { "later: \($0)" } + notes.map { "note: \($0)" })
      .joined(separator: "\n")
  }
}

extension Takedown {
  var text: String { steps.map { $0.description }.joined(separator: "\n") }
}

/// The plan that all of this is for: a /32 whose gateway lies elsewhere and answers no ARP.
let missionLink = wanted {
  $0.addresses = [
    address("198.51.100.176/32"), address("2001:db8:3:47:198:51:100:176/64"),
  ]
  $0.routes = [
    route("0.0.0.0/0", via: "192.0.2.1"), route("198.51.100.176/29"), route("192.0.2.0/26"),
  ]
  $0.neighbors = [neighbor("192.0.2.1")]
}

/// The NIC with all of `missionLink` done.
let missionDone = nic {
  $0.addresses = [
    foundAddress("198.51.100.176/32", mark: Ownership.mark) { $0.label = "eth0" },
    foundAddress("2001:db8:3:47:198:51:100:176/64", mark: Ownership.mark),
  ]
  $0.routes = [
    foundRoute("0.0.0.0/0", via: "192.0.2.1"), foundRoute("198.51.100.176/29"),
    foundRoute("192.0.2.0/26"),
    foundRoute("2001:db8:3:47::/64", metric: 256, mark: kernelMark),
  ]
  $0.neighbors = [foundNeighbor("192.0.2.1", mark: Ownership.mark)]
}
