import Addresses
import Configuration
import Metadata
import Testing

@Suite struct NetworkConfigDamageTests {
  static let files = [
    """
    network:
      version: 1
      config:
      - {type: physical, name: eth0, mac_address: '02:00:00:00:00:01', subnets: [
          {type: static, address: 192.0.2.2, netmask: 255.255.255.0, gateway: 192.0.2.1,
           dns_nameservers: [192.0.2.53], routes: [{network: 198.51.100.0, netmask: 24}]}]}
      - {type: bond, name: b0, bond_interfaces: [eth0, eth1], params: {bond-mode: 1, bond-primary: eth1}}
      - {type: vlan, name: b0.5, vlan_link: b0, vlan_id: 5, subnets: [{type: ipv6_slaac, mtu: 1400}]}
      - {type: bridge, name: br0, bridge_interfaces: [b0.5], params: {bridge_pathcost: [b0.5 9]}}
      - {type: nameserver, address: 192.0.2.53, interface: br0}
      - {type: route, destination: 203.0.113.0/24, gateway: 192.0.2.9}
    """,
    """
    version: 2
    ethernets: &e {e0: {match: {macaddress: '02:00:00:00:00:01'}, set-name: lan}, e1: {}}
    bonds: {b0: {interfaces: [lan, e1], parameters: {mode: 802.3ad, lacp-rate: fast}}}
    vlans: {v5: {id: 5, link: b0, routing-policy: [{from: 192.0.2.0/24, table: 7}]}}
    bridges: {br0: {interfaces: [v5, e7], parameters: {path-cost: {v5: 9}}}, br1: {}}
    dummy-devices: {d: {addresses: [192.0.2.1/32], activation-mode: off}}
    """,
  ]

  /// Bytes of valid files are flipped, dropped and doubled; whatever is read must hold together.
  @Test(arguments: files)
  func `links of damaged files hold together, or there are none`(file: String) {
    var random = SeededGenerator(seed: 20_261_124)
    var answers = 0
    for _ in 0..<3000 {
      let bytes = damaged([UInt8](file.utf8), &random)
      let seed = NoCloudSeed(name: "s", metaData: [], networkConfig: bytes, hasUserData: true)
      let reading = Reading(seeds: [seed], commandLine: nil)
      #expect((reading.configuration == nil) == !reading.errors.isEmpty)
      guard let links = reading.configuration?.links else { continue }
      answers += 1
      #expect(faults(links) == [], "\(String(decoding: bytes, as: UTF8.self))")
    }
    #expect(answers > 300)
  }

  private func faults(_ links: [LinkConfiguration]) -> [String] {
    var faults: [String] = []
    if Set(links.map { $0.name }).count < links.count { faults.append("a name twice") }
    let newNames = links.compactMap { $0.setName }
    if Set(newNames).count < newNames.count { faults.append("a set-name twice") }
    for link in links {
      if let controller = link.controller {
        let kind = links.first { $0.name == controller }?.kind
        if kind != .bond, kind != .bridge { faults.append("\(link.name): no controller") }
      }
      if link.match == nil, InterfaceName(link.name) == nil { faults.append("\(link.name): name") }
      if link.kind != .ethernet, link.match != nil || link.setName != nil {
        faults.append("\(link.name): made and matched")
      }
      if case .vlan(let parent, let id) = link.kind {
        let isLink = links.contains { $0.name == parent }
        if !isLink, InterfaceName(parent) == nil { faults.append("\(link.name): parent") }
        if id > 4094 { faults.append("\(link.name): id") }
      }
      let keys = link.parameters.map { $0.key }
      if Set(keys).count < keys.count { faults.append("\(link.name): a parameter twice") }
      for route in link.routes where route.to.network != route.to {
        faults.append("\(link.name): host bits")
      }
    }
    return faults
  }
}
