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
extension SectionFile {
  public var isUnmanaged: Bool { isYes(value("Link", "Unmanaged"), else: false) }

  public func isNetwork(of link: ManagedLink) -> Bool {
    var isAny = false
    var position = 0
    while position < settings.count {
      if isWord(settings[position], "Match"), !settings[position + 2].isEmpty { isAny = true }
      position += 3
    }
    return isAny && isOneOf("MACAddress", link.macAddress)
      && isOneOf("PermanentMACAddress", link.permanentMACAddress)
      && holds("Driver", link.driver) && holds("Type", link.type) && holds("Kind", link.kind)
      && holds("Name", link.names)
  }

  @inline(never)
  private func list(_ key: StaticString) -> [String] {
    var list: [String] = []
    for value in values("Match", key) {
      if value.isEmpty { list = [] } else { list += words([UInt8](value.utf8)) }
    }
    return list
  }

  @inline(never)
  private func isOneOf(_ key: StaticString, _ address: MACAddress?) -> Bool {
    let list = list(key)
    for text in list where isAddress(text, address) { return true }
    return list.isEmpty
  }

  @inline(never)
  private func holds(_ key: StaticString, _ value: String?) -> Bool {
    var values: [String] = []
    if let value { values.append(value) }
    return holds(key, values)
  }

  /// A `!` before the first pattern turns the whole list round.
  @inline(never)
  private func holds(_ key: StaticString, _ values: [String]) -> Bool {
    var list = list(key)
    if list.isEmpty { return true }
    guard let first = negated(list[0]) else { return fits(list, values) }
    list[0] = first
    return !fits(list, values)
  }
}

extension ManagedLink {
  /// As udev has it: what is made tells its kind, a NIC its hardware type.
  fileprivate var type: String {
    if let kind, isWord(kind, "bond") || isWord(kind, "bridge") || isWord(kind, "vlan") {
      return kind
    }
    return isEthernet ? "ether" : isLoopback ? "loopback" : "none"
  }
}
