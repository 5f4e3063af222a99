import Addresses
import Configuration
import Testing

@Suite struct NetworkConfigTests {
  @Test(arguments: ["", "network:\n"])
  func `the mission's plan is read, with and without the key network`(top: String) {
    let indent = top.isEmpty ? "" : "  "
    let text = """
      version: 2
      ethernets:
        eth0:
          addresses: [198.51.100.176/32, "2001:db8:3:47:198:51:100:176/64"]
          routes:
            - {to: 198.51.100.176/29, scope: link}
            - to: 192.0.2.0/26
            - to: default
              via: 192.0.2.1
          neighbors:
            - {to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}
          nameservers: {addresses: [192.0.2.53], search: [example.org]}

      """
    let file = top + text.split(separator: "\n").map { indent + $0 + "\n" }.joined()
    var wanted = missionLink
    wanted.routes[0] = route("198.51.100.176/29") { $0.scope = .link }
    wanted.nameservers = [ip("192.0.2.53")]
    wanted.searchDomains = ["example.org"]
    #expect(Reading(network: file).links == [wanted])
  }

  @Test func `every key of a link is read`() {
    let text = """
      {"version": 2, "renderer": "networkd", "ethernets": {"lan": {
        "match": {"name": "en*", "macaddress": "52:54:00:12:34:56", "driver": ["virtio*", "e1000"]},
        "set-name": "lan0", "mtu": 1400, "macaddress": "02-00-00-00-00-01",
        "accept-ra": "no", "link-local": ["ipv6"], "optional": true, "dhcp4": "off", "dhcp6": "yes",
        "critical": true, "optional-addresses": ["ipv4-ll"],
        "gateway4": "192.0.2.1", "gateway6": "2001:db8::1",
        "addresses": [{"192.0.2.2/24": {"label": "lan0:web", "lifetime": 0}},
                      {"192.0.2.3/24": {"lifetime": "forever"}}, {"192.0.2.4/24": null}],
        "routes": [{"to": "198.51.100.7", "via": "192.0.2.9", "on-link": "y", "metric": 5,
                    "table": 7, "from": "192.0.2.2", "mtu": 1300, "type": "unicast",
                    "scope": "global"},
                   {"to": "2001:db8:1::/48", "scope": "link"},
                   {"to": "203.0.113.0/24", "type": "blackhole"},
                   {"to": "0.0.0.0/0", "on-link": true},
                   {"to": "default", "via": "2001:db8::2"},
                   {"to": "203.0.113.9/32", "via": "0.0.0.0"}]}}}
      """
    let wanted = link("lan") {
      $0.match = LinkConfiguration.Match(
        name: Glob("en*"), macAddress: mac("52:54:00:12:34:56"),
        drivers: [Glob("virtio*"), Glob("e1000")])
      $0.setName = InterfaceName("lan0")
      $0.mtu = 1400
      $0.macAddress = mac("02:00:00:00:00:01")
      $0.acceptRA = false
      $0.linkLocal = LinkConfiguration.LinkLocal(ipv4: false, ipv6: true)
      $0.optional = true
      $0.dhcp4 = false
      $0.dhcp6 = true
      $0.addresses = ["192.0.2.2/24", "192.0.2.3/24", "192.0.2.4/24"].map {
        AddressConfiguration(prefix($0))
      }
      $0.addresses[0].label = "lan0:web"
      $0.addresses[0].deprecated = true
      $0.routes = [
        route("0.0.0.0/0", via: "192.0.2.1"), route("::/0", via: "2001:db8::1"),
        route("198.51.100.7/32", via: "192.0.2.9") {
          $0.onLink = true
          $0.metric = 5
          $0.table = 7
          $0.from = ip("192.0.2.2")
          $0.mtu = 1300
          $0.scope = .global
        },
        route("2001:db8:1::/48"), route("203.0.113.0/24") { $0.type = .blackhole },
        route("0.0.0.0/0") { $0.onLink = true }, route("::/0", via: "2001:db8::2"),
        route("203.0.113.9/32"),
      ]
    }
    #expect(Reading(network: text).links == [wanted])
  }

  @Test func `anchors, aliases and merge keys are followed, own keys win`() {
    let text = """
      version: 2
      ethernets:
        eth0: &base
          mtu: 1400
          nameservers: &ns {addresses: [192.0.2.53]}
        eth1:
          <<: *base
          mtu: 1300
        eth2:
          nameservers: *ns
        eth3:
          <<: [{mtu: 1200}, *base]
      """
    let mtus: [(String, UInt32?)] = [("eth0", 1400), ("eth1", 1300), ("eth2", nil), ("eth3", 1200)]
    let wanted = mtus.map { name, mtu in
      link(name) {
        $0.mtu = mtu
        $0.nameservers = [ip("192.0.2.53")]
      }
    }
    #expect(Reading(network: text).links == wanted)
  }

  @Test(arguments: ["network: {config: disabled}", "config: disabled\n"])
  func `config disabled is a network without links`(text: String) {
    let reading = Reading(network: text)
    #expect(reading.links == [])
    #expect(reading.configuration?.origins == [Origin(.network, ["nocloud:/dev/vdb"])])
  }

  @Test(arguments: ["", "# nothing\n", "---\n", "network:\n", "{}", "\u{FEFF}"])
  func `an empty file says nothing of the network`(text: String) {
    let reading = Reading(network: text)
    #expect(reading.links == [])
    #expect(reading.configuration?.origins == [])
  }

  @Test func `a hundred thousand routes are read`() {
    var text = "version: 2\nethernets:\n  eth0:\n    routes:\n"
    for number in 0..<100_000 {
      text += "      - to: 2001:db8:\(String(number >> 8, radix: 16)):"
        + "\(String(number & 255, radix: 16))::/64\n        via: 2001:db8::1\n"
    }
    let routes = Reading(network: text).links?.first?.routes
    #expect(routes?.count == 100_000)
    #expect(routes?.last == route("2001:db8:186:9f::/64", via: "2001:db8::1"))
  }
}
