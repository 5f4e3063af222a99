import Addresses
import Bytes
import Configuration

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

/// The fields of a value between commas, empty ones too.
func commaFields(_ value: String) -> [String] {
  value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    .map { String(Substring($0)) }
}

/// `[2001:db8::1]` without its brackets, `[2001:db8::]/32` as `2001:db8::/32`.
func unbracketed(_ text: String) -> String {
  let brackets = [UInt8(ascii: "["), UInt8(ascii: "]")]
  return String(decoding: text.utf8.filter { !brackets.contains($0) }, as: UTF8.self)
}

/// `0`, `no` and the like, of a word that is true without a value.
func isFalse(_ text: String) -> Bool {
  switch Word(text) {
  case "0", "no", "off", "false", "n", "f": true
  default: false
  }
}

/// The NIC that a word names.
enum CommandLineDevice: Equatable {
  case any
  case name(InterfaceName)
  case macAddress(MACAddress)

  static let expected = "an interface name of 1 to 15 bytes or a hardware address"

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

/// A number, or a netmask: dotted, or for IPv6 an address; brackets tolerated.
func prefixLength(_ text: String, _ family: IPFamily) -> Int? {
  let plain = unbracketed(text)
  if let number = decimal(plain.utf8) { return number <= family.bits ? Int(number) : nil }
  guard let mask = IPAddress(plain), mask.family == family else { return nil }
  return IPPrefix.length(ofNetmask: mask)
}

/// The length of the address's class (RFC 791, section 3.2).
func classfulLength(_ address: IPAddress) -> Int {
  switch address.octets[0] {
  case 0..<128: 8
  case 128..<192: 16
  default: 24
  }
}
