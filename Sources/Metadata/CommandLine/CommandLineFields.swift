import Addresses

/// The fields of a value between colons; a colon within `[` and `]` divides nothing. `nil`: a
/// bracket has no partner.
func colonFields(_ value: String) -> [String]? {
  var fields: [String] = []
  var field: [UInt8] = []
  var inBrackets = false
  for byte in value.utf8 {
    switch byte {
    case UInt8(ascii: "["):
      if inBrackets { return nil }
      inBrackets = true
    case UInt8(ascii: "]"):
      if !inBrackets { return nil }
      inBrackets = false
    case UInt8(ascii: ":") where !inBrackets:
      fields.append(String(decoding: field, as: UTF8.self))
      field = []
      continue
    default: break
    }
    field.append(byte)
  }
  if inBrackets { return nil }
  return fields + [String(decoding: field, as: UTF8.self)]
}

/// `[2001:db8::1]` without its brackets, `[2001:db8::]/32` as `2001:db8::/32`.
func unbracketed(_ text: String) -> String {
  let brackets = [UInt8(ascii: "["), UInt8(ascii: "]")]
  return String(decoding: text.utf8.filter { !brackets.contains($0) }, as: UTF8.self)
}

/// The NIC that a word names.
enum CommandLineDevice: Equatable {
  case any
  case name(InterfaceName)
  case macAddress(MACAddress)

  /// One field: nothing, a name, or a hardware address with dashes.
  init?(_ text: String) {
    if text.isEmpty {
      self = .any
    } else if let address = MACAddress(text) {
      self = .macAddress(address)
    } else if let name = InterfaceName(text) {
      self = .name(name)
    } else {
      return nil
    }
  }

  /// Takes one field, or the six of a hardware address with colons, off the front.
  /// `nil`: it names no NIC; the field is taken all the same.
  static func take(from fields: inout ArraySlice<String>) -> CommandLineDevice? {
    if let address = takeMACAddress(from: &fields) { return .macAddress(address) }
    return CommandLineDevice(fields.popFirst() ?? "")
  }
}

/// The hardware address in the first six fields, two digits each, or in the first one with
/// dashes.
func takeMACAddress(from fields: inout ArraySlice<String>) -> MACAddress? {
  if let first = fields.first, let address = MACAddress(first) {
    fields.removeFirst()
    return address
  }
  let six = fields.prefix(6)
  guard six.count == 6, six.allSatisfy({ $0.utf8.count == 2 }),
    let address = MACAddress(six.joined(separator: ":"))
  else { return nil }
  fields.removeFirst(6)
  return address
}

/// `<address>` or `<address>/<length>`, brackets tolerated.
func addressAndLength(_ text: String) -> (address: IPAddress, length: Int?)? {
  let plain = unbracketed(text)
  if let address = IPAddress(plain) { return (address, nil) }
  guard let prefix = try? IPPrefix(plain) else { return nil }
  return (prefix.address, Int(prefix.length))
}

/// The length of a dotted netmask; `nil`: no IPv4 address, or its ones are not all on the left.
func prefixLength(ofNetmask text: some StringProtocol) -> Int? {
  guard let mask = IPAddress(text), mask.family == .ipv4 else { return nil }
  return IPPrefix.length(ofNetmask: mask)
}

/// A number, or for IPv4 a dotted netmask.
func prefixLength(_ text: String, _ family: IPFamily) -> Int? {
  if let number = decimal(text) { return number <= family.bits ? Int(number) : nil }
  return family == .ipv4 ? prefixLength(ofNetmask: text) : nil
}

/// The length of the address's class (RFC 791, section 3.2).
func classfulLength(_ address: IPAddress) -> Int {
  switch address.octets[0] {
  case 0..<128: 8
  case 128..<192: 16
  default: 24
  }
}
