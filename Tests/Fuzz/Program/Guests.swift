import Addresses
import Configuration
import Metadata
import Network

/// Made-up guests, in which a parsed configuration is planned.
enum Guests {
  static let kernel = KernelFeatures(keepsAddressMarks: true, keepsNeighborMarks: true)
  static let oldKernel = KernelFeatures(
    keepsAddressMarks: false, keepsNeighborMarks: false, renamesLive: false)

  static let loopback: FoundLink = {
    var link = FoundLink(index: 1, name: "lo", mtu: 65536)
    (link.isUp, link.hasCarrier) = (true, true)
    return link
  }()

  /// No NIC at all.
  static let bare: FoundNetwork = {
    var found = FoundNetwork()
    found.links = [loopback]
    return found
  }()

  /// One NIC, with nothing on it.
  static let small: FoundNetwork = {
    var found = bare
    found.links.append(nic(2, "eth0", "52:54:00:12:34:56"))
    return found
  }()

  /// Several, with what others have put there, and what we have.
  static let full: FoundNetwork = {
    var found = small
    found.links[1].addresses = [
      address("192.0.2.10/24", mark: 103), address("198.51.100.7/32"),
      address("2001:db8::10/64", mark: 103), address("2001:db8::77/64"),
    ]
    found.links[1].routes = [
      route("192.0.2.0/24", mark: 2), route("0.0.0.0/0", via: "192.0.2.1", mark: 103),
      route("203.0.113.0/24", via: "192.0.2.9", mark: 4), route("::/0", via: "fe80::1", mark: 9),
    ]
    found.links[1].neighbors = [
      neighbor("192.0.2.1", mark: 103), neighbor("192.0.2.9", mark: nil),
    ]
    var second = nic(3, "ens3", "52:54:00:12:34:57")
    (second.isUp, second.hasCarrier) = (false, false)
    second.driver = "virtio_net"
    second.sysctls[.acceptRA] = 1
    second.sysctls[.temporaryAddresses] = 0
    second.sysctls[.ipv6MTU] = 1500
    var bond = nic(4, "bond0", "52:54:00:12:34:58")
    (bond.kind, bond.group) = ("bond", 103)
    bond.settings = [
      LinkSetting(.mode, .number(1)), LinkSetting(.miiMonitorInterval, .number(100)),
    ]
    var port = nic(5, "ens4", "52:54:00:12:34:58")
    port.controller = 4
    port.permanentMACAddress = MACAddress("52:54:00:12:34:59")
    var bridge = nic(6, "br0", "52:54:00:12:34:5a")
    bridge.kind = "bridge"
    bridge.settings = [LinkSetting(.stp, .number(0))]
    var vlan = nic(7, "vlan10", "52:54:00:12:34:56")
    (vlan.kind, vlan.group, vlan.parent, vlan.vlanID) = ("vlan", 103, 2, 10)
    found.links += [second, bond, port, bridge, vlan]
    found.linklessRoutes = [route("198.51.100.0/25", type: .blackhole, mark: 103)]
    var rule = RuleConfiguration(from: prefix("192.0.2.0/24"), table: 100)
    rule.priority = 10
    found.rules = [FoundRule(rule, mark: 103), FoundRule(rule, mark: 4)]
    return found
  }()

  /// What is put on a link besides, none of it ours.
  static let foreign = full.links[1].addresses.filter { $0.mark == nil }

  /// A guest that has the NICs that the configuration speaks of, every other one of them with a
  /// part of what is wanted already there, of ours and of others.
  static func fitting(_ links: [LinkConfiguration]) -> FoundNetwork {
    var found = full
    for (place, wanted) in links.prefix(8).enumerated() where wanted.kind == .ethernet {
      let name = wanted.match?.name?.pattern ?? wanted.name
      let index = UInt32(100 + place)
      var link = FoundLink(
        index: index, name: InterfaceName(name)?.text ?? "nic\(place)", mtu: 1500)
      guard !found.links.contains(where: { $0.name == link.name }) else { continue }
      link.isEthernet = true
      link.macAddress = wanted.match?.macAddress ?? full.links[1].permanentMACAddress
      link.driver = wanted.match?.drivers.first?.pattern
      link.addressGeneration = .eui64
      link.isUp = place % 2 == 1
      if link.isUp {
        for (number, address) in wanted.addresses.prefix(4).enumerated() {
          var present = FoundAddress(address.prefix)
          present.mark = number % 2 == 0 ? 103 : nil
          present.isPermanent = number != 3
          link.addresses.append(present)
        }
        link.addresses += foreign
        for (number, neighbor) in wanted.neighbors.prefix(2).enumerated() {
          link.neighbors.append(
            FoundNeighbor(
              to: neighbor.to, linkLayerAddress: full.links[1].macAddress, isPermanent: true,
              mark: number == 0 ? 103 : nil))
        }
        link.routes = full.links[1].routes
      }
      found.links.append(link)
    }
    return found
  }

  /// The links of a network-config.
  static func wanted(_ text: String) -> [LinkConfiguration] {
    var diagnostics = Diagnostics()
    let seed = Seed(name: "guest", networkConfig: [UInt8](text.utf8))
    let found = configuration(seeds: [seed], commandLine: nil, diagnostics: &diagnostics)
    guard let found else { broken("what a guest is to be is refused: \(diagnostics.errors)") }
    return found.links
  }

  // MARK: Values

  private static func nic(_ index: UInt32, _ name: String, _ mac: String) -> FoundLink {
    var link = FoundLink(index: index, name: name, mtu: 1500)
    link.macAddress = MACAddress(mac)
    link.isEthernet = true
    (link.isUp, link.hasCarrier) = (true, true)
    link.addressGeneration = .eui64
    return link
  }

  private static func prefix(_ text: String) -> IPPrefix { try! IPPrefix(text) }

  private static func address(_ text: String, mark: UInt8? = nil) -> FoundAddress {
    var address = FoundAddress(prefix(text))
    address.mark = mark
    return address
  }

  private static func route(
    _ to: String, via: String? = nil, type: RouteConfiguration.RouteType = .unicast, mark: UInt8
  ) -> FoundRoute {
    FoundRoute(Route(to: prefix(to), type: type, via: via.flatMap { IPAddress($0) }), mark: mark)
  }

  private static func neighbor(_ to: String, mark: UInt8?) -> FoundNeighbor {
    FoundNeighbor(
      to: IPAddress(to)!, linkLayerAddress: MACAddress("00:00:5e:00:01:01"), isPermanent: true,
      mark: mark)
  }
}
