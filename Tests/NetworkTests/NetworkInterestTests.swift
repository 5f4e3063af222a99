import Addresses
import Configuration
import Network
import Testing

@Suite struct NetworkInterestTests {
  /// eth0 (index 2) is configured; eth9 (index 9) is nobody's.
  private var interest: NetworkInterest {
    var wanted = LinkConfiguration(name: "eth0")
    wanted.addresses = [AddressConfiguration(prefix("198.51.100.176/32"))]
    wanted.neighbors = [NeighborConfiguration(to: ip("192.0.2.1"), linkLayerAddress: gateway)]
    var found = FoundNetwork()
    for (index, name) in [(2, "eth0"), (9, "eth9")] as [(UInt32, String)] {
      var link = FoundLink(index: index, name: name, mtu: 1500)
      link.isUp = true
      found.links.append(link)
    }
    return NetworkInterest([wanted], found, ours: [2])
  }

  private var gateway: MACAddress { MACAddress("00:00:5e:00:01:01")! }

  private static func link(
    _ index: UInt32 = 2, _ name: String = "eth0", isUp: Bool = true, mtu: UInt32 = 1500,
    macAddress: MACAddress? = nil, controller: UInt32? = nil
  ) -> NetworkEvent {
    .link(
      WatchedLink(
        index: index, name: name, isUp: isUp, mtu: mtu, macAddress: macAddress,
        controller: controller))
  }

  @Test(arguments: [
    link(isUp: false), link(mtu: 1400), link(macAddress: MACAddress("52:54:00:12:34:57")),
    link(controller: 7), link(2, "lan0"), .linkGone(2),
    // It may be one that is wanted.
    link(10, "eth1"), link(9, "eth1"), link(9, "eth9", macAddress: MACAddress("52:54:00:0:0:1")),
    .address(ip("198.51.100.176"), link: 2, .gone),
    .address(ip("198.51.100.176"), link: 2, .settled),
    // Routes go with it of which the kernel says nothing.
    .address(ip("203.0.113.9"), link: 2, .gone), .address(ip("203.0.113.9"), link: 9, .gone),
    .route(link: 2, mark: 3, displaces: true),
    .route(link: 9, mark: Ownership.mark, displaces: true),
    .route(link: nil, mark: 3, displaces: true), .neighbor(ip("192.0.2.1"), link: 2),
  ])
  func `an event that may have undone something concerns us`(event: NetworkEvent) {
    var interest = interest
    let concerns = interest.concerns(event, isOurOwn: false)
    #expect(concerns)
  }

  @Test(arguments: [
    link(), link(9, "eth9"), link(9, "eth9", isUp: false), link(9, "eth9", mtu: 9000),
    .linkGone(9), .linkGone(77),
    .address(ip("198.51.100.176"), link: 2, .tentative),
    .address(ip("203.0.113.9"), link: 2, .settled), .address(ip("203.0.113.9"), link: 9, .settled),
    .route(link: 2, mark: 3, displaces: false), .route(link: 9, mark: 3, displaces: true),
    .route(link: 2, mark: Ownership.mark, displaces: false),
    .neighbor(ip("192.0.2.2"), link: 2), .neighbor(ip("192.0.2.1"), link: 9), .ruleGone,
  ])
  func `the noise of a busy guest does not`(event: NetworkEvent) {
    var interest = interest
    let concerns = interest.concerns(event, isOurOwn: false)
    #expect(!concerns)
  }

  @Test(arguments: [
    link(isUp: false), .linkGone(2), .address(ip("198.51.100.176"), link: 2, .gone),
    .route(link: 2, mark: Ownership.mark, displaces: true), .neighbor(ip("192.0.2.1"), link: 2),
  ])
  func `what we did ourselves does not`(event: NetworkEvent) {
    var interest = interest
    let concerns = interest.concerns(event, isOurOwn: true)
    #expect(!concerns)
  }

  @Test func `a link is compared with what the last event said of it`() {
    var interest = interest
    let answers = [(false, true), (false, false), (true, false), (true, false)].map {
      (isUp, isOurOwn) in
      interest.concerns(Self.link(isUp: isUp), isOurOwn: isOurOwn)
    }
    #expect(answers == [false, false, true, false])
  }

  @Test func `rules count where some are wanted`() {
    var wanted = LinkConfiguration(name: "eth0")
    wanted.rules = [RuleConfiguration(from: prefix("198.51.100.0/24"), table: 7)]
    var interest = NetworkInterest([wanted], FoundNetwork(), ours: [2])
    let concerns = interest.concerns(.ruleGone, isOurOwn: false)
    #expect(concerns)
  }
}
