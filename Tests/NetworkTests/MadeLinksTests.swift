import Addresses
import Configuration
import Network
import Testing

private func text(
  _ links: [LinkConfiguration], _ found: [FoundLink], _ records: [LinkRecord] = []
) -> String {
  var network = FoundNetwork()
  network.links = found
  let assignment = LinkAssignment(links, to: found, records: records)
  return MadeLinks(links, network, assignment, records: records).steps.map { $0.description }
    .joined(separator: "\n")
}

private func refusals(_ links: [LinkConfiguration], _ found: [FoundLink]) -> String {
  LinkAssignment(links, to: found).refusals.map { "\(links[$0.wanted].name): \($0)" }
    .joined(separator: "\n")
}

private func made(
  _ name: String, _ kind: LinkConfiguration.Kind,
  _ change: (inout LinkConfiguration) -> Void = { _ in }
) -> LinkConfiguration {
  wanted(name) {
    $0.kind = kind
    change(&$0)
  }
}

private func vlan(_ name: String, _ id: UInt16, of parent: String) -> LinkConfiguration {
  made(name, .vlan(parent: parent, id: id))
}

/// A link that is there; ours by its group.
private func there(
  _ name: String, _ kind: String, index: UInt32 = 7, ours: Bool = true,
  _ change: (inout FoundLink) -> Void = { _ in }
) -> FoundLink {
  nic(name, index: index) {
    $0.kind = kind
    $0.group = ours ? UInt32(Ownership.mark) : 0
    change(&$0)
  }
}

@Suite struct MadeLinksTests {
  @Test func `links are made with what they are given, their parents there already`() {
    let links = [
      vlan("lan.6", 6, of: "lan.5"), vlan("lan.5", 5, of: "lan"),
      made("bond0", .bond) {
        $0.mtu = 9000
        $0.macAddress = mac("52:54:00:00:00:99")
        $0.parameters = [
          LinkParameter(.mode, .number(1)), LinkParameter(.primary, .link("lan")),
          LinkParameter(.lacpRate, .number(1)), LinkParameter(.upDelay, .number(200)),
          LinkParameter(.arpIPTargets, .addresses([ip("192.0.2.1"), ip("192.0.2.2")])),
        ]
      },
      made("br0", .bridge) {
        $0.mtu = 1400
        $0.parameters = [
          LinkParameter(.stp, .number(1)), LinkParameter(.ageingTime, .number(300)),
        ]
      },
      made("dummy0", .dummy) { $0.mtu = 1400 },
      wanted("lan") {
        $0.match = .init(name: Glob("eth*"))
        $0.setName = InterfaceName("lan0")
        $0.mtu = 1600
      },
    ]
    #expect(
      text(links, [nic()]) == """
        ip link add bond0 mtu 9000 address 52:54:00:00:00:99 type bond mode active-backup \
        arp_ip_target 192.0.2.1,192.0.2.2
        ip link add br0 type bridge stp_state 1 ageing_time 30000
        ip link add dummy0 mtu 1400 type dummy
        ip link set dev eth0 mtu 1600
        ip link add link eth0 name lan.5 type vlan id 5
        """)
  }

  @Test func `what is as wanted is neither made nor removed`() {
    let links = [
      wanted("eth0"), vlan("eth0.5", 5, of: "eth0"), made("bond0", .bond), made("br0", .bridge),
    ]
    for ours in [true, false] {
      let found = [
        nic(), there("eth0.5", "vlan", index: 3, ours: ours) { ($0.parent, $0.vlanID) = (2, 5) },
        there("bond0", "bond", index: 4, ours: ours), there("br0", "bridge", index: 5, ours: ours),
      ]
      #expect(text(links, found) == "")
      #expect(refusals(links, found) == "")
    }
  }

  @Test func `ours that are no longer wanted, or otherwise, are removed and made anew`() {
    let found = [
      nic(), there("eth0.5", "vlan", index: 3) { ($0.parent, $0.vlanID) = (2, 5) },
      there("bond0", "bond", index: 4) { $0.settings = [LinkSetting(.mode, .number(0))] },
      there("br0", "bridge", index: 5),
    ]
    let links = [
      vlan("eth0.5", 6, of: "eth0"),
      made("bond0", .bond) { $0.parameters = [LinkParameter(.mode, .number(1))] },
      made("br0", .dummy),
    ]
    #expect(
      text(links, found) == """
        ip link del dev eth0.5
        ip link del dev br0
        ip link del dev bond0
        ip link add link eth0 name eth0.5 type vlan id 6
        ip link add bond0 type bond mode active-backup
        ip link add br0 type dummy
        """)
    #expect(text([], found) == "ip link del dev eth0.5\nip link del dev br0\nip link del dev bond0")
  }

  @Test func `a parameter that is no longer given makes the link anew, of ours alone`() {
    var record = LinkRecord(index: 7)
    record.given = [.forwardDelay]
    let found = there("br0", "bridge") { $0.settings = [LinkSetting(.forwardDelay, .number(400))] }
    #expect(
      text([made("br0", .bridge)], [found], [record])
        == "ip link del dev br0\nip link add br0 type bridge")
    let same = made("br0", .bridge) { $0.parameters = [LinkParameter(.forwardDelay, .number(5))] }
    #expect(text([same], [found], [record]) == "")
  }

  @Test func `what somebody else made is used, or refused where it is something else`() {
    let found = [
      nic(), there("eth0.5", "vlan", index: 3, ours: false) { ($0.parent, $0.vlanID) = (2, 6) },
      there("br0", "dummy", index: 4, ours: false), nic("bond0", index: 5),
    ]
    let links = [
      vlan("eth0.5", 5, of: "eth0"), made("br0", .bridge), made("bond0", .bond),
      vlan("v9", 9, of: "eth9"),
    ]
    #expect(text(links, found) == "")
    #expect(
      refusals(links, found) == """
        eth0.5: a vlan of this name with another id or link is there that guestagent did not make
        br0: a dummy of this name is there that guestagent did not make; no bridge is made
        bond0: a network interface of this name is there that guestagent did not make; \
        no bond is made
        v9: no network interface eth9 to carry the vlan
        """)
  }

  @Test func `only a parent that is absent is worth waiting for`() {
    func lacks(_ links: LinkConfiguration...) -> Bool {
      LinkAssignment(links, to: [nic()]).lacksNIC(of: links)
    }
    #expect(lacks(vlan("v9", 9, of: "eth9")))
    #expect(!lacks(vlan("v9", 9, of: "eth0")))
    #expect(!lacks(made("bond0", .bond)))
  }

  @Test func `the interface that has the name of an absent NIC carries nothing in its place`() {
    let links = [
      wanted("eth0") {
        $0.match = .init(macAddress: mac("52:54:00:00:00:99"))
        $0.setName = InterfaceName("eth0")
      },
      vlan("eth0.5", 5, of: "eth0"),
    ]
    #expect(text(links, [nic("eth0", index: 2)]) == "")
    let late = nic("eth1", index: 3) { $0.macAddress = mac("52:54:00:00:00:99") }
    #expect(
      text(links, [nic("eth0", index: 2), late])
        == "ip link add link eth1 name eth0.5 type vlan id 5")
  }

  @Test func `a link that we made is matched by nothing`() {
    let links = [wanted("all") { $0.match = .init(name: Glob("*")) }, made("dummy0", .dummy)]
    let found = [nic(), there("dummy0", "dummy")]
    let assignment = LinkAssignment(links, to: found)
    #expect(assignment.pairs.map { [$0.wanted, $0.found] } == [[0, 0], [1, 1]])
  }

  @Test func `what stands on itself is neither made nor looped over`() {
    let links = [vlan("a", 1, of: "b"), vlan("b", 2, of: "a"), vlan("c", 3, of: "c")]
    #expect(LinkOrder(links).positions == [0, 1, 2])
    #expect(text(links, [nic()]) == "")
  }
}

@Suite struct LinkOrderTests {
  @Test func `links without a word of each other stay as they are`() {
    #expect(LinkOrder([wanted("b"), wanted("a")]).positions == [0, 1])
    #expect(LinkOrder([]).positions == [])
  }

  @Test func `ports come before their bond, the bond before its vlan, that before its bridge`() {
    let links = [
      made("br0", .bridge), vlan("bond0.5", 5, of: "bond0"), made("bond0", .bond),
      wanted("eth1") { $0.controller = "bond0" }, wanted("eth0") { $0.controller = "bond0" },
      wanted("eth2"),
    ].map { link in
      var link = link
      if link.name == "bond0.5" { link.controller = "br0" }
      return link
    }
    #expect(LinkOrder(links).positions == [3, 4, 5, 2, 1, 0])
  }
}

@Suite struct RulePlanTests {
  private func text(_ wanted: [RuleConfiguration], _ found: [FoundRule]) -> String {
    RulePlan(wanted, found).steps.map { $0.description }.joined(separator: "\n")
  }

  private func ours(_ rule: RuleConfiguration) -> FoundRule {
    FoundRule(rule, mark: Ownership.mark)
  }

  @Test func `what is wanted is added once, and ours that is not goes`() {
    let ten = rule(from: "192.0.2.0/24") { $0.priority = 10 }
    let other = rule(to: "2001:db8::/32", table: 1000) { ($0.mark, $0.typeOfService) = (7, 16) }
    #expect(
      text([ten, other, ten], []) == """
        ip rule add from 192.0.2.0/24 lookup 100 priority 10
        ip -6 rule add from all to 2001:db8::/32 fwmark 7 tos 16 lookup 1000
        """)
    #expect(text([ten], [ours(ten)]) == "")
    #expect(text([ten], [FoundRule(ten, mark: 0)]) == "")
    #expect(
      text([], [ours(ten), FoundRule(other, mark: 0)])
        == "ip rule del from 192.0.2.0/24 lookup 100 priority 10")
    #expect(RulePlan([], [ours(ten)], removes: false).steps == [])
  }

  @Test func `where no priority is wanted the kernel's will do`() {
    let wanted = rule(from: "192.0.2.0/24")
    var found = wanted
    found.priority = 32765
    #expect(text([wanted], [ours(found)]) == "")
    var moved = wanted
    moved.priority = 7
    #expect(
      text([moved], [ours(found)]) == """
        ip rule add from 192.0.2.0/24 lookup 100 priority 7
        ip rule del from 192.0.2.0/24 lookup 100 priority 32765
        """)
  }

  @Test(arguments: [
    (rule(from: "0.0.0.0/0", to: "192.0.2.0/24"), rule(to: "192.0.2.0/24")),
    (rule(from: "192.0.2.0/24", to: "0.0.0.0/0"), rule(from: "192.0.2.0/24")),
    (rule(to: "::/0"), rule(from: "::/0")),
    (rule(from: "::/0") { ($0.mark, $0.typeOfService) = (0, 0) }, rule(from: "::/0")),
  ])
  func `all packets are all packets, however they are said`(
    wanted: RuleConfiguration, found: RuleConfiguration
  ) {
    #expect(text([wanted], [ours(found)]) == "")
  }
}
