import Addresses
import Network
import Testing

@Suite struct TakedownTests {
  private func takedown(
    of found: FoundLink, linkless: [FoundRoute] = [], _ record: LinkRecord? = nil,
    kernel: KernelFeatures = .new
  ) -> String {
    Takedown(of: found, linklessRoutes: linkless, record: record, kernel: kernel).text
  }

  @Test func `the mission is taken back in the reverse order`() {
    var record = LinkRecord(index: 2)
    record.broughtUp = true
    #expect(
      takedown(of: missionDone, record) == """
        ip neighbor del 192.0.2.1 dev eth0
        ip route del default via 192.0.2.1 dev eth0
        ip route del 192.0.2.0/26 dev eth0
        ip route del 198.51.100.176/29 dev eth0
        ip -6 address del 2001:db8:3:47:198:51:100:176/64 dev eth0
        ip address del 198.51.100.176/32 dev eth0
        ip link set dev eth0 down
        """)
  }

  @Test func `a link that was up before us stays up`() {
    #expect(takedown(of: nic()) == "")
    #expect(takedown(of: nic(), LinkRecord(index: 2)) == "")
    var record = LinkRecord(index: 2)
    record.broughtUp = true
    #expect(takedown(of: nic { $0.isUp = false }, record) == "")
  }

  @Test func `what the link was before comes back`() {
    var record = LinkRecord(index: 2)
    record.name = "eth0"
    record.mtu = 1500
    record.macAddress = mac("52:54:00:12:34:56")
    record.addressGeneration = .stableSecret
    record.acceptRA = 1
    let found = nic("lan0") {
      $0.mtu = 1400
      $0.macAddress = mac("52:54:00:00:00:99")
      $0.addressGeneration = FoundLink.AddressGeneration.none
      $0.acceptRA = 0
    }
    #expect(
      takedown(of: found, record) == """
        ip link set dev lan0 address 52:54:00:12:34:56
        ip link set dev lan0 mtu 1500
        ip link set dev lan0 addrgenmode stable_secret
        sysctl -w net.ipv6.conf.lan0.accept_ra=1
        ip link set dev lan0 name eth0
        """)
    // Somebody has put it back already.
    #expect(
      takedown(
        of: nic {
          $0.addressGeneration = .stableSecret
          $0.acceptRA = 1
        }, record) == "")
  }

  @Test func `what is somebody else's stays`() {
    let found = nic {
      $0.addresses = [foundAddress("192.0.2.2/24"), foundAddress("2001:db8::2/64", mark: 3)]
      $0.routes = [foundRoute("0.0.0.0/0", via: "192.0.2.1", mark: staticMark)]
      $0.neighbors = [foundNeighbor("192.0.2.1"), foundNeighbor("192.0.2.9", permanent: false)]
    }
    #expect(
      takedown(of: found, linkless: [foundBlackhole("203.0.113.0/24", mark: staticMark)]) == "")
  }

  @Test func `another's secondary address is promoted before our primary one goes`() {
    let found = nic {
      $0.addresses = [
        foundAddress("192.0.2.2/24", mark: Ownership.mark), foundAddress("192.0.2.3/24"),
        foundAddress("192.0.2.4/24", mark: Ownership.mark),
      ]
    }
    #expect(
      takedown(of: found) == """
        sysctl -w net.ipv4.conf.eth0.promote_secondaries=1
        ip address del 192.0.2.4/24 dev eth0
        ip address del 192.0.2.2/24 dev eth0
        """)
  }

  @Test func `routes that lead nowhere go too`() {
    #expect(
      takedown(of: nic(), linkless: [foundBlackhole("203.0.113.0/24")])
        == "ip route del blackhole 203.0.113.0/24")
  }

  @Test func `an old kernel's marks are those of the record`() {
    var found = missionDone
    for index in found.addresses.indices { found.addresses[index].mark = nil }
    found.neighbors[0].mark = nil
    found.addresses.append(foundAddress("203.0.113.2/24"))
    found.neighbors.append(foundNeighbor("192.0.2.9"))
    var record = LinkRecord(index: 2)
    record.addresses = [prefix("198.51.100.176/32")]
    record.neighbors = [ip("192.0.2.1")]
    #expect(
      takedown(of: found, record, kernel: .old) == """
        ip neighbor del 192.0.2.1 dev eth0
        ip route del default via 192.0.2.1 dev eth0
        ip route del 192.0.2.0/26 dev eth0
        ip route del 198.51.100.176/29 dev eth0
        ip address del 198.51.100.176/32 dev eth0
        """)
  }
}
