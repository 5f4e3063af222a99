import Addresses
import Configuration
import Network
import Testing

@Suite struct LinkStatusTests {
  private func status(
    _ link: LinkConfiguration?, _ found: FoundLink, linkless: [FoundRoute] = [],
    _ kernel: KernelFeatures = .new
  ) -> LinkStatus {
    LinkStatus(link, found, linklessRoutes: linkless, record: nil, kernel: kernel)
  }

  /// An item a line: `<kind> <text>: <state>`.
  private func text(_ status: LinkStatus) -> String {
    status.items.map { item in
      let state =
        switch item.state {
        case .asWanted: "as wanted"
        case .missing: "missing"
        case .differs(let other): "differs (\(other))"
        case .leftOver: "left over"
        case .notOurs: "not ours"
        }
      return "\(item.kind.rawValue) \(item.text): \(state)"
    }.joined(separator: "\n")
  }

  @Test(arguments: [
    (nic(), "up, carrier, mtu 1500, 52:54:00:12:34:56"),
    (nic { $0.hasCarrier = false }, "up, no carrier, mtu 1500, 52:54:00:12:34:56"),
    (nic { ($0.isUp, $0.mtu) = (false, 1400) }, "down, mtu 1400, 52:54:00:12:34:56"),
    (nic { $0.macAddress = nil }, "up, carrier, mtu 1500"),
  ])
  func `a link is summed up`(found: FoundLink, summary: String) {
    let status = status(nil, found)
    #expect(status.name == "eth0")
    #expect(status.summary == summary)
    #expect(status.items == [])
    #expect(status.isAsWanted)
  }

  @Test func `the mission done is as wanted`() {
    let status = status(missionLink, missionDone)
    #expect(
      text(status) == """
        address 198.51.100.176/32: as wanted
        address 2001:db8:3:47:198:51:100:176/64: as wanted
        route 198.51.100.176/29: as wanted
        route 192.0.2.0/26: as wanted
        route default via 192.0.2.1: as wanted
        route 2001:db8:3:47::/64 metric 256: not ours
        neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01: as wanted
        """)
    #expect(status.isAsWanted)
  }

  @Test func `the mission undone is missing`() {
    let status = status(missionLink, nic { $0.isUp = false })
    #expect(
      text(status) == """
        link up: differs (down)
        address 198.51.100.176/32: missing
        address 2001:db8:3:47:198:51:100:176/64: missing
        route 198.51.100.176/29: missing
        route 192.0.2.0/26: missing
        route default via 192.0.2.1: missing
        neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01: missing
        """)
    #expect(!status.isAsWanted)
  }

  @Test func `without metadata ours is left over, and the rest is not ours`() {
    var found = missionDone
    found.addresses.append(foundAddress("203.0.113.2/24"))
    found.routes += [
      foundRoute("203.0.113.0/24", mark: kernelMark),
      foundRoute("203.0.113.2/32", mark: kernelMark) { $0.type = .local },
      foundRoute("ff00::/8", mark: kernelMark),
    ]
    found.neighbors += [
      foundNeighbor("203.0.113.1", permanent: false), foundNeighbor("203.0.113.9"),
      foundNeighbor("ff02::1"),
    ]
    let status = status(nil, found)
    #expect(
      text(status) == """
        address 198.51.100.176/32: left over
        address 2001:db8:3:47:198:51:100:176/64: left over
        address 203.0.113.2/24: not ours
        route default via 192.0.2.1: left over
        route 198.51.100.176/29: left over
        route 192.0.2.0/26: left over
        route 2001:db8:3:47::/64 metric 256: not ours
        route 203.0.113.0/24: not ours
        neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01: left over
        neighbor 203.0.113.9 lladdr 00:00:5e:00:01:01: not ours
        """)
    #expect(!status.isAsWanted)
  }

  @Test func `what differs says what is there`() {
    let link = wanted {
      $0.setName = InterfaceName("lan0")
      $0.mtu = 1400
      $0.macAddress = mac("52:54:00:00:00:99")
      $0.acceptRA = true
      $0.linkLocal = .init(ipv4: false, ipv6: false)
      $0.addresses = [address("2001:db8::2/64"), address("2001:db8::3/64")]
      $0.routes = [route("0.0.0.0/0", via: "192.0.2.1")]
      $0.neighbors = [neighbor("192.0.2.1"), neighbor("192.0.2.9"), neighbor("192.0.2.8")]
    }
    let found = nic {
      $0.acceptRA = 1
      $0.forwardsIPv6 = true
      $0.addresses = [
        foundAddress("2001:db8::2/64") { $0.duplicateDetection = .running },
        foundAddress("2001:db8::3/64") { $0.duplicateDetection = .failed },
      ]
      $0.routes = [foundRoute("0.0.0.0/0", via: "192.0.2.7")]
      $0.neighbors = [
        foundNeighbor("192.0.2.1", "52:54:00:00:00:01"),
        foundNeighbor("192.0.2.9", permanent: false),
        foundNeighbor("192.0.2.8", nil, permanent: false),
      ]
    }
    #expect(
      text(status(link, found)) == """
        link name lan0: differs (eth0)
        link mtu 1400: differs (1500)
        link address 52:54:00:00:00:99: differs (52:54:00:12:34:56)
        link accept-ra true: differs (accept_ra 1)
        link no link-local ipv6: differs (addrgenmode eui64)
        address 2001:db8::2/64: differs (tentative: duplicate address detection runs)
        address 2001:db8::3/64: differs (duplicate: another host has it)
        route default via 192.0.2.1 onlink: differs (default via 192.0.2.7)
        neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01: differs (lladdr 52:54:00:00:00:01)
        neighbor 192.0.2.9 lladdr 00:00:5e:00:01:01: differs (lladdr 00:00:5e:00:01:01 (learned))
        neighbor 192.0.2.8 lladdr 00:00:5e:00:01:01: differs (no lladdr (learned))
        """)
  }

  @Test func `the keys of a link that are as wanted are told so`() {
    let link = wanted {
      $0.setName = InterfaceName("eth0")
      $0.mtu = 1500
      $0.macAddress = mac("52:54:00:12:34:56")
      $0.acceptRA = false
      $0.linkLocal = .init(ipv4: false, ipv6: true)
    }
    let status = status(link, nic { $0.acceptRA = 0 })
    #expect(
      text(status) == """
        link name eth0: as wanted
        link mtu 1500: as wanted
        link address 52:54:00:12:34:56: as wanted
        link accept-ra false: as wanted
        link link-local ipv6: as wanted
        """)
  }

  @Test func `a route that leads nowhere is found among those without a link`() {
    let link = wanted { $0.routes = [route("203.0.113.0/24") { $0.type = .blackhole }] }
    let there = [foundBlackhole("203.0.113.0/24"), foundBlackhole("192.0.2.0/24")]
    #expect(
      text(status(link, nic(), linkless: there)) == "route blackhole 203.0.113.0/24: as wanted")
    #expect(text(status(link, nic())) == "route blackhole 203.0.113.0/24: missing")
  }
}
