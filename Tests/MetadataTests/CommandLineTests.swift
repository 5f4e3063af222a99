import Addresses
import Configuration
import Metadata
import Testing

@Suite struct CommandLineTests {
  @Test func `the mission's plan fits on the command line, into one link`() {
    let reading = Reading(
      commandLine: """
        root=/dev/vda1 quiet ip=198.51.100.176::192.0.2.1:255.255.255.255:vm6:eth0:none \
        rd.route=198.51.100.176/29::eth0 rd.route=192.0.2.0/26::eth0 \
        ip=[2001:db8:3:47:198:51:100:176]:::64::eth0:none nameserver=192.0.2.53 \
        guestagent.neighbor=192.0.2.1,00:00:5e:00:01:01,eth0
        """)
    var wanted = Configuration()
    wanted.sources = ["cmdline"]
    wanted.hostname = "vm6"
    wanted.nameservers = [ip("192.0.2.53")]
    wanted.links = [missionLink]
    wanted.origins = [
      Origin(.hostname, ["cmdline"]), Origin(.network, ["cmdline"]),
      Origin(.resolvers, ["cmdline"]), Origin(.neighbors, ["cmdline"]),
    ]
    #expect(reading.configuration == wanted)
    #expect(reading.findings == "")
  }

  static let anyNIC = link("*") { $0.match = LinkConfiguration.Match(name: Glob("*")) }

  static func changed(
    _ link: LinkConfiguration, _ change: (inout LinkConfiguration) -> Void
  ) -> LinkConfiguration {
    var link = link
    change(&link)
    return link
  }

  static let forms: [(String, [LinkConfiguration])] = [
    ("ip=dhcp", [changed(anyNIC) { $0.dhcp4 = true }]),
    ("ip=dhcp,0,abc", [changed(anyNIC) { $0.dhcp4 = true }]),
    ("ip=either6", [changed(anyNIC) { ($0.acceptRA, $0.dhcp6) = (true, true) }]),
    ("ip=eth0:dhcp,dhcp6", [link("eth0") { ($0.dhcp4, $0.dhcp6) = (true, true) }]),
    ("ip=eth0:dhcp:1400", [link("eth0") { ($0.dhcp4, $0.mtu) = (true, 1400) }]),
    ("ip=eth0:off", [link("eth0") { _ in }]),
    ("ip=eth0:link6", [link("eth0") { $0.linkLocal = .init(ipv4: false, ipv6: true) }]),
    ("ip=:::::eth0:dhcp", [link("eth0") { $0.dhcp4 = true }]),
    ("ip=52:54:00:12:34:56:dhcp", [
      link("52:54:00:12:34:56") {
        $0.match = LinkConfiguration.Match(macAddress: mac("52:54:00:12:34:56"))
        $0.dhcp4 = true
      }
    ]),
    ("ip=192.0.2.2::192.0.2.1:24::52-54-00-12-34-56:none ifname=lan0:52:54:00:12:34:56", [
      link("lan0") {
        $0.match = LinkConfiguration.Match(macAddress: mac("52:54:00:12:34:56"))
        $0.setName = InterfaceName("lan0")
        $0.addresses = [AddressConfiguration(prefix("192.0.2.2/24"))]
        $0.routes = [route("0.0.0.0/0", via: "192.0.2.1")]
      }
    ]),
    ("ip=192.0.2.2:::24::eth0:none:1400:02:00:00:00:00:01", [
      link("eth0") {
        $0.addresses = [AddressConfiguration(prefix("192.0.2.2/24"))]
        $0.mtu = 1400
        $0.macAddress = mac("02:00:00:00:00:01")
      }
    ]),
    ("ip=192.0.2.2:::24::eth0:none::02-00-00-00-00-01", [
      link("eth0") {
        $0.addresses = [AddressConfiguration(prefix("192.0.2.2/24"))]
        $0.macAddress = mac("02:00:00:00:00:01")
      }
    ]),
    ("ip=192.0.2.2:::24::eth0:none:192.0.2.53:[2001:db8::53]", [
      link("eth0") {
        $0.addresses = [AddressConfiguration(prefix("192.0.2.2/24"))]
        $0.nameservers = [ip("192.0.2.53"), ip("2001:db8::53")]
      }
    ]),
    ("ip=[2001:db8::2/64]::[fe80::1]:::eth0:none rd.route=[2001:db8:1::/48]:[fe80::2]", [
      link("eth0") {
        $0.addresses = [AddressConfiguration(prefix("2001:db8::2/64"))]
        $0.routes = [route("::/0", via: "fe80::1"), route("2001:db8:1::/48", via: "fe80::2")]
      }
    ]),
    ("ip=192.0.2.2:::24:::none ip=[2001:db8::2]/64::::::none", [
      changed(anyNIC) {
        $0.addresses = [
          AddressConfiguration(prefix("192.0.2.2/24")),
          AddressConfiguration(prefix("2001:db8::2/64")),
        ]
      }
    ]),
    ("ip=192.0.2.2:::24::eth0:none ip=198.51.100.2:::24::eth1:none rd.route=203.0.113.0/255.255.255.0:198.51.100.1", [
      link("eth0") { $0.addresses = [AddressConfiguration(prefix("192.0.2.2/24"))] },
      link("eth1") {
        $0.addresses = [AddressConfiguration(prefix("198.51.100.2/24"))]
        $0.routes = [route("203.0.113.0/24", via: "198.51.100.1")]
      },
    ]),
    ("ip=[2001:db8::2]:::[ffff:ffff:ffff:ffff::]::eth0:none rd.route=192.0.2.5:198.51.100.1:eth0 rd.route=[2001:db8::5]::eth0", [
      link("eth0") {
        $0.addresses = [AddressConfiguration(prefix("2001:db8::2/64"))]
        $0.routes = [route("2001:db8::5/128"), route("192.0.2.5/32", via: "198.51.100.1")]
      }
    ]),
    ("ip=192.0.2.2:::24::eth0:none rd.route=[2001:db8:1::/48]:[fe80::1]:eth0 rd.route=[2001:db8:2::]/48::eth1", [
      link("eth0") {
        $0.addresses = [AddressConfiguration(prefix("192.0.2.2/24"))]
        $0.routes = [route("2001:db8:1::/48", via: "fe80::1")]
      },
      link("eth1") { $0.routes = [route("2001:db8:2::/48")] },
    ]),
    ("ip=::192.0.2.1::::off ip=192.0.2.2:::255.255.255.0::eth0:off", [
      link("eth0") {
        $0.addresses = [AddressConfiguration(prefix("192.0.2.2/24"))]
        $0.routes = [route("0.0.0.0/0", via: "192.0.2.1")]
      }
    ]),
    ("ip=192.0.2.2:::24::eth0:none:192.0.2.53 rd.neednet=1 rd.peerdns=0 net.ifnames=0 biosdevname=0 rd.net.timeout.dhcp=5", [
      link("eth0") {
        $0.addresses = [AddressConfiguration(prefix("192.0.2.2/24"))]
        $0.nameservers = [ip("192.0.2.53")]
      }
    ]),
    ("\"ip=192.0.2.2:::24::eth0:none\" x=\"a ip=bad b\" -- ip=bad", [
      link("eth0") { $0.addresses = [AddressConfiguration(prefix("192.0.2.2/24"))] }
    ]),
  ]

  @Test(arguments: forms)
  func `each form of ip= is read`(text: String, links: [LinkConfiguration]) {
    let reading = Reading(commandLine: text)
    #expect(reading.findings == "")
    #expect(reading.configuration?.links == links)
  }

  @Test(arguments: [
    ("ip=192.0.2.2:::::eth0:none", "192.0.2.2/24", "no netmask is given: taken for 24"),
    ("ip=10.0.0.1:::::eth0:none", "10.0.0.1/8", "no netmask is given: taken for 8"),
    ("ip=[2001:db8::2]:::::eth0:none", "2001:db8::2/128", "no netmask is given: taken for 128"),
    ("ip=192.0.2.2:192.0.2.9/24::24::eth0:none", "192.0.2.2/24", "the peer or server \"192.0.2.9/24\" is not used"),
    ("ip=192.0.2.2:::24::eth0:ibft", "192.0.2.2/24", "ibft is not done by guestagent"),
    ("ip=192.0.2.2:::24::eth0:", "192.0.2.2/24", "no method is given: taken for none, as an address is given"),
    ("ip=192.0.2.2:192.0.2.9::24::eth0:none", "192.0.2.2/24", "the peer or server \"192.0.2.9\" is not used"),
    ("ip=192.0.2.2:::24::eth0:none:::192.0.2.7", "192.0.2.2/24", "the time server \"192.0.2.7\" is not used"),
  ])
  func `what an ip= leaves open is decided, and warned of`(
    text: String, address: String, warning: String
  ) {
    let reading = Reading(commandLine: text)
    #expect(reading.findings == "warning: kernel command line: \"\(text)\": \(warning)")
    #expect(
      reading.configuration?.links
        == [link("eth0") { $0.addresses = [AddressConfiguration(prefix(address))] }])
  }

  @Test(arguments: [
    ("ip=192.0.2", "ip: expected an address, a method or <device>:<method>, found \"192.0.2\""),
    ("ip=eth0:sometimes", "ip: expected an address, a method or <device>:<method>, found \"eth0\""),
    ("ip=[2001:db8::1:::64::eth0:none", "a bracket has no partner"),
    ("ip=192.0.2.2:::255.0.255.0::eth0:none", "netmask: expected a netmask or a number from 0 to 32, found \"255.0.255.0\""),
    ("ip=[2001:db8::2]:::129::eth0:none", "netmask: expected a netmask or a number from 0 to 128, found \"129\""),
    ("ip=192.0.2.2::[fe80::1]:24::eth0:none", "gateway of the wrong family: fe80::1 for 192.0.2.2/24"),
    ("ip=192.0.2.2::gw:24::eth0:none", "gateway: expected an address, found \"gw\""),
    ("ip=192.0.2.2:::24:a!b:eth0:none", "host: expected a host name of letters, digits, hyphens and dots, found \"a!b\""),
    ("ip=192.0.2.2:::24::eth0/0:none", "device: expected an interface name of 1 to 15 bytes or a hardware address, found \"eth0/0\""),
    ("ip=192.0.2.2:::24::eth0:static:9000000", "mtu: expected a number from 68 to 65535, found \"9000000\""),
    ("ip=192.0.2.2:::24::eth0:none:ns1", "dns: expected an MTU or the address of a resolver, found \"ns1\""),
    ("ip=192.0.2.2:::24::eth0:none:1400:02:00", "mac: expected a hardware address, found \"02:00\""),
    ("ip=224.0.0.1:::24::eth0:none", "client: expected the address of an interface, found \"224.0.0.1\""),
    ("nameserver=ns1", "nameserver: expected an address, found \"ns1\""),
    ("ifname=lan0:52:54:00", "ifname: expected <name>:<hardware address>, found \"lan0:52:54:00\""),
    ("guestagent.neighbor=192.0.2.1", "guestagent.neighbor: expected <address>,<hardware address>[,<interface>], found \"192.0.2.1\""),
    ("guestagent.neighbor=192.0.2.1,0:0:0:0:0", "lladdr: expected a hardware address of six octets, found \"0:0:0:0:0\""),
    ("rd.route=192.0.2.0/33:192.0.2.1", "net: expected <net>[/<length>], found \"192.0.2.0/33\""),
    ("rd.route=192.0.2.0/255.0.255.0:192.0.2.1", "net: expected <net>[/<length>], found \"192.0.2.0/255.0.255.0\""),
    ("rd.route=192.0.2.0/24:gw", "gateway: expected an address, found \"gw\""),
    ("rd.route=192.0.2.0/24:192.0.2.1:eth0:1", "device: expected an interface name of 1 to 15 bytes or a hardware address, found \"eth0:1\""),
    ("ip=[2001:db8::2]:::[ffff:0:ffff::]::eth0:none", "netmask: expected a netmask or a number from 0 to 128, found \"[ffff:0:ffff::]\""),
    ("ip=192.0.2.2:gw::24::eth0:none", "peer: expected an address, found \"gw\""),
    ("ip=192.0.2.2:::24::eth0:dhcp,sometimes", "method: expected a method such as none or dhcp, found \"dhcp,sometimes\""),
    ("ip=192.0.2.2:::24::eth0:none:192.0.2.53:::more", "too many fields: \"more\""),
    ("nameserver=192.0.2.53,", "nameserver: expected an address, found \"\""),
    ("bootdev=eth0/0", "bootdev: expected an interface name of 1 to 15 bytes or a hardware address, found \"eth0/0\""),
    ("bootdev=", "bootdev: expected an interface name of 1 to 15 bytes or a hardware address, found \"\""),
    ("rd.route=192.0.2.0/24:[fe80::1]:eth0", "gateway of the wrong family: fe80::1 cannot lead to 192.0.2.0/24"),
  ])
  func `a bad word is named with what was expected`(text: String, error: String) {
    let reading = Reading(commandLine: text)
    #expect(reading.findings == "kernel command line: \"\(text)\": \(error)")
    #expect(reading.configuration == nil)
  }

  @Test(arguments: [
    ("ip=192.0.2.2:::24::eth0:none ip=192.0.2.3:::24::eth1:none ip=192.0.2.4:::24:::none", "an ip= without a device is for the only NIC, but several are configured"),
    ("ip=eth0:dhcp ip=eth1:dhcp rd.route=192.0.2.0/24:192.0.2.1", "\"rd.route=192.0.2.0/24:192.0.2.1\": several links are configured, expected a device"),
    ("ip=eth0:dhcp ip=eth1:dhcp guestagent.neighbor=192.0.2.1,0:0:0:0:0:1", "neighbor 192.0.2.1: several links may be meant, expected an interface"),
    ("ip=eth0:dhcp guestagent.neighbor=192.0.2.1,0:0:0:0:0:1,eth7", "neighbor 192.0.2.1: no link \"eth7\" is configured"),
    ("guestagent.neighbor=192.0.2.1,0:0:0:0:0:1", "neighbor 192.0.2.1: no link is configured, expected an interface"),
  ])
  func `words that do not fit together are refused`(text: String, error: String) {
    #expect(Reading(commandLine: text).findings == "kernel command line: " + error)
  }

  @Test(arguments: [
    ("quiet root=/dev/vda1 nameserver=192.0.2.53 ifname=a:52:54:00:12:34:56", false),
    ("ip=off", false), ("ip=:::::", true), ("ip=::::vm6::off", false), ("ip=dhcp", true),
    ("ip=192.0.2.2:::24::eth0:none", true),
  ])
  func `only an ip= that configures something defines the network`(text: String, defines: Bool) {
    var diagnostics = Diagnostics()
    #expect(KernelCommandLine(text, diagnostics: &diagnostics).definesNetwork == defines)
    #expect(diagnostics == Diagnostics())
  }

  @Test(arguments: ["", "quiet splash", "ip=off", "ip=none ifname=lan0:52:54:00:12:34:56"])
  func `a command line without words of ours is no source`(text: String) {
    #expect(Reading(commandLine: text).configuration == nil)
    #expect(Reading(commandLine: text).findings == "")
  }
}
