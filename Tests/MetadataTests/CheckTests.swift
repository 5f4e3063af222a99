import Configuration
import Foundation
import Metadata
import Testing

@Suite struct CheckTests {
  /// Findings of one network-config, a line each, without the file's name.
  private func findings(_ text: String, kind: MetadataKind = .networkConfig) -> String {
    let file = MetadataFile(name: "f", kind: kind, bytes: [UInt8](text.utf8))
    return lines(check([file]))
  }

  private func lines(_ findings: [MetadataFinding]) -> String {
    findings.map { finding in
      let text = finding.diagnostic.description
      return (finding.isError ? "error " : "") + text.replacing(/^f:\ ?/, with: "")
    }.joined(separator: "\n")
  }

  /// A network-config of two links, whose lines stand in one line each: eth0 in line 3.
  private func links(_ eth0: String, _ eth1: String? = nil) -> String {
    "version: 2\nethernets:\n  eth0: {\(eth0)}\n" + (eth1.map { "  eth1: {\($0)}\n" } ?? "")
  }

  private static let byHand = "guestagent takes it to be on the link, others may not: in version 2 write on-link: true"
  private static let noRoute = "add {to: default, via: <gateway>} to the routes of one"

  @Test(arguments: [
    ("addresses: [192.0.2.10/26], routes: [{to: default, via: 192.0.2.1}]", ""),
    ("addresses: [192.0.2.10/26], gateway4: 198.51.100.1", "3:48: gateway 198.51.100.1 is in no network of \"eth0\"; \(byHand)"),
    ("addresses: [192.0.2.10/32], routes: [{to: default, via: 192.0.2.1, on-link: true}]", ""),
    ("addresses: [192.0.2.10/32], routes: [{to: 192.0.2.1}, {to: default, via: 192.0.2.1}]", ""),
    ("addresses: [192.0.2.10/32], routes: [{to: 192.0.2.1, table: 7}, {to: default, via: 192.0.2.1}]", "3:74: gateway 192.0.2.1 is in no network of \"eth0\"; \(byHand)"),
    ("addresses: [192.0.2.10/32], routes: [{to: 192.0.2.1, table: 7}, {to: default, via: 192.0.2.1, table: 7}, {to: default, via: 192.0.2.1, on-link: true}]", ""),
    ("addresses: [192.0.2.10/32], routes: [{to: default, via: 192.0.2.1, on-link: false}]", "error 3:47: gateway 192.0.2.1 is in no network of \"eth0\", and \"on-link: false\"; write on-link: true"),
    ("addresses: [192.0.2.10/26], routes: [{to: default, via: 198.51.100.1}, {to: 203.0.113.0/24, via: 198.51.100.1}]", "3:47: gateway 198.51.100.1 is in no network of \"eth0\"; \(byHand)"),
    ("dhcp4: true, routes: [{to: 203.0.113.0/24, via: 198.51.100.1}]", ""),
    ("addresses: ['2001:db8::10/64'], routes: [{to: '::/0', via: 'fe80::1'}]", ""),
    ("addresses: ['2001:db8::10/128'], routes: [{to: '::/0', via: '2001:db8::1'}]", "3:52: gateway 2001:db8::1 is in no network of \"eth0\"; \(byHand)"),
    ("addresses: [192.0.2.10/26], gateway4: 192.0.2.10", "3:48: gateway 192.0.2.10 is an address of the guest itself"),
    ("addresses: [192.0.2.10/26], gateway4: 192.0.2.0", "3:48: gateway 192.0.2.0 is the network address of 192.0.2.0/26"),
    ("addresses: [192.0.2.10/26], gateway4: 192.0.2.63", "error 3:48: gateway 192.0.2.63 is the broadcast address of 192.0.2.0/26"),
    ("addresses: [192.0.2.1/31], gateway4: 192.0.2.0", ""),
    ("addresses: [192.0.2.10/26]", "3:22: no link has a default route of IPv4; \(noRoute)"),
    ("addresses: ['2001:db8::10/64']", ""),
    ("addresses: ['2001:db8::10/64'], accept-ra: false", "3:22: no link has a default route of IPv6; \(noRoute)"),
    ("addresses: [169.254.0.9/16]", ""),
  ] as [(String, String)])
  func `a gateway is one that the guest can reach`(link: String, expected: String) {
    #expect(findings(links(link)) == expected)
  }

  @Test(arguments: [
    ("{to: 192.0.2.10}", "3:78: 192.0.2.10 is an address of the guest itself"),
    ("{to: 192.0.2.10, type: blackhole}", ""),
    ("{to: 203.0.113.0/24, via: 192.0.2.2}", ""),
    ("{to: 0.0.0.0/0, via: 192.0.2.1}", "3:78: the route to 0.0.0.0/0 is given twice"),
    ("{to: 0.0.0.0/0, via: 192.0.2.2}", "3:78: another route to 0.0.0.0/0 of this metric stands before: the kernel holds one; give it a metric of its own"),
    ("{to: 0.0.0.0/0, via: 192.0.2.2, metric: 5}", ""),
    ("{to: 0.0.0.0/0, via: 192.0.2.2, table: 5}", ""),
    ("{to: 203.0.113.0/24, via: 192.0.2.2, from: 192.0.2.10}", ""),
    ("{to: 203.0.113.0/24, via: 192.0.2.2, from: 192.0.2.11}", "error 3:78: from: 192.0.2.11 is no address of the guest"),
  ] as [(String, String)])
  func `a route leads elsewhere, and once`(route: String, expected: String) {
    let text = links(
      "addresses: [192.0.2.10/26], routes: [{to: default, via: 192.0.2.1}, \(route)]")
    #expect(findings(text) == expected)
  }

  @Test(arguments: [
    ("192.0.2.10/26", "addresses: [192.0.2.11/26], dhcp4: false", ""),
    ("192.0.2.10/26, 192.0.2.10/32", "", "3:37: 192.0.2.10 is given twice, with two prefix lengths"),
    ("192.0.2.10/26", "addresses: [192.0.2.10/32]", "4:22: 192.0.2.10 is an address of \"eth0\" too"),
    ("'fe80::10/64'", "addresses: ['fe80::10/64']", ""),
    ("192.0.2.64/26", "", "3:22: 192.0.2.64/26 is the network address of its network"),
    ("192.0.2.127/26", "", "3:22: 192.0.2.127/26 is the broadcast address of its network"),
    ("192.0.2.10/26", "mtu: 1200", ""),
    ("'2001:db8::10/64'", "mtu: 1279, addresses: ['2001:db8::11/64']", "error 4:33: no IPv6 address can be on \"eth1\": its mtu 1279 is below 1280"),
    ("'2001:db8::10/64'", "mtu: 1280, addresses: ['2001:db8::11/64']", ""),
    ("192.0.2.10/26", "dhcp4: true, addresses: ['2001:db8::11/64', 192.0.2.12/26]", "4:54: \"eth1\" has this address and dhcp4, which is left to the guest's DHCP client"),
  ] as [(String, String, String)])
  func `an address is a host's, on one link`(addresses: String, eth1: String, expected: String) {
    let text = links("addresses: [\(addresses)], gateway4: 192.0.2.1", eth1)
    let others = ["gateway 192.0.2.1 is in no network"]
    let found = findings(text).split(separator: "\n")
      .filter { line in !others.contains { line.contains($0) } }
    #expect(found.joined(separator: "\n") == expected)
  }

  @Test(arguments: [
    ("{to: 192.0.2.1, lladdr: '00:00:5e:00:01:01'}", ""),
    ("{to: 192.0.2.2, lladdr: '00:00:5e:00:01:01'}", ""),
    ("{to: 198.51.100.1, lladdr: '00:00:5e:00:01:01'}", "3:71: neighbor 198.51.100.1 is in no network of \"eth0\", and no gateway; no packet is sent to it: add a route {to: 198.51.100.1/32} to the link"),
    ("{to: 'fe80::1', lladdr: '00:00:5e:00:01:01'}", ""),
    ("{to: 192.0.2.10, lladdr: '00:00:5e:00:01:01'}", "3:71: neighbor 192.0.2.10 is an address of the guest itself"),
    ("{to: 192.0.2.1, lladdr: '01:00:5e:00:00:01'}", "3:71: lladdr 01:00:5e:00:00:01 is a multicast address"),
    ("{to: 192.0.2.1, lladdr: 'ff:ff:ff:ff:ff:ff'}", "3:71: lladdr ff:ff:ff:ff:ff:ff is the broadcast address"),
    ("{to: 192.0.2.1, lladdr: '0:0:0:0:0:0'}", "3:71: lladdr 00:00:00:00:00:00 is no hardware address"),
  ] as [(String, String)])
  func `a neighbour is on the link, and one`(neighbor: String, expected: String) {
    #expect(
      findings(links("addresses: [192.0.2.10/26], gateway4: 192.0.2.1, neighbors: [\(neighbor)]"))
        == expected)
  }

  @Test(arguments: [
    ("addresses: [192.0.2.10/26], gateway4: 192.0.2.1", "198.51.100.53", ""),
    ("dhcp4: true", "198.51.100.53", ""),
    ("addresses: ['2001:db8::10/64']", "198.51.100.53", "3:68: no route leads to the nameserver 198.51.100.53"),
    ("addresses: ['2001:db8::10/64']", "2001:db8:9::53", ""),
    ("addresses: ['2001:db8::10/64']", "127.0.0.53", ""),
    ("addresses: [169.254.0.9/16]", "169.254.0.53", ""),
  ] as [(String, String, String)])
  func `a route leads to each nameserver`(link: String, nameserver: String, expected: String) {
    #expect(findings(links("\(link), nameservers: {addresses: ['\(nameserver)']}")) == expected)
  }

  @Test func `two links share no default route`() {
    let text = links(
      "addresses: [192.0.2.10/26], gateway4: 192.0.2.1",
      "addresses: [198.51.100.10/26], gateway4: 198.51.100.1")
    #expect(
      findings(text)
        == "4:51: \"eth0\" and \"eth1\" both have a default route 0.0.0.0/0: the kernel holds one, and \"eth0\" gets it; give the other a metric of its own")
  }

  @Test(arguments: [
    ("bonds: {b: {interfaces: [eth0]}}", ""),
    ("bonds: {b: {}}", "3:9: bond \"b\" has no port"),
    ("bridges: {b: {}}", ""),
    ("vlans: {a: {id: 5, link: eth0}, b: {id: 6, link: eth0}, c: {id: 5, link: eth1}}", ""),
    ("vlans: {a: {id: 5, link: eth0}, b: {id: 5, link: eth0}}", "error 3:33: \"b\" and \"a\" are both VLAN 5 of \"eth0\""),
    ("vlans: {a: {id: 5, link: eth1, mtu: 1400}}", ""),
    ("vlans: {a: {id: 5, link: eth1, mtu: 1401}}", "error 3:9: mtu 1401 of \"a\" is above the 1400 of its parent"),
    ("vlans: {a: {id: 5, link: eth0, mtu: 9000}}", ""),
  ] as [(String, String)])
  func `links that are made fit those that carry them`(section: String, expected: String) {
    let text = "version: 2\nethernets: {eth0: {}, eth1: {mtu: 1400}}\n\(section)\n"
    #expect(findings(text) == expected)
  }

  @Test func `version 1 is checked like version 2`() {
    let text = """
      version: 1
      config:
        - type: physical
          name: eth0
          subnets:
            - type: static
              address: 192.0.2.10/26
              gateway: 198.51.100.1
              dns_nameservers: ['2001:db8::53']
        - type: nameserver
          address: [198.51.100.53]
      """
    #expect(findings(text) == "8:18: gateway 198.51.100.1 is in no network of \"eth0\"; \(Self.byHand)")
  }

  // MARK: What files say together

  private func seed(_ network: String, _ metaData: String) -> String {
    lines(
      check([
        MetadataFile(name: "f", kind: .networkConfig, bytes: [UInt8](network.utf8)),
        MetadataFile(name: "m", kind: .metaData, bytes: [UInt8](metaData.utf8)),
      ]))
  }

  @Test func `neighbours of meta-data are looked for on the links of network-config`() {
    let network = links(
      "addresses: [192.0.2.10/26], gateway4: 192.0.2.1", "addresses: [198.51.100.10/26]")
    func metaData(_ to: String) -> String {
      "guestagent:\n  neighbors:\n    - {to: \(to), lladdr: '00:00:5e:00:01:01'}\n"
    }
    #expect(seed(network, metaData("198.51.100.1")) == "")
    #expect(
      seed(network, metaData("203.0.113.1"))
        == "error m:3:7: neighbor 203.0.113.1: several links may be meant, expected an interface")
    #expect(
      seed(links("addresses: [192.0.2.10/26], gateway4: 192.0.2.1"), metaData("203.0.113.1"))
        == "m:3:7: neighbor 203.0.113.1 is in no network of \"eth0\", and no gateway; no packet is sent to it: add a route {to: 203.0.113.1/32} to the link")
  }

  @Test func `of neighbours of one address the last one counts`() {
    let item = "{to: 192.0.2.1, lladdr: '00:00:5e:00:01:01'}"
    #expect(
      seed(
        links("addresses: [192.0.2.10/26], gateway4: 192.0.2.1"),
        "guestagent: {neighbors: [\(item), \(item)]}\n")
        == "m:1:72: neighbor 192.0.2.1 is given twice: the last one counts")
  }

  @Test func `a host name that the kernel cannot hold is told`() {
    let domain = String(repeating: "a.", count: 40) + "example.org"
    let text = "#cloud-config\nfqdn: \(domain)\nprefer_fqdn_over_hostname: true\n"
    #expect(
      findings(text, kind: .userData)
        == "a host name has 64 bytes at most: \"\(domain.prefix(64))...\" is cut at its first dot")
    #expect(findings(text.replacing("true", with: "false"), kind: .userData) == "")
  }

  @Test func `the findings of a file are in the order of its lines, errors and warnings alike`() {
    #expect(
      seed(eth0("adresses: []", "mtu: 1", "wakeonlan: true", "dhcp4: 2"), "local-hostname: a!\n")
        == """
        4:5: unknown key "adresses"; did you mean "addresses"?
        error 5:10: mtu: expected a number from 68 to 65535, found "1"
        6:5: "wakeonlan" is not done by guestagent
        error 7:12: dhcp4: expected true or false, found "2"
        error m:1:17: local-hostname: expected a host name of letters, digits, hyphens and dots, found "a!"
        """)
  }

  @Test func `where a reader finds an error nothing is guessed of what follows from it`() {
    #expect(
      findings(eth0("addresses: [192.0.2.10]", "gateway4: 198.51.100.1"))
        == "error 4:17: addresses: \"192.0.2.10\" has no prefix length; write 192.0.2.10/32")
  }

  // MARK: Other files

  @Test(arguments: [
    ("dsmode: local\n", .metaData, ""),
    ("dsmode: disabled\n", .metaData, "1:9: dsmode: disabled: the guest takes nothing of this"),
    ("{\"uuid\": \"i\", \"meta\": {\"dsmode\": \"disabled\"}}", .openStackMetaData, "1:34: dsmode: disabled: the guest takes nothing of this"),
    ("guestagent: {grow: 70}\n", .metaData, "error 1:20: grow: unknown word \"70\"; expected none, a volume or reserve=<size>"),
    ("#cloud-config\nhostname: vm6\nusers: []\n", .userData, ""),
    ("#cloud-config\nhostname: a!b\n", .userData, "error 2:11: hostname: expected a host name of letters, digits, hyphens and dots, found \"a!b\""),
    ("#cloud-config\nguestagent: {grow: 70}\n", .userData, "error 2:20: grow: unknown word \"70\"; expected none, a volume or reserve=<size>"),
    ("#cloud-config\ngrowpart: {mode: sometimes}\n", .userData, "error 2:18: mode: expected auto, growpart, gpart or off, found \"sometimes\""),
    ("#!/bin/sh\n", .userData, ""),
    ("Content-Type: multipart/mixed\n", .userData, "a multi-part archive, which is not read by guestagent; a host name for it can stand in meta-data"),
    ("sources: [nocloud, ovf]\n", .localFile, "1:20: sources: unknown source \"ovf\""),
    ("sources: [nocluod]\n", .localFile, "1:11: sources: unknown source \"nocluod\"; did you mean \"nocloud\"?"),
    ("ro ds=nocloud;h=a!b", .commandLine, "error 1:4: h: expected a host name of letters, digits, hyphens and dots, found \"a!b\""),
    ("network-config=disabled", .commandLine, ""),
    ("network-config=?", .commandLine, "1:1: \"network-config=?\": base64: \"?\" is no digit of it; it is not used"),
  ] as [(String, MetadataKind, String)])
  func `each kind of file is checked by its own rules`(
    text: String, kind: MetadataKind, expected: String
  ) {
    #expect(findings(text, kind: kind) == expected)
  }

  @Test(arguments: [
    (2047, ""), (2048, "kernels of x86 and ARM64 keep 2047 of these 2048 bytes"),
    (70_000, "error 70000 bytes are more than any kernel keeps of its command line"),
  ] as [(Int, String)])
  func `a kernel command line has an end`(count: Int, expected: String) {
    let text = "ro " + String(repeating: "x", count: count - 3) + "\n"
    #expect(findings(text, kind: .commandLine) == expected)
  }

  @Test func `a network-config on the kernel command line is checked too`() {
    let word = "network-config="
      + Data(links("addresses: [192.0.2.10]").utf8).base64EncodedString()
    #expect(
      findings(word, kind: .commandLine)
        == "error network-config:3:22: addresses: \"192.0.2.10\" has no prefix length; write 192.0.2.10/32"
    )
  }

  @Test(arguments: [
    ("ro ip=192.0.2.10::192.0.2.1:26::eth0:none", ""),
    ("ro\tip=192.0.2.10::192.0.2.1:96::eth0:none\n", "error 1:4: \"ip=192.0.2.10::192.0.2.1:96::eth0:none\": netmask: expected a netmask or a number from 0 to 32, found \"96\""),
    ("ro guestagent.groww=none", "1:4: unknown word \"guestagent.groww\"; did you mean \"guestagent.grow\"?"),
    ("ip=192.0.2.10::192.0.2.1:26::eth0:none guestagent.neighbor=192.0.2.1,01:00:5e:00:00:01", "1:40: lladdr 01:00:5e:00:00:01 is a multicast address"),
    ("ip=192.0.2.10::192.0.2.63:26::eth0:none", "error gateway 192.0.2.63 is the broadcast address of 192.0.2.0/26"),
  ] as [(String, String)])
  func `findings of a kernel command line have the place of their word`(
    line: String, expected: String
  ) {
    #expect(findings(line, kind: .commandLine) == expected)
  }

  @Test(arguments: [
    ("grow: none\n", ""),
    ("grow: [/, 70]\n", "error 1:11: grow: unknown word \"70\"; expected none, a volume or reserve=<size>"),
    ("grows: none\n", "1:1: unknown key \"grows\"; did you mean \"grow\"?"),
  ] as [(String, String)])
  func `the guest's own file is checked`(text: String, expected: String) {
    #expect(findings(text, kind: .localFile) == expected)
  }
}
