import Addresses
import Configuration
import Network
import Testing

fileprivate typealias Match = LinkConfiguration.Match

@Suite struct LinkAssignmentTests {
  /// Two NICs and what a machine has besides.
  private let machine = [
    FoundLink(index: 1, name: "lo", mtu: 65536),
    nic("ens3") {
      $0.macAddress = mac("52:54:00:00:00:03")
      $0.permanentMACAddress = mac("52:54:00:00:00:13")
      $0.driver = "virtio_net"
    },
    nic("ens4", index: 3) {
      $0.macAddress = mac("52:54:00:00:00:04")
      $0.driver = "e1000e"
    },
    nic("br0", index: 4) {
      $0.kind = "bridge"
      $0.macAddress = mac("52:54:00:00:00:03")
    },
    nic("ens3.5", index: 5) {
      $0.kind = "vlan"
      $0.macAddress = mac("52:54:00:00:00:03")
    },
  ]

  /// `<wanted>=<found>` for each pair, then `<wanted>: <refusal>`.
  private func text(
    _ links: [LinkConfiguration], _ found: [FoundLink]? = nil, _ records: [LinkRecord] = []
  ) -> String {
    let found = found ?? machine
    let assignment = LinkAssignment(links, to: found, records: records)
    return (assignment.pairs.map { "\(links[$0.wanted].name)=\(found[$0.found].name)" }
      + assignment.refusals.map { "\(links[$0.wanted].name): \($0)" })
      .joined(separator: "\n")
  }

  private func matching(
    _ name: String, _ match: Match, _ addresses: String...
  ) -> LinkConfiguration {
    wanted(name) {
      $0.match = match
      $0.addresses = addresses.map { address($0) }
    }
  }

  @Test(arguments: [
    ("ens4", nil, "ens4=ens4"),
    ("br0", nil, "br0=br0"),
    ("lo", nil, "lo=lo"),
    ("ens9", nil, "ens9: no network interface of this name"),
    ("a", Match(macAddress: mac("52:54:00:00:00:04")), "a=ens4"),
    ("a", Match(macAddress: mac("52:54:00:00:00:13")), "a=ens3"),
    ("a", Match(macAddress: mac("52:54:00:00:00:03")), "a=ens3"),
    ("a", Match(name: Glob("ens[4-9]")), "a=ens4"),
    ("a", Match(drivers: [Glob("e1000*"), Glob("igb")]), "a=ens4"),
    ("a", Match(name: Glob("*"), drivers: [Glob("virtio*")]), "a=ens3"),
    ("a", Match(name: Glob("*")), "a=ens3\na=ens4"),
    (
      "a", Match(macAddress: mac("52:54:00:00:00:99")),
      "a: no network interface has macaddress 52:54:00:00:00:99"
    ),
    (
      "a", Match(macAddress: mac("52:54:00:00:00:04"), drivers: [Glob("virtio*")]),
      "a: no network interface has macaddress 52:54:00:00:00:04 and driver virtio*"
    ),
    (
      "a", Match(name: Glob("en*"), drivers: [Glob("r8169"), Glob("tg3")]),
      "a: no network interface has name en* and driver r8169 or tg3"
    ),
    ("a", Match(name: Glob("lo")), "a: no network interface has name lo"),
    ("a", Match(name: Glob("br0")), "a: no network interface has name br0"),
    ("a", Match(name: Glob("ens3.?")), "a: no network interface has name ens3.?"),
  ] as [(String, Match?, String)])
  fileprivate func `a link finds its NIC, and says what no NIC has`(
    name: String, match: Match?, outcome: String
  ) {
    #expect(text([wanted(name) { $0.match = match }]) == outcome)
  }

  @Test(arguments: [
    "veth", "dummy", "macvlan", "macvtap", "ipvlan", "netdevsim",
  ])
  func `what stands in for a NIC is matched like one`(kind: String) {
    let link = matching("a", Match(name: Glob("*")))
    #expect(text([link], [nic("e0") { $0.kind = kind }]) == "a=e0")
    #expect(
      text([link], [nic("e0") { ($0.kind, $0.isEthernet) = (kind, false) }])
        == "a: no network interface has name *")
  }

  @Test func `exact ones choose before patterns, whatever their order`() {
    let links = [
      matching("others", Match(name: Glob("e*"))),
      matching("one", Match(macAddress: mac("52:54:00:00:00:03"))),
    ]
    #expect(text(links) == "others=ens4\none=ens3")
    #expect(text(links.reversed()) == "one=ens3\nothers=ens4")
    #expect(text([links[0], wanted("ens4")]) == "others=ens3\nens4=ens4")
  }

  @Test func `a pattern for an address must fit one NIC that is free`() {
    let pattern = matching("a", Match(name: Glob("ens?")), "192.0.2.2/24")
    #expect(text([pattern]) == "a: match fits ens3 and ens4; make it fit one of them")
    #expect(text([pattern, wanted("ens3")]) == "a=ens4\nens3=ens3")
    var renamed = matching("a", Match(name: Glob("ens?")))
    renamed.setName = InterfaceName("lan0")
    #expect(text([renamed]) == "a: match fits ens3 and ens4; make it fit one of them")
    var readdressed = matching("a", Match(name: Glob("ens?")))
    readdressed.macAddress = mac("52:54:00:00:00:99")
    #expect(text([readdressed]) == "a: match fits ens3 and ens4; make it fit one of them")
  }

  @Test func `a NIC belongs to the first that claims it`() {
    let links = [
      matching("a", Match(macAddress: mac("52:54:00:00:00:04"))), wanted("ens4"),
      matching("b", Match(drivers: [Glob("e1000e")])),
    ]
    #expect(
      text(links) == """
        a=ens4
        ens4: network interface ens4 is already configured as a
        b: network interface ens4 is already configured as a
        """)
  }

  @Test func `a NIC that we renamed or readdressed is found by what it was`() {
    var record = LinkRecord(index: 2)
    record.name = "ens3"
    record.macAddress = mac("52:54:00:00:00:03")
    let found = [nic("lan0") { $0.macAddress = mac("52:54:00:00:00:99") }]
    let byName = matching("a", Match(name: Glob("ens*")), "192.0.2.2/24")
    let byAddress = matching("a", Match(macAddress: mac("52:54:00:00:00:03")))
    #expect(text([byName], found, [record]) == "a=lan0")
    #expect(text([byAddress], found, [record]) == "a=lan0")
    record.index = 3
    #expect(text([byName], found, [record]) == "a: no network interface has name ens*")
    #expect(
      text([byAddress], found, [record])
        == "a: no network interface has macaddress 52:54:00:00:00:03")
  }

  @Test func `only an absent NIC that is not optional is worth waiting for`() {
    func lacks(_ links: LinkConfiguration...) -> Bool {
      LinkAssignment(links, to: machine).lacksNIC(of: links)
    }
    #expect(lacks(wanted("ens9")))
    #expect(!lacks(wanted("ens9") { $0.optional = true }))
    #expect(lacks(wanted("ens9") { $0.optional = true }, wanted("ens8") { $0.optional = false }))
    #expect(!lacks(wanted("ens3")))
    #expect(!lacks(matching("a", Match(name: Glob("ens?")), "192.0.2.2/24")))
    #expect(!lacks(wanted("ens4"), matching("b", Match(drivers: [Glob("e1000e")]))))
  }

  /// NICs that share the hardware address of `ens3`, told apart by what is changed of them.
  @Test(arguments: [
    // Its own address goes before one that was given: the ports of a bond of somebody else's.
    (
      [
        { $0.permanentMACAddress = mac("52:54:00:00:00:03") },
        { $0.permanentMACAddress = mac("52:54:00:00:00:04") },
      ], "a=n0"
    ),
    (
      [{ $0.permanentMACAddress = mac("52:54:00:00:00:04") }, { _ in }], "a=n1"
    ),
    // What is made on top of it; a VLAN and a bond are never meant.
    ([{ $0.kind = "macvlan" }, { _ in }], "a=n1"),
    ([{ $0.kind = "vlan" }, { _ in }, { $0.kind = "bond" }], "a=n1"),
    // The primary and the standby of net_failover, and the virtual function of hv_netvsc.
    ([{ _ in }, { $0.controller = 10 }, { $0.controller = 10 }], "a=n0"),
    // A port of something else stays.
    ([{ $0.controller = 99 }], "a=n0"),
    ([{ $0.isVirtualFunction = true }, { _ in }], "a=n1"),
    (
      [{ $0.isVirtualFunction = true }, { $0.isVirtualFunction = true }],
      "a: match fits n0 and n1; make it fit one of them"
    ),
  ] as [([@Sendable (inout FoundLink) -> Void], String)])
  func `of NICs of one hardware address one is meant`(
    changes: [@Sendable (inout FoundLink) -> Void], outcome: String
  ) {
    let found = changes.enumerated().map { number, change in
      nic("n\(number)", index: UInt32(10 + number)) {
        $0.macAddress = mac("52:54:00:00:00:03")
        change(&$0)
      }
    }
    let links = [matching("a", Match(macAddress: mac("52:54:00:00:00:03")))]
    #expect(text(links, found) == outcome)
  }
}
