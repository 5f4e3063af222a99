import Addresses
import Configuration

/// One `rd.route=` of the kernel command line:
///
///     rd.route=<net>[/<length>]:[<gateway>][:<device>]
///
/// IPv6 addresses stand in brackets, the length inside or after them. Without a length it is the
/// one address; without a gateway the net is on the link. The length may be a netmask.
/// Source: dracut.cmdline(7), "Network".
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
        CommandLineDevice.expected, "device", ([deviceField] + fields).joined(separator: ":"))
      return nil
    }
    guard let to = destination(net) else {
      notes.expected("<net>[/<length>]", "net", net)
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
  if let (address, length) = addressAndLength(text) {
    return length.map { IPPrefix(address, length: $0) } ?? IPPrefix(host: address)
  }
  let plain = unbracketed(text)
  guard let slash = plain.utf8.firstIndex(of: UInt8(ascii: "/")),
    let address = IPAddress(plain[..<slash]),
    let length = prefixLength(
      String(plain[plain.utf8.index(after: slash)...]), address.family)
  else { return nil }
  return IPPrefix(address, length: length)
}
