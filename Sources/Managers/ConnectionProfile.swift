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
public struct ConnectionProfile: Equatable, Sendable {
  private let file: SectionFile

  public init(_ file: SectionFile) {
    self.file = file
  }

  public func fits(_ link: ManagedLink) -> Bool {
    switch file.value("connection", "autoconnect") {
    case "false", "0", "no": return false
    default: break
    }
    let name = file.value("connection", "interface-name")
    switch file.value("connection", "type") {
    case "ethernet", "802-3-ethernet": guard link.isNIC else { return false }
    case nil: return false
    default: guard name != nil else { return false }
    }
    if let name, !link.names.contains(name) { return false }
    let address =
      file.value("ethernet", "mac-address") ?? file.value("802-3-ethernet", "mac-address")
    if let address, !(MACAddress(address).map(link.has) ?? false) { return false }
    return fitsPatterns(link)
  }

  private func fitsPatterns(_ link: ManagedLink) -> Bool {
    guard let value = file.value("match", "interface-name") else { return true }
    let patterns = words(value) { $0 == UInt8(ascii: ";") }
    let wanted = patterns.filter { !$0.hasPrefix("!") }
    let isUnwanted = patterns.contains {
      $0.hasPrefix("!") && link.hasName(Glob(String($0.dropFirst())))
    }
    return !isUnwanted && (wanted.isEmpty || wanted.contains { link.hasName(Glob($0)) })
  }
}

/// The devices that NetworkManager leaves alone, by its own configuration files in their order:
///
///     [keyfile]
///     unmanaged-devices=<device>;...
///     [device...]
///     match-device=<device>;...
///     managed=false
///
/// where a device is `*`, `interface-name:<pattern>`, `mac:<address>`, `type:ethernet`,
/// `driver:<pattern>` or an address, and `except:` before it takes it out again; commas separate as
/// well. Of `unmanaged-devices` the last one counts, `+=` adds to it.
/// Source: NetworkManager.conf(5), "Device List Format".
public struct UnmanagedDevices: Equatable, Sendable {
  private var lists: [String] = [""]

  public init() {}

  /// Takes in a file that counts after those before.
  public mutating func append(_ file: SectionFile) {
    var asked = 0
    for setting in file.settings {
      switch setting.key {
      case "unmanaged-devices" where setting.section == "keyfile": lists[0] = setting.value
      case "unmanaged-devices+" where setting.section == "keyfile":
        lists[0] += ";" + setting.value
      // Each asks the whole file once more.
      case "match-device" where setting.section.hasPrefix("device") && asked < 64:
        asked += 1
        switch file.value(setting.section, "managed") {
        case "false", "0", "no": lists.append(setting.value)
        default: break
        }
      default: break
      }
    }
  }

  public func contain(_ link: ManagedLink) -> Bool {
    lists.contains { list in
      let devices = words(list) { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") }
      var isListed = false
      for device in devices {
        if device.hasPrefix("except:") {
          if Self.fits(device.dropFirst(7), link) { return false }
        } else if Self.fits(device[...], link) {
          isListed = true
        }
      }
      return isListed
    }
  }

  private static func fits(_ device: Substring, _ link: ManagedLink) -> Bool {
    if device == "*" { return true }
    if let address = MACAddress(device) { return link.has(address) }
    guard let colon = device.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let value = String(device[device.utf8.index(after: colon)...])
    switch device[..<colon] {
    case "interface-name":
      return value.hasPrefix("=")
        ? link.names.contains(String(value.dropFirst())) : link.hasName(Glob(value))
    case "mac": return MACAddress(value).map(link.has) ?? false
    case "type": return value == "ethernet" && link.isNIC
    case "driver": return link.driver.map { Glob(value).matches($0) } ?? false
    default: return false
    }
  }
}
