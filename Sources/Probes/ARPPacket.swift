import Addresses

/// Address resolution for IPv4 over Ethernet.
///
///     offset  size  field
///          0     2  hardware type: 1
///          2     2  protocol: 0x0800
///          4     1  length of a hardware address: 6
///          5     1  length of a protocol address: 4
///          6     2  operation: 1 request, 2 reply
///          8     6  sender's hardware address
///         14     4  sender's address; 0.0.0.0 where one only asks whether an address is in use
///         18     6  target's hardware address; zeros in a request
///         24     4  target's address
///
/// Big-endian; padding behind it does not count. Source: RFC 826; RFC 5227, section 1.1.
public struct ARPPacket: Equatable, Sendable {
  public var isReply: Bool
  public var senderMAC: MACAddress
  public var sender: IPAddress
  public var targetMAC: MACAddress
  public var target: IPAddress

  private static var head: [UInt8] { [0, 1, 8, 0, 6, 4, 0] }

  /// A request; `target` is an IPv4 address, and so is the sender's.
  public init(whoHas target: IPAddress, tell sender: IPAddress, at mac: MACAddress) {
    isReply = false
    senderMAC = mac
    self.sender = sender
    targetMAC = .zero
    self.target = target
  }

  /// `nil`: something else, or cut off.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count >= 28, bytes.starts(with: Self.head), bytes[7] == 1 || bytes[7] == 2,
      let senderMAC = MACAddress(octets: bytes[8..<14]),
      let sender = IPAddress(octets: bytes[14..<18]),
      let targetMAC = MACAddress(octets: bytes[18..<24]),
      let target = IPAddress(octets: bytes[24..<28])
    else { return nil }
    isReply = bytes[7] == 2
    self.senderMAC = senderMAC
    self.sender = sender
    self.targetMAC = targetMAC
    self.target = target
  }

  public var bytes: [UInt8] {
    Self.head + [isReply ? 2 : 1] + senderMAC.octets + sender.octets + targetMAC.octets
      + target.octets
  }
}

extension MACAddress {
  public static var zero: MACAddress { MACAddress("0:0:0:0:0:0")! }
}
