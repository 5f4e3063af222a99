import Addresses
import Configuration
import Network
import Testing

@testable import Agent

private let gateway = IPAddress("192.0.2.1")!
private let source = IPAddress("198.51.100.176")!
private let right = MACAddress("00:00:5e:00:01:01")!
private let other = MACAddress("00:00:5e:00:01:09")!

/// eth0 as it should be: a /32, and a default route by way of a gateway on the link.
private func eth0(_ change: (inout FoundLink) -> Void = { _ in }) -> FoundLink {
  var link = FoundLink(index: 2, name: "eth0", mtu: 1500)
  link.macAddress = MACAddress("52:54:00:12:34:56")
  link.isEthernet = true
  link.isUp = true
  link.hasCarrier = true
  link.addresses = [FoundAddress(IPPrefix(host: source))]
  link.routes = [
    FoundRoute(Route(to: .everything(.ipv4), via: gateway, isOnLink: true), mark: 3)
  ]
  change(&link)
  return link
}

/// A probe that was heard out, and never sent.
private func heard(
  _ kind: Probe.Kind, _ target: IPAddress, _ change: (Probe) -> Void = { _ in }
) -> Probe {
  let probe = Probe(kind, target)
  change(probe)
  return probe
}

extension Finding: Equatable {
  public static func == (one: Finding, other: Finding) -> Bool {
    one.state == other.state && one.link == other.link && one.subject == other.subject
      && one.text == other.text && one.hint == other.hint
  }
}

private func lines(
  _ link: FoundLink, hasMetadata: Bool = false, wanted: LinkConfiguration? = nil,
  _ change: (LinkFacts) -> Void = { _ in }
) -> [String] {
  let facts = LinkFacts(link, wanted, hasMetadata: hasMetadata)
  change(facts)
  return facts.findings.map { finding in
    "\(finding.state.rawValue) \(finding.subject.rawValue) \(finding.text)"
      + (finding.hint.map { " -> \($0)" } ?? "")
  }
}

@Suite struct GatewayFindingTests {
  private func told(_ change: (Probe) -> Void, link: FoundLink = eth0()) -> Finding {
    let neighbor = Probe(.neighbor, gateway, from: source)
    change(neighbor)
    return LinkFacts(link, nil, hasMetadata: false).finding(neighbor)
  }

  private func echo(isAnswered: Bool) -> Probe {
    heard(.echo, gateway) { $0.isAnswered = isAnswered }
  }

  @Test func `a gateway that answers is right`() {
    let finding = told { $0.macAddresses = [right] }
    #expect(finding == Finding(.ok, "eth0", .gateway, "192.0.2.1 answers ARP as \(right)"))
  }

  @Test func `a static neighbour that equals the answer is right and not needed`() {
    let finding = told {
      $0.macAddresses = [right]
      $0.permanent = right
    }
    #expect(finding.state == .ok)
    #expect(
      finding.text
        == "192.0.2.1 answers ARP as \(right); the static neighbour is right, and not needed as"
        + " long as it does")
  }

  @Test func `one that differs from the answer is wrong`() {
    let finding = told {
      $0.macAddresses = [right]
      $0.permanent = other
    }
    #expect(finding.state == .wrong)
    #expect(
      finding.text == "192.0.2.1 answers ARP as \(right), the static neighbour says \(other)")
    #expect(
      finding.hint
        == "put neighbors: [{to: \"192.0.2.1\", lladdr: \"\(right)\"}] in the metadata")
  }

  @Test func `one through which pings are answered is needed and right`() {
    let finding = told {
      $0.permanent = right
      $0.echo = echo(isAnswered: true)
    }
    #expect(finding.state == .ok)
    #expect(
      finding.text
        == "192.0.2.1 answers pings, not ARP: the static neighbour \(right) is needed, and right")
  }

  @Test func `a resolver behind the gateway proves the static neighbour as well`() {
    let finding = told {
      $0.permanent = right
      $0.echo = echo(isAnswered: false)
      $0.resolver = IPAddress("203.0.113.53")
    }
    #expect(finding.state == .ok)
    #expect(finding.text.contains("203.0.113.53 answers by way of it"))
  }

  @Test func `one through which nothing is answered is wrong`() {
    let finding = told {
      $0.permanent = other
      $0.echo = echo(isAnswered: false)
    }
    #expect(finding.state == .wrong)
    #expect(
      finding.text == "192.0.2.1 answers neither ARP nor pings through the static neighbour \(other)")
  }

  @Test func `one through which no ping could be sent is not judged`() {
    let finding = told {
      $0.permanent = right
      $0.echo = echo(isAnswered: false)
      $0.echo?.problem = "not asked: Operation not permitted"
    }
    #expect(finding.state == .unknown)
    #expect(
      finding.text == "192.0.2.1 answers no ARP; pings: not asked: Operation not permitted")
  }

  @Test func `a gateway that asks from elsewhere proves it wrong`() {
    let finding = told {
      $0.permanent = other
      $0.seen = right
    }
    #expect(finding.text == "192.0.2.1 asks as \(right), the static neighbour says \(other)")
    #expect(finding.hint?.contains("\(right)") == true)
  }

  @Test func `without an answer and without an entry one is needed`() {
    let finding = told { _ in }
    #expect(finding.state == .wrong)
    #expect(
      finding.text
        == "192.0.2.1 answers no ARP from 198.51.100.176: a static neighbour is needed")
    #expect(
      finding.hint
        == "add neighbors: [{to: \"192.0.2.1\", lladdr: <its hardware address>}] to the metadata")
    // The gateway was heard as it asked for the guest.
    let seen = told { $0.seen = right }
    #expect(seen.hint?.contains("lladdr: \"\(right)\"") == true)
  }

  @Test func `two that answer are wrong`() {
    let finding = told { $0.macAddresses = [right, other] }
    #expect(finding.state == .wrong)
    #expect(finding.text == "192.0.2.1 answers ARP from \(right) and from \(other)")
  }

  @Test(arguments: [
    (eth0 { $0.hasCarrier = false }, "not asked: the link has no carrier"),
    (eth0 { $0.isUp = false }, "not asked: the link is down"),
  ] as [(FoundLink, String)])
  func `nothing is said of a gateway that cannot be asked`(link: FoundLink, reason: String) {
    let finding = told({ $0.permanent = right }, link: link)
    #expect(finding == Finding(.unknown, "eth0", .gateway, "192.0.2.1 \(reason)"))
  }

  @Test func `nor where the kernel lets nobody ask`() {
    let reason = "not asked: that needs root (CAP_NET_RAW)"
    let finding = told { $0.problem = reason }
    #expect(finding == Finding(.unknown, "eth0", .gateway, "192.0.2.1 \(reason)"))
  }

  @Test func `a neighbour that is no gateway may be silent`() {
    let facts = LinkFacts(eth0(), nil, hasMetadata: false)
    let neighbor = Probe(.neighbor, IPAddress("192.0.2.7")!, from: source)
    neighbor.permanent = other
    #expect(facts.finding(neighbor).state == .unknown)
    #expect(facts.finding(neighbor).subject == .neighbor)
  }
}

@Suite struct LinkFindingTests {
  private let up = "ok link up, carrier, mtu 1500, 52:54:00:12:34:56"

  @Test func `a link as it should be has nothing wrong`() {
    #expect(
      lines(eth0()) == [
        up, "ok address 198.51.100.176/32", "ok route default via 192.0.2.1 onlink",
      ])
  }

  @Test func `no carrier is the host's matter`() {
    #expect(
      lines(eth0 { $0.hasCarrier = false })[0]
        == "wrong link up, no carrier, mtu 1500, 52:54:00:12:34:56"
        + " -> look at the host's end of the NIC: it is down, or in no bridge")
  }

  @Test func `a NIC that nobody configures beside one that is used is not wrong`() {
    let idle = eth0 {
      $0.isUp = false
      $0.hasCarrier = false
      $0.addresses = []
      $0.routes = []
    }
    #expect(
      lines(idle) { $0.othersHaveDefault4 = true } == [
        "unknown link down, no carrier, mtu 1500, 52:54:00:12:34:56"
          + " -> nothing asks for it to be up"
      ])
  }

  @Test func `an address that another host has is wrong`() {
    let told = lines(eth0()) {
      $0.duplicates = [heard(.duplicate, source) { $0.macAddresses = [other] }]
    }
    #expect(
      told[1]
        == "wrong address 198.51.100.176/32: another host on the link has it, at \(other)"
        + " -> end that host's use of it, or take another address")
    let asked = lines(eth0()) { $0.duplicates = [heard(.duplicate, source)] }
    #expect(asked[1] == "ok address 198.51.100.176/32, no other host has it")
  }

  @Test func `a failed and a running detection of duplicates are told apart`() {
    let prefix = IPPrefix(IPAddress("2001:db8::10")!, length: 64)!
    for (state, start) in [
      (FoundAddress.DuplicateDetection.failed, "wrong address 2001:db8::10/64: another host"),
      (.running, "unknown address 2001:db8::10/64 is tentative"),
    ] {
      let told = lines(
        eth0 {
          $0.addresses = [FoundAddress(prefix)]
          $0.addresses[0].duplicateDetection = state
        })
      #expect(told[1].hasPrefix(start))
    }
  }

  @Test func `a gateway that no route covers is wrong`() {
    let told = lines(eth0 { $0.routes[0].route.isOnLink = false })
    #expect(
      told[2]
        == "wrong route default via 192.0.2.1: no route on the link covers the gateway"
        + " -> run ip route add 192.0.2.1/32 dev eth0")
    let covered = lines(
      eth0 {
        $0.routes[0].route.isOnLink = false
        $0.routes.append(
          FoundRoute(Route(to: IPPrefix(host: gateway)), mark: 3))
      })
    #expect(covered[2] == "ok route default via 192.0.2.1")
  }

  @Test func `no default route is wrong unless another link has one`() {
    let bare = eth0 { $0.routes = [] }
    #expect(lines(bare)[2].hasPrefix("wrong route no default route of IPv4"))
    #expect(lines(bare) { $0.othersHaveDefault4 = true }.count == 2)
  }

  @Test func `no address is wrong, and who should give one is told`() {
    let bare = eth0 {
      $0.addresses = []
      $0.routes = []
    }
    var dhcp = LinkConfiguration(name: "eth0")
    dhcp.dhcp4 = true
    #expect(lines(bare)[1] == "wrong address it has none -> give guestagent apply metadata")
    #expect(
      lines(bare, hasMetadata: true, wanted: dhcp)[1]
        == "wrong address it has none"
        + " -> dhcp is left to the guest's DHCP client: look whether one runs")
  }

  @Test func `what the metadata want and is not there is wrong`() {
    var wanted = LinkConfiguration(name: "eth0")
    wanted.addresses = [AddressConfiguration(IPPrefix(host: IPAddress("203.0.113.5")!))]
    let told = lines(eth0(), hasMetadata: true, wanted: wanted) { facts in
      let kernel = KernelFeatures(keepsAddressMarks: true, keepsNeighborMarks: true)
      facts.status = LinkStatus(wanted, facts.found, record: nil, kernel: kernel).items
    }
    #expect(told[1] == "wrong address 203.0.113.5/32 is missing -> run guestagent apply")
  }

  @Test func `routers are told as heard, learned, or silent`() {
    let own = IPAddress("fe80::5054:ff:fe12:3456")!
    let silent = heard(.routers, own)
    let advertised = heard(.routers, own) {
      $0.router = IPAddress("fe80::1")
      $0.isDefaultRouter = true
    }
    func router(_ probe: Probe, accepts: Bool) -> String? {
      lines(eth0()) {
        $0.routers = probe
        $0.acceptsRouters = accepts
      }.last { $0.contains(" router ") }
    }
    #expect(router(advertised, accepts: true) == "ok router fe80::1 advertises itself")
    #expect(router(advertised, accepts: false)?.hasPrefix("unknown router fe80::1") == true)
    #expect(
      router(silent, accepts: true)?.hasPrefix("unknown router no router") == true)
    #expect(router(silent, accepts: false) == nil)
  }

  @Test func `a neighbour is asked from the address whose network it is in`() {
    var link = eth0()
    link.addresses.append(FoundAddress(IPPrefix(IPAddress("192.0.2.10")!, length: 26)!))
    let facts = LinkFacts(link, nil, hasMetadata: false)
    #expect(facts.source(for: gateway) == IPAddress("192.0.2.10"))
    #expect(facts.source(for: IPAddress("203.0.113.1")!) == source)
    #expect(facts.source(for: IPAddress("fe80::1")!) == nil)
  }
}

@Suite struct ResolverFindingTests {
  private let address = IPAddress("203.0.113.53")!

  private func finding(_ change: (Probe) -> Void) -> Finding {
    ResolverAnswers.findings([heard(.resolver, address, change)])[0]
  }

  @Test func `the names of resolv.conf are read as the C library reads them`() {
    let text = "# nameserver 192.0.2.9\nsearch x\nnameserver\t192.0.2.53 # ours\n"
      + "nameserver fe80::1%eth0\nnameserver 2001:db8::53\nnameserver 192.0.2.1\n"
      + "nameserver 192.0.2.2\n"
    #expect(
      ResolverAnswers.addresses(in: [UInt8](text.utf8)).map { "\($0)" }
        == ["192.0.2.53", "2001:db8::53", "192.0.2.1"])
  }

  @Test func `each answer has its judgement`() {
    #expect(ResolverAnswers.findings([])[0].state == .wrong)
    #expect(
      finding { $0.isAnswered = true }
        == Finding(.ok, nil, .resolver, "203.0.113.53 answers"))
    #expect(finding { _ in }.text == "203.0.113.53 does not answer")
    #expect(finding { $0.isRefused = true }.text == "203.0.113.53 refuses")
    let failed = finding {
      $0.isAnswered = true
      $0.responseCode = 2
    }
    #expect((failed.state, failed.text) == (.unknown, "203.0.113.53 answers with response code 2"))
  }

  @Test func `one that answers makes a silent one no failure`() {
    let works = heard(.resolver, address) { $0.isAnswered = true }
    let silent = heard(.resolver, IPAddress("203.0.113.54")!)
    #expect(ResolverAnswers.findings([works, silent]).map { $0.state } == [.ok, .unknown])
  }
}
