import Addresses
import Configuration

/// What the kernel command line says of the network. It knows of
///
///     ip=...                                      IPWord.swift
///     rd.route=...                                RouteWord.swift
///     vlan=..., bond=..., bridge=...              MadeLinkWord.swift
///     nameserver=<address>                        repeated; of the guest as a whole
///     ifname=<name>:<mac>                         the NIC of this address gets this name
///     bootdev=<name> | <mac>                      for words without a device
///     BOOTIF=[<type>-]<mac>                       the NIC that was booted from (PXE)
///     rd.bootif=0, rd.peerdns=0                   without BOOTIF=; without a lease's resolvers
///     network-config=...                          NetworkConfigWord.swift
///     ds=<source>[;<key>=<value>]...              the last one; kept as it is
///     guestagent.neighbor=<address>,<mac>[,<interface>]
///
/// says of `team=`, `ip6=` and the like that they are not done, and passes over all other words
/// (`guestagent.grow=` is read by GrowthStatement). Without an `ip=` that configures something,
/// `rd.route=`, `ifname=` and what makes a link are not used.
///
/// Where readers differ, this one reads as the last column says; dracut means its own scripts, NM
/// nm-initrd-generator, systemd its network generator.
///
///                          kernel       dracut      NM          systemd      here
///     field 8              a resolver   1)          1)          as 1)        1)
///     method empty         any          dhcp        auto        refused      2)
///     IPv4 without mask    class        refused     class       /32          class, warned of
///     IPv6 without mask    -            refused     /64         /128         /128, warned of
///     IPv4 mask a number   24.0.0.0     length      length      length       length
///     IPv6 mask            -            number      number      number       number or mask
///     peer                 boot server  peer        not used    peer         not used, warned of
///     on, any              DHCP         DHCPv4      4, 6, RA    DHCPv4, 6    DHCPv4
///     device a MAC         no           yes         yes         no           yes
///     nameserver=a,b       -            refused     refused     refused      both, warned of
///     rd.route, no device  -            kernel      bootdev     every link   3)
///     ip=, no device       first NIC    all NICs    first link  all NICs     4)
///     bootdev=             -            primary     for routes  not used     3), 4), 5)
///     identifier of vlan=  -            vlan5, .5   last digits last digits  last digits
///     bond= unwatched      -            miimon=100  miimon=100  miimon=0     miimon=100
///
/// 1) An MTU if it is a number, a resolver if it is an address. 2) As none if an address is given,
/// else as dhcp. 3) bootdev=, the only link, the one that reaches the gateway, or else an error.
/// 4) bootdev=, the only link that other words configure, BOOTIF=, or else the only NIC.
/// 5) Default routes of other links get the metric 2048.
public struct KernelCommandLine {
  public private(set) var links: [LinkConfiguration] = []
  public private(set) var nameservers: [IPAddress] = []
  /// An `ip=` configures a link: no other source's network is used.
  public private(set) var definesNetwork = false
  /// `network-config=`, the last one.
  public private(set) var networkConfig: NetworkConfigWord?
  /// The value of the last `ds=` (`nocloud;h=web;i=web-1`).
  public private(set) var datasource: String?
  var hostname: HostName?
  var neighbors: [NeighborRequest] = []
  private var ignoresBootInterface = false

  public init(_ text: String, diagnostics: inout Diagnostics) {
    var words = CommandLineLinks()
    for (key, value) in commandLineWords(text) {
      var notes = WordNotes(key, value)
      if !readLinkWord(key, value, &words, &notes) { readOther(key, value, &words, &notes) }
      diagnostics.append(notes.diagnostics)
    }
    if ignoresBootInterface { words.bootInterface = nil }
    if !words.configuring.isEmpty { definesNetwork = true }
    words.assemble(definesNetwork: definesNetwork, &diagnostics)
    links = words.links
  }

  /// `false`: it is none of the words that make links.
  private mutating func readLinkWord(
    _ key: String, _ value: String, _ words: inout CommandLineLinks, _ notes: inout WordNotes
  ) -> Bool {
    var made: MadeLinkWord?
    switch Word(key) {
    case "ip":
      guard let word = IPWord(value, &notes) else {
        definesNetwork = true
        return true
      }
      hostname = hostname ?? word.host
      nameservers += word.isEmpty ? word.nameservers : []
      if !word.isEmpty { words.configuring.append(word) }
    case "rd.route":
      if let word = RouteWord(value, &notes) { words.routes.append((word, WordNotes(key, value))) }
    case "vlan": made = MadeLinkWord(vlan: value, &notes)
    case "bond": made = MadeLinkWord(bond: value, &notes)
    case "bridge": made = MadeLinkWord(bridge: value, &notes)
    default: return false
    }
    if let made { words.made.append((made, WordNotes(key, value))) }
    return true
  }

  private mutating func readOther(
    _ key: String, _ value: String, _ words: inout CommandLineLinks, _ notes: inout WordNotes
  ) {
    switch Word(key) {
    case "nameserver": readNameservers(value, &notes)
    case "ifname": readName(value, &words, &notes)
    case "bootdev": readBootDevice(value, &words, &notes)
    case "BOOTIF": readBootInterface(value, &words, &notes)
    case "rd.bootif": ignoresBootInterface = isFalse(value)
    case "rd.peerdns": words.withoutPeerDNS = isFalse(value) ? notes : nil
    case "network-config": networkConfig = NetworkConfigWord(value, &notes)
    case "ds": datasource = value.isEmpty ? nil : value
    case "guestagent.neighbor": readNeighbor(value, &notes)
    case "ip6":
      if !value.isEmpty, value != "off", value != "none" {
        notes.warn("ip6 is not done by guestagent", hint: "write ip=<device>:dhcp6")
      }
    case "team", "ib.pkey", "rd.znet", "rd.ethtool":
      notes.warn("\(key) is not done by guestagent")
    default: break
    }
  }

  // MARK: Words

  private mutating func readNameservers(_ value: String, _ notes: inout WordNotes) {
    let fields = commaFields(value)
    for field in fields {
      guard let address = IPAddress(unbracketed(field)) else {
        return notes.expected("an address", "nameserver", field)
      }
      if !nameservers.contains(address) { nameservers.append(address) }
    }
    if fields.count > 1 {
      notes.warn("several addresses, which other readers refuse", hint: "write one word for each")
    }
  }

  private func readName(
    _ value: String, _ words: inout CommandLineLinks, _ notes: inout WordNotes
  ) {
    var fields = (colonFields(value) ?? [])[...]
    let name = fields.popFirst() ?? ""
    guard let name = InterfaceName(name), let address = takeMACAddress(from: &fields),
      fields.isEmpty
    else {
      return notes.expected("<name>:<hardware address>", "ifname", value)
    }
    words.names.append((name, address))
  }

  private func readBootDevice(
    _ value: String, _ words: inout CommandLineLinks, _ notes: inout WordNotes
  ) {
    var fields = (colonFields(value) ?? [])[...]
    guard let device = CommandLineDevice.take(from: &fields), device != .any, fields.isEmpty
    else { return notes.expected(CommandLineDevice.expected, "bootdev", value) }
    words.bootDevice = (device, notes)
  }

  /// The boot loader wrote it, so that a wrong one is no reason to leave the network alone. Before
  /// the address stands its type by ARP, `01` for Ethernet.
  private func readBootInterface(
    _ value: String, _ words: inout CommandLineLinks, _ notes: inout WordNotes
  ) {
    let address = value.utf8.count == 20 ? Substring(value.utf8.dropFirst(3)) : Substring(value)
    words.bootInterface = MACAddress(address)
    if words.bootInterface == nil {
      notes.warn("expected 01-<hardware address>: it is not used")
    }
  }

  private mutating func readNeighbor(_ value: String, _ notes: inout WordNotes) {
    let fields = commaFields(value)
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
}

/// The name of this source.
let cmdlineSource = "cmdline"
