import Addresses
import Bytes
import CLinux

/// Messages of IPv6 neighbour discovery. The kernel puts in the checksum, and tells the hop limit
/// beside the message, which has to be 255: nobody beyond the link can have sent it.
/// Source: RFC 4861, section 4.
public enum NeighborDiscovery {
  /// The hop limit of each message.
  public static var hopLimit: Int32 { 255 }

  /// Who has the address? 8 bytes, the address, and our hardware address as an option.
  public static func solicitation(for target: IPAddress, from mac: MACAddress) -> [UInt8] {
    message(ND_NEIGHBOR_SOLICIT, target.octets, mac)
  }

  /// Which routers are there?
  public static func routerSolicitation(from mac: MACAddress) -> [UInt8] {
    message(ND_ROUTER_SOLICIT, [], mac)
  }

  /// `ff02::1:ffXX:XXXX` of the last three bytes of an address. Source: RFC 4291, section 2.7.1.
  public static func solicitedNodeGroup(of target: IPAddress) -> IPAddress {
    let octets = target.octets
    let group: [UInt8] = [
      0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, octets[13], octets[14], octets[15],
    ]
    return IPAddress(octets: group[0..<16])!
  }

  /// `ff02::2`.
  public static var allRouters: IPAddress { IPAddress("ff02::2")! }

  @inline(never)
  private static func message(_ type: Int32, _ body: [UInt8], _ mac: MACAddress) -> [UInt8] {
    [UInt8(clamping: type), 0, 0, 0, 0, 0, 0, 0] + body
      + [UInt8(ND_OPT_SOURCE_LINKADDR), 1] + mac.octets
  }

  /// Whether no option, from `offset` on, has the length zero: such a message is to be discarded
  /// (RFC 4861, 6.1.2 and 7.1.2).
  static func hasSoundOptions(_ bytes: [UInt8], from offset: Int) -> Bool {
    var offset = offset
    while offset + 2 <= bytes.count {
      guard bytes[offset + 1] > 0 else { return false }
      offset += 8 * Int(bytes[offset + 1])
    }
    return true
  }

  /// The first link-layer address among the options, which begin at `offset`: each a type, a
  /// length in units of 8 bytes, never zero, and its value.
  static func linkLayerAddress(_ type: Int32, _ bytes: [UInt8], from offset: Int) -> MACAddress? {
    var offset = offset
    while offset + 8 <= bytes.count {
      let length = 8 * Int(bytes[offset + 1])
      guard length > 0, offset + length <= bytes.count else { return nil }
      if bytes[offset] == UInt8(type) {
        return MACAddress(octets: bytes[(offset + 2)..<(offset + 8)])
      }
      offset += length
    }
    return nil
  }
}

/// I have the address.
///
///     offset  size  field
///          0     4  type 136, code 0, checksum
///          4     4  flags
///          8    16  the address
///         24        options; the target's link-layer address is type 2
public struct NeighborAdvertisement: Equatable, Sendable {
  public let target: IPAddress
  public let macAddress: MACAddress?

  public init?(_ bytes: [UInt8]) {
    guard bytes.count >= 24, bytes[0] == UInt8(ND_NEIGHBOR_ADVERT), bytes[1] == 0,
      NeighborDiscovery.hasSoundOptions(bytes, from: 24),
      let target = IPAddress(octets: bytes[8..<24])
    else { return nil }
    self.target = target
    macAddress = NeighborDiscovery.linkLayerAddress(ND_OPT_TARGET_LINKADDR, bytes, from: 24)
  }
}

/// I am a router.
///
///     offset  size  field
///          0     4  type 134, code 0, checksum
///          4     2  hop limit, flags
///          6     2  for how many seconds it may be the default router; 0: it is none
///          8     8  times
///         16        options; the router's link-layer address is type 1
public struct RouterAdvertisement: Equatable, Sendable {
  public let lifetimeSeconds: UInt16
  public let macAddress: MACAddress?

  public init?(_ bytes: [UInt8]) {
    guard bytes.count >= 16, bytes[0] == UInt8(ND_ROUTER_ADVERT), bytes[1] == 0,
      NeighborDiscovery.hasSoundOptions(bytes, from: 16)
    else { return nil }
    lifetimeSeconds = bytes[bigEndian: 6]
    macAddress = NeighborDiscovery.linkLayerAddress(ND_OPT_SOURCE_LINKADDR, bytes, from: 16)
  }
}
