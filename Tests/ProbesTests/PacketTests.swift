import Addresses
import Testing

@testable import Probes

private let mac = MACAddress("52:54:00:12:34:56")!
private let gatewayMAC = MACAddress("00:00:5e:00:01:01")!

@Suite struct ARPPacketTests {
  /// A guest with a /32 asks for its gateway; the fields of RFC 826 in their order.
  private let request: [UInt8] = [
    0, 1, 8, 0, 6, 4, 0, 1,
    0x52, 0x54, 0, 0x12, 0x34, 0x56, 198, 51, 100, 176,
    0, 0, 0, 0, 0, 0, 192, 0, 2, 1,
  ]

  @Test func `a request is that of RFC 826`() {
    let packet = ARPPacket(
      whoHas: IPAddress("192.0.2.1")!, tell: IPAddress("198.51.100.176")!, at: mac)
    #expect(packet.bytes == request)
    #expect(ARPPacket(request) == packet)
  }

  @Test func `a reply is read, padding behind it passed over`() {
    var reply = request
    reply[7] = 2
    let packet = ARPPacket(reply + [UInt8](repeating: 0, count: 18))
    #expect(packet?.isReply == true)
    #expect(packet?.senderMAC == mac)
    #expect(packet?.sender == IPAddress("198.51.100.176"))
    #expect(packet?.target == IPAddress("192.0.2.1"))
    #expect(packet?.bytes == reply)
  }

  @Test(arguments: [(0, 1), (1, 6), (2, 0x86), (4, 8), (5, 16), (7, 3), (7, 0)] as [(Int, UInt8)])
  func `what is no ARP for IPv4 over Ethernet is passed over`(offset: Int, byte: UInt8) {
    var packet = request
    packet[offset] = byte
    #expect(ARPPacket(packet) == nil)
  }

  @Test func `a packet that is cut off is passed over`() {
    for count in 0..<28 { #expect(ARPPacket([UInt8](request.prefix(count))) == nil) }
  }
}

@Suite struct NeighborDiscoveryTests {
  private let target = IPAddress("2001:db8:3:47::1")!

  @Test func `a solicitation is that of RFC 4861, section 4.3`() {
    #expect(
      NeighborDiscovery.solicitation(for: target, from: mac) == [
        135, 0, 0, 0, 0, 0, 0, 0,
        0x20, 0x01, 0x0D, 0xB8, 0, 3, 0, 0x47, 0, 0, 0, 0, 0, 0, 0, 1,
        1, 1, 0x52, 0x54, 0, 0x12, 0x34, 0x56,
      ])
    #expect(
      NeighborDiscovery.routerSolicitation(from: mac) == [
        133, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0x52, 0x54, 0, 0x12, 0x34, 0x56,
      ])
  }

  /// The example of RFC 4291, section 2.7.1.
  @Test func `the group of an address has its last three bytes`() {
    #expect(
      NeighborDiscovery.solicitedNodeGroup(of: IPAddress("4037::01:800:200E:8C6C")!)
        == IPAddress("ff02::1:ff0e:8c6c"))
  }

  private var advertisement: [UInt8] {
    [136, 0, 0, 0, 0xE0, 0, 0, 0] + target.octets + [2, 1] + gatewayMAC.octets
  }

  @Test func `an advertisement is read`() {
    let read = NeighborAdvertisement(advertisement)
    #expect(read?.target == target)
    #expect(read?.macAddress == gatewayMAC)
    // Another option first.
    let bytes = [UInt8](advertisement.prefix(24)) + [14, 1, 0, 0, 0, 0, 0, 0]
      + advertisement.suffix(8)
    #expect(NeighborAdvertisement(bytes)?.macAddress == gatewayMAC)
  }

  @Test func `one without an address of the link is one without`() {
    #expect(NeighborAdvertisement([UInt8](advertisement.prefix(24)))?.macAddress == nil)
    var longer = advertisement
    longer[25] = 2
    #expect(NeighborAdvertisement(longer)?.target == target)
    #expect(NeighborAdvertisement(longer)?.macAddress == nil)
    for count in 0..<24 {
      #expect(NeighborAdvertisement([UInt8](advertisement.prefix(count))) == nil)
    }
  }

  /// RFC 4861, 6.1.2 and 7.1.2.
  @Test func `an advertisement with an option of no length is none`() {
    var endless = advertisement
    endless[25] = 0
    #expect(NeighborAdvertisement(endless) == nil)
    let router: [UInt8] = [134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(RouterAdvertisement(router + [1, 0] + gatewayMAC.octets) == nil)
    #expect(RouterAdvertisement(router + [14, 1, 0, 0, 0, 0, 0, 0, 1, 0]) == nil)
  }

  @Test func `a router advertisement tells whether it is a default router`() {
    var bytes: [UInt8] = [134, 0, 0, 0, 64, 0, 0x07, 0x08, 0, 0, 0, 0, 0, 0, 0, 0]
    bytes += [1, 1] + gatewayMAC.octets
    #expect(RouterAdvertisement(bytes)?.lifetimeSeconds == 1800)
    #expect(RouterAdvertisement(bytes)?.macAddress == gatewayMAC)
    for count in 0..<16 { #expect(RouterAdvertisement([UInt8](bytes.prefix(count))) == nil) }
  }
}

@Suite struct EchoTests {
  /// The sum of RFC 1071, section 3.
  @Test func `the checksum is that of RFC 1071`() {
    #expect(internetChecksum([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]) == ~0xDDF2)
    #expect(internetChecksum([0x01]) == ~0x0100)
    #expect(internetChecksum([]) == 0xFFFF)
  }

  @Test func `a request of IPv4 has its checksum`() {
    let bytes = ICMPEcho(.ipv4, identifier: 0x1234).bytes
    #expect(bytes == [8, 0, 0xE5, 0xCA, 0x12, 0x34, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(internetChecksum(bytes) == 0)
    #expect(ICMPEcho(.ipv6, identifier: 0x1234).bytes.prefix(6) == [128, 0, 0, 0, 0x12, 0x34])
  }

  @Test func `a reply is known by type and identifier`() {
    let echo = ICMPEcho(.ipv4, identifier: 0x1234)
    let header: [UInt8] = [0x45] + [UInt8](repeating: 0, count: 19)
    #expect(echo.isAnswered(by: header + [0, 0, 0, 0, 0x12, 0x34, 0, 1]))
    #expect(!echo.isAnswered(by: header + [0, 0, 0, 0, 0x12, 0x35, 0, 1]))
    #expect(!echo.isAnswered(by: header + echo.bytes))
    #expect(!echo.isAnswered(by: [0x4F, 0, 0, 0, 0x12, 0x34, 0, 1]))
    #expect(!echo.isAnswered(by: []))
    let echo6 = ICMPEcho(.ipv6, identifier: 0x1234)
    #expect(echo6.isAnswered(by: [129, 0, 0, 0, 0x12, 0x34, 0, 1]))
    #expect(!echo6.isAnswered(by: [128, 0, 0, 0, 0x12, 0x34, 0, 1]))
  }
}

@Suite struct DNSQueryTests {
  @Test func `the question is . IN NS`() {
    #expect(
      DNSQuery(identifier: 0xABCD).bytes == [
        0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1,
      ])
  }

  @Test func `an answer is known by its identifier`() {
    let query = DNSQuery(identifier: 0xABCD)
    let answer: [UInt8] = [0xAB, 0xCD, 0x81, 0x85, 0, 1, 0, 0, 0, 0, 0, 0]
    #expect(query.responseCode(of: answer) == 5)
    #expect(query.responseCode(of: query.bytes) == nil)
    #expect(DNSQuery(identifier: 1).responseCode(of: answer) == nil)
    #expect(query.responseCode(of: [UInt8](answer.prefix(11))) == nil)
  }
}
