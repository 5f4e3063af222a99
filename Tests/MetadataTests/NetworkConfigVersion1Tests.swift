import Addresses
import Configuration
import Testing

/// A file of version 1 of one NIC, whose subnets begin at line 5, column 9.
private func subnets(_ lines: String...) -> String {
  "version: 1\nconfig:\n- {type: physical, name: eth0, subnets: [\n"
    + lines.map { "        \($0)" }.joined(separator: ",\n") + "]}\n"
}

/// The same with one static subnet of an address and these keys.
private func keys(_ text: String) -> String {
  subnets("{type: static, address: 192.0.2.2/24, \(text)}")
}

private func address(_ text: String) -> AddressConfiguration { AddressConfiguration(prefix(text)) }

private func nic(
  _ name: String, _ text: String, _ change: (inout LinkConfiguration) -> Void = { _ in }
) -> LinkConfiguration {
  link(name) {
    $0.match = LinkConfiguration.Match(macAddress: mac(text))
    $0.setName = InterfaceName(name)
    change(&$0)
  }
}

@Suite struct NetworkConfigVersion1Tests {
  /// As Proxmox VE writes it.
  @Test(arguments: ["", "network:\n"])
  func `a NIC is found by its hardware address and gets its name, addresses and resolvers`(
    top: String
  ) {
    let text = """
      version: 1
      config:
          - type: physical
            name: eth0
            mac_address: 'BC:24:11:00:00:01'
            subnets:
            - type: static
              address: '192.0.2.10'
              netmask: '255.255.255.0'
              gateway: '192.0.2.1'
            - type: static6
              address: '2001:db8::10/64'
              gateway: '2001:db8::1'
          - type: nameserver
            address:
            - '192.0.2.53'
            - '2001:db8::53'
            search:
            - 'example.org'
      """
    let indent = top.isEmpty ? "" : "  "
    let file = top + text.split(separator: "\n").map { indent + $0 + "\n" }.joined()
    let reading = Reading(network: file)
    #expect(
      reading.links == [
        nic("eth0", "bc:24:11:00:00:01") {
          $0.addresses = [address("192.0.2.10/24"), address("2001:db8::10/64")]
          $0.routes = [route("0.0.0.0/0", via: "192.0.2.1"), route("::/0", via: "2001:db8::1")]
        }
      ])
    #expect(reading.configuration?.nameservers == [ip("192.0.2.53"), ip("2001:db8::53")])
    #expect(reading.configuration?.searchDomains == ["example.org"])
    #expect(
      reading.configuration?.origins.map { $0.description }
        == ["network: nocloud:/dev/vdb", "resolvers: nocloud:/dev/vdb"])
  }

  @Test(arguments: [
    ("192.0.2.9/28", nil, "192.0.2.9/28"),
    ("192.0.2.9/255.255.255.240", nil, "192.0.2.9/28"),
    ("192.0.2.9", "255.255.255.240", "192.0.2.9/28"),
    ("192.0.2.9", "28", "192.0.2.9/28"),
    ("192.0.2.9", "'28'", "192.0.2.9/28"),
    ("192.0.2.9", "255.255.255.255", "192.0.2.9/32"),
    ("192.0.2.9/28", "255.255.255.240", "192.0.2.9/28"),
    ("2001:db8::9/48", nil, "2001:db8::9/48"),
    ("2001:db8::9/ffff:ffff:ffff::", nil, "2001:db8::9/48"),
    ("2001:db8::9", "'ffff:ffff::'", "2001:db8::9/32"),
    ("2001:db8::9", "64", "2001:db8::9/64"),
  ] as [(String, String?, String)])
  func `a netmask is read in every spelling`(text: String, netmask: String?, wanted: String) {
    let mask = netmask.map { ", netmask: \($0)" } ?? ""
    let reading = Reading(network: subnets("{type: static, address: '\(text)'\(mask)}"))
    #expect(reading.links == [link("eth0") { $0.addresses = [address(wanted)] }])
  }

  @Test(arguments: [
    ("{type: dhcp}", link("eth0") { $0.dhcp4 = true }),
    ("{type: dhcp4, metric: 100}", link("eth0") { $0.dhcp4 = true }),
    ("{type: dhcp6}", link("eth0") { $0.dhcp6 = true }),
    ("{type: ipv6_dhcpv6-stateful}", link("eth0") { $0.dhcp6 = true }),
    ("{type: ipv6_dhcpv6-stateless}", link("eth0") { $0.dhcp6 = true; $0.acceptRA = true }),
    ("{type: ipv6_slaac}", link("eth0") { $0.acceptRA = true }),
    ("{type: manual}", link("eth0") { _ in }),
    ("{type: manual, control: manual}", link("eth0") { $0.activation = .manual }),
    ("{type: dhcp, control: manual}, {type: dhcp6, control: auto}", link("eth0") { $0.dhcp4 = true; $0.dhcp6 = true }),
    ("{type: dhcp4, gateway: '', address: null, dns_nameservers: []}", link("eth0") { $0.dhcp4 = true }),
    ("{type: static6, address: '2001:db8::2/64', mtu: 1400}", link("eth0") { $0.addresses = [address("2001:db8::2/64")]; $0.ipv6MTU = 1400 }),
    ("{type: static, address: 192.0.2.2/24, mtu: 1400, broadcast: 192.0.2.255, ipv4: true}", link("eth0") { $0.addresses = [address("192.0.2.2/24")]; $0.mtu = 1400 }),
    ("{type: static, address: 192.0.2.2/24, dns_nameservers: 192.0.2.53 2001:db8::53, dns_search: [a.example, b.example]}", link("eth0") { $0.addresses = [address("192.0.2.2/24")]; $0.nameservers = [ip("192.0.2.53"), ip("2001:db8::53")]; $0.searchDomains = ["a.example", "b.example"] }),
    ("{type: static, address: 192.0.2.2/24, dns_nameservers: [192.0.2.53], dns_search: a.example b.example}", link("eth0") { $0.addresses = [address("192.0.2.2/24")]; $0.nameservers = [ip("192.0.2.53")]; $0.searchDomains = ["a.example", "b.example"] }),
    ("{type: static, address: 192.0.2.2/24, gateway: 192.0.2.1, metric: 7}, {type: static, address: 192.0.2.3/24, gateway: 192.0.2.1}", link("eth0") { $0.addresses = [address("192.0.2.2/24"), address("192.0.2.3/24")]; $0.routes = [route("0.0.0.0/0", via: "192.0.2.1") { $0.metric = 7 }] }),
  ])
  func `a subnet of each type is read`(text: String, wanted: LinkConfiguration) {
    #expect(Reading(network: subnets(text)).links == [wanted])
  }

  @Test func `a word of the link on router advertisements wins over its subnets`() {
    let text = """
      {version: 1, config: [
        {type: physical, name: eth0, accept-ra: 0, mtu: 1500, subnets: [{type: ipv6_slaac}]},
        {type: loopback, name: lo, subnets: [{type: loopback}]}]}
      """
    let wanted = [
      link("eth0") {
        $0.acceptRA = false
        $0.mtu = 1500
      }, link("lo") { _ in },
    ]
    #expect(Reading(network: text).links == wanted)
  }

  @Test(arguments: [
    ("{destination: 198.51.100.0/24, gateway: 192.0.2.1, metric: 3}", route("198.51.100.0/24", via: "192.0.2.1") { $0.metric = 3 }),
    ("{network: 198.51.100.0, netmask: 255.255.255.128, gateway: 192.0.2.1}", route("198.51.100.0/25", via: "192.0.2.1")),
    ("{network: 198.51.100.0, prefix: 25, gateway: 192.0.2.1}", route("198.51.100.0/25", via: "192.0.2.1")),
    ("{network: 0.0.0.0, netmask: 0.0.0.0, gateway: 192.0.2.1}", route("0.0.0.0/0", via: "192.0.2.1")),
    ("{network: '::', netmask: '::', gateway: '2001:db8::1'}", route("::/0", via: "2001:db8::1")),
    ("{network: '::', gateway: 'fe80::1'}", route("::/0", via: "fe80::1")),
    ("{destination: 192.0.2.1/32}", route("192.0.2.1/32")),
    ("{destination: 192.0.2.1/32, gateway: 0.0.0.0}", route("192.0.2.1/32")),
  ])
  func `a route of a subnet is read in every spelling`(text: String, wanted: RouteConfiguration) {
    let reading = Reading(network: keys("routes: [\(text)]"))
    #expect(
      reading.links == [
        link("eth0") {
          $0.addresses = [address("192.0.2.2/24")]
          $0.routes = [wanted]
        }
      ])
  }

  @Test func `routes and resolvers go to the links they belong to`() {
    let text = """
      {version: 1, config: [
        {type: route, destination: 203.0.113.0/24, gateway: 198.51.100.1, metric: 3},
        {type: nameserver, address: 198.51.100.53, search: b.example, interface: eth1},
        {type: nameserver, address: 192.0.2.53, search: [a.example]},
        {type: physical, name: eth0, subnets: [{type: static, address: 192.0.2.2/24}]},
        {type: physical, name: eth1, subnets: [{type: static, address: 198.51.100.2/24}]}]}
      """
    let reading = Reading(network: text)
    #expect(
      reading.links == [
        link("eth0") { $0.addresses = [address("192.0.2.2/24")] },
        link("eth1") {
          $0.addresses = [address("198.51.100.2/24")]
          $0.routes = [route("203.0.113.0/24", via: "198.51.100.1") { $0.metric = 3 }]
          $0.nameservers = [ip("198.51.100.53")]
          $0.searchDomains = ["b.example"]
        },
      ])
    #expect(reading.configuration?.nameservers == [ip("192.0.2.53")])
    #expect(reading.configuration?.searchDomains == ["a.example"])
  }

  @Test func `a route whose gateway no subnet holds goes to the only link`() {
    let text = """
      {version: 1, config: [
        {type: loopback, name: lo},
        {type: physical, name: eth0, subnets: [{type: static, address: 192.0.2.2/32}]},
        {type: route, network: 198.51.100.0, netmask: 255.255.255.0, gateway: 203.0.113.1}]}
      """
    #expect(
      Reading(network: text).links == [
        link("lo") { _ in },
        link("eth0") {
          $0.addresses = [address("192.0.2.2/32")]
          $0.routes = [route("198.51.100.0/24", via: "203.0.113.1")]
        },
      ])
  }

  /// cloud-init's documentation, "Bonded VLAN example".
  @Test func `a bond of two NICs carries a VLAN`() {
    let text = """
      network:
        version: 1
        config:
          - {type: physical, name: gbe0, mac_address: 'cd:11:22:33:44:00'}
          - {type: physical, name: gbe1, mac_address: 'cd:11:22:33:44:02'}
          - type: bond
            name: bond0
            mac_address: 'cd:11:22:33:44:00'
            bond_interfaces: [gbe0, gbe1]
            params: {bond-mode: 802.3ad, bond-lacp_rate: fast, bond_miimon: 100}
          - type: vlan
            name: bond0.200
            mac_address: 'CD:11:22:33:44:05'
            vlan_link: bond0
            vlan_id: 200
            subnets: [{type: dhcp4}]
      """
    var wanted = [nic("gbe0", "cd:11:22:33:44:00"), nic("gbe1", "cd:11:22:33:44:02")]
    wanted[0].controller = "bond0"
    wanted[1].controller = "bond0"
    wanted.append(
      link("bond0") {
        $0.kind = .bond
        $0.macAddress = mac("cd:11:22:33:44:00")
        $0.parameters = [
          LinkParameter(.mode, .number(4)), LinkParameter(.lacpRate, .number(1)),
          LinkParameter(.miiMonitorInterval, .number(100)),
        ]
      })
    wanted.append(
      link("bond0.200") {
        $0.kind = .vlan(parent: "bond0", id: 200)
        $0.macAddress = mac("cd:11:22:33:44:05")
        $0.dhcp4 = true
      })
    #expect(Reading(network: text).links == wanted)
  }

  /// cloud-init's documentation, "Bridge example".
  @Test func `a bridge has costs and priorities of its ports in lists`() {
    let text = """
      version: 1
      config:
        - {type: physical, name: jumbo0, mac_address: 'aa:11:22:33:44:55', mtu: 9000}
        - type: bridge
          name: br0
          bridge_interfaces: [jumbo0, eth7]
          params:
            bridge_ageing: 250
            bridge_bridgeprio: 22
            bridge_fd: 1
            bridge_hello: 1
            bridge_maxage: 10
            bridge_maxwait: 0
            bridge_hw: 'aa:11:22:33:44:56'
            bridge_pathcost: [jumbo0 75]
            bridge_portprio: [jumbo0 28, eth7 9]
            bridge_stp: 'off'
      """
    #expect(
      Reading(network: text).links == [
        nic("jumbo0", "aa:11:22:33:44:55") {
          $0.mtu = 9000
          $0.controller = "br0"
          $0.parameters = [
            LinkParameter(.pathCost, .number(75)), LinkParameter(.portPriority, .number(28)),
          ]
        },
        link("br0") {
          $0.kind = .bridge
          $0.macAddress = mac("aa:11:22:33:44:56")
          $0.parameters = [
            LinkParameter(.ageingTime, .number(250)), LinkParameter(.priority, .number(22)),
            LinkParameter(.forwardDelay, .number(1)), LinkParameter(.helloTime, .number(1)),
            LinkParameter(.maxAge, .number(10)), LinkParameter(.stp, .number(0)),
          ]
        },
        link("eth7") {
          $0.controller = "br0"
          $0.parameters = [LinkParameter(.portPriority, .number(9))]
        },
      ])
  }

  @Test func `virtual functions of one hardware address differ by their driver`() {
    let text = """
      {version: 1, config: [
        {type: physical, name: eth0, mac_address: "02:00:00:00:00:01", params: {driver: hv_netvsc}},
        {type: physical, name: eth1, mac_address: "02:00:00:00:00:01"}]}
      """
    var wanted = [nic("eth0", "02:00:00:00:00:01"), nic("eth1", "02:00:00:00:00:01")]
    wanted[0].match?.drivers = [Glob("hv_netvsc")]
    #expect(Reading(network: text).links == wanted)
  }

  @Test(arguments: ["version: 1\nconfig: disabled", "network: {version: 1, config: disabled}"])
  func `config disabled is a network without links`(text: String) {
    #expect(Reading(network: text).links == [])
  }

  @Test func `a hundred thousand routes are read`() {
    let subnet = "{type: static, address: '2001:db8::2/64', routes: [\n"
    var text = "version: 1\nconfig:\n- {type: physical, name: eth0, subnets: [" + subnet
    for number in 0..<50_000 {
      text += "{destination: '2001:db8:1:\(String(number, radix: 16))::/64', gateway: '2001:db8::1'},\n"
    }
    text += "]}]}\n"
    for number in 0..<50_000 {
      text += "- {type: route, destination: '2001:db8:2:\(String(number, radix: 16))::/64', "
        + "gateway: '2001:db8::1'}\n"
    }
    let routes = Reading(network: text).links?.first?.routes
    #expect(routes?.count == 100_000)
    #expect(routes?.last == route("2001:db8:2:c34f::/64", via: "2001:db8::1"))
  }
}

@Suite struct NetworkConfigVersion1FindingsTests {
  @Test(arguments: [
    ("version: 1", "1:1: \"config\" is missing, which version 1 needs"),
    ("version: 1\nconfig: {}", "2:9: config: expected a list, found a mapping"),
    ("version: 1\nconfig: [eth0]", "2:10: config: expected a mapping, found \"eth0\""),
    ("version: 1\nconfig: [{name: eth0}]", "2:10: config: \"type\" is missing"),
    ("version: 1\nconfig: [{type: physical}]", "2:10: config: \"name\" is missing"),
    ("version: 1\nconfig: [{type: wifi, name: w}]", "2:17: type: expected one of physical, vlan, bond, bridge, nameserver, route, loopback, found \"wifi\""),
    ("version: 1\nconfig: [{type: physical, name: a-name-too-long-}]", "2:33: name: expected an interface name of 1 to 15 bytes, found \"a-name-too-long-\""),
    ("version: 1\nconfig: [{type: physical, name: a, mac_address: b}]", "2:49: mac_address: expected a hardware address of six octets, found \"b\""),
    ("version: 1\nconfig: [{type: physical, name: a}, {type: bond, name: a, bond_interfaces: []}]", "2:56: \"a\" is defined twice"),
    ("version: 1\nconfig: [{type: vlan, name: v, vlan_id: 5}]", "2:10: \"v\": \"vlan_link\" is missing"),
    ("version: 1\nconfig: [{type: vlan, name: v, vlan_id: x, vlan_link: e}]", "2:41: vlan_id: expected a number from 0 to 4094, found \"x\""),
    ("version: 1\nconfig: [{type: bond, name: b}]", "2:10: \"b\": \"bond_interfaces\" is missing"),
    ("version: 1\nconfig: [{type: bridge, name: b, bridge_interfaces: [e], params: {bridge_pathcost: e}}]", "2:84: bridge_pathcost: expected <port> and a number from 1 to 65535, found \"e\""),
    ("version: 1\nconfig: [{type: bond, name: b, bond_interfaces: [e], params: {bond-mode: 7}}]", "2:74: bond-mode: expected one of balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb, found \"7\""),
    ("version: 1\nconfig: [{type: nameserver, address: ns1}]", "2:38: address: expected an address, found \"ns1\""),
    ("version: 1\nconfig: [{type: nameserver, address: 192.0.2.1, interface: eth9}]", "2:60: interface: expected the name of a link of this file, found \"eth9\""),
    ("version: 1\nconfig: [{type: route, gateway: 192.0.2.1}]", "2:10: routes: \"destination\" is missing"),
    ("version: 1\nconfig: [{type: route, destination: 192.0.2.0/24}]", "2:10: route: \"gateway\" is missing"),
    (subnets("{}"), "4:9: subnets: \"type\" is missing"),
    (subnets("{type: bootp}"), "4:16: type: expected one of static, static6, dhcp, dhcp4, dhcp6, manual, ipv6_slaac, ipv6_dhcpv6-stateful, ipv6_dhcpv6-stateless, loopback, found \"bootp\""),
    (subnets("{type: static}"), "4:9: subnets: \"address\" is missing"),
    (subnets("{type: static, address: eth0}"), "4:33: address: expected <address>/<length>, found \"eth0\""),
    (subnets("{type: static, address: 192.0.2.1/33}"), "4:33: address: expected <address>/<length>, found \"192.0.2.1/33\""),
    (subnets("{type: static, address: 224.0.0.1/24}"), "4:33: address: expected the address of an interface, found \"224.0.0.1/24\""),
    (subnets("{type: static, address: 192.0.2.1, netmask: 255.0.255.0}"), "4:53: netmask: expected a netmask of 192.0.2.1, found \"255.0.255.0\""),
    (subnets("{type: static, address: 192.0.2.1, netmask: 'ffff::'}"), "4:53: netmask: expected a netmask of 192.0.2.1, found \"ffff::\""),
    (keys("gateway: 192.0.2.1/24"), "4:56: gateway: expected an address, found \"192.0.2.1/24\""),
    (keys("control: never"), "4:56: control: expected auto, hotplug or manual, found \"never\""),
    (keys("dns_nameservers: 192.0.2.53 x"), "4:64: dns_nameservers: expected an address, found \"192.0.2.53 x\""),
    (keys("dns_search: [a b]"), "4:60: dns_search: expected a domain, found \"a b\""),
    (keys("routes: [{destination: 198.51.100.0/24, gateway: '2001:db8::1'}]"), "4:96: gateway: address of the wrong family: 2001:db8::1 cannot lead to 198.51.100.0/24"),
    (keys("routes: [{destination: 0.0.0.0/0}]"), "4:56: routes: a default route needs \"gateway\""),
    (keys("routes: [{destination: default, gateway: 192.0.2.1}]"), "4:70: destination: expected <address>/<length>, found \"default\""),
    (keys("mtu: 1"), "4:52: mtu: expected a number from 68 to 65535, found \"1\""),
    (keys("metric: -1"), "4:55: metric: expected a number from 0 to 4294967295, found \"-1\""),
  ])
  func `a wrong value is named`(text: String, error: String) {
    let reading = Reading(network: text)
    #expect(reading.errors == ["network-config:" + error])
    #expect(reading.configuration == nil)
  }

  @Test(arguments: [
    (subnets("{type: static, address: 192.0.2.1}"), "4:33: address: 192.0.2.1 has no netmask: 192.0.2.1/24 is taken, as cloud-init does; write its length"),
    (subnets("{type: static6, address: '2001:db8::1'}"), "4:34: address: 2001:db8::1 has no netmask: 2001:db8::1/64 is taken, as cloud-init does; write its length"),
    (subnets("{type: static, address: 192.0.2.1/24, netmask: 16}"), "4:56: netmask: not taken beside address 192.0.2.1/24"),
    (subnets("{type: dhcp, address: 192.0.2.1/24}"), "4:22: \"address\" is not read beside type dhcp"),
    (subnets("{type: dhcp, gatway: 192.0.2.1}"), "4:22: unknown key \"gatway\"; did you mean \"gateway\"?"),
    (subnets("{type: static, address: 192.0.2.1/24}, {type: static, address: 192.0.2.1/24}"), "4:72: address: 192.0.2.1/24 is given twice"),
    (keys("routes: [{destination: 198.51.100.0, gateway: 192.0.2.1}]"), "4:70: destination: 198.51.100.0 has no netmask: 198.51.100.0/24 is taken, as cloud-init does; write its length"),
    ("version: 1\nconfig: [{type: physical, name: e, mtu: 1500, subnets: [{type: static, address: 192.0.2.1/24, mtu: 1400}]}]", "2:95: mtu: 1400 of the subnet is taken, not 1500 of the link"),
    ("version: 1\nconfig: [{type: infiniband, name: ib0}]", "2:17: type: infiniband is not done by guestagent"),
    ("version: 1\nconfig: [{type: physical, name: e, macaddress: x}]", "2:36: unknown key \"macaddress\"; did you mean \"mac_address\"?"),
    ("version: 1\nconfig: [{type: physical, name: e, wakeonlan: true}]", "2:36: \"wakeonlan\" is not done by guestagent"),
    ("version: 1\nconfig: [{type: bond, name: b, bond_interfaces: [e], params: {bond-queue_id: 5}}]", "2:63: \"bond-queue_id\" is not done by guestagent"),
    ("version: 1\nethernets: {}\nconfig: []", "2:1: unknown key \"ethernets\""),
    ("version: 1\nconfig: [{type: physical, name: a}, {type: physical, name: b}, {type: route, destination: 198.51.100.0/24, gateway: 192.0.2.1}]", "2:64: route: it is not known which link reaches the gateway 192.0.2.1: left out; put it under \"routes\" of a subnet"),
  ])
  func `what is passed over is warned of`(text: String, warning: String) {
    let reading = Reading(network: text)
    #expect(reading.findings == "warning: network-config:" + warning)
    #expect(reading.configuration != nil)
  }
}
