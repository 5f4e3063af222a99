import Addresses
import Configuration
import Metadata
import Testing

@Suite struct MergeTests {
  private func seed(_ name: String, _ metaData: String, _ network: String? = nil) -> Seed {
    Seed(
      name: "nocloud:" + name, metaData: [UInt8](metaData.utf8),
      networkConfig: network.map { [UInt8]($0.utf8) }, userData: [])
  }

  @Test func `the disk wins the network, the seed folder wins meta-data key by key`() {
    let reading = Reading(
      seeds: [
        seed("/seed", "local-hostname: one.example.org", eth0("mtu: 1400")),
        seed("/dev/vdb", "{instance-id: i-2, local-hostname: two}", eth0("mtu: 1300")),
      ], commandLine: "quiet")
    var wanted = Configuration()
    wanted.sources = ["nocloud:/dev/vdb", "nocloud:/seed"]
    wanted.instanceID = "i-2"
    wanted.hostname = "one"
    wanted.fqdn = "one.example.org"
    wanted.links = [link("eth0") { $0.mtu = 1300 }]
    wanted.origins = [
      Origin(.instanceID, ["nocloud:/dev/vdb"]),
      Origin(.hostname, ["nocloud:/seed"], overridden: ["nocloud:/dev/vdb"]),
      Origin(.network, ["nocloud:/dev/vdb"], overridden: ["nocloud:/seed"]),
    ]
    #expect(reading.configuration == wanted)
    #expect(reading.findings == "")
  }

  @Test func `the command line wins the network, and a faulty one of the disk is no matter`() {
    let reading = Reading(
      network: "version: 1", metaData: "local-hostname: disk",
      commandLine: "ip=192.0.2.2:::24:line:eth0:none")
    var wanted = Configuration()
    wanted.sources = ["cmdline", "nocloud:/dev/vdb"]
    wanted.hostname = "disk"
    wanted.links = [
      link("eth0") { $0.addresses = [AddressConfiguration(prefix("192.0.2.2/24"))] }
    ]
    wanted.origins = [
      Origin(.hostname, ["nocloud:/dev/vdb"], overridden: ["cmdline"]),
      Origin(.network, ["cmdline"], overridden: ["nocloud:/dev/vdb"]),
    ]
    #expect(reading.configuration == wanted)
    #expect(reading.findings == "")
    #expect(
      reading.configuration?.origins.last?.description
        == "network: cmdline (not used: nocloud:/dev/vdb)")
  }

  @Test func `an empty network-config leaves the network to the seed folder`() {
    let reading = Reading(
      seeds: [seed("/seed", "", eth0("mtu: 1400")), seed("/dev/vdb", "", "# none\n")],
      commandLine: nil)
    #expect(reading.links == [link("eth0") { $0.mtu = 1400 }])
    #expect(reading.configuration?.origins == [Origin(.network, ["nocloud:/seed"])])
  }

  @Test func `for one neighbor the command line wins, then meta-data, then network-config`() {
    let reading = Reading(
      network: eth0(
        "addresses: [192.0.2.2/24]",
        "neighbors: [{to: 192.0.2.1, lladdr: '0:0:0:0:0:1'}, {to: 192.0.2.3, lladdr: '0:0:0:0:0:1'}, {to: 192.0.2.5, lladdr: '0:0:0:0:0:1'}]"),
      metaData: "guestagent: {neighbors: [{to: 192.0.2.1, lladdr: '0:0:0:0:0:2'}, {to: 192.0.2.3, lladdr: '0:0:0:0:0:2', interface: eth0}]}",
      commandLine: "guestagent.neighbor=192.0.2.1,0:0:0:0:0:3 nameserver=192.0.2.53")
    let neighbors = [("192.0.2.1", 3), ("192.0.2.3", 2), ("192.0.2.5", 1)].map { to, last in
      NeighborConfiguration(to: ip(to), linkLayerAddress: mac("0:0:0:0:0:\(last)"))
    }
    #expect(reading.links?.map { $0.neighbors } == [neighbors])
    #expect(reading.configuration?.nameservers == [ip("192.0.2.53")])
    #expect(
      reading.configuration?.origins == [
        Origin(.network, ["nocloud:/dev/vdb"]), Origin(.resolvers, ["cmdline"]),
        Origin(.neighbors, ["cmdline", "nocloud:/dev/vdb"]),
      ])
  }

  @Test(arguments: [
    ("192.0.2.1", 0), ("198.51.100.9", 1), ("203.0.113.9", 0), ("2001:db8::9", 1),
  ])
  func `a neighbor goes to the link that uses it as gateway or holds its network`(
    to: String, index: Int
  ) {
    let text = eth0("routes: [{to: default, via: 192.0.2.1}, {to: 203.0.113.0/24}]")
      + "  eth1:\n    addresses: [198.51.100.2/24, '2001:db8::2/64']\n"
      + "    routes: [{to: 203.0.112.0/20}]\n"
    let reading = Reading(
      network: text, metaData: "guestagent: {neighbors: [{to: '\(to)', lladdr: '0:0:0:0:0:1'}]}")
    let neighbor = NeighborConfiguration(to: ip(to), linkLayerAddress: mac("0:0:0:0:0:1"))
    var wanted: [[NeighborConfiguration]] = [[], []]
    wanted[index] = [neighbor]
    #expect(reading.links?.map { $0.neighbors } == wanted)
  }

  @Test func `a named interface without any network gets a link for its neighbor`() {
    let reading = Reading(commandLine: "guestagent.neighbor=[2001:db8::1],0:0:0:0:0:1,eth0")
    let neighbor = NeighborConfiguration(
      to: ip("2001:db8::1"), linkLayerAddress: mac("0:0:0:0:0:1"))
    #expect(reading.links == [link("eth0") { $0.neighbors = [neighbor] }])
  }

  @Test(arguments: [
    ("local-hostname: vm6\nhostname: other", "vm6", nil),
    ("hostname: other", "other", nil),
    ("local-hostname: vm6.example.org.", "vm6", "vm6.example.org"),
    ("local-hostname: 7", "7", nil),
    ("local-hostname:\n", nil, nil),
  ] as [(String, String?, String?)])
  func `the host name is split at its first dot`(text: String, short: String?, full: String?) {
    let reading = Reading(metaData: text)
    #expect(reading.findings == "")
    #expect(reading.configuration?.hostname == short)
    #expect(reading.configuration?.fqdn == full)
  }

  @Test(arguments: [
    ("local-hostname: -a", "1:17: local-hostname: expected a host name of letters, digits, hyphens and dots, found \"-a\""),
    ("hostname: a..b", "1:11: hostname: expected a host name of letters, digits, hyphens and dots, found \"a..b\""),
    ("hostname: " + String(repeating: "a", count: 64), "1:11: hostname: expected a host name of letters, digits, hyphens and dots, found \"\(String(repeating: "a", count: 64))\""),
    ("instance-id: [1]", "1:14: instance-id: expected text, found a list"),
    ("dsmode: never", "1:9: dsmode: expected net, local, pass or disabled, found \"never\""),
    ("[1]", "1:1: meta-data: expected a mapping, found a list"),
    ("guestagent: {neighbors: [{lladdr: '0:0:0:0:0:1'}]}", "1:26: neighbors: \"to\" is missing"),
    ("guestagent: {neighbors: [{to: 192.0.2.1, lladdr: '0:0:0:0:0:1', interface: eth9}]}", "1:26: neighbor 192.0.2.1: no link \"eth9\" is configured"),
  ])
  func `a wrong value of meta-data is named`(text: String, error: String) {
    let reading = Reading(network: eth0("mtu: 1400"), metaData: text)
    #expect(reading.findings == "meta-data:" + error)
    #expect(reading.configuration == nil)
  }

  @Test(arguments: [
    ("network-interfaces: x", "1:1: \"network-interfaces\" is not read by guestagent: use network-config"),
    ("local-hostnam: x", "1:1: unknown key \"local-hostnam\"; did you mean \"local-hostname\"?"),
    ("guestagent: {neighbours: []}", "1:14: unknown key \"neighbours\"; did you mean \"neighbors\"?"),
  ])
  func `what meta-data says in vain is warned of`(text: String, warning: String) {
    #expect(Reading(metaData: text).findings == "warning: meta-data:" + warning)
  }

  @Test func `usual keys of others are passed over in silence`() {
    let reading = Reading(metaData: "{instance-id: i, public-keys: [k], dsmode: local, uuid: u}")
    #expect(reading.findings == "")
    #expect(reading.configuration?.instanceID == "i")
  }

  @Test func `a disabled seed is not taken`() {
    let reading = Reading(network: eth0("mtu: 1400"), metaData: "dsmode: disabled")
    #expect(reading.configuration == nil)
    #expect(reading.findings == "warning: meta-data:1:9: dsmode: disabled: this seed is not taken")
  }

  @Test func `a seed that cloud-init would not take is taken with a warning`() {
    let network = [UInt8](eth0("mtu: 1400").utf8)
    let reading = Reading(
      seeds: [
        Seed(name: "nocloud:/seed", metaData: []),
        Seed(name: "nocloud:/dev/vdb", networkConfig: network),
        Seed(name: "nocloud:/dev/vdc", userData: []),
      ], commandLine: nil)
    #expect(reading.configuration?.sources == ["nocloud:/dev/vdb", "nocloud:/seed"])
    #expect(
      reading.warnings == [
        "nocloud:/seed: no user-data: cloud-init would not take this seed",
        "nocloud:/dev/vdb: no meta-data and no user-data: cloud-init would not take this seed",
      ])
  }

  @Test func `among several seeds a finding names the seed`() {
    let reading = Reading(
      seeds: [seed("/seed", "a: 1"), seed("/dev/vdb", "", eth0("mtu: x"))], commandLine: nil)
    #expect(
      reading.findings == """
        nocloud:/dev/vdb/network-config:4:10: mtu: expected a number from 68 to 65535, found "x"
        warning: nocloud:/seed/meta-data:1:1: unknown key "a"
        """)
  }

  @Test(arguments: [
    ("via: 192.0.2.1", "via: 198.51.100.1", "0.0.0.0/0"),
    ("via: 192.0.2.1, metric: 100", "via: 198.51.100.1, metric: 100", "0.0.0.0/0 of metric 100"),
    ("via: '2001:db8::1', metric: 1024", "via: '2001:db8::2'", "::/0"),
    ("via: 192.0.2.1, metric: 100", "via: 198.51.100.1", nil),
    ("via: 192.0.2.1, table: 100", "via: 198.51.100.1", nil),
    ("via: 192.0.2.1", "via: '2001:db8::2'", nil),
  ] as [(String, String, String?)])
  func `default routes of two links that the kernel takes for the same are warned of`(
    one: String, other: String, route: String?
  ) {
    let reading = Reading(
      network: eth0("routes: [{to: default, \(one)}]")
        + "  eth1: {routes: [{to: default, \(other)}]}")
    let warning = route.map {
      "warning: nocloud:/dev/vdb: \"eth0\" and \"eth1\" both have a default route \($0): "
        + "the kernel holds one, and \"eth0\" gets it; give the other a metric of its own"
    }
    #expect(reading.findings == warning ?? "")
    #expect(reading.configuration?.links.count == 2)
  }
}
