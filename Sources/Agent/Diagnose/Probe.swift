import Addresses
import Configuration
import Linux
import Network
import Probes

/// A question that is asked of the network, and what was heard.
final class Probe {
  let kind: Kind
  var answer = Answer()

  enum Kind {
    /// Who has it? By ARP or ND, asked from an address of the link.
    case neighbor(IPAddress, from: IPAddress)
    /// Does another host have this IPv4 address of ours?
    case duplicate(IPAddress)
    case echo(IPAddress, from: IPAddress)
    /// Router advertisements are listened for; asked for only where the kernel does so itself.
    case routers(solicits: Bool, from: IPAddress)
    case resolver(IPAddress)
  }

  struct Answer {
    /// Why it could not be asked.
    var problem: String?
    /// The hardware addresses that answered, each once.
    var macAddresses: [MACAddress] = []
    /// The sender's, of a packet that was no answer.
    var seen: MACAddress?
    var isAnswered = false
    /// The port is closed.
    var isRefused = false
    /// Of a resolver.
    var responseCode: UInt8 = 0
    /// The first router that advertised itself, and whether as a default router.
    var router: IPAddress?
    var isDefaultRouter = false
  }

  private static var repeatMilliseconds: Int64 { 300 }

  /// All zeros where the link has none.
  private let macAddress: MACAddress
  private var socket: ProbeSocket?
  private var timesSent = 0
  private var answeredAt: Int64?

  /// `link` is `nil` for a resolver.
  init(_ kind: Kind, _ link: FoundLink?) {
    self.kind = kind
    macAddress = link?.macAddress ?? MACAddress(octets: [0, 0, 0, 0, 0, 0])!
    do throws(SystemError) {
      socket = try Self.socket(kind, link?.index ?? 0, link?.name ?? "")
    } catch {
      fail(error)
    }
  }

  private static func socket(
    _ kind: Kind, _ index: UInt32, _ name: String
  ) throws(SystemError) -> ProbeSocket {
    switch kind {
    case .resolver(let address): return try .udp(to: address, port: 53)
    case .neighbor(let to, _) where to.family == .ipv4: return try .arp(link: index)
    case .duplicate: return try .arp(link: index)
    case .neighbor(_, let from), .echo(_, let from), .routers(_, let from):
      return try .icmp(from: from, link: index, name: name)
    }
  }

  private func fail(_ error: SystemError) {
    answer.problem =
      error.reason == .notPermitted
      ? "not asked: that needs root (CAP_NET_RAW)"
      : ("not asked: \(SystemError.text(of: error.errno))" as Message).text
  }

  /// Nobody but the one who was asked has the number.
  private static var identifier: UInt16 { UInt16(truncatingIfNeeded: System.processNumber) }

  /// Whether it is whether another host has this address.
  func asks(for address: IPAddress) -> Bool {
    if case .duplicate(address) = kind { true } else { false }
  }

  // MARK: Asking

  /// The socket, as long as it is to be listened to: where one answers a second one may, a little
  /// later, but for echoes and resolvers.
  func listens(at elapsed: Int64) -> ProbeSocket? {
    // Milliseconds for an answer, and after it.
    let (limit, grace): (Int64, Int64) =
      switch kind {
      case .neighbor, .duplicate: (1000, 200)
      case .echo: (1000, 0)
      case .routers(let solicits, _): (solicits ? 1400 : 1000, 200)
      case .resolver: (1400, 0)
      }
    return elapsed >= min(limit, (answeredAt ?? limit) + grace) ? nil : socket
  }

  /// Asks, up to three times, as long as nobody answers.
  func ask(at elapsed: Int64) {
    guard let socket, answeredAt == nil, timesSent < 3,
      elapsed >= Int64(timesSent) * Self.repeatMilliseconds
    else { return }
    timesSent += 1
    do throws(SystemError) {
      try send(by: socket)
    } catch {
      // Some part of it may have been sent before.
      if timesSent == 1 { fail(error) }
    }
  }

  private func send(by socket: ProbeSocket) throws(SystemError) {
    let mac = macAddress
    switch kind {
    case .neighbor(let target, let from) where target.family == .ipv4:
      try socket.broadcast(ARPPacket(whoHas: target, tell: from, at: mac).bytes)
    case .duplicate(let target):
      try socket.broadcast(
        ARPPacket(whoHas: target, tell: .unspecified(.ipv4), at: mac).bytes)
    case .neighbor(let target, _):
      try socket.send(
        NeighborDiscovery.solicitation(for: target, from: mac),
        to: NeighborDiscovery.solicitedNodeGroup(of: target))
    case .echo(let target, _):
      try socket.send(ICMPEcho(target.family, identifier: Self.identifier).bytes, to: target)
    case .routers(let solicits, _):
      guard solicits, timesSent == 1 else { return }
      try socket.send(
        NeighborDiscovery.routerSolicitation(from: mac), to: NeighborDiscovery.allRouters)
    case .resolver:
      try socket.send(DNSQuery(identifier: Self.identifier).bytes, to: nil)
    }
  }

  // MARK: Hearing

  func hear(at now: Int64) {
    guard let socket else { return }
    do throws(SystemError) {
      // A flood on the link must not hold it up.
      for _ in 0..<256 {
        guard let packet = try socket.receive() else { return }
        take(packet, now)
      }
    } catch {
      // What was sent came back: to a closed port, or to nobody.
      answer.isRefused = true
      answer.isAnswered = false
    }
  }

  private func take(_ packet: ProbeSocket.Packet, _ now: Int64) {
    switch kind {
    case .neighbor(let target, _) where target.family == .ipv4:
      guard let arp = ARPPacket(packet.bytes), arp.sender == target else { return }
      if arp.isReply, arp.targetMAC == macAddress { answered(by: arp.senderMAC, now) } else {
        answer.seen = arp.senderMAC
      }
    case .duplicate(let target):
      guard let arp = ARPPacket(packet.bytes), arp.sender == target, arp.senderMAC != macAddress
      else { return }
      answered(by: arp.senderMAC, now)
    case .neighbor(let target, _):
      guard packet.hopLimit == NeighborDiscovery.hopLimit,
        let advertisement = NeighborAdvertisement(packet.bytes), advertisement.target == target,
        let mac = advertisement.macAddress
      else { return }
      answered(by: mac, now)
    case .echo(let target, _):
      guard packet.source == target,
        ICMPEcho(target.family, identifier: Self.identifier).isAnswered(by: packet.bytes)
      else { return }
      answered(by: nil, now)
    case .routers:
      guard packet.hopLimit == NeighborDiscovery.hopLimit,
        let source = packet.source, source.isLinkLocal,
        let advertisement = RouterAdvertisement(packet.bytes)
      else { return }
      guard answer.router == nil || !answer.isDefaultRouter else { return }
      answer.router = source
      answer.isDefaultRouter = advertisement.lifetimeSeconds > 0
      answered(by: nil, now)
    case .resolver:
      guard let code = DNSQuery(identifier: Self.identifier).responseCode(of: packet.bytes)
      else { return }
      answer.responseCode = code
      answered(by: nil, now)
    }
  }

  private func answered(by mac: MACAddress?, _ now: Int64) {
    answer.isAnswered = true
    answeredAt = answeredAt ?? now
    guard let mac, !answer.macAddresses.contains(mac), answer.macAddresses.count < 8 else { return }
    answer.macAddresses.append(mac)
  }
}

/// All questions at once, until each is answered or the time is over.
struct ProbeRun {
  static func run(_ probes: [Probe]) {
    let start = Clock.now / 1_000_000
    while true {
      let elapsed = Clock.now / 1_000_000 - start
      var sockets: [ProbeSocket] = []
      for probe in probes {
        probe.ask(at: elapsed)
        probe.hear(at: elapsed)
        if let socket = probe.listens(at: elapsed) { sockets.append(socket) }
      }
      if sockets.isEmpty { return }
      // Short enough for what is to be sent again.
      wait(for: sockets, milliseconds: 50)
    }
  }
}
