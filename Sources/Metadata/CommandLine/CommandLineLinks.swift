import Addresses
import Configuration

/// The links that the words of a kernel command line make together: each word says something of one
/// device, and several may speak of the same.
struct CommandLineLinks {
  private(set) var links: [LinkConfiguration] = []
  var configuring: [IPWord] = []
  var made: [(word: MadeLinkWord, notes: WordNotes)] = []
  var routes: [(word: RouteWord, notes: WordNotes)] = []
  /// `ifname=`
  var names: [(name: InterfaceName, macAddress: MACAddress)] = []
  /// `bootdev=`
  var bootDevice: (device: CommandLineDevice, notes: WordNotes)?
  /// `BOOTIF=`, unless `rd.bootif=0`.
  var bootInterface: MACAddress?
  /// A false `rd.peerdns=`.
  var withoutPeerDNS: WordNotes?

  /// `definesNetwork`: also where no `ip=` is left to do so, as it has an error.
  mutating func assemble(definesNetwork: Bool, _ diagnostics: inout Diagnostics) {
    guard !configuring.isEmpty else {
      if definesNetwork { return }
      for (_, notes) in made { Self.warnOfNoUse(notes, &diagnostics) }
      for (_, notes) in routes { Self.warnOfNoUse(notes, &diagnostics) }
      return
    }
    for word in configuring where word.device != .any { configure(word, on: word.device) }
    for (word, notes) in made {
      var notes = notes
      make(word, &notes)
      diagnostics.append(notes.diagnostics)
    }
    for word in configuring where word.device == .any { configure(word, on: defaultDevice) }
    for (word, notes) in routes {
      var notes = notes
      add(word, &notes)
      diagnostics.append(notes.diagnostics)
    }
    preferBootDevice(&diagnostics)
    checkClaims(&diagnostics)
    if var notes = withoutPeerDNS, links.contains(where: { $0.dhcp4 == true || $0.dhcp6 == true }) {
      notes.warn("what a lease says of resolvers is left to the DHCP client")
      diagnostics.append(notes.diagnostics)
    }
  }

  private static func warnOfNoUse(_ notes: WordNotes, _ diagnostics: inout Diagnostics) {
    var notes = notes
    notes.warn("without ip= it is not used")
    diagnostics.append(notes.diagnostics)
  }

  // MARK: Devices

  /// Where a word without a device goes: the device of `bootdev=`; else the only link that is no
  /// port and carries no VLAN; else the NIC of `BOOTIF=`; else any NIC.
  private var defaultDevice: CommandLineDevice {
    if let bootDevice { return bootDevice.device }
    if let index = onlyLink {
      if let name = InterfaceName(links[index].name) { return .name(name) }
      return links[index].match?.macAddress.map { .macAddress($0) } ?? .any
    }
    return bootInterface.map { .macAddress($0) } ?? .any
  }

  private var onlyLink: Int? {
    var parents: [String] = []
    for link in links {
      if case .vlan(let parent, _) = link.kind { parents.append(parent) }
    }
    let free = links.indices.filter {
      links[$0].controller == nil && !parents.contains(links[$0].name)
    }
    return free.count == 1 ? free[0] : nil
  }

  /// The link of a device as it is before any word speaks of it.
  private func link(of device: CommandLineDevice) -> LinkConfiguration {
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
    return link
  }

  private func existing(_ device: CommandLineDevice) -> Int? {
    let name = link(of: device).name
    return links.firstIndex { $0.name == name }
  }

  /// The link of a device, made if there is none.
  private mutating func index(of device: CommandLineDevice) -> Int {
    if let index = existing(device) { return index }
    links.append(link(of: device))
    return links.count - 1
  }

  // MARK: Words

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

  private mutating func make(_ word: MadeLinkWord, _ notes: inout WordNotes) {
    let index = index(of: .name(word.name))
    guard links[index].kind == .ethernet else {
      return notes.error("\(word.name) is made by another word already")
    }
    guard links[index].match == nil else {
      return notes.error("\(word.name) is the name of a NIC by ifname=")
    }
    links[index].mtu = links[index].mtu ?? word.mtu
    if case .vlan(_, let id) = word.kind {
      let parent = self.index(of: word.parent)
      if parent == index { return notes.error("\(word.name) would carry itself") }
      links[index].kind = .vlan(parent: links[parent].name, id: id)
    } else {
      links[index].kind = word.kind
      links[index].parameters = word.parameters
    }
    for device in word.ports {
      let port = self.index(of: device)
      if port == index { return notes.error("\(word.name) would be a port of itself") }
      if let other = links[port].controller, other != word.name.text {
        return notes.error("\(links[port].name) is a port of \(other) already")
      }
      links[port].controller = word.name.text
    }
  }

  private mutating func add(_ word: RouteWord, _ notes: inout WordNotes) {
    var index: Int?
    if word.device == .any {
      index = bootDevice.flatMap { existing($0.device) } ?? onlyLink
        ?? word.route.via.flatMap { LinkLookup(links).reaching($0) }
        ?? bootInterface.flatMap { existing(.macAddress($0)) }
      if index == nil { notes.error("several links are configured, expected a device") }
    } else if case .name(let name) = word.device {
      index = LinkLookup(links).named(name.text) ?? self.index(of: word.device)
    } else {
      index = self.index(of: word.device)
    }
    guard let index, !links[index].routes.contains(word.route) else { return }
    // Routes on the link first: the gateways of the others may need them.
    let place = word.route.via == nil
      ? links[index].routes.firstIndex { $0.via != nil } : nil
    links[index].routes.insert(word.route, at: place ?? links[index].routes.count)
  }

  // MARK: All links

  /// The default routes of the other links are for when those of `bootdev=` are gone.
  private mutating func preferBootDevice(_ diagnostics: inout Diagnostics) {
    guard let (device, word) = bootDevice else { return }
    guard let boot = existing(device) else {
      var notes = word
      notes.warn("no ip= configures it")
      return diagnostics.append(notes.diagnostics)
    }
    let preferred = links[boot].routes.filter { $0.to.length == 0 }.map { $0.to }
    for index in links.indices where index != boot {
      for place in links[index].routes.indices
      where preferred.contains(links[index].routes[place].to) {
        links[index].routes[place].metric = otherDefaultRouteMetric
      }
    }
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

/// Above 1024, which the kernel gives an IPv6 route without a metric.
private let otherDefaultRouteMetric: UInt32 = 2048
