import Addresses
import Configuration

/// One `ip=` of the kernel command line:
///
///     ip=<method>
///     ip=<device>:<method>[:[<mtu>][:<mac>]]
///     ip=[<client>]:[<peer>]:[<gateway>]:[<netmask>]:[<host>]:[<device>]:[<method>]<tail>
///     <tail>   = nothing | :[<mtu>][:<mac>] | :<dns0>[:<dns1>[:<ntp0>]]
///     <device> = <name> | <mac>               no device: the only NIC
///     <method> = none | off | static | link6 | dhcp | dhcp4 | dhcp6 | auto6 | either6 | on |
///                any | both | auto | bootp | rarp | single-dhcp, or several between commas
///
/// IPv6 addresses stand in brackets, with the length inside, after them, or as the netmask. The
/// netmask is dotted or a length. In the tail a digit begins an MTU unless the field is an
/// address. Fields at the end may be missing. The peer (dracut) or server (kernel) and ntp0 are
/// not used; `ip=ibft` is not done.
/// Source: Linux, nfsroot.rst; dracut.cmdline(7); systemd-network-generator(8).
struct IPWord {
  var client: IPPrefix?
  var gateway: IPAddress?
  var host: HostName?
  var device: CommandLineDevice = .any
  var method = Method()
  var mtu: UInt32?
  var macAddress: MACAddress?
  var nameservers: [IPAddress] = []
  /// Only `ip=off` and the like: nothing is configured.
  var isEmpty = false

  struct Method: Equatable {
    var dhcp4 = false
    var dhcp6 = false
    var acceptRA = false
    var linkLocal6 = false
  }

  /// `nil` after an error in `notes`.
  init?(_ value: String, _ notes: inout WordNotes) {
    guard let all = colonFields(value) else {
      notes.error("a bracket has no partner")
      return nil
    }
    var fields = all[...]
    let first = fields[0]
    if fields.count == 1, first.isEmpty || first == "ibft" {
      notes.warn(first.isEmpty ? "it has no value" : "ibft is not done by guestagent")
      isEmpty = true
    } else if fields.count == 1, readMethod(first) {
      isEmpty = method == Method()
    } else if first.isEmpty || addressAndLength(first) != nil {
      guard readStatic(&fields, &notes) else { return nil }
    } else {
      guard readDevice(&fields, &notes) else { return nil }
    }
  }

  /// `<device>:<method>[:[<mtu>][:<mac>]]`
  private mutating func readDevice(
    _ fields: inout ArraySlice<String>, _ notes: inout WordNotes
  ) -> Bool {
    let first = fields[0]
    guard fields.count > 1, let device = CommandLineDevice.take(from: &fields),
      let method = fields.popFirst(), readMethod(method)
    else {
      notes.expected("an address, a method or <device>:<method>", "ip", first)
      return false
    }
    self.device = device
    if method.isEmpty { self.method.dhcp4 = true }
    return readTail(&fields, &notes)
  }

  private mutating func readStatic(
    _ fields: inout ArraySlice<String>, _ notes: inout WordNotes
  ) -> Bool {
    let client = fields.popFirst() ?? ""
    let peer = fields.popFirst() ?? ""
    let gateway = fields.popFirst() ?? ""
    let netmask = fields.popFirst() ?? ""
    let host = fields.popFirst() ?? ""
    if !peer.isEmpty {
      guard addressAndLength(peer) != nil else {
        notes.expected("an address", "peer", peer)
        return false
      }
      notes.warn("the peer or server \(quoted(unbracketed(peer))) is not used")
    }
    if !client.isEmpty {
      guard let prefix = readClient(client, netmask: netmask, &notes) else { return false }
      self.client = prefix
    }
    guard readGateway(gateway, &notes) else { return false }
    if !host.isEmpty {
      guard let name = HostName(host) else {
        notes.expected(HostName.expected, "host", host)
        return false
      }
      self.host = name
    }
    let deviceField = fields.first ?? ""
    guard let device = CommandLineDevice.take(from: &fields) else {
      notes.expected(
        "an interface name of 1 to 15 bytes or a hardware address", "device", deviceField)
      return false
    }
    self.device = device
    let method = fields.popFirst() ?? ""
    guard readMethod(method) else {
      notes.expected("a method such as none or dhcp", "method", method)
      return false
    }
    if method.isEmpty {
      if self.client == nil {
        self.method.dhcp4 = true
      } else {
        notes.warn("no method is given: taken for none, as an address is given")
      }
    }
    isEmpty = self.client == nil && self.gateway == nil && device == .any && self.method == Method()
    return readTail(&fields, &notes)
  }

  private func readClient(
    _ text: String, netmask: String, _ notes: inout WordNotes
  ) -> IPPrefix? {
    guard let (address, length) = addressAndLength(text), !address.isUnspecified,
      !address.isMulticast
    else {
      notes.expected("the address of an interface", "client", text)
      return nil
    }
    var chosen = length
    if !netmask.isEmpty {
      guard let mask = prefixLength(netmask, address.family) else {
        let forms = address.family == .ipv4 ? "a netmask or a number from 0 to 32"
          : "a number from 0 to 128"
        notes.expected(forms, "netmask", netmask)
        return nil
      }
      chosen = mask
    }
    if let chosen { return IPPrefix(address, length: chosen) }
    // IPv6: systemd and dracut take one address, NetworkManager /64; the smaller harms less.
    let guess = address.family == .ipv6 ? 128 : classfulLength(address)
    notes.warn("no netmask is given: taken for \(guess)")
    return IPPrefix(address, length: guess)
  }

  private mutating func readGateway(_ text: String, _ notes: inout WordNotes) -> Bool {
    if text.isEmpty { return true }
    guard let gateway = IPAddress(unbracketed(text)) else {
      notes.expected("an address", "gateway", text)
      return false
    }
    if let client, client.family != gateway.family {
      notes.error("gateway of the wrong family: \(gateway) for \(client)")
      return false
    }
    self.gateway = gateway.isUnspecified ? nil : gateway
    return true
  }

  private mutating func readTail(
    _ fields: inout ArraySlice<String>, _ notes: inout WordNotes
  ) -> Bool {
    guard let first = fields.first else { return true }
    if first.isEmpty || decimal(first) != nil {
      // An empty field may also be a missing dns0.
      fields.removeFirst()
      if !first.isEmpty {
        guard let mtu = decimal(first), linkMTU.contains(UInt32(clamping: mtu)) else {
          notes.expected(
            "a number from \(linkMTU.lowerBound) to \(linkMTU.upperBound)", "mtu", first)
          return false
        }
        self.mtu = UInt32(clamping: mtu)
      }
      if let address = takeMACAddress(from: &fields) {
        macAddress = address
      } else if first.isEmpty {
        return readResolvers(fields, most: 1, &notes)
      }
    } else {
      return readResolvers(fields, most: 2, &notes)
    }
    guard fields.allSatisfy({ $0.isEmpty }) else {
      notes.expected("a hardware address", "mac", fields.joined(separator: ":"))
      return false
    }
    return true
  }

  private mutating func readResolvers(
    _ fields: ArraySlice<String>, most: Int, _ notes: inout WordNotes
  ) -> Bool {
    for field in fields.prefix(most) where !field.isEmpty {
      guard let address = IPAddress(unbracketed(field)) else {
        notes.expected("an MTU or the address of a resolver", "dns", field)
        return false
      }
      nameservers.append(address)
    }
    let rest = fields.dropFirst(most)
    if let ntp = rest.first, !ntp.isEmpty {
      notes.warn("the time server \(quoted(ntp)) is not used")
    }
    if let more = rest.dropFirst().first(where: { !$0.isEmpty }) {
      notes.error("too many fields: \(quoted(more))")
      return false
    }
    return true
  }

  /// One method, or several between commas; after `dhcp` the kernel's client identifier
  /// (`dhcp,<type>,<id>`) is passed over.
  private mutating func readMethod(_ text: String) -> Bool {
    let words = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    for (index, word) in words.enumerated() {
      if index > 0, words[0] == "dhcp", decimal(words[1]) != nil { return true }
      switch word {
      case "none", "off", "static", "": break
      case "dhcp", "dhcp4", "on", "any", "both", "bootp", "rarp", "single-dhcp":
        method.dhcp4 = true
      case "dhcp6": method.dhcp6 = true
      case "auto6": method.acceptRA = true
      case "either6": (method.acceptRA, method.dhcp6) = (true, true)
      case "auto": (method.acceptRA, method.dhcp4) = (true, true)
      case "link6", "link-local": method.linkLocal6 = true
      default: return false
      }
    }
    return true
  }
}
