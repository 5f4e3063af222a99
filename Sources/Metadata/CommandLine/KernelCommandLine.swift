import Addresses
import Configuration

/// What the kernel command line says of the network. It knows of
///
///     ip=...                                      IPWord.swift
///     rd.route=<net>/<length>:[<gateway>][:<device>]
///     nameserver=<address>                        repeated; of the guest as a whole
///     ifname=<name>:<mac>                         the NIC of this address gets this name
///     guestagent.neighbor=<address>,<mac>[,<interface>]
///
/// and passes over all other words (`guestagent.grow=` is read by GrowthStatement). Without an `ip=`
/// that configures something, `rd.route=` and `ifname=` are not used.
public struct KernelCommandLine {
  public private(set) var links: [LinkConfiguration] = []
  public private(set) var nameservers: [IPAddress] = []
  /// An `ip=` configures a link: no other source's network is used.
  public private(set) var definesNetwork = false
  /// `network-config=`, the last one.
  public internal(set) var networkConfig: NetworkConfigWord?
  /// The value of the last `ds=` (`nocloud;h=web;i=web-1`).
  public internal(set) var datasource: String?
  var hostname: HostName?
  var neighbors: [NeighborRequest] = []
  private var names: [(name: InterfaceName, macAddress: MACAddress)] = []

  public init(_ text: String, diagnostics: inout Diagnostics) {
    var configuring: [IPWord] = []
    var routes: [(word: RouteWord, notes: WordNotes)] = []
    for (key, value) in commandLineWords(text) {
      var notes = WordNotes(key, value)
      switch key {
      case "ip":
        guard let word = IPWord(value, &notes) else {
          definesNetwork = true
          break
        }
        hostname = hostname ?? word.host
        nameservers += word.isEmpty ? word.nameservers : []
        if !word.isEmpty { configuring.append(word) }
      case "rd.route":
        if let word = RouteWord(value, &notes) { routes.append((word, WordNotes(key, value))) }
      case "nameserver": readNameserver(value, &notes)
      case "ifname": readName(value, &notes)
      case "guestagent.neighbor": readNeighbor(value, &notes)
      case "network-config": networkConfig = NetworkConfigWord(value, &notes)
      case "ds": datasource = value.isEmpty ? nil : value
      default: break
      }
      diagnostics.append(notes.diagnostics)
    }
    if !configuring.isEmpty { definesNetwork = true }
    for word in configuring where word.device != .any { configure(word, on: word.device) }
    for word in configuring where word.device == .any { configure(word, on: onlyDevice) }
    for (word, notes) in routes {
      var notes = notes
      if configuring.isEmpty {
        if !definesNetwork { notes.warn("without ip= it is not used") }
      } else {
        add(word, &notes)
      }
      diagnostics.append(notes.diagnostics)
    }
    checkClaims(&diagnostics)
  }

  // MARK: Words

  private mutating func readNameserver(_ value: String, _ notes: inout WordNotes) {
    guard let address = IPAddress(unbracketed(value)) else {
      return notes.expected("an address", "nameserver", value)
    }
    if !nameservers.contains(address) { nameservers.append(address) }
  }

  private mutating func readName(_ value: String, _ notes: inout WordNotes) {
    var fields = (colonFields(value) ?? [])[...]
    let name = fields.popFirst() ?? ""
    guard let name = InterfaceName(name), let address = takeMACAddress(from: &fields),
      fields.isEmpty
    else {
      return notes.expected("<name>:<hardware address>", "ifname", value)
    }
    names.append((name, address))
  }

  private mutating func readNeighbor(_ value: String, _ notes: inout WordNotes) {
    let fields = value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    guard fields.count == 2 || fields.count == 3 else {
      return notes.expected(
        "<address>,<hardware address>[,<interface>]", "guestagent.neighbor", value)
    }
    guard let to = IPAddress(unbracketed(fields[0])), !to.isUnspecified, !to.isMulticast else {
      return notes.expected("the address of one neighbor", "address", fields[0])
    }
    guard let linkLayerAddress = MACAddress(fields[1]) else {
      return notes.expected("a hardware address of six octets", "lladdr", fields[1])
    }
    let interface = fields.count == 3 && !fields[2].isEmpty ? fields[2] : nil
    if let interface, InterfaceName(interface) == nil {
      return notes.expected("an interface name of 1 to 15 bytes", "interface", interface)
    }
    neighbors.append(
      NeighborRequest(
        neighbor: NeighborConfiguration(to: to, linkLayerAddress: linkLayerAddress),
        interface: interface, place: WordNotes.place, source: cmdlineSource))
  }

  // MARK: Links

  /// Where a word without a device goes: the one device that other words name, or any NIC.
  private var onlyDevice: CommandLineDevice {
    guard links.count == 1, let link = links.first else { return .any }
    if let name = InterfaceName(link.name) { return .name(name) }
    return link.match?.macAddress.map { .macAddress($0) } ?? .any
  }

  /// The link of a device, made if there is none.
  private mutating func index(of device: CommandLineDevice) -> Int {
    var link = LinkConfiguration(name: "*")
    switch device {
    case .any:
      link.match = LinkConfiguration.Match(name: Glob("*"))
    case .name(let name):
      link.name = name.text
      if let given = names.first(where: { $0.name == name }) {
        link.match = LinkConfiguration.Match(macAddress: given.macAddress)
        link.setName = name
      }
    case .macAddress(let address):
      link.name = address.description
      link.match = LinkConfiguration.Match(macAddress: address)
      if let given = names.first(where: { $0.macAddress == address }) {
        link.name = given.name.text
        link.setName = given.name
      }
    }
    if let index = links.firstIndex(where: { $0.name == link.name }) { return index }
    links.append(link)
    return links.count - 1
  }

  private mutating func configure(_ word: IPWord, on device: CommandLineDevice) {
    let index = index(of: device)
    if let client = word.client, !links[index].addresses.contains(where: { $0.prefix == client }) {
      links[index].addresses.append(AddressConfiguration(client))
    }
    if let gateway = word.gateway {
      let route = RouteConfiguration(to: .everything(gateway.family), via: gateway)
      if !links[index].routes.contains(route) { links[index].routes.append(route) }
    }
    if let mtu = word.mtu { links[index].mtu = mtu }
    if let address = word.macAddress { links[index].macAddress = address }
    if word.method.dhcp4 { links[index].dhcp4 = true }
    if word.method.dhcp6 { links[index].dhcp6 = true }
    if word.method.acceptRA { links[index].acceptRA = true }
    if word.method.linkLocal6 {
      links[index].linkLocal = LinkConfiguration.LinkLocal(ipv4: false, ipv6: true)
    }
    for address in word.nameservers where !links[index].nameservers.contains(address) {
      links[index].nameservers.append(address)
    }
  }

  private mutating func add(_ word: RouteWord, _ notes: inout WordNotes) {
    var index: Int?
    switch word.device {
    case .any:
      index = links.count == 1 ? 0 : word.route.via.flatMap { LinkLookup(links).reaching($0) }
      if index == nil { notes.error("several links are configured, expected a device") }
    case .name(let name):
      index = LinkLookup(links).named(name.text) ?? self.index(of: word.device)
    case .macAddress:
      index = self.index(of: word.device)
    }
    guard let index, !links[index].routes.contains(word.route) else { return }
    // Routes on the link first: the gateways of the others may need them.
    let place = word.route.via == nil
      ? links[index].routes.firstIndex { $0.via != nil } : nil
    links[index].routes.insert(word.route, at: place ?? links[index].routes.count)
  }

  private func checkClaims(_ diagnostics: inout Diagnostics) {
    var claims = NICClaims()
    for link in links {
      if let conflict = claims.conflict(adding: link) {
        diagnostics.error(WordNotes.place, conflict)
      }
    }
    if links.count > 1, links.contains(where: { $0.name == "*" }) {
      diagnostics.error(
        WordNotes.place, "an ip= without a device is for the only NIC, but several are configured")
    }
  }
}

/// The name of this source.
let cmdlineSource = "cmdline"
