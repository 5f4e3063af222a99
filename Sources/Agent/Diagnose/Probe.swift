import Addresses
import Linux
import Network
import Probes

/// A question that is asked of the network, and what was heard.
struct Probe {
  let kind: Kind
  private(set) var answer = Answer()

  enum Kind: Equatable {
    /// Who has it? By ARP or ND, asked from an address of the link.
    case neighbor(IPAddress, from: IPAddress)
    /// Does another host have this IPv4 address of ours?
    case duplicate(IPAddress)
    case echo(IPAddress, from: IPAddress)
    /// Router advertisements are listened for; asked for only where the kernel does so itself.
    case routers(solicits: Bool, from: IPAddress)
    case resolver(IPAddress)
  }

  struct Answer: Equatable {
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
    /// Routers that advertised themselves, and whether as default routers.
    var routers: [Router] = []
  }

  struct Router: Equatable {
    let address: IPAddress
    let isDefault: Bool
  }

  private static var repeatMilliseconds: Int64 { 300 }

  private let link: LinkIdentity?
  private let macAddress: MACAddress?
  private var socket: ProbeSocket?
  private var timesSent = 0
  private var answeredAt: Int64?

  /// `link` is `nil` for a resolver.
  init(_ kind: Kind, _ link: FoundLink?) {
    self.kind = kind
    self.link = link.map { LinkIdentity(index: $0.index, name: $0.name) }
    macAddress = link?.macAddress
    do throws(SystemError) {
      socket = try Self.socket(kind, self.link)
    } catch {
      answer.problem =
        error.reason == .notPermitted
        ? "not asked: that needs root (CAP_NET_RAW)" : "not asked: \(SystemError.text(of: error.errno))"
    }
  }

  private static func socket(
    _ kind: Kind, _ link: LinkIdentity?
  ) throws(SystemError) -> ProbeSocket? {
    if case .resolver(let address) = kind { return try .udp(to: address, port: 53) }
    guard let link else { return nil }
    switch kind {
    case .neighbor(let to, _) where to.family == .ipv4: return try .arp(link: link.index)
    case .duplicate: return try .arp(link: link.index)
    case .neighbor(_, let from), .echo(_, let from), .routers(_, let from):
      return try .icmp(from: from, link: link.index, name: link.name)
    case .resolver: return nil
    }
  }

  /// Nobody but the one who was asked has the number.
  private static var identifier: UInt16 { UInt16(truncatingIfNeeded: System.processNumber) }

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
  mutating func ask(at elapsed: Int64) {
    guard let socket, answeredAt == nil, timesSent < 3,
      elapsed >= Int64(timesSent) * Self.repeatMilliseconds
    else { return }
    timesSent += 1
    do throws(SystemError) {
      try send(by: socket)
    } catch {
      // Some part of it may have been sent before.
      if timesSent == 1 { answer.problem = "not asked: \(SystemError.text(of: error.errno))" }
    }
  }

  private func send(by socket: ProbeSocket) throws(SystemError) {
    let mac = macAddress ?? MACAddress(octets: [0, 0, 0, 0, 0, 0])!
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

  mutating func hear(at now: Int64) {
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

  private mutating func take(_ packet: ProbeSocket.Packet, _ now: Int64) {
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
      let router = Router(address: source, isDefault: advertisement.lifetimeSeconds > 0)
      if !answer.routers.contains(router), answer.routers.count < 8 {
        answer.routers.append(router)
      }
      answered(by: nil, now)
    case .resolver:
      guard let code = DNSQuery(identifier: Self.identifier).responseCode(of: packet.bytes)
      else { return }
      answer.responseCode = code
      answered(by: nil, now)
    }
  }

  private mutating func answered(by mac: MACAddress?, _ now: Int64) {
    answer.isAnswered = true
    answeredAt = answeredAt ?? now
    guard let mac, !answer.macAddresses.contains(mac), answer.macAddresses.count < 8 else { return }
    answer.macAddresses.append(mac)
  }
}

/// All questions at once, until each is answered or the time is over.
struct ProbeRun {
  static func run(_ probes: inout [Probe]) {
    let start = Clock.now / 1_000_000
    while true {
      let elapsed = Clock.now / 1_000_000 - start
      for position in probes.indices {
        probes[position].ask(at: elapsed)
        probes[position].hear(at: elapsed)
      }
      let sockets = probes.compactMap { $0.listens(at: elapsed) }
      if sockets.isEmpty { return }
      // Short enough for what is to be sent again.
      wait(for: sockets, milliseconds: 50)
    }
  }
}
