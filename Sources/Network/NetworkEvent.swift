import Addresses

/// A change in the kernel's network, as far as the decision needs it whether it concerns us.
public enum NetworkEvent: Equatable, Sendable {
  /// A link that is new, or of which something changed.
  case link(WatchedLink)
  case linkGone(UInt32)
  case address(IPAddress, link: UInt32, AddressState)
  /// `link`: `nil` for routes that lead to none, or over several. `displaces`: it is gone, or has
  /// taken the place of another of its key.
  case route(link: UInt32?, mark: UInt8, displaces: Bool)
  /// An entry of whatever state, or one that is gone.
  case neighbor(IPAddress, link: UInt32)
  case ruleGone

  public enum AddressState: Equatable, Sendable {
    /// Duplicate address detection still runs.
    case tentative
    /// It can be used, or another host has it, or its lifetimes are others.
    case settled
    case gone
  }
}

/// What of a link undoes our work when it changes.
/// A class, since arrays of structures with texts in them bring in much code.
public final class WatchedLink: Equatable, Sendable {
  public let index: UInt32
  public let name: String
  public let isUp: Bool
  public let mtu: UInt32
  public let macAddress: MACAddress?
  public let controller: UInt32?

  public init(
    index: UInt32, name: String, isUp: Bool = false, mtu: UInt32 = 0,
    macAddress: MACAddress? = nil, controller: UInt32? = nil
  ) {
    self.index = index
    self.name = name
    self.isUp = isUp
    self.mtu = mtu
    self.macAddress = macAddress
    self.controller = controller
  }

  public static func == (one: WatchedLink, other: WatchedLink) -> Bool {
    one.isUp == other.isUp && one.mtu == other.mtu && one.controller == other.controller
      && one.isOne(with: other)
  }

  /// Of the same index, name and address.
  func isOne(with other: WatchedLink) -> Bool {
    index == other.index && macAddress == other.macAddress && name == other.name
  }
}
