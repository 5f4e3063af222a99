// Unsafe: packets and addresses go with their own counts; a buffer for an address has 16 bytes.
import Addresses
import CLinux

/// A socket of a probe's own, which neither waits nor changes what the kernel has; closed with its
/// last use.
public final class ProbeSocket {
  public let descriptor: Int32
  /// The link's, where there is one; else 0.
  private let index: UInt32
  /// Of the addresses that it knows; `nil`: it knows none.
  private let family: IPFamily?

  /// Larger than any answer that is looked at; longer ones are cut.
  private static let bufferSize = 2048

  private init(
    _ descriptor: Int32, _ index: UInt32, _ family: IPFamily?
  ) throws(SystemError) {
    guard descriptor >= 0 else { throw SystemError(.probe) }
    self.descriptor = descriptor
    self.family = family
    self.index = index
  }

  deinit { close(descriptor) }

  /// ARP on a link (`AF_PACKET`, `SOCK_DGRAM`).
  public static func arp(link index: UInt32) throws(SystemError) -> ProbeSocket {
    try ProbeSocket(clinux_packet_socket(ETH_P_ARP, Int32(index)), index, nil)
  }

  /// ICMP of the address's family on a link (`SOCK_RAW`), from this address of the guest's.
  public static func icmp(
    from source: IPAddress, link index: UInt32, name: String
  ) throws(SystemError) -> ProbeSocket {
    let made = try unsafe ProbeSocket(
      clinux_inet_socket(number(source.family), 1, name), index, source.family)
    let result = unsafe made.withPlace(source, port: 0) {
      unsafe clinux_bind(made.descriptor, $0, $1)
    }
    guard result == 0 else { throw SystemError(.probe) }
    return made
  }

  /// UDP to a port of an address, by the kernel's routes (`connect`).
  public static func udp(to address: IPAddress, port: Int32) throws(SystemError) -> ProbeSocket {
    let made = try ProbeSocket(
      clinux_inet_socket(number(address.family), 0, nil), 0, address.family)
    let result = unsafe made.withPlace(address, port: port) {
      unsafe clinux_connect(made.descriptor, $0, $1)
    }
    guard result == 0 else { throw SystemError(.probe) }
    return made
  }

  private static func number(_ family: IPFamily) -> Int32 {
    family == .ipv4 ? AF_INET : AF_INET6
  }

  private func withPlace(
    _ address: IPAddress, port: Int32, _ body: (UnsafePointer<sockaddr_storage>, socklen_t) -> Int32
  ) -> Int32 {
    var place = sockaddr_storage()
    let octets = address.octets
    let size = unsafe clinux_address(&place, octets, Int32(octets.count), port, index)
    return unsafe body(&place, size)
  }

  /// To all on the link; of a socket for ARP.
  public func broadcast(_ bytes: [UInt8]) throws(SystemError) {
    let sent = unsafe clinux_broadcast(
      descriptor, ETH_P_ARP, Int32(index), bytes, UInt(bytes.count))
    guard sent == bytes.count else { throw SystemError(.probe) }
  }

  /// `address` is `nil` where the socket is connected.
  public func send(_ bytes: [UInt8], to address: IPAddress?) throws(SystemError) {
    let sent: Int32
    if let address {
      sent = unsafe withPlace(address, port: 0) {
        unsafe clinux_send(descriptor, bytes, UInt(bytes.count), $0, $1)
      }
    } else {
      sent = unsafe clinux_send(descriptor, bytes, UInt(bytes.count), nil, 0)
    }
    guard sent == bytes.count else { throw SystemError(.probe) }
  }

  public struct Packet {
    public let bytes: [UInt8]
    /// `nil` where the socket knows no addresses.
    public let source: IPAddress?
    /// Of IPv6; -1 otherwise.
    public let hopLimit: Int32
  }

  /// What has come; `nil`: nothing more is there.
  public func receive() throws(SystemError) -> Packet? {
    var octets = [UInt8](repeating: 0, count: 16)
    var hopLimit: Int32 = -1
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.bufferSize) { buffer, count in
      let received = unsafe clinux_receive(
        descriptor, buffer.baseAddress!, UInt(buffer.count), &octets, &hopLimit)
      if received < 0 { failure = clinux_errno() }
      count = max(0, Int(received))
    }
    if failure == EAGAIN || failure == EINTR { return nil }
    guard failure == 0 else { throw SystemError(.probe, errno: failure) }
    let source = family.flatMap { IPAddress(octets: octets.prefix($0 == .ipv4 ? 4 : 16)) }
    return Packet(bytes: bytes, source: source, hopLimit: hopLimit)
  }
}
