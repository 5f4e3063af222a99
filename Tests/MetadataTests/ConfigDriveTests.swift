import Addresses
import Configuration
import Testing

@testable import Metadata

/// One file of a config drive as it is read: what it gives, and the lines a person reads.
struct DriveReading<Given: Equatable>: Equatable {
  var given: Given
  var findings: String

  init(_ file: String, _ text: String, _ read: (inout YAMLReader) -> Given) {
    var reader = YAMLReader(file: file, json: Array(text.utf8))
    given = read(&reader)
    let errors = reader.diagnostics.errors.map { $0.description }
    let warnings = reader.diagnostics.warnings.map { "warning: " + $0.description }
    findings = (errors + warnings).joined(separator: "\n")
  }
}

private func network(_ text: String) -> DriveReading<NetworkSource?> {
  DriveReading("network_data.json", text) { $0.networkData() }
}

/// A network on the only link of a file, from line 2 on.
private func findings(ofNetwork text: String) -> String {
  network(
    """
    {"links": [{"id": "tap1", "type": "ovs", "ethernet_mac_address": "fa:16:3e:00:00:01"}], "networks": [
    {"link": "tap1", \(text)}]}
    """
  ).findings
}

/// One link, in line 1 from column 12 on.
private func findings(ofLink text: String) -> String {
  network("{\"links\": [\(text)]}").findings
}

private func nic(
  _ id: String, _ address: String, _ change: (inout LinkConfiguration) -> Void = { _ in }
) -> LinkConfiguration {
  link(id) {
    $0.match = LinkConfiguration.Match(macAddress: mac(address))
    change(&$0)
  }
}

private func addresses(_ texts: String...) -> [AddressConfiguration] {
  texts.map { AddressConfiguration(prefix($0)) }
}

@Suite struct NetworkDataTests {
  @Test func `a server of nova with a static address of both families is read`() {
    let reading = network(
      """
      {"links": [{"id": "tap2ecc7709-b3", "vif_id": "2ecc7709-b3f7-4448-9580-e1ec32d75bbd", \
      "type": "ovs", "mtu": 1450, "ethernet_mac_address": "FA:16:3E:69:B0:58"}], \
      "networks": [{"id": "network0", "type": "ipv4", "link": "tap2ecc7709-b3", \
      "ip_address": "192.0.2.10", "netmask": "255.255.255.192", "routes": [\
      {"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "192.0.2.1"}, \
      {"network": "198.51.100.0", "netmask": "255.255.255.0", "gateway": "192.0.2.2"}], \
      "network_id": "6d6357ac-0f70-4afa-8bd7-c274cc4ea235", \
      "services": [{"type": "dns", "address": "192.0.2.53"}]}, \
      {"id": "network1", "type": "ipv6", "link": "tap2ecc7709-b3", \
      "ip_address": "2001:db8:0:1:f816:3eff:fe69:b058", "netmask": "ffff:ffff:ffff:ffff::", \
      "routes": [{"network": "::", "netmask": "::", "gateway": "2001:db8:0:1::1"}], \
      "network_id": "6d6357ac-0f70-4afa-8bd7-c274cc4ea235"}], \
      "services": [{"type": "dns", "address": "192.0.2.53"}, \
      {"type": "dns", "address": "2001:db8::53"}]}
      """)
    var wanted = NetworkSource()
    wanted.nameservers = [ip("192.0.2.53"), ip("2001:db8::53")]
    wanted.links = [
      nic("tap2ecc7709-b3", "fa:16:3e:69:b0:58") {
        $0.mtu = 1450
        $0.addresses = addresses("192.0.2.10/26", "2001:db8:0:1:f816:3eff:fe69:b058/64")
        $0.routes = [
          route("0.0.0.0/0", via: "192.0.2.1"), route("198.51.100.0/24", via: "192.0.2.2"),
          route("::/0", via: "2001:db8:0:1::1"),
        ]
        $0.nameservers = [ip("192.0.2.53")]
      }
    ]
    #expect(reading.findings == "")
    #expect(reading.given == wanted)
  }

  @Test func `a server of Ironic with VLANs on a bond is read`() {
    let reading = network(
      """
      {"services": [], "networks": [
      {"id": "network2-ipv4", "type": "ipv4", "link": "vlan2", "ip_address": "192.0.2.13",
       "netmask": "255.255.255.248", "network_id": "4daf5ce8-38cf-4240-9f1a-04e86d7c6117",
       "routes": [{"netmask": "0.0.0.0", "network": "0.0.0.0", "gateway": "192.0.2.9"}]},
      {"id": "network3-ipv6", "type": "ipv6", "link": "vlan3", "ip_address": "2001:db8::5/56",
       "network_id": "a9e2f47c-3c43-4782-94d0-e1eeef1c8c9d"}],
      "links": [
      {"id": "vlan2", "type": "vlan", "vlan_id": 602, "vlan_link": "bond7",
       "ethernet_mac_address": "fa:16:3e:b3:72:30", "vlan_mac_address": "fa:16:3e:b3:72:30"},
      {"id": "eth0", "mtu": 9000, "type": "phy", "ethernet_mac_address": "0c:c4:7a:34:6e:3c"},
      {"id": "eth1", "mtu": null, "type": "phy", "ethernet_mac_address": "0c:c4:7a:34:6e:3d"},
      {"id": "bond7", "type": "bond", "ethernet_mac_address": "0c:c4:7a:34:6e:3c", "mtu": 0,
       "bond_links": ["eth0", "eth1"], "bond_miimon": 100, "bond_mode": "1",
       "bond_xmit_hash_policy": "layer3+4", "bond_primary": "eth1"},
      {"id": "vlan3", "type": "vlan", "vlan_id": "612", "vlan_link": "vlan2", "mtu": 1400,
       "vlan_mac_address": "fa:16:3e:66:ab:a6"},
      {"id": "vlan4", "type": "vlan", "vlan_id": 612, "vlan_link": "eth0"},
      {"id": "vlan5", "type": "vlan", "vlan_id": 612, "vlan_link": "eth1"}]}
      """)
    var wanted = NetworkSource()
    wanted.links = [
      link("bond0.602") {
        $0.kind = .vlan(parent: "bond0", id: 602)
        $0.macAddress = mac("fa:16:3e:b3:72:30")
        $0.addresses = addresses("192.0.2.13/29")
        $0.routes = [route("0.0.0.0/0", via: "192.0.2.9")]
      },
      nic("eth0", "0c:c4:7a:34:6e:3c") {
        $0.mtu = 9000
        $0.controller = "bond0"
      },
      nic("eth1", "0c:c4:7a:34:6e:3d") { $0.controller = "bond0" },
      link("bond0") {
        $0.kind = .bond
        $0.macAddress = mac("0c:c4:7a:34:6e:3c")
        $0.parameters = [
          LinkParameter(.miiMonitorInterval, .number(100)), LinkParameter(.mode, .number(1)),
          LinkParameter(.transmitHashPolicy, .number(1)), LinkParameter(.primary, .link("eth1")),
        ]
      },
      link("bond0.602.612") {
        $0.kind = .vlan(parent: "bond0.602", id: 612)
        $0.macAddress = mac("fa:16:3e:66:ab:a6")
        $0.mtu = 1400
        $0.addresses = addresses("2001:db8::5/56")
      },
      link("vlan612") { $0.kind = .vlan(parent: "eth0", id: 612) },
      link("vlan612-2") { $0.kind = .vlan(parent: "eth1", id: 612) },
    ]
    #expect(reading.findings == "")
    #expect(reading.given == wanted)
  }

  @Test(arguments: [
    ("ipv4_dhcp", link("tap1") { $0.dhcp4 = true }),
    (
      "ipv6_dhcp",
      link("tap1") {
        $0.dhcp6 = true
        $0.acceptRA = true
      }
    ),
    (
      "ipv6_dhcpv6-stateful",
      link("tap1") {
        $0.dhcp6 = true
        $0.acceptRA = true
      }
    ),
    (
      "ipv6_dhcpv6-stateless",
      link("tap1") {
        $0.dhcp6 = true
        $0.acceptRA = true
      }
    ),
    ("ipv6_slaac", link("tap1") { $0.acceptRA = true }),
  ])
  func `a network without addresses says who gives them`(type: String, wanted: LinkConfiguration) {
    let reading = network(
      """
      {"links": [{"id": "tap1", "type": null, "ethernet_mac_address": "fa:16:3e:00:00:01"}],
       "networks": [{"id": "network0", "type": "\(type)", "link": "tap1", "network_id": "a"}]}
      """)
    var link = wanted
    link.match = LinkConfiguration.Match(macAddress: mac("fa:16:3e:00:00:01"))
    #expect(reading.findings == "")
    #expect(reading.given?.links == [link])
  }

  @Test func `a name that the file gives a NIC is its name or finds it`() {
    let reading = network(
      """
      {"links": [{"id": "a", "type": "phy", "name": "lan0", "mtu": 1500,
                  "ethernet_mac_address": "fa:16:3e:00:00:01"},
                 {"id": "b", "type": "phy", "name": "eth7"},
                 {"id": "c", "type": "vlan", "vlan_id": 7, "vlan_link": "a"},
                 {"id": "d", "type": "vlan", "vlan_id": 8, "vlan_link": "b"}]}
      """)
    #expect(reading.findings == "")
    #expect(
      reading.given?.links == [
        nic("a", "fa:16:3e:00:00:01") {
          $0.setName = InterfaceName("lan0")
          $0.mtu = 1500
        },
        link("eth7") { _ in },
        link("lan0.7") { $0.kind = .vlan(parent: "a", id: 7) },
        link("eth7.8") { $0.kind = .vlan(parent: "eth7", id: 8) },
      ])
  }

  @Test(arguments: [
    ("\"ip_address\": \"192.0.2.10/26\"", "192.0.2.10/26"),
    ("\"ip_address\": \"192.0.2.10/255.255.255.192\"", "192.0.2.10/26"),
    ("\"ip_address\": \"192.0.2.10/26\", \"netmask\": \"255.255.255.192\"", "192.0.2.10/26"),
    ("\"ip_address\": \"192.0.2.10\", \"netmask\": \"255.255.255.192\"", "192.0.2.10/26"),
    ("\"ip_address\": \"192.0.2.10\", \"netmask\": \"26\"", "192.0.2.10/26"),
    ("\"ip_address\": \"192.0.2.10\", \"netmask\": 26", "192.0.2.10/26"),
    ("\"ip_address\": \"192.0.2.10\", \"netmask\": \"255.255.255.255\"", "192.0.2.10/32"),
    ("\"ip_address\": \"2001:db8::5\", \"netmask\": \"ffff:ffff:ffff::\"", "2001:db8::5/48"),
    ("\"ip_address\": \"2001:db8::5\", \"netmask\": 48", "2001:db8::5/48"),
    ("\"ip_address\": \"2001:db8::5/48\"", "2001:db8::5/48"),
  ])
  func `a netmask is read in each of its spellings`(text: String, wanted: String) {
    for type in ["ipv4", "ipv6", "static", "static6"] {
      let reading = network(
        """
        {"links": [{"id": "tap1", "type": "ovs", "ethernet_mac_address": "fa:16:3e:00:00:01"}],
         "networks": [{"link": "tap1", "type": "\(type)", \(text), "gateway": "198.51.100.1"}]}
        """)
      #expect(reading.findings == "")
      #expect(
        reading.given?.links == [
          nic("tap1", "fa:16:3e:00:00:01") {
            $0.addresses = addresses(wanted)
            $0.routes = [route("0.0.0.0/0", via: "198.51.100.1")]
          }
        ])
    }
  }

  @Test(arguments: ["", "{}", "null", "{\"links\": [], \"networks\": [], \"services\": []}"])
  func `a server without networks says nothing`(text: String) {
    let reading = network(text)
    #expect(reading.findings == "")
    #expect(reading.given == nil)
  }

  @Test func `routes without a gateway are on the link, and their resolvers are the link's`() {
    let reading = network(
      """
      {"links":[{"id":"tap1","type":"ovs","ethernet_mac_address":"fa:16:3e:00:00:01"}],
       "networks":[{"link":"tap1","type":"ipv4_dhcp","routes":[
         {"network":"192.0.2.0","netmask":"255.255.255.0","gateway":null,
          "services":[{"type":"dns","address":"192.0.2.53"}]},
         {"network":"0.0.0.0","gateway":"192.0.2.1"},
         {"network":"2001:db8::","netmask":"ffff:ffff::","gateway":"::"}]}]}
      """)
    #expect(reading.findings == "")
    #expect(
      reading.given?.links == [
        nic("tap1", "fa:16:3e:00:00:01") {
          $0.dhcp4 = true
          $0.routes = [
            route("192.0.2.0/24"), route("0.0.0.0/0", via: "192.0.2.1"), route("2001:db8::/32"),
          ]
          $0.nameservers = [ip("192.0.2.53")]
        }
      ])
  }
}

@Suite struct NetworkDataFindingsTests {
  @Test(arguments: [
    ("{\"type\": \"ovs\"}", "1:12: links: \"id\" is missing"),
    ("7", "1:12: links: expected a mapping, found \"7\""),
    ("{\"id\": \"a\", \"type\": \"ovs\"}", "1:12: links: \"ethernet_mac_address\" is missing"),
    ("{\"id\": \"a\", \"type\": \"bond\"}", "1:12: links: \"bond_links\" is missing"),
    ("{\"id\": \"a\", \"type\": \"vlan\", \"vlan_id\": 1}", "1:12: links: \"vlan_link\" is missing"),
    ("{\"id\": \"a\", \"type\": \"vlan\", \"vlan_link\": \"a\"}", "1:12: links: \"vlan_id\" is missing"),
    (
      "{\"id\": \"a\", \"type\": \"vlan\", \"vlan_link\": \"b\", \"vlan_id\": 4095}",
      "1:69: vlan_id: expected a number from 0 to 4094, found \"4095\""
    ),
    (
      "{\"id\": \"a\", \"type\": \"vlan\", \"vlan_link\": \"b\", \"vlan_id\": 7}",
      "1:53: vlan_link: no link has the id \"b\""
    ),
    (
      "{\"id\": \"a\", \"type\": \"vlan\", \"vlan_link\": \"a\", \"vlan_id\": 7}",
      "1:53: \"vlan7\" cannot carry itself"
    ),
    (
      "{\"id\": \"a\", \"type\": \"bond\", \"bond_links\": [\"a\", \"b\"]}",
      """
      1:60: bond_links: no link has the id "b"
      network_data.json:1:55: "bond0" cannot be a port of itself
      """
    ),
    (
      "{\"id\": \"a\", \"name\": \"e0\"}, {\"id\": \"a\", \"name\": \"e1\"}",
      "1:39: links: the id \"a\" is given twice"
    ),
    (
      "{\"id\": \"a\", \"name\": \"e0\"}, {\"id\": \"b\", \"name\": \"e0\"}",
      "1:39: \"e0\" is defined twice"
    ),
    (
      "{\"id\": \"a\", \"type\": \"bond\", \"bond_links\": []}, {\"id\": \"bond0\", \"ethernet_mac_address\": \"2:0:0:0:0:1\"}",
      "1:59: \"bond0\" is defined twice"
    ),
    (
      "{\"id\": \"a\", \"ethernet_mac_address\": \"2:0:0:0:0:1\"}, {\"id\": \"b\", \"ethernet_mac_address\": \"2:0:0:0:0:1\"}",
      "1:64: \"b\" and \"a\" both match the NIC 02:00:00:00:00:01"
    ),
    (
      "{\"id\": \"p\", \"name\": \"e0\"}, {\"id\": \"a\", \"type\": \"bond\", \"bond_links\": [\"p\"]}, {\"id\": \"b\", \"type\": \"bond\", \"bond_links\": [\"p\"]}",
      "1:132: \"e0\" is a port of \"bond0\" already"
    ),
    (
      "{\"id\": \"a\", \"type\": \"bond\", \"bond_links\": [], \"bond_mode\": \"fast\"}",
      """
      1:71: bond_mode: expected one of balance-rr, active-backup, balance-xor, broadcast, 802.3ad, \
      balance-tlb, balance-alb, found "fast"
      """
    ),
    (
      "{\"id\": \"a\", \"type\": \"bond\", \"bond_links\": [], \"bond_mode\": 1, \"bond-mode\": 1}",
      "1:74: \"bond-mode\": mode is given twice"
    ),
    (
      "{\"id\": \"a\", \"type\": \"bond\", \"bond_links\": [], \"bond_mod\": 1}",
      "1:58: unknown key \"bond_mod\""
    ),
    (
      "{\"id\": \"a\", \"ethernet_mac_adress\": \"2:0:0:0:0:1\", \"name\": \"e0\"}",
      "1:24: unknown key \"ethernet_mac_adress\"; did you mean \"ethernet_mac_address\"?"
    ),
    (
      "{\"id\": \"a\", \"type\": \"warp\", \"name\": \"e0\"}",
      "1:32: type: \"warp\" is not known: taken for a NIC"
    ),
    (
      "{\"id\": \"a\", \"name\": \"e0\", \"mtu\": 67}",
      "1:45: mtu: expected a number from 68 to 65535, found \"67\""
    ),
  ])
  func `a fault of a link is told with its place`(text: String, wanted: String) {
    let findings = findings(ofLink: text)
    let isWarning = findings.hasPrefix("warning: ")
    #expect(findings == (isWarning ? "warning: " : "") + "network_data.json:" + wanted)
  }

  @Test(arguments: [
    ("\"type\": \"ipv4\"", "2:2: networks: a network of addresses of its own needs \"ip_address\""),
    (
      "\"type\": \"ipv5\"",
      """
      2:26: type: expected ipv4, ipv6, ipv4_dhcp, ipv6_dhcp, ipv6_slaac, ipv6_dhcpv6-stateful or \
      ipv6_dhcpv6-stateless, found "ipv5"
      """
    ),
    ("\"id\": \"a\"", "2:2: networks: \"type\" is missing"),
    (
      "\"type\": \"ipv4\", \"ip_address\": \"192.0.2.300\", \"netmask\": 24",
      "2:48: ip_address: expected <address>/<length>, found \"192.0.2.300\""
    ),
    (
      "\"type\": \"ipv4\", \"ip_address\": \"224.0.0.1\", \"netmask\": 24",
      "2:48: ip_address: expected the address of an interface, found \"224.0.0.1\""
    ),
    (
      "\"type\": \"ipv4\", \"ip_address\": \"192.0.2.1/33\"",
      "2:48: ip_address: expected <address>/<length>, found \"192.0.2.1/33\""
    ),
    (
      "\"type\": \"ipv4\", \"ip_address\": \"192.0.2.1\", \"netmask\": \"255.0.255.0\"",
      "2:72: netmask: expected a netmask of 192.0.2.1, found \"255.0.255.0\""
    ),
    (
      "\"type\": \"ipv4\", \"ip_address\": \"192.0.2.1\", \"netmask\": \"ffff::\"",
      "2:72: netmask: expected a netmask of 192.0.2.1, found \"ffff::\""
    ),
    (
      "\"type\": \"ipv4_dhcp\", \"gateway\": \"0.0.0.0\"",
      "2:50: gateway: expected the address of a gateway, found \"0.0.0.0\""
    ),
    (
      "\"type\": \"ipv4_dhcp\", \"routes\": [{\"netmask\": \"0.0.0.0\"}]",
      "2:50: routes: \"network\" is missing"
    ),
    (
      "\"type\": \"ipv4_dhcp\", \"routes\": [{\"network\": \"0.0.0.0\", \"netmask\": \"0.0.0.0\"}]",
      "2:50: routes: a default route needs \"gateway\""
    ),
    (
      "\"type\": \"ipv4_dhcp\", \"routes\": [{\"network\": \"::/0\", \"gateway\": \"192.0.2.1\"}]",
      "2:81: gateway: address of the wrong family: 192.0.2.1 cannot lead to ::/0"
    ),
    (
      "\"type\": \"ipv4_dhcp\", \"services\": [{\"type\": \"dns\"}]",
      "2:52: services: \"address\" is missing"
    ),
  ])
  func `a fault of a network is told with its place`(text: String, wanted: String) {
    #expect(findings(ofNetwork: text) == "network_data.json:" + wanted)
  }

  @Test(arguments: [
    (
      "\"type\": \"ipv4\", \"ip_address\": \"192.0.2.1\"",
      """
      2:48: ip_address: 192.0.2.1 has no netmask: 192.0.2.1/24 is taken, as cloud-init does; \
      write its length
      """
    ),
    (
      "\"type\": \"ipv6\", \"ip_address\": \"2001:db8::1\"",
      """
      2:48: ip_address: 2001:db8::1 has no netmask: 2001:db8::1/64 is taken, as cloud-init does; \
      write its length
      """
    ),
    (
      "\"type\": \"ipv4\", \"ip_address\": \"192.0.2.1/24\", \"netmask\": 25",
      "2:75: netmask: not taken beside ip_address 192.0.2.1/24"
    ),
    (
      "\"type\": \"ipv4_dhcp\", \"routes\": [{\"network\": \"192.0.2.1\", \"netmask\": 24}]",
      "2:62: network: 192.0.2.1/24 has host bits set: taken for 192.0.2.0/24"
    ),
    (
      "\"type\": \"ipv4_dhcp\", \"services\": [{\"type\": \"ntp\", \"address\": \"192.0.2.1\"}]",
      "2:61: a service of type \"ntp\" is not done by guestagent"
    ),
    ("\"type\": \"ipv4_dhcp\", \"gatway\": \"192.0.2.1\"", "2:39: unknown key \"gatway\"; did you mean \"gateway\"?"),
  ])
  func `what is assumed or left out is told with its place`(text: String, wanted: String) {
    #expect(findings(ofNetwork: text) == "warning: network_data.json:" + wanted)
  }

  @Test func `a network on no link of the file is an error`() {
    #expect(
      network("{\"networks\": [{\"link\": \"tap9\", \"type\": \"ipv4_dhcp\"}, {}]}").findings == """
        network_data.json:1:24: link: no link has the id "tap9"
        network_data.json:1:54: networks: "link" is missing
        """)
  }

  @Test func `VLANs that carry each other are an error`() {
    let vlan = { (id: String, parent: String, tag: Int) in
      "{\"id\": \"\(id)\", \"type\": \"vlan\", \"vlan_id\": \(tag), \"vlan_link\": \"\(parent)\"}"
    }
    #expect(
      findings(ofLink: vlan("a", "b", 1) + ", " + vlan("b", "a", 2)) == """
        network_data.json:1:12: links stand on each other in a circle: "vlan1" over "vlan1.2" over \
        "vlan1"
        """)
  }

  @Test func `damaged files are read or refused, and nothing else`() {
    let networkData = """
      {"links": [{"id": "a", "type": "phy", "ethernet_mac_address": "2:0:0:0:0:1", "mtu": 1500},
      {"id": "c", "type": "vlan", "vlan_id": 7, "vlan_link": "b", "vlan_mac_address": "2:0:0:0:0:2"},
      {"id": "b", "type": "bond", "bond_links": ["a"], "bond_mode": "active-backup"}],
      "networks": [{"link": "c", "type": "ipv4", "ip_address": "192.0.2.9", "netmask": "255.255.255.0",
      "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "192.0.2.1"}]},
      {"link": "a", "type": "ipv6_slaac"}], "services": [{"type": "dns", "address": "192.0.2.53"}]}
      """
    let metaData = "{\"uuid\": \"a\", \"name\": \"\\ud83d\\ude00\", \"meta\": {\"dsmode\": \"net\"}}"
    var random = SeededGenerator(seed: 20_261_123)
    var answers = 0
    for _ in 0..<3000 {
      let seed = Seed(
        .configDrive, name: "s", metaData: damaged([UInt8](metaData.utf8), &random),
        networkConfig: damaged([UInt8](networkData.utf8), &random))
      let reading = Reading(seeds: [seed], commandLine: nil)
      #expect((reading.configuration == nil) == !reading.errors.isEmpty)
      guard let links = reading.configuration?.links else { continue }
      answers += 1
      #expect(Set(links.map { $0.name }).count == links.count)
      for link in links where link.match == nil { #expect(InterfaceName(link.name) != nil) }
    }
    #expect(answers > 100)
  }

  @Test func `an address that two networks of a link give is taken once`() {
    let text = """
      {"links": [{"id": "a", "name": "e0"}, {"id": "b", "name": "e1"}], "networks": [
      {"link": "a", "type": "ipv4", "ip_address": "192.0.2.1/24"},
      {"link": "b", "type": "ipv4", "ip_address": "192.0.2.1/24"},
      {"link": "a", "type": "ipv4", "ip_address": "192.0.2.1", "netmask": 24}]}
      """
    let reading = network(text)
    #expect(
      reading.findings
        == "warning: network_data.json:4:45: ip_address: 192.0.2.1/24 is given twice")
    #expect(
      reading.given?.links.map { $0.addresses } == [
        addresses("192.0.2.1/24"), addresses("192.0.2.1/24"),
      ])
  }

  @Test func `parts of links are noted where they stand`() {
    var reader = YAMLReader(
      file: "network_data.json",
      json: Array(
        """
        {"links": [{"id": "a", "name": "e0"}], "networks": [
        {"link": "a", "type": "ipv4", "ip_address": "192.0.2.1/24",
        "gateway": "192.0.2.9", "routes": [{"network": "::/0", "gateway": "2001:db8::1"}],
        "services": [{"type": "dns", "address": "192.0.2.53"}]}]}
        """.utf8))
    reader.places = []
    _ = reader.networkData()
    let places = (reader.places ?? []).map { "\($0.part) of \($0.link) \(reader.place($0.node))" }
    #expect(
      places == [
        "link of e0 network_data.json:1:12", "route of e0 network_data.json:3:12",
        "route of e0 network_data.json:3:36", "nameserver of e0 network_data.json:4:41",
        "address of e0 network_data.json:2:45",
      ])
  }

  @Test func `a file of many links, VLANs of one number and networks is read in time`() {
    let count = 20_000
    let nics = (0..<count).map {
      "{\"id\": \"n\($0)\", \"name\": \"e\($0)\"}, "
        + "{\"id\": \"m\($0)\", \"ethernet_mac_address\": \"\(MACAddress(octets: [2, 0, 0, UInt8($0 >> 16), UInt8($0 >> 8 & 255), UInt8($0 & 255)])!)\"}, "
        + "{\"id\": \"v\($0)\", \"type\": \"vlan\", \"vlan_id\": 5, \"vlan_link\": \"m\($0)\"}"
    }
    let networks = (0..<count).map { "{\"link\": \"n\($0)\", \"type\": \"ipv4_dhcp\"}" }
    let reading = network(
      "{\"links\": [\(nics.joined(separator: ","))], \"networks\": [\(networks.joined(separator: ","))]}")
    #expect(reading.findings == "")
    #expect(reading.given?.links.count == 3 * count)
    #expect(reading.given?.links.last?.name == "vlan5-20000")
  }
}

@Suite struct ConfigDriveMetaDataTests {
  private func read(_ text: String, hasNetworkData: Bool = true) -> DriveReading<[String]> {
    DriveReading("meta_data.json", text) { reader in
      let data = reader.configDriveMetaData(hasNetworkData: hasNetworkData)
      return [
        data.instanceID ?? "-", data.hostname?.short ?? "-", data.hostname?.full ?? "-",
        data.mode?.rawValue ?? "-",
      ] + data.neighbors.map { "\($0.neighbor.to) \($0.neighbor.linkLayerAddress)" }
    }
  }

  @Test(arguments: [
    (
      """
      {"uuid": "b0fa911b-69d4-4476-bbe2-1c92bff6535c", "hostname": "web.example.org",
       "name": "Web \\ud83d\\ude00", "meta": {"dsmode": "local", "role": "\\ud83d"},
       "availability_zone": "nova", "launch_index": 0, "random_seed": "aGVsbG8=", "devices": [],
       "project_id": "f7ac731cc11f40efbc03a9f9e1d1d21f", "keys": [], "files": [],
       "public_keys": {"k": "ssh-ed25519 AAAA web@example.org\\n"}, "dedicated_cpus": [],
       "network_config": {"name": "network_config", "content_path": "/content/0000"}}
      """,
      ["b0fa911b-69d4-4476-bbe2-1c92bff6535c", "web", "web.example.org", "local"]
    ),
    ("{\"uuid\": \"i\", \"hostname\": null, \"meta\": null}", ["i", "-", "-", "-"]),
    ("{\"uuid\": \"i\", \"hostname\": \"\"}", ["i", "-", "-", "-"]),
    (
      """
      {"uuid":"i","hostname":"vm","local_hostname":"vm","instance_type":"fake.machine-type","guestagent":
       {"neighbors":[{"to":"192.0.2.1","lladdr":"00:00:5e:00:01:01"}],"grow":{"volumes":[]}}}
      """,
      ["i", "vm", "-", "-", "192.0.2.1 00:00:5e:00:01:01"]
    ),
  ])
  func `what nova and others write of a server is read`(text: String, wanted: [String]) {
    let reading = read(text)
    #expect(reading.findings == "")
    #expect(reading.given == wanted)
  }

  @Test(arguments: [
    ("", "meta_data.json: \"uuid\" is missing, which is the instance-id"),
    ("{\"hostname\": \"vm\"}", "meta_data.json:1:1: \"uuid\" is missing, which is the instance-id"),
    ("{\"uuid\": null}", "meta_data.json:1:1: \"uuid\" is missing, which is the instance-id"),
    ("{\"uuid\": \"\"}", "meta_data.json:1:10: uuid: expected text, found \"\""),
    ("[]", "meta_data.json:1:1: meta_data.json: expected a mapping, found a list"),
    (
      "{\"uuid\": \"i\", \"hostname\": \"a b\"}",
      "meta_data.json:1:27: hostname: expected a host name of letters, digits, hyphens and dots, found \"a b\""
    ),
    (
      "{\"uuid\": \"i\", \"meta\": {\"dsmode\": \"off\"}}",
      "meta_data.json:1:34: dsmode: expected net, local, pass or disabled, found \"off\""
    ),
    (
      "{\"uuid\": \"i\", \"hostname\": \"a b\"}",
      "meta_data.json:1:27: hostname: expected a host name of letters, digits, hyphens and dots, found \"a b\""
    ),
    (
      "{\"uuid\": \"i\", \"meta\": {\"dsmode\": \"off\"}}",
      "meta_data.json:1:34: dsmode: expected net, local, pass or disabled, found \"off\""
    ),
    (
      "{\"uuid\": \"i\", \"hostnam\": \"vm\"}",
      "warning: meta_data.json:1:15: unknown key \"hostnam\"; did you mean \"hostname\"?"
    ),
  ])
  func `a fault of it is told with its place`(text: String, wanted: String) {
    #expect(read(text).findings == wanted)
  }

  @Test func `a drive can be left to others by a property of the server`() {
    let reading = read("{\"uuid\": \"i\", \"meta\": {\"dsmode\": \"disabled\"}}")
    #expect(reading.findings == "")
    #expect(reading.given == ["i", "-", "-", "disabled"])
  }

  @Test func `an interfaces file is told of where nothing better is there`() {
    let text = "{\"uuid\": \"i\", \"network_config\": {\"content_path\": \"/content/0000\"}}"
    #expect(read(text).findings == "")
    #expect(
      read(text, hasNetworkData: false).findings == """
        warning: meta_data.json:1:15: "network_config" is not read by guestagent, and there is no \
        network_data.json
        """)
  }
}

@Suite struct SurrogatePairTests {
  @Test(arguments: [
    ("a", "a"), ("\\u00e9", "\\u00e9"), ("x\\ud83d\\ude00y", "x\u{1F600}y"),
    ("\\uD83D\\uDE00", "\u{1F600}"), ("\\ud83d", "\u{FFFD}"), ("\\ude00\\ud83d!", "\u{FFFD}\u{FFFD}!"),
    ("\\\\ud83d", "\\\\ud83d"), ("\\ud83d\\n", "\u{FFFD}\\n"), ("\\ud8", "\\ud8"), ("\\ud83g", "\\ud83g"),
    ("\\ud83d\\", "\u{FFFD}\\"), ("\\", "\\"), ("", ""),
  ])
  func `a pair becomes its character, and nothing else is changed`(text: String, wanted: String) {
    #expect(String(decoding: withoutSurrogates(Array(text.utf8)), as: UTF8.self) == wanted)
  }
}
