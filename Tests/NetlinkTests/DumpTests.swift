import Addresses
import Configuration
import Netlink
import Network
import Testing

/// What captures/setup.sh makes, link by link.
@Suite struct DumpTests {
  private func link(
    _ name: String, index: UInt32, mtu: UInt32 = 1500, _ change: (inout FoundLink) -> Void
  ) -> FoundLink {
    var link = FoundLink(index: index, name: name, mtu: mtu)
    link.addressGeneration = .eui64
    change(&link)
    return link
  }

  private func address(
    _ text: String, label: String? = nil, mark: UInt8? = nil,
    _ change: (inout FoundAddress) -> Void = { _ in }
  ) -> FoundAddress {
    var address = FoundAddress(prefix(text))
    address.label = label
    address.mark = mark
    change(&address)
    return address
  }

  /// `mark` is RTPROT_KERNEL unless told.
  private func route(
    _ to: String, type: RouteConfiguration.RouteType = .unicast, table: UInt32? = nil,
    metric: UInt32? = nil, via: String? = nil, source: String? = nil, mark: UInt8 = 2,
    _ change: (inout Route) -> Void = { _ in }
  ) -> FoundRoute {
    var route = Route(
      to: prefix(to), table: table, metric: metric, type: type, via: via.map(ip),
      source: source.map(ip))
    change(&route)
    return FoundRoute(route, mark: mark)
  }

  /// A route of IPv6's local table has the metric 0.
  private func local(_ to: String) -> FoundRoute {
    route(to, type: .local) { $0.key.metric = 0 }
  }

  private func neighbor(
    _ to: String, _ lladdr: String, permanent: Bool = false, mark: UInt8? = nil
  ) -> FoundNeighbor {
    FoundNeighbor(
      to: ip(to), linkLayerAddress: mac(lladdr), isPermanent: permanent, mark: mark)
  }

  private var loopback: FoundLink {
    link("lo", index: 1, mtu: 65536) {
      $0.macAddress = mac("00:00:00:00:00:00")
      ($0.isUp, $0.hasCarrier) = (true, true)
      // IFAPROT_KERNEL_LO
      $0.addresses = [address("127.0.0.1/8", label: "lo"), address("::1/128", mark: 1)]
      $0.routes = [
        route("127.0.0.0/8", type: .local, source: "127.0.0.1"),
        route("127.0.0.1/32", type: .local, source: "127.0.0.1"),
        route("127.255.255.255/32", type: .broadcast, source: "127.0.0.1"),
        local("::1/128"),
      ]
    }
  }

  private var eth0: FoundLink {
    link("eth0", index: 7) {
      $0.kind = "veth"
      $0.macAddress = mac("52:54:00:12:34:56")
      ($0.isEthernet, $0.isUp, $0.hasCarrier) = (true, true, true)
      $0.addresses = [
        address("198.51.100.176/32", label: "eth0"),
        address("203.0.113.2/24", label: "eth0:web"),
        address("198.51.100.177/32", label: "eth0", mark: Ownership.mark),
        address("203.0.113.3/24", label: "eth0") {
          $0.isDeprecated = true
          $0.isPermanent = false
        },
        address("2001:db8:3:47:198:51:100:176/64"),
        // IFAPROT_KERNEL_LL
        address("fe80::5054:ff:fe12:3456/64", mark: 3) { $0.duplicateDetection = .running },
      ]
      $0.routes = [
        // RTPROT_STATIC
        route(
          "203.0.113.128/25", table: 1000, metric: 50, via: "192.0.2.9", source: "198.51.100.176",
          mark: 4
        ) {
          $0.isOnLink = true
          $0.mtu = 1400
        },
        route("0.0.0.0/0", via: "192.0.2.1", mark: Ownership.mark),
        route("192.0.2.0/26", mark: Ownership.mark),
        // RTPROT_BOOT
        route("192.0.2.128/26", via: "2001:db8:3:47::1", mark: 3),
        route("198.51.100.176/29", mark: Ownership.mark),
        route("203.0.113.0/24", source: "203.0.113.2"),
        route("198.51.100.176/32", type: .local, source: "198.51.100.176"),
        route("198.51.100.177/32", type: .local, source: "198.51.100.177"),
        route("203.0.113.2/32", type: .local, source: "203.0.113.2"),
        route("203.0.113.3/32", type: .local, source: "203.0.113.2"),
        route("203.0.113.255/32", type: .broadcast, source: "203.0.113.2"),
        route("2001:db8:3:47::/64", metric: 256),
        route("fe80::/64", metric: 256),
        route("::/0", via: "fe80::1", mark: Ownership.mark),
        local("2001:db8:3:47:198:51:100:176/128"),
        route("ff00::/8", type: .multicast, table: 255, metric: 256),
      ]
      $0.neighbors = [
        neighbor("192.0.2.1", "00:00:5e:00:01:01", permanent: true, mark: Ownership.mark),
        neighbor("192.0.2.9", "00:00:5e:00:01:09"),
        neighbor("ff02::16", "33:33:00:00:00:16"),
        neighbor("ff02::1:ff12:3456", "33:33:ff:12:34:56"),
        neighbor("2001:db8:3:47::1", "00:00:5e:00:01:02", permanent: true),
      ]
    }
  }

  private var peer0: FoundLink {
    link("peer0", index: 8) {
      $0.kind = "veth"
      $0.macAddress = mac("52:54:00:12:34:57")
      ($0.isEthernet, $0.isUp, $0.hasCarrier) = (true, true, true)
      $0.addressGeneration = FoundLink.AddressGeneration.none
      $0.addresses = [
        address("198.51.100.1/32", label: "peer0"),
        address("2001:db8:3:48::1/64") { $0.duplicateDetection = .running },
        address("fe80::5054:ff:fe12:3457/64", mark: 3) { $0.duplicateDetection = .running },
      ]
      $0.routes = [
        route("198.51.100.2/32", source: "198.51.100.1"),
        route("198.51.100.1/32", type: .local, source: "198.51.100.1"),
        route("2001:db8:3:48::/64", metric: 256),
        route("fe80::/64", metric: 256),
        route("ff00::/8", type: .multicast, table: 255, metric: 256),
      ]
      $0.neighbors = [
        neighbor("ff02::1:ff12:3457", "33:33:ff:12:34:57"),
        neighbor("ff02::16", "33:33:00:00:00:16"),
        neighbor("ff02::1:ff00:1", "33:33:ff:00:00:01"),
      ]
    }
  }

  private var bridge: FoundLink {
    link("br0", index: 9) {
      $0.kind = "bridge"
      $0.macAddress = mac("52:54:00:12:34:58")
      $0.isEthernet = true
      $0.settings = [
        LinkSetting(.forwardDelay, .number(1500)), LinkSetting(.helloTime, .number(200)),
        LinkSetting(.maxAge, .number(2000)), LinkSetting(.ageingTime, .number(30000)),
        LinkSetting(.stp, .number(0)), LinkSetting(.priority, .number(32768)),
      ]
    }
  }

  @Test func `the dumps of a kernel are read whole`() throws {
    let found = try FoundNetwork.captured()
    #expect(found.links.map { $0.name } == ["lo", "eth0", "peer0", "br0"])
    // One by one, so that a difference is told of one link.
    for (link, expected) in zip(found.links, [loopback, eth0, peer0, bridge]) {
      #expect(link.addresses == expected.addresses)
      #expect(link.routes == expected.routes)
      #expect(link.neighbors == expected.neighbors)
      #expect(link == expected)
    }
    #expect(
      found.linklessRoutes == [
        route("203.0.113.0/28", type: .blackhole, mark: Ownership.mark),
        route("2001:db8:9::/48", type: .unreachable, metric: 512, mark: 3),
      ])
  }

  @Test(arguments: [("links", 1), ("addresses", 2), ("routes", 3), ("neighbors", 4)])
  func `a dump is done with its last message and not before`(
    name: String, sequence: UInt32
  ) throws {
    var found = FoundNetwork()
    var progress = DumpProgress()
    var datagrams = try capture(name)
    // The end comes as a datagram of its own, or as the last message of the only one.
    var last = datagrams.removeLast()
    var end = [UInt8](last.suffix(20))
    if last.count > 20 { datagrams.append([UInt8](last.dropLast(20))) }
    for datagram in datagrams { found.read(datagram, sequence: sequence, &progress) }
    #expect(progress == DumpProgress())
    found.read(end, sequence: sequence + 1, &progress)
    #expect(progress == DumpProgress())
    found.read(end, sequence: sequence, &progress)
    var done = DumpProgress()
    done.isDone = true
    #expect(progress == done)

    // NLM_F_DUMP_INTR in the flags of the last message.
    end[6] |= 0x10
    last = end
    progress = DumpProgress()
    found.read(last, sequence: sequence, &progress)
    done.wasInterrupted = true
    #expect(progress == done)
  }

  @Test(arguments: [
    // EPERM, then an error message too short for its errno.
    (
      "24 00 00 00 02 00 00 00 05 00 00 00 00 00 00 00 ff ff ff ff"
        + " 10 00 00 00 1a 00 01 03 05 00 00 00 00 00 00 00", 1
    ),
    ("12 00 00 00 02 00 00 00 05 00 00 00 00 00 00 00 ff ff 00 00", 71),
    (
      "24 00 00 00 02 00 00 00 05 00 00 00 00 00 00 00 00 00 00 80"
        + " 10 00 00 00 1a 00 01 03 05 00 00 00 00 00 00 00", Int32.max
    ),
  ] as [(String, Int32)])
  func `a refused dump has the errno`(message: String, errno: Int32) {
    var found = FoundNetwork()
    var progress = DumpProgress()
    found.read(octets(message), sequence: 5, &progress)
    var refused = DumpProgress()
    refused.isDone = true
    refused.failure = errno
    #expect(progress == refused)
    #expect(found == FoundNetwork())
  }

  @Test func `what lies on an unknown link is passed over`() throws {
    var found = FoundNetwork()
    var progress = DumpProgress()
    for (name, sequence) in [("addresses", UInt32(2)), ("neighbors", 4)] {
      for datagram in try capture(name) { found.read(datagram, sequence: sequence, &progress) }
    }
    #expect(found == FoundNetwork())
  }

  @Test(arguments: [
    Route(to: prefix("198.51.100.176/29")),
    Route(to: prefix("0.0.0.0/0"), via: ip("192.0.2.1"), isOnLink: true),
    Route(to: prefix("0.0.0.0/0"), via: ip("fe80::1")),
    Route(
      to: prefix("203.0.113.0/24"), table: 1000, metric: 50, via: ip("192.0.2.1"), isOnLink: true,
      scope: .link, source: ip("192.0.2.2"), mtu: 1400),
    Route(to: prefix("203.0.113.9/32"), table: 255, type: .local),
    Route(to: prefix("203.0.113.9/32"), table: 256, type: .anycast),
    Route(to: prefix("::/0"), via: ip("fe80::1"), source: ip("2001:db8::2")),
    Route(to: prefix("2001:db8::/48"), table: .max, metric: .max, mtu: .max),
  ])
  func `a route that is asked for is read back as it was`(route: Route) {
    var messages = StepMessages()
    _ = messages.append(
      NetworkStep(LinkIdentity(index: 7, name: "eth0"), .addRoute(route)), sequence: 3)
    var found = FoundNetwork()
    found.links = [FoundLink(index: 7, name: "eth0", mtu: 1500)]
    var progress = DumpProgress()
    found.read(messages.bytes, sequence: 3, &progress)
    #expect(found.links[0].routes == [FoundRoute(route, mark: Ownership.mark)])
  }

  @Test func `an address and a neighbor that are asked for are read back as they were`() {
    let link = LinkIdentity(index: 7, name: "eth0")
    var messages = StepMessages()
    for action in [
      .addAddress(NetlinkTests.address("192.0.2.2/24", label: "eth0:a", deprecated: true)),
      .addAddress(NetlinkTests.address("2001:db8::2/64")),
      .setNeighbor(NetlinkTests.neighbor("192.0.2.1")),
    ] as [NetworkStep.Action] {
      _ = messages.append(NetworkStep(link, action), sequence: 3)
    }
    var found = FoundNetwork()
    found.links = [FoundLink(index: 7, name: "eth0", mtu: 1500)]
    var progress = DumpProgress()
    found.read(messages.bytes, sequence: 3, &progress)
    #expect(
      found.links[0].addresses == [
        // That it is deprecated is said by a flag, which the kernel sets.
        address("192.0.2.2/24", label: "eth0:a", mark: Ownership.mark),
        address("2001:db8::2/64", mark: Ownership.mark),
      ])
    #expect(
      found.links[0].neighbors == [
        neighbor("192.0.2.1", "00:00:5e:00:01:01", permanent: true, mark: Ownership.mark)
      ])
  }
}
