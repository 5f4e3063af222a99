import Configuration
import Testing

/// A file of version 2 with eth0 and eth1, and more sections from line 3 on.
private func sections(_ lines: String...) -> String {
  "version: 2\nethernets: {eth0: {}, eth1: {}}\n" + lines.joined(separator: "\n")
}

/// A bond of eth0 with these parameters, which begin at line 3, column 50.
private func bond(_ parameters: String) -> String {
  sections("bonds: {bond0: {interfaces: [eth0], parameters: {\(parameters)}}}")
}

@Suite struct NetworkConfigMadeLinksFindingsTests {
  @Test(arguments: [
    (sections("vlans: {v: {link: eth0}}"), #"3:9: "v": "id" is missing, which a VLAN needs"#),
    (sections("vlans: {v: {id: 5}}"), #"3:9: "v": "link" is missing, which a VLAN needs"#),
    (sections("vlans: {v: {id: 4095, link: eth0}}"), #"3:17: id: expected a number from 0 to 4094, found "4095""#),
    (sections("vlans: {v: {id: 5, link: v}}"), #"3:26: "v" cannot carry itself"#),
    (sections("vlans: {v: {id: 5, link: eth0:1}}"), #"3:26: "eth0:1" is neither a link of this file nor an interface name"#),
    (sections("vlans: {a: {id: 5, link: b}, b: {id: 6, link: a}}"), #"3:9: links stand on each other in a circle: "a" over "b" over "a""#),
    (sections("vlans: {c: {id: 4, link: v}, v: {id: 5, link: bond0}}", "bonds: {bond0: {interfaces: [eth0, v]}}"), #"3:30: links stand on each other in a circle: "v" over "bond0" over "v""#),
    (sections("bonds: {bond0: {interfaces: [eth0]}, bond1: {interfaces: [eth0]}}"), #"3:59: "eth0" is a port of "bond0" already"#),
    (sections("bonds: {bond0: {interfaces: [bond0]}}"), #"3:30: "bond0" cannot be a port of itself"#),
    (sections("bridges: {br0: {}, br1: {interfaces: [br0]}}"), #"3:39: "br0": a bridge cannot be a port of a bridge"#),
    (sections("bonds: {bond0: {match: {name: eth0}}}"), #"3:17: "match" finds a NIC, but "bond0" is made"#),
    (sections("dummy-devices: {d: {set-name: e}}"), #"3:21: "set-name" finds a NIC, but "d" is made"#),
    (sections("dummy-devices: {a/b: {}}"), #"3:17: "a/b" is not an interface name of 1 to 15 bytes, as it must be of a link that is made"#),
    (sections("dummy-devices: {eth0: {}}"), #"3:17: "eth0" is defined twice"#),
    (sections("dummy-devices: [d]"), #"3:16: dummy-devices: expected a mapping, found a list"#),
    (bond("mode: balance-tcp"), #"3:56: mode: expected one of balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb, found "balance-tcp""#),
    (bond("mode: 1, bond-mode: 1"), #"3:59: "bond-mode": mode is given twice"#),
    (bond("arp-ip-targets: ['2001:db8::1']"), #"3:66: arp-ip-targets: expected 1 to 16 IPv4 addresses, found a list"#),
    (bond("min-links: many"), #"3:61: min-links: expected a number from 0 to 2147483647, found "many""#),
    (sections("bridges: {b: {interfaces: [eth0], parameters: {path-cost: {eth0: 0}}}}"), #"3:66: path-cost: expected a number from 1 to 65535, found "0""#),
    (sections("bridges: {b: {parameters: {stp: rapid}}}"), #"3:33: stp: expected true or false, found "rapid""#),
    (eth0("activation-mode: later"), #"4:22: activation-mode: expected one of manual, off, found "later""#),
    (eth0("ipv6-mtu: 1279"), #"4:15: ipv6-mtu: expected a number from 1280 to 65535, found "1279""#),
    (eth0("ipv6-address-generation: mac"), #"4:30: ipv6-address-generation: expected one of eui64, stable-privacy, found "mac""#),
    (eth0("routing-policy: [{table: 5}]"), #"4:22: routing-policy: "from" or "to" is missing"#),
    (eth0("routing-policy: [{to: x}]"), #"4:27: to: expected <address>/<length> or an address, found "x""#),
    (eth0("routing-policy: [{from: 192.0.2.1, to: '2001:db8::1'}]"), #"4:44: to: network of the wrong family: 2001:db8::1/128 beside from 192.0.2.1/32"#),
    (eth0("routing-policy: [{from: 192.0.2.1, table: 0}]"), #"4:47: table: expected a number from 1 to 4294967295, found "0""#),
    (eth0("routing-policy: [{from: 192.0.2.1, type-of-service: 3}]"), #"4:57: type-of-service: expected a multiple of 4 from 0 to 252, found "3""#),
  ])
  func `a wrong value is named`(text: String, error: String) {
    let reading = Reading(network: text)
    #expect(reading.errors == ["network-config:" + error])
    #expect(reading.configuration == nil)
  }

  @Test(arguments: [
    (sections("bonds: {bond0: {interfaces: [eth0, eth0]}}"), #"3:36: "eth0" is given twice as a port"#),
    (bond("lacp_rat: fast"), #"3:50: unknown key "lacp_rat"; did you mean "lacp-rate"?"#),
    (bond("lacp-rate: fast"), #"3:50: "lacp-rate" is not taken by a bond of mode balance-rr: it is left out"#),
    (bond("mode: 802.3ad, arp-interval: 5"), #"3:65: "arp-interval" is not taken by a bond of mode 802.3ad: it is left out"#),
    (bond("mode: 802.3ad, primary: eth0"), #"3:65: "primary" is not taken by a bond of mode 802.3ad: it is left out"#),
    (bond("mode: broadcast, packets-per-slave: 0"), #"3:67: "packets-per-slave" is not taken by a bond of mode broadcast: it is left out"#),
    (bond("arp-interval: 5, mii-monitor-interval: 5"), #"3:50: "arp-interval" cannot stand beside "mii-monitor-interval": it is left out"#),
    (bond("up-delay: 5"), #"3:50: "up-delay" needs "mii-monitor-interval": it is left out"#),
    (bond("tlb_dynamic_lb: 1"), #"3:50: "tlb_dynamic_lb" is not done by guestagent"#),
    (bond("mode: 1, primary: eth1"), #"3:68: primary: "eth1" is no port of "bond0""#),
    (sections("bridges: {b: {interfaces: [eth0], parameters: {path-cost: {eth1: 5}}}}"), #"3:60: path-cost: "eth1" is no port of "b""#),
    (sections("bridges: {b: {interface: [eth0]}}"), #"3:15: unknown key "interface"; did you mean "interfaces"?"#),
    ("version: 2\nethernets: {eth0: {addresses: [192.0.2.1/24]}}\nbridges: {b: {interfaces: [eth0]}}", #"2:13: "eth0" is a port of "b": addresses and routes of its own do not work there; give them to "b""#),
    (eth0("routing-policy: [{from: 192.0.2.1, iif: eth1, table: 5}]"), #"4:40: "iif" is not done by guestagent: the rule is left out"#),
    (sections("bridges: {b: {parameters: {port-vlans: {eth0: [2]}, stp: false}}}"), #"3:28: "port-vlans" is not done by guestagent"#),
    (sections("bridges: {b: {hairpin: true}}"), #"3:15: "hairpin" is not done by guestagent"#),
    (eth0("routing-policy: [{from: 192.0.2.1}, {from: 192.0.2.1/32}]"), "4:41: routing-policy: this rule is given twice"),
  ])
  func `what is passed over is warned of`(text: String, warning: String) {
    let reading = Reading(network: text)
    #expect(reading.findings == "warning: network-config:" + warning)
    #expect(reading.configuration != nil)
  }

  @Test func `a primary that is no port is left out`() {
    let parameters = Reading(network: bond("mode: 1, primary: eth1")).configuration?.links
      .first { $0.name == "bond0" }?.parameters
    #expect(parameters == [LinkParameter(.mode, .number(1))])
  }

  @Test func `a chain of VLANs as long as a file allows is no circle, and quickly seen to be none`() {
    let count = 20_000
    let text = "version: 2\nethernets: {v0: {}}\nvlans:\n"
      + (1...count).map { "  v\($0): {id: 5, link: v\($0 - 1)}\n" }.joined()
    let reading = Reading(network: text)
    #expect(reading.findings == "")
    #expect(
      reading.configuration?.links.last?.kind == .vlan(parent: "v\(count - 1)", id: 5))
  }
}
