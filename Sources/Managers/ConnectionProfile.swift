import Addresses

/// A connection of NetworkManager, in a file of its own:
///
///     [connection]
///     type=ethernet                       also 802-3-ethernet; bond, bridge, vlan, ...
///     interface-name=<name>
///     autoconnect=false
///     [match]
///     interface-name=<pattern>;...        the patterns after a `!` must not fit
///     [ethernet]
///     mac-address=<address>               also [802-3-ethernet]
///
/// One of type ethernet without a name and an address fits any NIC; one of another type is of the
/// link of its name. Source: nm-settings-keyfile(5), nm-settings-nmcli(5).
extension SectionFile {
  public func isProfile(of link: ManagedLink) -> Bool {
    guard isYes(value("connection", "autoconnect"), else: true),
      let type = value("connection", "type")
    else { return false }
    let name = value("connection", "interface-name")
    if isWord(type, "ethernet") || isWord(type, "802-3-ethernet") {
      if !link.isNIC { return false }
    } else if name == nil {
      return false
    }
    if let name, !link.names.contains(name) { return false }
    for address in values("ethernet", "mac-address") + values("802-3-ethernet", "mac-address")
    where !link.has(address) { return false }
    guard let patterns = value("match", "interface-name") else { return true }
    var wanted: [String] = []
    for pattern in words([UInt8](patterns.utf8), UInt8(ascii: ";")) {
      if let unwanted = negated(pattern) {
        if fits(unwanted, link.names) { return false }
      } else {
        wanted.append(pattern)
      }
    }
    return wanted.isEmpty || fits(wanted, link.names)
  }
}
