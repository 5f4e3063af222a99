import Addresses
import Probes

extension Target {
  /// Packets from the network, of which `diagnose` awaits answers: what is taken was sent so.
  static let packet = Target(
    name: "packet", longest: 512, memory: Allowance(floor: 4096, perByte: 8),
    work: Allowance(floor: 1000, perByte: 50)
  ) { bytes in
    if let packet = ARPPacket(bytes) {
      expect(packet.bytes == [UInt8](bytes[..<28]), "an ARP packet is another")
    }
    if let advertisement = NeighborAdvertisement(bytes) {
      expect(bytes[0] == 136 && advertisement.target.octets == [UInt8](bytes[8..<24]), "of whom")
    }
    if let advertisement = RouterAdvertisement(bytes) {
      expect(
        bytes[0] == 134 && Int(advertisement.lifetimeSeconds) == Int(bytes[6]) << 8 + Int(bytes[7]),
        "it is a router for another time")
    }
    for family in [IPFamily.ipv4, .ipv6] {
      let echo = ICMPEcho(family, identifier: 0x6761)
      guard echo.isAnswered(by: bytes) else { continue }
      let start = family == .ipv4 ? 4 * Int(bytes[0] & 15) : 0
      expect(bytes[start...].dropFirst(4).starts(with: [0x67, 0x61]), "it answers another")
    }
    if let code = DNSQuery(identifier: 0x6761).responseCode(of: bytes) {
      expect(code < 16 && bytes.starts(with: [0x67, 0x61]), "it answers another")
    }
  }
}
