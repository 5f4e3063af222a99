import Addresses
import Configuration

/// Whose an address, route or neighbour is.
///
/// The kernel keeps our mark with each: `rtm_protocol` always, `IFA_PROTO` from Linux 5.18,
/// `NDA_PROTOCOL` from 5.2. Where it does not, the record of the link lists what is ours. A link
/// that we made is in the group of this number (`IFLA_GROUP`), a rule has it from 4.17
/// (`FRA_PROTOCOL`).
public enum Ownership {
  /// Our number in all three. `ip route` prints it by name with
  /// `Packaging/rt_protos.d/guestagent.conf`.
  public static let mark: UInt8 = 103

  /// `RTPROT_RA`: routes that the kernel has from router advertisements.
  public static let routerAdvertisement: UInt8 = 9
}

/// What the kernel can remember for us.
public struct KernelFeatures: Equatable, Sendable {
  public var keepsAddressMarks: Bool
  public var keepsNeighborMarks: Bool
  /// From Linux 6.2 a link that is up can be given another name.
  public var renamesLive: Bool

  public init(keepsAddressMarks: Bool, keepsNeighborMarks: Bool, renamesLive: Bool = true) {
    self.keepsAddressMarks = keepsAddressMarks
    self.keepsNeighborMarks = keepsNeighborMarks
    self.renamesLive = renamesLive
  }

  /// From the kernel's release (`uname -r`), `<major>.<minor>...`. An unreadable one counts as old,
  /// which costs only a longer record.
  public init(release: String) {
    let numbers = release.utf8.split(maxSplits: 2, whereSeparator: { $0 == UInt8(ascii: ".") })
      .prefix(2)
      .map { part in
        part.prefix { (48...57).contains($0) }.reduce(0) { min($0 * 10 + Int($1 - 48), 9999) }
      }
    let version = numbers.count == 2 ? numbers[0] * 10_000 + numbers[1] : 0
    keepsAddressMarks = version >= 50_018
    keepsNeighborMarks = version >= 50_002
    renamesLive = version >= 60_002
  }
}

/// What a link was before guestagent, kept below /run until `down` has put it back.
public struct LinkRecord: Equatable, Sendable {
  /// The index tells the NIC, since it survives renaming.
  public var index: UInt32
  public var broughtUp = false
  /// The value before ours; `nil` if we left it alone.
  public var name: String?
  public var mtu: UInt32?
  public var macAddress: MACAddress?
  public var addressGeneration: FoundLink.AddressGeneration?
  public var sysctls = LinkSysctls()
  /// The index of the bond or bridge that it was a port of, 0 if of none.
  public var controller: UInt32?
  /// Parameters that we changed on a link that was there.
  public var settings: [LinkSetting] = []
  /// Parameters with which we made the link, or made it a port.
  public var given: [LinkParameter.Key] = []
  /// We set it down.
  public var tookDown = false
  /// What is ours where the kernel keeps no marks.
  public var addresses: [IPPrefix] = []
  public var neighbors: [IPAddress] = []

  public init(index: UInt32) {
    self.index = index
  }

  /// Whether there is nothing to put back.
  public var isEmpty: Bool { self == LinkRecord(index: index) }
}

extension FoundLink {
  /// Whether anything on it has our mark.
  public var hasOurs: Bool {
    addresses.contains { $0.mark == Ownership.mark }
      || routes.contains { $0.mark == Ownership.mark }
      || neighbors.contains { $0.mark == Ownership.mark }
  }

  func owns(_ address: FoundAddress, _ record: LinkRecord, _ kernel: KernelFeatures) -> Bool {
    kernel.keepsAddressMarks
      ? address.mark == Ownership.mark : record.addresses.contains(address.prefix)
  }

  func owns(_ neighbor: FoundNeighbor, _ record: LinkRecord, _ kernel: KernelFeatures) -> Bool {
    kernel.keepsNeighborMarks
      ? neighbor.mark == Ownership.mark : record.neighbors.contains(neighbor.to)
  }
}
