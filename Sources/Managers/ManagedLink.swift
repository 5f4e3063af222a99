import Addresses

/// What the files of another program may tell a link by.
public struct ManagedLink: Equatable, Sendable {
  /// Its name now, and those that it is about to have.
  public var names: [String]
  public var macAddress: MACAddress?
  public var permanentMACAddress: MACAddress?
  public var driver: String?
  /// `IFLA_INFO_KIND`; a NIC has none.
  public var kind: String?
  /// Hardware type `ARPHRD_ETHER`.
  public var isEthernet = true

  public init(names: [String]) {
    self.names = names
  }

  func hasName(_ glob: Glob) -> Bool { names.contains { glob.matches($0) } }

  func has(_ address: MACAddress) -> Bool {
    macAddress == address || permanentMACAddress == address
  }

  /// A NIC, or what passes for one.
  var isNIC: Bool {
    switch kind {
    case nil, "veth": isEthernet
    default: false
    }
  }
}
