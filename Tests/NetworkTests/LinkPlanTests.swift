import Addresses
import Configuration
import Network
import Testing

@Suite struct LinkPlanTests {
  private func plan(
    _ link: LinkConfiguration, on found: FoundLink = nic(), linkless: [FoundRoute] = []
  ) -> String {
    LinkPlan(for: link, on: found, linklessRoutes: linkless, kernel: .new).text
  }

  @Test func `the mission's plan, from a link that is down`() {
    #expect(
      plan(missionLink, on: nic { $0.isUp = false }) == """
        ip link set dev eth0 up
        ip address add 198.51.100.176/32 dev eth0
        ip -6 address add 2001:db8:3:47:198:51:100:176/64 dev eth0
        ip route add 198.51.100.176/29 dev eth0
        ip route add 192.0.2.0/26 dev eth0
        ip route add default via 192.0.2.1 dev eth0
        ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent
        """)
  }

  @Test func `the mission's plan without a route to the gateway takes it to be on the link`() {
    var link = missionLink
    link.routes = [route("0.0.0.0/0", via: "192.0.2.1")]
    #expect(
      plan(link) == """
        ip address add 198.51.100.176/32 dev eth0
        ip -6 address add 2001:db8:3:47:198:51:100:176/64 dev eth0
        ip route add default via 192.0.2.1 dev eth0 onlink
        ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent
        note: gateway 192.0.2.1 is covered by no route on the link; it is taken to be on the link
        """)
  }

  @Test func `a link that is as wanted needs no step`() {
    let plan = LinkPlan(for: missionLink, on: missionDone, kernel: .new)
    #expect(plan.text == "")
    #expect(plan.record.isEmpty)
    #expect(!plan.flushes)
  }

  @Test func `everything at once comes in the order that the kernel needs`() {
    let link = wanted {
      $0.acceptRA = false
      $0.linkLocal = .init(ipv4: false, ipv6: false)
      $0.setName = InterfaceName("lan0")
      $0.mtu = 1400
      $0.macAddress = mac("52:54:00:00:00:99")
      $0.neighbors = [neighbor("192.0.2.1")]
      $0.routes = [
        route("203.0.113.0/24") { $0.type = .blackhole },
        route("0.0.0.0/0", via: "192.0.2.1"), route("198.51.100.0/24"),
      ]
      $0.addresses = [address("192.0.2.2/24")]
    }
    let found = nic {
      $0.isUp = false
      $0.acceptRA = 1
    }
    #expect(
      plan(link, on: found) == """
        sysctl -w net.ipv6.conf.eth0.accept_ra=0
        ip link set dev eth0 addrgenmode none
        ip link set dev eth0 name lan0
        ip link set dev lan0 mtu 1400
        ip link set dev lan0 address 52:54:00:00:00:99
        ip link set dev lan0 up
        ip address add 192.0.2.2/24 dev lan0
        ip route add 198.51.100.0/24 dev lan0
        ip route add default via 192.0.2.1 dev lan0
        ip route add blackhole 203.0.113.0/24
        ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev lan0 nud permanent
        """)
  }

  @Test(arguments: [
    (wanted { $0.mtu = 1400 }, "ip link set dev eth0 mtu 1400"),
    (wanted { $0.mtu = 1500 }, ""),
    (wanted { $0.macAddress = mac("52:54:00:12:34:56") }, ""),
    (wanted { $0.addresses = [address("192.0.2.2/24", label: "eth0:a")] },
      "ip address add 192.0.2.2/24 label eth0:a dev eth0"),
    (wanted { $0.addresses = [address("2001:db8::2/64", deprecated: true)] },
      "ip -6 address add 2001:db8::2/64 preferred_lft 0 dev eth0"),
    (wanted { $0.routes = [route("192.0.2.0/24") { $0.metric = 50 }] },
      "ip route add 192.0.2.0/24 dev eth0 metric 50"),
    (wanted { $0.routes = [route("192.0.2.0/24") { $0.table = 100 }] },
      "ip route add 192.0.2.0/24 dev eth0 table 100"),
    (wanted { $0.routes = [route("192.0.2.0/24") { $0.scope = .global }] },
      "ip route add 192.0.2.0/24 dev eth0 scope global"),
    (wanted { $0.routes = [route("192.0.2.0/24") { $0.mtu = 1400 }] },
      "ip route add 192.0.2.0/24 dev eth0 mtu 1400"),
    (wanted { $0.routes = [route("192.0.2.0/24") { $0.from = ip("198.51.100.1") }] },
      "ip route add 192.0.2.0/24 dev eth0 src 198.51.100.1"),
    (wanted { $0.routes = [route("2001:db8::/48") { $0.metric = 0 }] },
      "ip -6 route add 2001:db8::/48 dev eth0"),
    (wanted { $0.routes = [route("2001:db8::/48") { $0.metric = 512 }] },
      "ip -6 route add 2001:db8::/48 dev eth0 metric 512"),
    (wanted { $0.routes = [route("2001:db8::/48") { $0.type = .unreachable }] },
      "ip -6 route add unreachable 2001:db8::/48"),
    (wanted { $0.routes = [route("203.0.113.9/32") { $0.type = .local }] },
      "ip route add local 203.0.113.9/32 dev eth0"),
    (wanted { $0.routes = [route("203.0.113.9/32") { ($0.type, $0.table) = (.local, 254) }] },
      "ip route add local 203.0.113.9/32 dev eth0 table 254"),
    (wanted { $0.neighbors = [neighbor("2001:db8::1")] },
      "ip neighbor replace 2001:db8::1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent"),
    (wanted { $0.linkLocal = .init(ipv4: false, ipv6: true) }, ""),
    (wanted { $0.linkLocal = .init(ipv4: true, ipv6: false) },
      "ip link set dev eth0 addrgenmode none\n"
        + "note: IPv4 link-local addressing is left to the guest's own service"),
    (wanted { $0.dhcp4 = true }, "note: dhcp4 is left to the guest's DHCP client"),
    (wanted { $0.dhcp6 = true }, "note: dhcp6 is left to the guest's DHCP client"),
    (wanted { ($0.dhcp4, $0.dhcp6) = (false, false) }, ""),
    (wanted { $0.setName = InterfaceName("eth0") }, ""),
  ])
  func `each key has its step`(link: LinkConfiguration, text: String) {
    #expect(plan(link) == text)
  }

  @Test(arguments: [
    (true, 0, false, "sysctl -w net.ipv6.conf.eth0/5.accept_ra=1"),
    (true, 0, true, "sysctl -w net.ipv6.conf.eth0/5.accept_ra=2"),
    (true, 1, true, "sysctl -w net.ipv6.conf.eth0/5.accept_ra=2"),
    (true, 1, false, ""), (true, 2, false, ""), (true, 2, true, ""),
    (false, 1, false, "sysctl -w net.ipv6.conf.eth0/5.accept_ra=0"),
    (false, 2, true, "sysctl -w net.ipv6.conf.eth0/5.accept_ra=0"),
    (false, 0, false, ""), (true, nil, false, ""),
  ] as [(Bool, Int?, Bool, String)])
  func `router advertisements are switched only where they are not as wanted`(
    accepts: Bool, present: Int?, forwards: Bool, text: String
  ) {
    let found = nic("eth0.5") {
      $0.acceptRA = present
      $0.forwardsIPv6 = forwards
    }
    #expect(plan(wanted("eth0.5") { $0.acceptRA = accepts }, on: found) == text)
  }

  @Test(arguments: [
    (.some(.none), true, "ip link set dev eth0 addrgenmode eui64"),
    (.some(.none), false, ""), (.random, true, ""), (.stableSecret, true, ""),
    (.stableSecret, false, "ip link set dev eth0 addrgenmode none"),
    (nil, true, ""), (nil, false, ""),
  ] as [(FoundLink.AddressGeneration?, Bool, String)])
  func `any way of making a link-local address is as good as another`(
    mode: FoundLink.AddressGeneration?, wants: Bool, text: String
  ) {
    let link = wanted { $0.linkLocal = .init(ipv4: false, ipv6: wants) }
    #expect(plan(link, on: nic { $0.addressGeneration = mode }) == text)
  }

  @Test(arguments: [
    ("198.51.100.2/32", "192.0.2.1", nil, " onlink", true),
    ("192.0.2.2/24", "192.0.2.1", nil, "", false),
    ("192.0.2.2/32", "192.0.2.1", nil, " onlink", true),
    ("192.0.2.2/24", "192.0.2.1", true, " onlink", false),
    ("198.51.100.2/32", "192.0.2.1", false, "", false),
    ("2001:db8::2/128", "2001:db8:1::1", nil, " onlink", true),
    ("2001:db8::2/64", "2001:db8::1", nil, "", false),
    ("2001:db8::2/128", "fe80::1", nil, "", false),
    ("2001:db8::2/128", "fe80::1", true, " onlink", false),
  ] as [(String, String, Bool?, String, Bool)])
  func `only a gateway that nothing covers is taken to be on the link`(
    own: String, gateway: String, word: Bool?, onlink: String, isNoted: Bool
  ) {
    let isIPv6 = ip(gateway).family == .ipv6
    let link = wanted {
      $0.addresses = [address(own)]
      $0.routes = [route(isIPv6 ? "::/0" : "0.0.0.0/0", via: gateway) { $0.onLink = word }]
    }
    let present = nic { $0.addresses = [foundAddress(own, mark: Ownership.mark)] }
    let command = isIPv6 ? "ip -6" : "ip"
    let note =
      "\nnote: gateway \(gateway) is covered by no route on the link; it is taken to be on the link"
    #expect(
      plan(link, on: present)
        == "\(command) route add default via \(gateway) dev eth0\(onlink)\(isNoted ? note : "")")
  }

  @Test(arguments: [
    (nil, 1000, ""), (1000, 1000, ""), (1000, nil, " onlink"), (99, 1000, " onlink"),
  ] as [(UInt32?, UInt32?, String)])
  func `a gateway is looked for in the table of its route and in the main one`(
    onLink: UInt32?, gateway: UInt32?, word: String
  ) {
    let link = wanted {
      $0.routes = [
        route("192.0.2.0/26") { $0.table = onLink },
        route("0.0.0.0/0", via: "192.0.2.1") { $0.table = gateway },
      ]
    }
    let table = gateway.map { " table \($0)" } ?? ""
    #expect(
      LinkPlan(for: link, on: nic(), kernel: .new).steps.last?.description
        == "ip route add default via 192.0.2.1 dev eth0\(word)\(table)")
  }

  @Test func `an IPv4 route may go through an IPv6 gateway`() {
    let link = wanted { $0.routes = [route("0.0.0.0/0", via: "fe80::1")] }
    #expect(plan(link) == "ip route add default via inet6 fe80::1 dev eth0")
  }

  @Test func `the network of a wanted address is routed by the kernel itself`() {
    let link = wanted {
      $0.addresses = [address("192.0.2.2/24")]
      $0.routes = [route("192.0.2.0/24"), route("0.0.0.0/0", via: "192.0.2.1")]
    }
    #expect(
      plan(link) == """
        ip address add 192.0.2.2/24 dev eth0
        ip route add default via 192.0.2.1 dev eth0
        """)
    let done = nic {
      $0.addresses = [foundAddress("192.0.2.2/24", mark: Ownership.mark)]
      $0.routes = [
        foundRoute("192.0.2.0/24", mark: kernelMark) { $0.source = ip("192.0.2.2") },
        foundRoute("0.0.0.0/0", via: "192.0.2.1"),
      ]
    }
    #expect(plan(link, on: done) == "")
  }

  @Test func `a route from an address still to be probed waits for the probe`() {
    let link = wanted {
      $0.addresses = [address("2001:db8::2/64"), address("192.0.2.2/24")]
      $0.routes = [
        route("2001:db8:1::/48", via: "2001:db8::1") { $0.from = ip("2001:db8::2") },
        route("2001:db8:2::/48", via: "2001:db8::1"),
        route("203.0.113.0/24", via: "192.0.2.1") { $0.from = ip("192.0.2.2") },
      ]
    }
    let deferred = "later: ip -6 route add 2001:db8:1::/48 via 2001:db8::1 dev eth0 src 2001:db8::2"
    #expect(
      plan(link) == """
        ip -6 address add 2001:db8::2/64 dev eth0
        ip address add 192.0.2.2/24 dev eth0
        ip -6 route add 2001:db8:2::/48 via 2001:db8::1 dev eth0
        ip route add 203.0.113.0/24 via 192.0.2.1 dev eth0 src 192.0.2.2
        \(deferred)
        """)
    var found = nic {
      $0.addresses = [
        foundAddress("2001:db8::2/64", mark: Ownership.mark) { $0.duplicateDetection = .running },
        foundAddress("192.0.2.2/24", mark: Ownership.mark),
      ]
      $0.routes = [
        foundRoute("2001:db8:2::/48", via: "2001:db8::1"),
        foundRoute("203.0.113.0/24", via: "192.0.2.1") { $0.source = ip("192.0.2.2") },
      ]
    }
    #expect(plan(link, on: found) == deferred)
    found.addresses[0].duplicateDetection = .passed
    #expect(plan(link, on: found) == String(deferred.dropFirst("later: ".count)))
  }

  @Test func `a gateway behind a route that waits for a probe waits with it`() {
    let link = wanted {
      $0.addresses = [address("2001:db8::2/128")]
      $0.routes = [
        route("2001:db8:1::/64") { $0.from = ip("2001:db8::2") },
        route("::/0", via: "2001:db8:1::1"),
      ]
    }
    #expect(
      plan(link) == """
        ip -6 address add 2001:db8::2/128 dev eth0
        later: ip -6 route add 2001:db8:1::/64 dev eth0 src 2001:db8::2
        later: ip -6 route add default via 2001:db8:1::1 dev eth0
        """)
  }

  @Test func `a new hardware address of a link that is up calls for another look`() {
    let link = wanted { $0.macAddress = mac("52:54:00:00:00:99") }
    #expect(LinkPlan(for: link, on: nic(), kernel: .new).flushes)
    #expect(!LinkPlan(for: link, on: nic { $0.isUp = false }, kernel: .new).flushes)
    #expect(plan(link) == "ip link set dev eth0 address 52:54:00:00:00:99")
    // The kernel drops all neighbours with the old one.
    let mission = wanted {
      $0.macAddress = mac("52:54:00:00:00:99")
      ($0.addresses, $0.routes) = (missionLink.addresses, missionLink.routes)
      $0.neighbors = [neighbor("192.0.2.1")]
    }
    var done = missionDone
    done.neighbors.append(foundNeighbor("192.0.2.9", mark: Ownership.mark))
    #expect(
      plan(mission, on: done) == """
        ip link set dev eth0 address 52:54:00:00:00:99
        ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent
        """)
  }
}

/// The plan of a port of `controller`, which has the index 9.
private func portPlan(
  _ kind: String, _ link: LinkConfiguration, _ found: FoundLink, record: LinkRecord? = nil,
  kernel: KernelFeatures = .new
) -> LinkPlan {
  var controller = FoundLink(index: 9, name: "top0", mtu: 1500)
  controller.kind = kind
  var link = link
  link.controller = "top0"
  return LinkPlan(
    for: link, on: found,
    directory: LinkDirectory(
      [link], [found, controller], LinkAssignment([link], to: [found]).pairs),
    record: record, kernel: kernel)
}

@Suite struct PortPlanTests {
  private let bare = nic { $0.addressGeneration = FoundLink.AddressGeneration.none }

  @Test func `a port of a bond is set down before, one of a bridge is not`() {
    #expect(
      portPlan("bond", wanted(), bare).text == """
        ip link set dev eth0 down
        ip link set dev eth0 master top0
        ip link set dev eth0 up
        """)
    #expect(portPlan("bridge", wanted(), bare).text == "ip link set dev eth0 master top0")
    let there = nic {
      $0.addressGeneration = FoundLink.AddressGeneration.none
      $0.controller = 9
    }
    #expect(portPlan("bond", wanted(), there).text == "")
  }

  @Test func `a port of a bond keeps the hardware address that the bond gives it`() {
    let readdressed = wanted { $0.macAddress = mac("52:54:00:00:00:99") }
    let there = nic {
      $0.addressGeneration = FoundLink.AddressGeneration.none
      $0.controller = 9
    }
    #expect(portPlan("bond", readdressed, there).text == "")
    #expect(
      portPlan("bridge", readdressed, there).text
        == "ip link set dev eth0 address 52:54:00:00:00:99")
  }

  @Test func `a port without a controller is refused as such`() {
    let link = wanted { $0.controller = "bond9" }
    let plan = LinkPlan(
      for: link, on: bare, directory: LinkDirectory([link], [bare], []), kernel: .new)
    #expect(plan.refusals == ["no network interface bond9 to be a port of"])
    #expect(plan.steps == [])
  }

  @Test func `an older kernel renames no link that is up`() {
    let kernel = KernelFeatures(
      keepsAddressMarks: true, keepsNeighborMarks: true, renamesLive: false)
    let link = wanted { $0.setName = InterfaceName("lan0") }
    let up = LinkPlan(for: link, on: nic(), kernel: kernel)
    #expect(
      up.text == """
        ip link set dev eth0 down
        ip link set dev eth0 name lan0
        ip link set dev lan0 up
        note: it is set down for its new name, as this kernel asks for
        """)
    #expect(up.flushes)
    #expect(!up.record.broughtUp)
    let down = LinkPlan(for: link, on: nic { $0.isUp = false }, kernel: kernel)
    #expect(down.text == "ip link set dev eth0 name lan0\nip link set dev lan0 up")
    #expect(LinkPlan(for: link, on: nic(), kernel: .new).text == "ip link set dev eth0 name lan0")
  }

  @Test func `what the mode of a bond does not know is said and left out`() {
    let bond = wanted("bond0") {
      $0.kind = .bond
      $0.parameters = [
        LinkParameter(.primary, .link("eth0")), LinkParameter(.lacpRate, .number(1)),
        LinkParameter(.upDelay, .number(200)), LinkParameter(.minLinks, .number(2)),
      ]
    }
    let found = nic("bond0") {
      $0.kind = "bond"
      $0.settings = [LinkSetting(.minLinks, .number(0))]
    }
    let plan = LinkPlan(
      for: bond, on: found, directory: LinkDirectory([bond], [found], []), kernel: .new)
    #expect(
      plan.text == """
        ip link set dev bond0 type bond min_links 2
        note: primary is not taken by a bond of mode balance-rr
        note: lacp-rate is not taken by a bond of mode balance-rr
        note: up-delay needs "mii-monitor-interval"
        """)
  }

  @Test func `the mode of somebody else's bond is not changed`() {
    let bond = wanted("bond0") {
      $0.kind = .bond
      $0.parameters = [
        LinkParameter(.mode, .number(1)), LinkParameter(.miiMonitorInterval, .number(100)),
      ]
    }
    let found = nic("bond0") {
      $0.kind = "bond"
      $0.settings = [LinkSetting(.mode, .number(0)), LinkSetting(.miiMonitorInterval, .number(0))]
    }
    let plan = LinkPlan(
      for: bond, on: found, directory: LinkDirectory([bond], [found], []), kernel: .new)
    #expect(plan.text == "ip link set dev bond0 type bond miimon 100")
    #expect(
      plan.refusals == ["mode of a bond that guestagent did not make cannot be changed"])
    #expect(plan.record.settings == [LinkSetting(.miiMonitorInterval, .number(0))])
  }
}
