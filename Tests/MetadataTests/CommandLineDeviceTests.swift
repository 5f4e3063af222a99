import Addresses
import Configuration
import Metadata
import Testing

@Suite struct CommandLineDeviceTests {
  static let booted = "52:54:00:12:34:56"
  static let address = AddressConfiguration(prefix("192.0.2.2/24"))
  static let dhcp = link("eth0") { $0.dhcp4 = true }
  static let bootedNIC = link(booted) {
    $0.match = LinkConfiguration.Match(macAddress: mac(booted))
  }
  static let two = "ip=192.0.2.2::192.0.2.1:24::eth0:none ip=198.51.100.2::198.51.100.1:24::eth1:none"

  static func withDHCP(_ link: LinkConfiguration) -> LinkConfiguration {
    CommandLineTests.changed(link) { $0.dhcp4 = true }
  }

  static func two(
    eth0Metric: UInt32? = nil, eth1Metric: UInt32? = nil, _ eth1Routes: [RouteConfiguration] = []
  ) -> [LinkConfiguration] {
    [
      link("eth0") {
        $0.addresses = [address]
        $0.routes = [route("0.0.0.0/0", via: "192.0.2.1") { $0.metric = eth0Metric }]
      },
      link("eth1") {
        $0.addresses = [AddressConfiguration(prefix("198.51.100.2/24"))]
        $0.routes =
          [route("0.0.0.0/0", via: "198.51.100.1") { $0.metric = eth1Metric }] + eth1Routes
      },
    ]
  }

  static let devices: [(String, [LinkConfiguration])] = [
    ("BOOTIF=01-52-54-00-12-34-56 ip=dhcp", [withDHCP(bootedNIC)]),
    ("BOOTIF=52:54:00:12:34:56 ip=dhcp", [withDHCP(bootedNIC)]),
    ("BOOTIF=01-52-54-00-12-34-56 ip=dhcp ifname=lan0:52:54:00:12:34:56", [
      link("lan0") {
        $0.match = LinkConfiguration.Match(macAddress: mac(booted))
        $0.setName = InterfaceName("lan0")
        $0.dhcp4 = true
      }
    ]),
    ("BOOTIF=01-52-54-00-12-34-56 rd.bootif=0 ip=dhcp", [withDHCP(CommandLineTests.anyNIC)]),
    ("BOOTIF=01-52-54-00-12-34-56 rd.bootif=1 ip=dhcp", [withDHCP(bootedNIC)]),
    ("BOOTIF=01-52-54-00-12-34-56 ip=eth0:dhcp", [dhcp]),
    ("BOOTIF=01-52-54-00-12-34-56 ip=eth0:dhcp ip=192.0.2.2:::24:::none", [
      CommandLineTests.changed(dhcp) { $0.addresses = [address] }
    ]),
    ("BOOTIF=01-52-54-00-12-34-56 ip=eth0:dhcp ip=eth1:link6 ip=192.0.2.2:::24:::none", [
      dhcp, link("eth1") { $0.linkLocal = .init(ipv4: false, ipv6: true) },
      CommandLineTests.changed(bootedNIC) { $0.addresses = [address] },
    ]),
    ("bootdev=eth0 ip=dhcp", [dhcp]),
    ("bootdev=eth0 BOOTIF=01-52-54-00-12-34-56 ip=dhcp", [dhcp]),
    ("bootdev=52:54:00:12:34:56 ip=dhcp", [withDHCP(bootedNIC)]),
    ("bootdev=eth1 \(two)", two(eth0Metric: 2048)),
    ("\(two) bootdev=eth0", two(eth1Metric: 2048)),
    ("\(two) bootdev=eth1 rd.route=203.0.113.0/24:192.0.2.7", two(eth0Metric: 2048, [
      route("203.0.113.0/24", via: "192.0.2.7")
    ])),
  ]

  @Test(arguments: devices)
  func `words without a device find theirs`(text: String, links: [LinkConfiguration]) {
    let reading = Reading(commandLine: text)
    #expect(reading.findings == "")
    #expect(reading.configuration?.links == links)
  }

  @Test(arguments: [
    ("BOOTIF=eth0 ip=eth0:dhcp", "\"BOOTIF=eth0\": expected 01-<hardware address>: it is not used"),
    ("bootdev=eth1 ip=eth0:dhcp", "\"bootdev=eth1\": no ip= configures it"),
    ("ip=eth0:dhcp rd.peerdns=0", "\"rd.peerdns=0\": what a lease says of resolvers is left to the DHCP client"),
    ("ip=eth0:dhcp ip6=on", "\"ip6=on\": ip6 is not done by guestagent; write ip=<device>:dhcp6"),
    ("ip=eth0:dhcp ip=eth1:ibft", "\"ip=eth1:ibft\": ibft is not done by guestagent"),
    ("ip=eth0:dhcp ip=ibft", "\"ip=ibft\": ibft is not done by guestagent"),
    ("ip=eth0:dhcp nameserver=192.0.2.53,2001:db8::53", "\"nameserver=192.0.2.53,2001:db8::53\": several addresses, which other readers refuse; write one word for each"),
  ])
  func `what is left open or to others is warned of`(text: String, warning: String) {
    let reading = Reading(commandLine: text)
    #expect(reading.findings == "warning: kernel command line: " + warning)
    #expect(reading.configuration?.links == [Self.dhcp])
  }

  @Test(arguments: [
    ("nameserver=192.0.2.53,2001:db8::53", ["192.0.2.53", "2001:db8::53"]),
    ("nameserver=[2001:db8::53] nameserver=192.0.2.53 nameserver=192.0.2.53", ["2001:db8::53", "192.0.2.53"]),
  ])
  func `nameserver= is repeated for several resolvers`(text: String, addresses: [String]) {
    #expect(Reading(commandLine: text).configuration?.nameservers == addresses.map(ip))
  }
}
