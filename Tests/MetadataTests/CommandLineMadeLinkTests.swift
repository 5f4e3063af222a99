import Addresses
import Configuration
import Metadata
import Testing

@Suite struct CommandLineMadeLinkTests {
  static let address = [AddressConfiguration(prefix("192.0.2.2/24"))]

  static func port(_ name: String, of controller: String) -> LinkConfiguration {
    link(name) { $0.controller = controller }
  }

  static func vlan(_ name: String, _ id: UInt16) -> (String, [LinkConfiguration]) {
    ("vlan=\(name):eth0 ip=192.0.2.2:::24::\(name):none", [
      link(name) {
        $0.kind = .vlan(parent: "eth0", id: id)
        $0.addresses = address
      },
      link("eth0") { _ in },
    ])
  }

  static func bond(_ parameters: [LinkParameter]) -> LinkConfiguration {
    link("bond0") {
      $0.kind = .bond
      $0.parameters = parameters
      $0.addresses = address
    }
  }
  static let roundRobin = [
    LinkParameter(.mode, .number(0)), LinkParameter(.miiMonitorInterval, .number(100)),
  ]
  static let bondPorts = [port("eth0", of: "bond0"), port("eth1", of: "bond0")]

  static let bridge = link("br0") {
    $0.kind = .bridge
    $0.parameters = [LinkParameter(.stp, .number(0))]
    $0.addresses = address
  }

  static let vlans: [(String, [LinkConfiguration])] = [
    vlan("vlan0005", 5), vlan("vlan5", 5), vlan("eth0.0005", 5), vlan("eth0.5", 5),
    vlan("lan4094", 4094),
    ("vlan=v7:52-54-00-12-34-56 ip=192.0.2.2:::24::v7:none ifname=lan0:52:54:00:12:34:56", [
      link("v7") {
        $0.kind = .vlan(parent: "lan0", id: 7)
        $0.addresses = address
      },
      link("lan0") {
        $0.match = LinkConfiguration.Match(macAddress: mac("52:54:00:12:34:56"))
        $0.setName = InterfaceName("lan0")
      },
    ]),
    // A word without a device is for the one link that neither is a port nor carries a VLAN.
    ("vlan=bond0.5:bond0 bond=bond0:eth0,eth1 ip=192.0.2.2:::24:::none", [
      link("bond0.5") {
        $0.kind = .vlan(parent: "bond0", id: 5)
        $0.addresses = address
      },
      link("bond0") {
        $0.kind = .bond
        $0.parameters = roundRobin
      },
      port("eth0", of: "bond0"), port("eth1", of: "bond0"),
    ]),
  ]

  static let bonds: [(String, [LinkConfiguration])] = [
    ("bond ip=192.0.2.2:::24:::none", [bond(roundRobin)] + bondPorts),
    ("bond= ip=192.0.2.2:::24:::none", [bond(roundRobin)] + bondPorts),
    ("bond=bond0 ip=192.0.2.2:::24::bond0:none", [bond(roundRobin)] + bondPorts),
    ("bond=bond0:eth0,eth1: ip=192.0.2.2:::24::bond0:none", [bond(roundRobin)] + bondPorts),
    ("bond=bond0:eth0,eth1:mode=802.3ad,lacp_rate=fast,xmit_hash_policy=layer3+4,miimon=50,updelay=200 ip=192.0.2.2:::24::bond0:none", [
      bond([
        LinkParameter(.mode, .number(4)), LinkParameter(.lacpRate, .number(1)),
        LinkParameter(.transmitHashPolicy, .number(1)),
        LinkParameter(.miiMonitorInterval, .number(50)), LinkParameter(.upDelay, .number(200)),
      ])
    ] + bondPorts),
    ("bond=bond0:eth0,eth1:arp_interval=100,arp_ip_target=192.0.2.1;192.0.2.3,mode=0,primary=eth1,mode=active-backup:1400 ip=192.0.2.2:::24::bond0:none", [
      changed(
        bond([
          LinkParameter(.arpInterval, .number(100)),
          LinkParameter(.arpIPTargets, .addresses([ip("192.0.2.1"), ip("192.0.2.3")])),
          LinkParameter(.mode, .number(1)), LinkParameter(.primary, .link("eth1")),
        ])
      ) { $0.mtu = 1400 }
    ] + bondPorts),
    ("bond=bond0:eth0,eth1::1400 ip=192.0.2.2:::24::bond0:none:1300", [
      changed(bond(roundRobin)) { $0.mtu = 1300 }
    ] + bondPorts),
  ]

  static func changed(
    _ link: LinkConfiguration, _ change: (inout LinkConfiguration) -> Void
  ) -> LinkConfiguration {
    CommandLineTests.changed(link, change)
  }

  static let bridges: [(String, [LinkConfiguration])] = [
    ("bridge ip=192.0.2.2:::24:::none", [bridge, port("eth0", of: "br0")]),
    ("bridge=br0:eth0,52-54-00-12-34-56 ip=192.0.2.2:::24::br0:none", [
      bridge, port("eth0", of: "br0"),
      changed(port("52:54:00:12:34:56", of: "br0")) {
        $0.match = LinkConfiguration.Match(macAddress: mac("52:54:00:12:34:56"))
      },
    ]),
    ("bridge=br0:bond0 bond=bond0:eth0,eth1 ip=192.0.2.2:::24::br0:none ip=eth1:link6", [
      bridge,
      link("eth1") {
        $0.linkLocal = .init(ipv4: false, ipv6: true)
        $0.controller = "bond0"
      },
      link("bond0") {
        $0.kind = .bond
        $0.parameters = roundRobin
        $0.controller = "br0"
      },
      port("eth0", of: "bond0"),
    ]),
  ]

  @Test(arguments: vlans + bonds + bridges)
  func `vlan=, bond= and bridge= make links`(text: String, links: [LinkConfiguration]) {
    let reading = Reading(commandLine: text)
    #expect(reading.findings == "")
    #expect(reading.configuration?.links == links)
  }

  @Test(arguments: [
    ("vlan=eth0.5", "vlan: expected <name>:<device>, found \"eth0.5\""),
    ("vlan=eth0.5:", "vlan: expected <name>:<device>, found \"eth0.5:\""),
    ("vlan=eth0.5:eth0:x", "vlan: expected <name>:<device>, found \"eth0.5:eth0:x\""),
    ("vlan=eth0.x:eth0", "name: expected a name that ends in a number from 1 to 4094, found \"eth0.x\""),
    ("vlan=vlan0:eth0", "name: expected a name that ends in a number from 1 to 4094, found \"vlan0\""),
    ("vlan=vlan4095:eth0", "name: expected a name that ends in a number from 1 to 4094, found \"vlan4095\""),
    ("vlan=eth0.5:eth0.5", "eth0.5 would carry itself"),
    ("bond=bond/0", "name: expected an interface name of 1 to 15 bytes, found \"bond/0\""),
    ("bond=bond0:", "ports: expected interface names or hardware addresses with dashes, found \"\""),
    ("bond=bond0:eth0,", "ports: expected interface names or hardware addresses with dashes, found \"eth0,\""),
    ("bond=bond0:eth0:mode=fast", "options: expected one of balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb, found \"mode=fast\""),
    ("bond=bond0:eth0:miimon", "options: expected a number of milliseconds from 0 to 2147483647, found \"miimon\""),
    ("bond=bond0:eth0:arp_ip_target=192.0.2.1,192.0.2.3:x", "mtu: expected a number from 68 to 65535, found \"x\""),
    ("bond=bond0:eth0::1400:x", "too many fields: \"x\""),
    ("bond=bond0:[eth0", "a bracket has no partner"),
    ("bond=bond0:bond0", "bond0 would be a port of itself"),
    ("bridge=br0", "ports: expected interface names or hardware addresses with dashes, found \"\""),
    ("bridge=br0:eth0:x", "too many fields: \"x\""),
  ])
  func `a word that makes no link is named with what was expected`(text: String, error: String) {
    let reading = Reading(commandLine: text + " ip=eth9:dhcp")
    #expect(reading.findings == "kernel command line: \"\(text)\": \(error)")
  }

  @Test(arguments: [
    ("bond=bond0:eth0 bridge=br0:eth0", "\"bridge=br0:eth0\": eth0 is a port of bond0 already"),
    ("bond=bond0:eth0 bond=bond0:eth1", "\"bond=bond0:eth1\": bond0 is made by another word already"),
    ("ifname=bond0:52:54:00:12:34:56 bond=bond0:eth0", "\"bond=bond0:eth0\": bond0 is the name of a NIC by ifname="),
  ])
  func `words that make one link twice are refused`(text: String, error: String) {
    #expect(Reading(commandLine: text + " ip=eth9:dhcp").findings == "kernel command line: " + error)
  }

  @Test(arguments: [
    ("bond=bond0:eth0,eth1:max_bonds=2 ip=bond0:dhcp", "\"bond=bond0:eth0,eth1:max_bonds=2\": the option \"max_bonds\" is not done by guestagent"),
    ("bond=bond0:eth0:miimon=100,arp_interval=200 ip=bond0:dhcp", "\"bond=bond0:eth0:miimon=100,arp_interval=200\": arp_interval cannot stand beside \"mii-monitor-interval\": it is left out"),
    ("bond=bond0:eth0:mode=802.3ad,primary=eth0 ip=bond0:dhcp", "\"bond=bond0:eth0:mode=802.3ad,primary=eth0\": primary is not taken by a bond of mode 802.3ad: it is left out"),
    ("team=team0:eth0,eth1 ip=eth0:dhcp", "\"team=team0:eth0,eth1\": team is not done by guestagent"),
    ("vlan=eth0.5:eth0", "\"vlan=eth0.5:eth0\": without ip= it is not used"),
    ("bond=bond0:eth0 ip=off", "\"bond=bond0:eth0\": without ip= it is not used"),
  ])
  func `what is not done is said`(text: String, warning: String) {
    #expect(
      Reading(commandLine: text).findings == "warning: kernel command line: " + warning)
  }
}
