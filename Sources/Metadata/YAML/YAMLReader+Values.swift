import Addresses
import Bytes
import Configuration

/// Values by the meaning that their key gives them. Each returns `nil` after it has noted an
/// error at the value. `key` is the key that the message names.
extension YAMLReader {
  /// The pairs of a mapping.
  mutating func entries(_ value: YAMLNode, _ key: String) -> [YAMLEntry]? {
    guard document.kind(value) == .mapping else {
      refuse(value, key, expected: "a mapping")
      return nil
    }
    return document.entries(value)
  }

  /// The items of a list.
  mutating func items(_ value: YAMLNode, _ key: String) -> [YAMLNode]? {
    guard document.kind(value) == .list else {
      refuse(value, key, expected: "a list")
      return nil
    }
    return document.items(value)
  }

  /// Text that is not empty.
  mutating func text(_ value: YAMLNode, _ key: String, expected: String = "text") -> String? {
    guard document.isScalar(value), !document.isNull(value), case let text = document.text(value),
      !text.isEmpty
    else {
      refuse(value, key, expected: expected)
      return nil
    }
    return text
  }

  /// The booleans of YAML 1.1 (yaml.org/type/bool.html), in quotes or not.
  mutating func boolean(_ value: YAMLNode, _ key: String) -> Bool? {
    switch Word(document.text(value)) {
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y": return true
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N": return false
    default:
      refuse(value, key, expected: "true or false")
      return nil
    }
  }

  /// Decimal digits only.
  mutating func number(_ value: YAMLNode, _ key: String, in range: ClosedRange<UInt32>) -> UInt32? {
    guard let number = decimal(document.text(value).utf8), let number = UInt32(exactly: number),
      range.contains(number)
    else {
      refuse(
        value, key, expected: "a number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  mutating func address(_ value: YAMLNode, _ key: String) -> IPAddress? {
    guard let address = IPAddress(document.text(value)) else {
      refuse(value, key, expected: "an address")
      return nil
    }
    return address
  }

  /// An interface's address. A length is never guessed: cloud-init would take /24 and /64,
  /// netplan refuses it.
  mutating func prefix(_ value: YAMLNode, _ key: String) -> IPPrefix? {
    do throws(IPPrefixError) {
      let prefix = try IPPrefix(document.text(value))
      guard !prefix.address.isUnspecified, !prefix.address.isMulticast else {
        refuse(value, key, expected: "the address of an interface")
        return nil
      }
      return prefix
    } catch {
      switch error {
      case .lengthMissing(let address):
        let written = IPPrefix(host: address)
        self.error(
          value, "\(key): \"\(address)\" has no prefix length", hint: "write \(written)")
      case .lengthOutOfRange(let length, let family):
        refuse(
          value, key,
          expected: "a prefix length from 0 to \(family.bits) in place of \(quoted(length))")
      case .notAnAddress:
        refuse(value, key, expected: "<address>/<length>")
      }
      return nil
    }
  }

  /// A hardware address, also one that a YAML 1.1 writer took for a number of base 60.
  mutating func macAddress(_ value: YAMLNode, _ key: String) -> MACAddress? {
    let text = document.text(value)
    if let address = MACAddress(text) {
      if document.kind(value) == .plain, isBase60(text) {
        warn(
          value,
          "\(key): readers of YAML 1.1 take \(text) for a number of base 60",
          hint: "put it in quotes")
      }
      return address
    }
    if let number = decimal(text.utf8), let address = hardwareAddress(ofBase60: number) {
      warn(
        value,
        "\(key): \(text) is taken for \(address), which was read as a number of base 60",
        hint: "write \"\(address)\" in quotes")
      return address
    }
    refuse(value, key, expected: "a hardware address of six octets")
    return nil
  }

  mutating func interfaceName(_ value: YAMLNode, _ key: String) -> InterfaceName? {
    guard let name = InterfaceName(document.text(value)) else {
      refuse(value, key, expected: "an interface name of 1 to 15 bytes")
      return nil
    }
    return name
  }

  /// A wildcard pattern: any text but NUL, which would end it early for C.
  mutating func glob(_ value: YAMLNode, _ key: String) -> Glob? {
    guard let text = text(value, key, expected: "a name or pattern") else { return nil }
    guard !text.utf8.contains(0) else {
      refuse(value, key, expected: "a name or pattern")
      return nil
    }
    return Glob(text)
  }

  /// One of a few words.
  mutating func choice<Choice: RawRepresentable<String>>(
    _ value: YAMLNode, _ key: String, _ choices: [Choice]
  ) -> Choice? {
    let text = document.text(value)
    if let choice = choices.first(where: { $0.rawValue == text }) { return choice }
    refuse(
      value, key, expected: "one of " + choices.map { $0.rawValue }.joined(separator: ", "))
    return nil
  }

  mutating func hostName(_ value: YAMLNode, _ key: String) -> HostName? {
    // A template that had no name for it; cloud-init takes it for none.
    if isEmpty(value) { return nil }
    guard let name = HostName(document.text(value)) else {
      refuse(value, key, expected: HostName.expected)
      return nil
    }
    return name
  }
}

/// `[1-9][0-9]*(:[0-5]?[0-9])+`, what YAML 1.1 reads as a number (yaml.org/type/int.html).
private func isBase60(_ text: String) -> Bool {
  let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
  guard parts.count > 1, parts[0].first != UInt8(ascii: "0") else { return false }
  for (index, part) in parts.enumerated() {
    guard (1...2).contains(part.count), part.allSatisfy({ (48...57).contains($0) }) else {
      return false
    }
    if index > 0, part.count == 2, (part.first ?? 0) > UInt8(ascii: "5") { return false }
  }
  return true
}

/// `52:54:00:12:34:56` read as 52·60⁵ + 54·60⁴ + ... and turned back: six numbers, the first
/// up to 99, whose decimal digits are the octets' hexadecimal ones.
private func hardwareAddress(ofBase60 number: UInt64) -> MACAddress? {
  var rest = number
  var octets = [UInt8](repeating: 0, count: 6)
  for index in (0..<6).reversed() {
    let digit = index == 0 ? rest : rest % 60
    guard (index == 0 ? 1...99 : 0...59).contains(digit) else { return nil }
    octets[index] = UInt8(digit / 10 * 16 + digit % 10)
    rest /= 60
  }
  return MACAddress(octets: octets)
}
