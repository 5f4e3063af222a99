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
    if type == "ethernet" || type == "802-3-ethernet" {
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
        if fits([unwanted], link.names) { return false }
      } else {
        wanted.append(pattern)
      }
    }
    return wanted.isEmpty || fits(wanted, link.names)
  }

  /// Whether NetworkManager leaves the link alone, by its own configuration files, appended in
  /// their order:
  ///
  ///     [keyfile]
  ///     unmanaged-devices=<device>;...      the last one counts; `+=` adds to it
  ///
  /// where a device is `*`, `interface-name:<pattern>`, `mac:<address>`, `type:ethernet` or
  /// `driver:<pattern>`, and `except:` before it takes it out again; commas separate as well.
  /// Sections `[device]` are not looked at.
  /// Source: NetworkManager.conf(5), "Device List Format".
  public func leavesUnmanaged(_ link: ManagedLink) -> Bool {
    var list = value("keyfile", "unmanaged-devices") ?? ""
    for added in values("keyfile", "unmanaged-devices+") { list += ";" + added }
    var isListed = false
    for device in words([UInt8](list.utf8), UInt8(ascii: ";"), UInt8(ascii: ",")) {
      var (key, value) = halves(device, at: UInt8(ascii: ":"))
      let isException = key == "except"
      if isException { (key, value) = halves(value ?? "", at: UInt8(ascii: ":")) }
      if !link.isDevice(key, value ?? "") { continue }
      if isException { return false }
      isListed = true
    }
    return isListed
  }
}

extension ManagedLink {
  fileprivate func isDevice(_ key: String, _ value: String) -> Bool {
    switch key {
    case "*": true
    case "interface-name": fits([value], names)
    case "mac": has(value)
    case "type": value == "ethernet" && isNIC
    case "driver": fits([value], [driver ?? ""])
    default: false
    }
  }
}
