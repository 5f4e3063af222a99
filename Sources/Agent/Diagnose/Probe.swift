import Addresses
import Configuration
import Linux
import Network
import Probes

/// A question that is asked of the network, and what was heard.
final class Probe {
  enum Kind {
    /// Who has it? By ARP or ND, asked from an address of the link.
    case neighbor
    /// Does another host have this IPv4 address of ours?
    case duplicate
    case echo
    /// Router advertisements are listened for, at this address of the link.
    case routers
    case resolver
  }

  let kind: Kind
  let target: IPAddress
  /// From which address it is asked; `nil`: from none.
  let source: IPAddress?
  /// All zeros where the link has none.
  private let macAddress: MACAddress
  /// Routers are asked for only where the kernel does so itself.
  private let solicits: Bool

  // MARK: What was heard

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

  // MARK: What is known of a neighbour

  /// The permanent entry of the neighbour table.
  var permanent: MACAddress?
  /// What the kernel has learned.
  var learned: MACAddress?
  /// Through the permanent entry; `nil`: there is none.
  var echo: Probe?
  /// A resolver that answered by way of this gateway.
  var resolver: IPAddress?

  private var socket: ProbeSocket?
  private var timesSent = 0
  private var answeredAt: Int64?

  /// One that is not asked yet.
  init(
    _ kind: Kind, _ target: IPAddress, from source: IPAddress? = nil, mac: MACAddress? = nil,
    solicits: Bool = false
  ) {
    self.kind = kind
    self.target = target
    self.source = source
    self.solicits = solicits
    macAddress = mac ?? .zero
  }

  /// Makes the socket to ask by; link 0 for a resolver.
  func open(_ index: UInt32, _ name: String) {
    do throws(SystemError) {
      if kind == .resolver {
        socket = try .udp(to: target, port: 53)
      } else if usesARP {
        socket = try .arp(link: index)
      } else {
        socket = try .icmp(from: source ?? target, link: index, name: name)
      }
    } catch {
      fail(error)
    }
  }

  private var usesARP: Bool {
    kind == .duplicate || kind == .neighbor && target.family == .ipv4
  }

  @inline(never)
  private func fail(_ error: SystemError) {
    let why =
      error.reason == .notPermitted
      ? "that needs root (CAP_NET_RAW)" : SystemError.text(of: error.errno)
    problem = Message("not asked: %", why).text
  }

  /// Nobody but the one who was asked has the number.
  private static var identifier: UInt16 { UInt16(System.processNumber & 0xFFFF) }

  // MARK: Asking

  /// The socket, as long as it is to be listened to: where one answers a second one may, a little
  /// later, but for echoes and resolvers.
  func listens(at elapsed: Int64) -> Int32? {
    guard let socket else { return nil }
    // Milliseconds for an answer, and after it.
    var limit: Int64 = kind == .resolver || solicits ? 1400 : 1000
    if let answeredAt {
      limit = min(limit, kind == .resolver || kind == .echo ? answeredAt : answeredAt + 200)
    }
    return elapsed < limit ? socket.descriptor : nil
  }

  /// Asks, up to three times, as long as nobody answers.
  func ask(at elapsed: Int64) {
    guard let socket, !isAnswered, timesSent < 3, elapsed >= Int64(timesSent) * 300 else { return }
    timesSent += 1
    do throws(SystemError) {
      try send(by: socket)
    } catch {
      // Some part of it may have been sent before.
      if timesSent == 1 { fail(error) }
    }
  }

  private func send(by socket: ProbeSocket) throws(SystemError) {
    if usesARP {
      let sender = source ?? .unspecified(.ipv4)
      return try socket.broadcast(ARPPacket(whoHas: target, tell: sender, at: macAddress).bytes)
    }
    var packet: [UInt8]
    var to: IPAddress? = target
    switch kind {
    case .neighbor, .duplicate:
      packet = NeighborDiscovery.solicitation(for: target, from: macAddress)
      to = NeighborDiscovery.solicitedNodeGroup(of: target)
    case .echo: packet = ICMPEcho(target.family, identifier: Self.identifier).bytes
    case .routers:
      guard solicits, timesSent == 1 else { return }
      packet = NeighborDiscovery.routerSolicitation(from: macAddress)
      to = NeighborDiscovery.allRouters
    case .resolver:
      packet = DNSQuery(identifier: Self.identifier).bytes
      to = nil
    }
    try socket.send(packet, to: to)
  }

  // MARK: Hearing

  func hear(at now: Int64) {
    guard let socket else { return }
    do throws(SystemError) {
      // A flood on the link must not hold it up.
      for _ in 0..<256 {
        guard let packet = try socket.receive() else { return }
        if take(packet) {
          isAnswered = true
          answeredAt = answeredAt ?? now
        }
      }
    } catch {
      // What was sent came back: to a closed port, or to nobody.
      isRefused = true
      isAnswered = false
    }
  }

  /// Whether it is an answer.
  private func take(_ packet: ProbeSocket.Packet) -> Bool {
    if usesARP {
      guard let arp = ARPPacket(packet.bytes), arp.sender == target else { return false }
      if kind == .duplicate {
        if arp.senderMAC == macAddress { return false }
      } else if !arp.isReply || arp.targetMAC != macAddress {
        seen = arp.senderMAC
        return false
      }
      take(arp.senderMAC)
      return true
    }
    switch kind {
    case .neighbor, .duplicate:
      guard packet.hopLimit == NeighborDiscovery.hopLimit,
        let advertisement = NeighborAdvertisement(packet.bytes), advertisement.target == target,
        let mac = advertisement.macAddress
      else { return false }
      take(mac)
    case .echo:
      return packet.source == target
        && ICMPEcho(target.family, identifier: Self.identifier).isAnswered(by: packet.bytes)
    case .routers:
      guard packet.hopLimit == NeighborDiscovery.hopLimit,
        let source = packet.source, source.isLinkLocal,
        let advertisement = RouterAdvertisement(packet.bytes), !isDefaultRouter
      else { return false }
      router = source
      isDefaultRouter = advertisement.lifetimeSeconds > 0
    case .resolver:
      guard let code = DNSQuery(identifier: Self.identifier).responseCode(of: packet.bytes)
      else { return false }
      responseCode = code
    }
    return true
  }

  private func take(_ mac: MACAddress) {
    if macAddresses.count < 8, !macAddresses.contains(mac) { macAddresses.append(mac) }
  }
}

extension Probe {
  /// All questions at once, until each is answered or the time is over.
  static func run(_ probes: [Probe]) {
    let start = Clock.now / 1_000_000
    while true {
      let now = Clock.now
      let elapsed = now / 1_000_000 - start
      var descriptors: [Int32] = []
      for probe in probes {
        probe.ask(at: elapsed)
        probe.hear(at: elapsed)
        if let descriptor = probe.listens(at: elapsed) { descriptors.append(descriptor) }
      }
      if descriptors.isEmpty { return }
      // Short enough for what is to be sent again.
      var waits = WaitSet(descriptors)
      try? waits.wait(until: now + 50_000_000)
    }
  }
}
