import Addresses
import Configuration
import Network
import Testing

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed everywhere.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 1...count, using: &self) == 1 }

  mutating func some<Element>(of all: [Element]) -> [Element] { all.filter { _ in oneIn(2) } }

  mutating func one<Element>(of all: [Element]) -> Element { all.randomElement(using: &self)! }
}

/// A link of the configuration out of few values, so that two of them have much in common.
private func wantedLink(_ random: inout SeededGenerator, changesMAC: Bool) -> LinkConfiguration {
  wanted { link in
    if random.oneIn(3) { link.setName = InterfaceName("lan0") }
    if random.oneIn(2) { link.mtu = random.one(of: [1400, 1500, 9000]) }
    if changesMAC, random.oneIn(2) { link.macAddress = mac("52:54:00:00:00:99") }
    if random.oneIn(3) { link.acceptRA = random.oneIn(2) }
    if random.oneIn(3) { link.linkLocal = .init(ipv4: false, ipv6: random.oneIn(2)) }
    link.addresses = random.some(of: [
      "198.51.100.176/32", "192.0.2.2/24", "192.0.2.3/24", "192.0.2.4/25", "2001:db8::2/64",
      "2001:db8::3/64", "2001:db8:1::2/128",
    ]).map {
      let isIPv4 = prefix($0).family == .ipv4
      return address(
        $0, label: isIPv4 && random.oneIn(3) ? random.one(of: ["eth0:a", "eth0:b"]) : nil,
        deprecated: random.oneIn(4))
    }.shuffled(using: &random)
    let sources = link.addresses.map { $0.prefix.address }
    let destinations = [
      ("0.0.0.0/0", "192.0.2.1"), ("192.0.2.0/24", nil), ("198.51.100.176/29", nil),
      ("192.0.2.0/26", nil), ("192.0.2.128/26", "fe80::1"), ("203.0.113.0/25", "198.51.100.177"),
      ("203.0.113.128/25", nil), ("::/0", "fe80::1"), ("2001:db8:2::/48", "2001:db8::1"),
      ("2001:db8:3::/48", nil),
    ] as [(String, String?)]
    link.routes = random.some(of: destinations).map { to, gateway in
      route(to, via: random.oneIn(4) ? nil : gateway) {
        let family = $0.to.family
        // Nothing but the kernel's own route fits where an address has its network.
        if $0.to == prefix("192.0.2.0/24") { return }
        if $0.via == nil, $0.to.length > 0, random.oneIn(5) { $0.type = .blackhole }
        if random.oneIn(4) { $0.metric = random.one(of: [0, 50, 512]) }
        if random.oneIn(6) { $0.table = 1000 }
        if $0.type == .unicast, random.oneIn(4) { $0.mtu = 1400 }
        if $0.via != nil, random.oneIn(4) { $0.onLink = true }
        // A blackhole has no source; a source on the link is not always there.
        let fitting = sources.filter { $0.family == family }
        if $0.type == .unicast, !fitting.isEmpty, random.oneIn(4) {
          $0.from = random.one(of: fitting)
        }
      }
    }.shuffled(using: &random)
    link.neighbors = random.some(of: ["192.0.2.1", "192.0.2.9", "2001:db8::1"]).map {
      neighbor($0, random.one(of: ["00:00:5e:00:01:01", "00:00:5e:00:01:02"]))
    }
  }
}

/// What somebody else has put on the link, some of it just where ours may be wanted.
private func foreignLink(_ random: inout SeededGenerator) -> FoundLink {
  nic {
    $0.acceptRA = 1
    $0.addressGeneration = random.one(of: [.eui64, FoundLink.AddressGeneration.none, .random])
    $0.isUp = random.oneIn(2)
    $0.addresses = random.some(of: ["203.0.113.77/32", "192.0.2.77/24", "2001:db8::2/64"]).map {
      foundAddress($0) { $0.label = $0.prefix.family == .ipv4 ? "eth0" : nil }
    }
    guard $0.isUp else { return }
    // Foreign routes and neighbours of IPv4 live as long as a foreign address does.
    $0.addresses.append(foundAddress("203.0.113.78/32") { $0.label = "eth0" })
    $0.routes = random.some(of: [
      foundRoute("203.0.113.64/26", metric: 77, mark: staticMark),
      foundRoute("0.0.0.0/0", via: "192.0.2.254", metric: 77, mark: 16),
      foundRoute("2001:db8:3::/48", metric: 77, mark: staticMark),
    ])
    $0.neighbors = random.some(of: [
      foundNeighbor("192.0.2.77"), foundNeighbor("2001:db8::77", mark: staticMark),
    ])
    if random.oneIn(2) { $0.neighbors.append(foundNeighbor("192.0.2.1", permanent: false)) }
  }
}

/// The agent's part: plan, do, look, and plan again where the plan says so.
private struct Machine {
  var simulated: SimulatedLink
  var record: LinkRecord?
  var refusals: [String] = []

  func plan(_ link: LinkConfiguration) -> LinkPlan {
    LinkPlan(
      for: link, on: simulated.link, linklessRoutes: simulated.linklessRoutes, record: record,
      kernel: simulated.kernel)
  }

  mutating func apply(_ link: LinkConfiguration) {
    var next: LinkPlan? = plan(link)
    var rounds = 0
    while let plan = next, rounds < 3 {
      rounds += 1
      record = plan.record
      carryOut(plan.steps)
      simulated.settle()
      next = plan.flushes || !plan.deferred.isEmpty ? self.plan(link) : nil
    }
  }

  mutating func takeDown() {
    let takedown = Takedown(
      of: simulated.link, linklessRoutes: simulated.linklessRoutes, record: record,
      kernel: simulated.kernel)
    carryOut(takedown.steps)
    record = nil
  }

  private mutating func carryOut(_ steps: [NetworkStep]) {
    for step in steps {
      if let refusal = simulated.apply(step) { refusals.append("\(step): \(refusal)") }
    }
  }
}

@Test(arguments: [KernelFeatures.new, .old], [false, true])
func `a plan that was carried out leaves nothing to plan, and down leaves nothing of ours`(
  kernel: KernelFeatures, changesMAC: Bool
) {
  for seed in 1...500 as ClosedRange<UInt64> {
    var random = SeededGenerator(state: seed)
    let before = SimulatedLink(foreignLink(&random), kernel: kernel)
    var machine = Machine(simulated: before)
    for _ in 1...3 {
      let link = wantedLink(&random, changesMAC: changesMAC)
      machine.apply(link)
      let again = machine.plan(link)
      #expect(machine.refusals == [], "seed \(seed)")
      #expect((again.steps + again.deferred).map { $0.description } == [], "seed \(seed)")
      let record = machine.record ?? LinkRecord(index: 2)
      #expect(again.record == record, "seed \(seed)")
      let status = LinkStatus(
        link, machine.simulated.link, linklessRoutes: machine.simulated.linklessRoutes,
        record: machine.record, kernel: kernel)
      #expect(status.isAsWanted, "seed \(seed)")
      guard machine.refusals.isEmpty, again.steps.isEmpty else { return }
    }
    machine.takeDown()
    #expect(machine.refusals == [], "seed \(seed)")
    expectAsBefore(machine.simulated, before, flushed: changesMAC || !before.link.isUp, seed)
    guard machine.refusals.isEmpty else { return }
  }
}

/// Everything that was there is there, and nothing else. What the kernel flushed with a new
/// hardware address, or with the link that we had brought up, is lost.
private func expectAsBefore(
  _ now: SimulatedLink, _ before: SimulatedLink, flushed: Bool, _ seed: UInt64
) {
  let seed: Comment = "seed \(seed)"
  #expect(now.linklessRoutes == [], seed)
  var (after, expected) = (now.link, before.link)
  after.routes.removeAll { $0.mark == kernelMark }
  expected.routes.removeAll { $0.mark == kernelMark }
  // Learned, not put there by anybody.
  after.neighbors.removeAll { !$0.isPermanent }
  expected.neighbors.removeAll { !$0.isPermanent }
  #expect(after.routes.allSatisfy { $0.mark != Ownership.mark }, seed)
  #expect(after.neighbors.allSatisfy { expected.neighbors.contains($0) }, seed)
  #expect(after.addresses.allSatisfy { expected.addresses.contains($0) }, seed)
  if flushed {
    (after.routes, expected.routes) = ([], [])
    (after.neighbors, expected.neighbors) = ([], [])
    after.addresses.removeAll { $0.prefix.family == .ipv6 }
    expected.addresses.removeAll { $0.prefix.family == .ipv6 }
  }
  #expect(after == expected, seed)
}
