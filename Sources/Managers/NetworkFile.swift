import Addresses

/// A `.network` file of systemd-networkd, its drop-ins appended. Of the conditions
///
///     [Match]
///     MACAddress=<address>...             the link's own now
///     PermanentMACAddress=<address>...
///     Driver=<pattern>...                 the patterns after a `!` must not fit
///     Type=<pattern>...                   ether, bond, bridge, vlan, ...
///     Kind=<pattern>...                   veth, bond, bridge, vlan, ...
///     Name=<pattern>...
///
/// all that are given must hold; a key may be given more often, which adds to it, and without a
/// value, which empties it. Other conditions (`Path`, `Host`, `Virtualization`, ...) are taken to
/// hold. A file without any condition fits nothing. `[Link] Unmanaged=yes` leaves the link alone.
/// Source: systemd.network(5).
public struct NetworkFile: Equatable, Sendable {
  private let file: SectionFile

  public init(_ file: SectionFile) {
    self.file = file
  }

  public var isUnmanaged: Bool {
    switch file.value("Link", "Unmanaged") {
    case "yes", "true", "on", "1", "y", "t": true
    default: false
    }
  }

  public func fits(_ link: ManagedLink) -> Bool {
    guard file.settings.contains(where: { $0.section == "Match" && !$0.value.isEmpty })
    else { return false }
    return isOneOf("MACAddress", link.macAddress)
      && isOneOf("PermanentMACAddress", link.permanentMACAddress)
      && fits("Driver", link.driver.map { [$0] } ?? [])
      && fits("Type", [link.type]) && fits("Kind", link.kind.map { [$0] } ?? [])
      && fits("Name", link.names)
  }

  private func list(_ key: String) -> [String] {
    var list: [String] = []
    for setting in file.settings where setting.section == "Match" && setting.key == key {
      if setting.value.isEmpty { list = [] } else { list += words(setting.value) }
    }
    return list
  }

  private func isOneOf(_ key: String, _ address: MACAddress?) -> Bool {
    let list = list(key)
    return list.isEmpty || address != nil && list.contains { MACAddress($0) == address }
  }

  /// A `!` before the first pattern turns the whole list round.
  private func fits(_ key: String, _ values: [String]) -> Bool {
    var list = list(key)
    guard let first = list.first else { return true }
    let isTurned = first.hasPrefix("!")
    if isTurned { list[0] = String(first.dropFirst()) }
    let fits = list.contains { pattern in values.contains { Glob(pattern).matches($0) } }
    return fits != isTurned
  }
}

extension ManagedLink {
  /// As udev has it: what is made tells its kind, a NIC its hardware type.
  fileprivate var type: String {
    switch kind {
    case "bond", "bridge", "vlan": kind ?? ""
    default: isEthernet ? "ether" : names.first == "lo" ? "loopback" : "none"
    }
  }
}
