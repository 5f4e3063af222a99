import Addresses
import Configuration
import Network
import Testing

/// The default route of the mission, changed.
private func gateway(_ change: (inout RouteConfiguration) -> Void) -> RouteConfiguration {
  route("0.0.0.0/0", via: "192.0.2.1", change)
}

@Suite struct LinkPlanChangeTests {
  private func plan(
    _ link: LinkConfiguration, on found: FoundLink, linkless: [FoundRoute] = []
  ) -> LinkPlan {
    LinkPlan(for: link, on: found, linklessRoutes: linkless, kernel: .new)
  }

  @Test func `nothing wanted takes all that is ours away, in reverse`() {
    #expect(
      plan(wanted(), on: missionDone).text == """
        ip neighbor del 192.0.2.1 dev eth0
        ip route del default via 192.0.2.1 dev eth0
        ip route del 198.51.100.176/29 dev eth0
        ip route del 192.0.2.0/26 dev eth0
        ip address del 198.51.100.176/32 dev eth0
        ip -6 address del 2001:db8:3:47:198:51:100:176/64 dev eth0
        """)
  }

  @Test func `a default route from router advertisements makes room for a static one`() {
    let found = nic { $0.routes = [foundRoute("::/0", via: "fe80::1", mark: 9)] }
    let link = wanted { $0.routes = [route("::/0", via: "fe80::2")] }
    #expect(plan(link, on: found).text == "ip -6 route append default via fe80::2 dev eth0")
  }

  @Test func `what the metadata no longer name becomes what it was before`() {
    let found = nic {
      $0.mtu = 1400
      $0.macAddress = mac("52:54:00:00:00:99")
      $0.acceptRA = 0
      $0.addressGeneration = FoundLink.AddressGeneration.none
    }
    var record = LinkRecord(index: 2)
    record.mtu = 1500
    record.macAddress = mac("52:54:00:12:34:56")
    record.acceptRA = 1
    record.addressGeneration = .eui64
    let plan = LinkPlan(for: wanted(), on: found, record: record, kernel: .new)
    #expect(
      plan.text == """
        sysctl -w net.ipv6.conf.eth0.accept_ra=1
        ip link set dev eth0 addrgenmode eui64
        ip link set dev eth0 mtu 1500
        ip link set dev eth0 address 52:54:00:12:34:56
        """)
    #expect(plan.record.isEmpty)
  }

  @Test func `what is somebody else's stays`() {
    let found = nic {
      $0.addresses = [foundAddress("192.0.2.2/24"), foundAddress("fe80::1/64", mark: 3)]
      $0.routes = [
        foundRoute("192.0.2.0/24", mark: kernelMark), foundRoute("0.0.0.0/0", mark: 16),
        foundRoute("2001:db8::/32", mark: staticMark),
      ]
      $0.neighbors = [foundNeighbor("192.0.2.1"), foundNeighbor("192.0.2.9", mark: staticMark)]
    }
    let blackhole = foundBlackhole("203.0.113.0/24", mark: staticMark)
    #expect(plan(wanted(), on: found, linkless: [blackhole]).text == "")
  }

  @Test func `what somebody else has done already is enough`() {
    var found = missionDone
    for index in found.addresses.indices { found.addresses[index].mark = nil }
    for index in found.routes.indices { found.routes[index].mark = staticMark }
    found.neighbors[0].mark = nil
    #expect(plan(missionLink, on: found).text == "")
    #expect(plan(missionLink, on: found).record.isEmpty)
    // Another's route to the gateway needs no on-link flag.
    let link = wanted { $0.routes = [route("0.0.0.0/0", via: "192.0.2.1") { $0.onLink = true }] }
    #expect(plan(link, on: found).steps == [])
  }

  @Test(arguments: [
    (gateway { $0.via = ip("192.0.2.9") }, "replace default via 192.0.2.9 dev eth0"),
    (gateway { $0.mtu = 1400 }, "replace default via 192.0.2.1 dev eth0 mtu 1400"),
    (gateway { $0.onLink = true }, "replace default via 192.0.2.1 dev eth0 onlink"),
    (
      gateway { $0.from = ip("198.51.100.176") },
      "replace default via 192.0.2.1 dev eth0 src 198.51.100.176"
    ),
    (gateway { ($0.type, $0.via) = (.blackhole, nil) }, "replace blackhole default"),
    (gateway { $0.via = nil }, "replace default dev eth0"),
    (
      gateway { $0.metric = 50 },
      "add default via 192.0.2.1 dev eth0 metric 50\nip route del default via 192.0.2.1 dev eth0"
    ),
    (
      gateway { $0.table = 100 },
      "add default via 192.0.2.1 dev eth0 table 100\nip route del default via 192.0.2.1 dev eth0"
    ),
  ])
  func `our route that is to be another is replaced`(changed: RouteConfiguration, text: String) {
    var link = missionLink
    link.routes[0] = changed
    #expect(plan(link, on: missionDone).text == "ip route " + text)
  }

  @Test func `another's route in the place of ours is not replaced`() {
    let link = wanted { $0.routes = [route("0.0.0.0/0", via: "192.0.2.1") { $0.onLink = true }] }
    let found = nic { $0.routes = [foundRoute("0.0.0.0/0", via: "192.0.2.9", mark: staticMark)] }
    #expect(plan(link, on: found).text == "ip route add default via 192.0.2.1 dev eth0 onlink")
  }

  @Test(arguments: [
    (foundNeighbor("192.0.2.1", permanent: false), true),
    (foundNeighbor("192.0.2.1", nil, permanent: false), true),
    (foundNeighbor("192.0.2.1", "52:54:00:00:00:01", mark: Ownership.mark), true),
    (foundNeighbor("192.0.2.1", "52:54:00:00:00:01"), true),
    (foundNeighbor("192.0.2.1"), false),
    (foundNeighbor("192.0.2.1", mark: Ownership.mark), false),
  ])
  func `a neighbor is replaced unless it is permanent with the same address`(
    present: FoundNeighbor, isReplaced: Bool
  ) {
    let link = wanted { $0.neighbors = [neighbor("192.0.2.1")] }
    #expect(
      plan(link, on: nic { $0.neighbors = [present] }).text
        == (isReplaced
          ? "ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent" : ""))
  }

  @Test(arguments: [
    // Ours.
    (address("192.0.2.2/24"), true, true, true, "ip address change 192.0.2.2/24 dev eth0"),
    (
      address("192.0.2.2/24", deprecated: true), true, false, true,
      "ip address change 192.0.2.2/24 preferred_lft 0 dev eth0"
    ),
    (address("192.0.2.2/24"), true, false, false, "ip address change 192.0.2.2/24 dev eth0"),
    (address("192.0.2.2/24", deprecated: true), true, true, true, ""),
    // Somebody else's.
    (address("192.0.2.2/24", deprecated: true), false, false, true, ""),
    (address("192.0.2.2/24"), false, true, true, ""),
    (address("192.0.2.2/24"), false, false, false, "ip address change 192.0.2.2/24 dev eth0"),
  ])
  func `an address gets its lifetime, another's only if it would run out`(
    address: AddressConfiguration, isOurs: Bool, isDeprecated: Bool, isPermanent: Bool, text: String
  ) {
    let found = nic {
      $0.addresses = [
        foundAddress("192.0.2.2/24", mark: isOurs ? Ownership.mark : nil) {
          $0.isDeprecated = isDeprecated
          $0.isPermanent = isPermanent
        }
      ]
    }
    #expect(plan(wanted { $0.addresses = [address] }, on: found).text == text)
  }

  @Test func `another label takes another address`() {
    let found = nic {
      $0.addresses = [foundAddress("192.0.2.2/32", mark: Ownership.mark) { $0.label = "eth0" }]
    }
    let link = wanted { $0.addresses = [address("192.0.2.2/32", label: "eth0:a")] }
    let plan = plan(link, on: found)
    #expect(
      plan.text == """
        ip address del 192.0.2.2/32 dev eth0
        ip address add 192.0.2.2/32 label eth0:a dev eth0
        """)
    #expect(plan.flushes)
  }

  @Test func `what went with an address for its label is planned anew`() {
    var link = missionLink
    link.addresses[0].label = "eth0:a"
    // With its last IPv4 address the link loses its IPv4 routes and neighbours.
    #expect(
      plan(link, on: missionDone).text == """
        ip address del 198.51.100.176/32 dev eth0
        ip address add 198.51.100.176/32 label eth0:a dev eth0
        ip route add 198.51.100.176/29 dev eth0
        ip route add 192.0.2.0/26 dev eth0
        ip route add default via 192.0.2.1 dev eth0
        ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent
        """)
    // Else only the routes that prefer it as a source.
    var found = missionDone
    found.addresses.append(foundAddress("203.0.113.2/32"))
    found.routes[0].route.source = ip("198.51.100.176")
    #expect(
      plan(link, on: found).text == """
        ip address del 198.51.100.176/32 dev eth0
        ip address add 198.51.100.176/32 label eth0:a dev eth0
        ip route add default via 192.0.2.1 dev eth0
        """)
  }

  @Test func `the last IPv4 address takes routes with it, so one looks again`() {
    var link = missionLink
    link.addresses.removeFirst()
    let plan = plan(link, on: missionDone)
    #expect(plan.text == "ip address del 198.51.100.176/32 dev eth0")
    #expect(plan.flushes)
    link.addresses.append(address("198.51.100.177/32"))
    #expect(!self.plan(link, on: missionDone).flushes)
  }

  @Test(arguments: [
    (["192.0.2.3/24"], ["192.0.2.2/24"], true),
    ([], ["192.0.2.2/24"], false),
    (["192.0.2.3/25"], ["192.0.2.2/24"], false),
    (["192.0.2.3/32"], ["192.0.2.2/32"], false),
    (["2001:db8::3/64"], ["2001:db8::2/64"], false),
    ([], ["192.0.2.2/24", "192.0.2.4/24"], true),
  ])
  func `secondary addresses are promoted before their primary one goes`(
    wants: [String], present: [String], promotes: Bool
  ) {
    let link = wanted { $0.addresses = wants.map { address($0) } }
    let found = nic { $0.addresses = present.map { foundAddress($0, mark: Ownership.mark) } }
    let plan = plan(link, on: found)
    #expect(plan.steps.contains { $0.action == .sysctl(.promoteSecondaries, 1) } == promotes)
    #expect((plan.steps.first?.action == .sysctl(.promoteSecondaries, 1)) == promotes)
  }

  @Test func `another label of a primary address promotes its secondary ones first`() {
    let found = nic {
      $0.addresses = [
        foundAddress("192.0.2.2/24", mark: Ownership.mark) { $0.label = "eth0" },
        foundAddress("192.0.2.3/24") { $0.label = "eth0" },
      ]
    }
    let link = wanted { $0.addresses = [address("192.0.2.2/24", label: "eth0:a")] }
    #expect(
      plan(link, on: found).text == """
        sysctl -w net.ipv4.conf.eth0.promote_secondaries=1
        ip address del 192.0.2.2/24 dev eth0
        ip address add 192.0.2.2/24 label eth0:a dev eth0
        """)
  }

  @Test func `a route that leads nowhere is known, and goes when it is no longer wanted`() {
    let link = wanted { $0.routes = [route("203.0.113.0/24") { $0.type = .blackhole }] }
    let there = foundBlackhole("203.0.113.0/24")
    #expect(plan(link, on: nic(), linkless: [there]).text == "")
    #expect(
      plan(wanted(), on: nic(), linkless: [there]).text == "ip route del blackhole 203.0.113.0/24")
  }
}
