import Addresses
import Bytes
import Configuration

/// One `ip=` of the kernel command line:
///
///     ip=<method>
///     ip=<device>:<method>[:[<mtu>][:<mac>]]
///     ip=[<client>]:[<peer>]:[<gateway>]:[<netmask>]:[<host>]:[<device>]:[<method>]<tail>
///     <tail>   = nothing | :[<mtu>][:<mac>] | :<dns0>[:<dns1>[:<ntp0>]]
///     <device> = <name> | <mac>               no device: the only NIC
///
/// `<method>` stands at IPMethod. IPv6 addresses stand in brackets, with the length inside, after
/// them, or as the netmask. The netmask is dotted or a length. In the tail a digit begins an MTU
/// unless the field is an address. Fields at the end may be missing. The peer (dracut) or server
/// (kernel) and ntp0 are not used.
/// Source: Linux, nfsroot.rst; dracut.cmdline(7); systemd-network-generator(8).
struct IPWord {
  var client: IPPrefix?
  var gateway: IPAddress?
  var host: HostName?
  var device: CommandLineDevice = .any
  var method = IPMethod()
  var mtu: UInt32?
  var macAddress: MACAddress?
  var nameservers: [IPAddress] = []
  /// Only `ip=off` and the like: nothing is configured.
  var isEmpty = false

  /// `nil` after an error in `notes`.
  init?(_ value: String, _ notes: inout WordNotes) {
    guard let all = colonFields(value) else {
      notes.error("a bracket has no partner")
      return nil
    }
    var fields = all[...]
    let first = fields[0]
    if fields.count == 1, first.isEmpty {
      notes.warn("it has no value")
      isEmpty = true
    } else if fields.count == 1, readMethod(first, &notes) {
      isEmpty = method == IPMethod()
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
      let method = fields.popFirst(), readMethod(method, &notes)
    else {
      notes.expected("an address, a method or <device>:<method>", "ip", first)
      return false
    }
    self.device = device
    if method.isEmpty { self.method.dhcp4 = true }
    isEmpty = self.method.isOfFirmware
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
      notes.expected(CommandLineDevice.expected, "device", deviceField)
      return false
    }
    self.device = device
    let method = fields.popFirst() ?? ""
    guard readMethod(method, &notes) else {
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
    isEmpty = self.client == nil && self.gateway == nil
      && (self.method.isOfFirmware || device == .any && self.method == IPMethod())
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
        notes.expected(
          "a netmask or a number from 0 to \(address.family.bits)", "netmask", netmask)
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
    if first.isEmpty || decimal(first.utf8) != nil {
      // An empty field may also be a missing dns0.
      fields.removeFirst()
      if !first.isEmpty {
        mtu = notes.mtu(first)
        if mtu == nil { return false }
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

  private mutating func readMethod(_ text: String, _ notes: inout WordNotes) -> Bool {
    guard let method = IPMethod(text) else { return false }
    self.method = method
    if method.isOfFirmware { notes.warn("\(text) is not done by guestagent") }
    return true
  }
}
