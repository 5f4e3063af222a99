import Addresses
import Configuration
import Testing

@Suite struct NetworkConfigFindingsTests {
  @Test(arguments: [
    ("version: 3", "1:10: version: expected 1 or 2, found \"3\""),
    ("ethernets: {}", "1:1: \"version\" is missing: expected \"version: 2\""),
    ("[1]", "1:1: network-config: expected a mapping, found a list"),
    ("version: 2\nethernets: [eth0]", "2:12: ethernets: expected a mapping, found a list"),
    ("version: 2\nethernets: {eth0: up}", "2:19: \"eth0\": expected a mapping, found \"up\""),
    ("version: 2\nethernets: {eth0/1: {}}", "2:13: \"eth0/1\" is not an interface name of 1 to 15 bytes, as it must be without \"match\""),
    (eth0("addresses: 192.0.2.1/24"), "4:16: addresses: expected a list, found \"192.0.2.1/24\""),
    (eth0("addresses: [198.51.100.176]"), "4:17: addresses: \"198.51.100.176\" has no prefix length; write 198.51.100.176/32"),
    (eth0("addresses: ['2001:db8::1']"), "4:17: addresses: \"2001:db8::1\" has no prefix length; write 2001:db8::1/128"),
    (eth0("addresses: [192.0.2.1/33]"), "4:17: addresses: expected a prefix length from 0 to 32 in place of \"33\", found \"192.0.2.1/33\""),
    (eth0("addresses: [192.0.2/24]"), "4:17: addresses: expected <address>/<length>, found \"192.0.2/24\""),
    (eth0("addresses: [224.0.0.1/24]"), "4:17: addresses: expected the address of an interface, found \"224.0.0.1/24\""),
    (eth0("addresses: [[a]]"), "4:17: addresses: expected <address>/<length>, found a list"),
    (eth0("addresses: [{2001:db8::1/64: {label: a}}]"), "4:42: label: only an IPv4 address has one, 2001:db8::1/64 is IPv6"),
    (eth0("addresses: [{192.0.2.1/24: {lifetime: 60}}]"), "4:43: lifetime: expected forever or 0, found \"60\""),
    (eth0("mtu: 67"), "4:10: mtu: expected a number from 68 to 65535, found \"67\""),
    (eth0("mtu: 0x5dc"), "4:10: mtu: expected a number from 68 to 65535, found \"0x5dc\""),
    (eth0("mtu: 99999999999999999999"), "4:10: mtu: expected a number from 68 to 65535, found \"99999999999999999999\""),
    (eth0("dhcp4: maybe"), "4:12: dhcp4: expected true or false, found \"maybe\""),
    (eth0("accept-ra: [true]"), "4:16: accept-ra: expected true or false, found a list"),
    (eth0("macaddress: 52:54:00:12:34"), "4:17: macaddress: expected a hardware address of six octets, found \"52:54:00:12:34\""),
    (eth0("match: {macaddress: '52:54:00:12:34:56:78'}"), "4:25: macaddress: expected a hardware address of six octets, found \"52:54:00:12:34:56:78\""),
    (eth0("set-name: lan0"), "4:5: \"set-name\" needs \"match\" to find the NIC"),
    (eth0("match: {name: eth0}", "set-name: net%d"), "5:15: set-name: expected an interface name of 1 to 15 bytes, found \"net%d\""),
    (eth0("match: {name: eth0}", "set-name: a/b"), "5:15: set-name: expected an interface name of 1 to 15 bytes, found \"a/b\""),
    (eth0("gateway4: '2001:db8::1'"), "4:15: gateway4: expected an IPv4 address, found \"2001:db8::1\""),
    (eth0("link-local: [ipv5]"), "4:18: link-local: expected ipv4 or ipv6, found \"ipv5\""),
    (eth0("nameservers: {addresses: [ns1]}"), "4:31: nameservers: expected an address, found \"ns1\""),
    (eth0("nameservers: {search: ['a b']}"), "4:28: search: expected a domain, found \"a b\""),
    (eth0("routes: [{to: default}]"), "4:19: to: a default route needs \"via\", or \"scope: link\" where all is on the link"),
    (eth0("routes: [{via: 192.0.2.1}]"), "4:14: routes: \"to\" is missing"),
    (eth0("routes: [{to: 192.0.2.0/24, via: '2001:db8::1'}]"), "4:38: via: gateway of the wrong family: 2001:db8::1 cannot lead to 192.0.2.0/24"),
    (eth0("routes: [{to: '::/0', via: 192.0.2.1}]"), "4:32: via: gateway of the wrong family: 192.0.2.1 cannot lead to ::/0"),
    (eth0("routes: [{to: 192.0.2.0/24, from: '2001:db8::1'}]"), "4:39: from: address of the wrong family: 2001:db8::1 cannot be the source towards 192.0.2.0/24"),
    (eth0("routes: [{to: 192.0.2.0/24, type: blackhole, via: 192.0.2.1}]"), "4:55: via: a route of type blackhole has no gateway"),
    (eth0("routes: [{to: 192.0.2.0/24, scope: link, via: 192.0.2.1}]"), "4:51: via: a route of scope link has no gateway"),
    (eth0("routes: [{to: 192.0.2.0/24, scope: global}]"), "4:40: scope: a route of scope global needs \"via\""),
    (eth0("routes: [{to: 192.0.2.0/24, scope: site}]"), "4:40: scope: expected one of global, link, host, found \"site\""),
    (eth0("routes: [{to: 192.0.2.0/24, table: 0}]"), "4:40: table: expected a number from 1 to 4294967295, found \"0\""),
    (eth0("routes: [{to: net}]"), "4:19: to: expected <address>/<length>, an address or default, found \"net\""),
    (eth0("routes: {to: default}"), "4:13: routes: expected a list, found a mapping"),
    (eth0("neighbors: [{to: 192.0.2.1}]"), "4:17: neighbors: \"lladdr\" is missing"),
    (eth0("neighbors: [{to: 192.0.2.1, lladdr: '1:2'}]"), "4:41: lladdr: expected a hardware address of six octets, found \"1:2\""),
    (eth0("neighbors: [{to: 192.0.2.0/24, lladdr: '0:0:0:0:0:1'}]"), "4:22: to: expected an address, found \"192.0.2.0/24\""),
    (eth0("match: {macaddress: '2:0:0:0:0:1'}") + "  eth1: {match: {macaddress: '02-00-00-00-00-01'}}", "5:3: \"eth1\" and \"eth0\" both match the NIC 02:00:00:00:00:01"),
    (eth0("mtu: 1400") + "  a: {match: {name: b}, set-name: eth0}", "5:3: \"a\" and \"eth0\" both claim the name \"eth0\""),
    (eth0(#"mtu: "\e[2J\u202E""#), "4:10: mtu: expected a number from 68 to 65535, found \"\\u{1b}[2J\\u{202e}\""),
  ])
  func `a wrong value is named, with what was expected`(text: String, error: String) {
    let reading = Reading(network: text)
    #expect(reading.findings == "network-config:" + error)
    #expect(reading.configuration == nil)
  }

  @Test func `a match of unknown keys only is not taken for every NIC`() {
    let reading = Reading(network: eth0("match: {macadress: '52:54:00:12:34:56'}"))
    #expect(reading.errors == ["network-config:4:12: match: expected name, macaddress or driver"])
    #expect(reading.configuration == nil)
  }

  @Test func `one run tells all errors`() {
    let reading = Reading(
      network: eth0("mtu: 1", "dhcp4: 2", "routes: [{to: x, metric: -1}]"), metaData: "hostname: a!b")
    #expect(
      reading.errors == [
        "meta-data:1:11: hostname: expected a host name of letters, digits, hyphens and dots, found \"a!b\"",
        "network-config:4:10: mtu: expected a number from 68 to 65535, found \"1\"",
        "network-config:5:12: dhcp4: expected true or false, found \"2\"",
        "network-config:6:30: metric: expected a number from 0 to 4294967295, found \"-1\"",
        "network-config:6:19: to: expected <address>/<length>, an address or default, found \"x\"",
      ])
  }

  @Test(arguments: [
    (eth0("adresses: []"), "4:5: unknown key \"adresses\"; did you mean \"addresses\"?"),
    (eth0("frobnicate: 1"), "4:5: unknown key \"frobnicate\""),
    (eth0("wakeonlan: true"), "4:5: \"wakeonlan\" is not done by guestagent"),
    (eth0("macaddress: random"), "4:17: macaddress: random is not done by guestagent"),
    (eth0("mtu:"), "4:5: \"mtu\" has no value"),
    (eth0("routes: [{to: 192.0.2.0/24, vai: x}]"), "4:33: unknown key \"vai\""),
    (eth0("routes: [{to: 192.0.2.0/24, advertised-mss: 1400}]"), "4:33: \"advertised-mss\" is not done by guestagent"),
    (eth0("routes: [{to: 192.0.2.1/24}]"), "4:19: to: 192.0.2.1/24 has host bits set: taken for 192.0.2.0/24"),
    (eth0("addresses: [192.0.2.1/24, 192.0.2.1/24]"), "4:31: addresses: 192.0.2.1/24 is given twice"),
    ("version: 2\ntunnels: {wg0: {}, wg1: {}}", "2:1: tunnels are not done by guestagent: not configured: \"wg0\", \"wg1\""),
    ("version: 2\nconfig: []", "2:1: \"config\" belongs to version 1: it is not read"),
    ("version: 2\nethernet: {}", "2:1: unknown key \"ethernet\"; did you mean \"ethernets\"?"),
    ("network: {version: 2}\nother: 1", "2:1: \"other\" beside \"network\" is not read"),
  ])
  func `what is passed over is warned of`(text: String, warning: String) {
    let reading = Reading(network: text)
    #expect(reading.findings == "warning: network-config:" + warning)
    #expect(reading.configuration != nil)
  }

  @Test(arguments: [
    ("52:54:00:12:34:56", "52:54:00:12:34:56", "readers of YAML 1.1 take 52:54:00:12:34:56 for a number of base 60; put it in quotes"),
    ("41135085296", "52:54:00:12:34:56", "41135085296 is taken for 52:54:00:12:34:56, which was read as a number of base 60; write \"52:54:00:12:34:56\" in quotes"),
    ("'52:54:00:12:34:56'", "52:54:00:12:34:56", nil),
    ("02:54:00:12:34:56", "02:54:00:12:34:56", nil),
    ("52:54:00:12:34:66", "52:54:00:12:34:66", nil),
    ("52:54:00:ab:cd:ef", "52:54:00:ab:cd:ef", nil),
  ] as [(String, String, String?)])
  func `a hardware address in reach of base 60 is read, and warned of`(
    text: String, address: String, warning: String?
  ) {
    let reading = Reading(network: eth0("macaddress: \(text)"))
    #expect(reading.configuration?.links == [link("eth0") { $0.macAddress = mac(address) }])
    #expect(
      reading.findings == (warning.map { "warning: network-config:4:17: macaddress: " + $0 } ?? ""))
  }
}
