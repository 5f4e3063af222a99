import Addresses
import Configuration

/// One `rd.route=` of the kernel command line:
///
///     rd.route=<net>/<length>:[<gateway>][:<device>]
///
/// IPv6 addresses stand in brackets, the length inside or after them. Without a gateway the net
/// is on the link. The length may be a dotted netmask. Source: dracut.cmdline(7), "Network".
struct RouteWord {
  let route: RouteConfiguration
  let device: CommandLineDevice

  /// `nil` after an error in `notes`.
  init?(_ value: String, _ notes: inout WordNotes) {
    guard let all = colonFields(value) else {
      notes.error("a bracket has no partner")
      return nil
    }
    var fields = all[...]
    let net = fields.popFirst() ?? ""
    let gateway = fields.popFirst() ?? ""
    let deviceField = fields.first ?? ""
    let device = CommandLineDevice.take(from: &fields)
    guard let device, fields.allSatisfy({ $0.isEmpty }) else {
      notes.expected(
        "an interface name of 1 to 15 bytes or a hardware address", "device",
        ([deviceField] + fields).joined(separator: ":"))
      return nil
    }
    guard let to = destination(net) else {
      notes.expected("<net>/<length>", "net", net)
      return nil
    }
    if to.network != to { notes.warn("\(to) has host bits set: taken for \(to.network)") }
    var route = RouteConfiguration(to: to.network)
    if !gateway.isEmpty {
      guard let via = IPAddress(unbracketed(gateway)) else {
        notes.expected("an address", "gateway", gateway)
        return nil
      }
      guard via.family == to.family else {
        notes.error("gateway of the wrong family: \(via) cannot lead to \(to.network)")
        return nil
      }
      route.via = via.isUnspecified ? nil : via
    }
    self.route = route
    self.device = device
  }
}

private func destination(_ text: String) -> IPPrefix? {
  let plain = unbracketed(text)
  if let prefix = try? IPPrefix(plain) { return prefix }
  guard let slash = plain.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
  guard let address = IPAddress(plain[..<slash]), address.family == .ipv4,
    let length = prefixLength(ofNetmask: plain[plain.utf8.index(after: slash)...])
  else { return nil }
  return IPPrefix(address, length: length)
}
