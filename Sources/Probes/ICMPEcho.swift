import Addresses
import Bytes
import CLinux

/// An echo request of ICMP, and whether a packet is its reply.
///
///     offset  size  field
///          0     1  type: 8 and 0 of IPv4, 128 and 129 of IPv6
///          1     1  code: 0
///          2     2  checksum; the kernel puts in that of IPv6
///          4     2  identifier
///          6     2  sequence number
///
/// Source: RFC 792; RFC 4443, section 4.
public struct ICMPEcho: Equatable, Sendable {
  public let family: IPFamily
  public let identifier: UInt16

  public init(_ family: IPFamily, identifier: UInt16) {
    self.family = family
    self.identifier = identifier
  }

  public var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 16)
    bytes[0] = UInt8(family == .ipv4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST)
    bytes[bigEndian: 4] = identifier
    bytes[7] = 1
    if family == .ipv4 { bytes[bigEndian: 2] = internetChecksum(bytes) }
    return bytes
  }

  /// `packet`: as a raw socket receives it, which for IPv4 is with the header of IP.
  public func isAnswered(by packet: [UInt8]) -> Bool {
    var start = 0
    if family == .ipv4 {
      guard let first = packet.first else { return false }
      start = 4 * Int(first & 0xF)
    }
    let type = UInt8(family == .ipv4 ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY)
    return packet.count >= start + 8 && packet[start] == type && packet[start + 1] == 0
      && packet[bigEndian: start + 4] == identifier
  }
}
