import Addresses
import Check
import Configuration

/// An item of `addresses`: `<address>/<length>`, or a mapping of one such key,
///
///     <address>/<length>: {label: <label>, lifetime: forever | 0}
///
/// The label is of IPv4 only, 1 to 15 bytes (netplan's rule, and the kernel's IFNAMSIZ).
extension YAMLReader {
  mutating func addresses(_ value: YAMLNode, of link: String) -> [AddressConfiguration] {
    guard let items = items(value, "addresses") else { return [] }
    var addresses: [AddressConfiguration] = []
    var places: [IPPrefix: Int] = [:]
    for item in items {
      let count = addresses.count
      var node = item
      if document.kind(item) == .mapping {
        guard let entry = document.entries(item).first, document.entries(item).count == 1 else {
          refuse(item, "addresses", expected: "one <address>/<length> with its settings")
          continue
        }
        node = entry.key
        if let address = address(entry) { addresses.append(address) }
      } else if let prefix = prefix(item, "addresses") {
        addresses.append(AddressConfiguration(prefix))
      }
      guard addresses.count > count else { continue }
      if places.updateValue(count, forKey: addresses[count].prefix) == nil {
        note(.address, of: link, at: node)
      } else {
        warn(node, "addresses: \(addresses[count].prefix) is given twice")
        addresses.removeLast()
      }
    }
    return addresses
  }

  private mutating func address(_ entry: YAMLEntry) -> AddressConfiguration? {
    let prefix = prefix(entry.key, "addresses")
    let empty = document.isNull(entry.value)
    guard let settings = empty ? [] : entries(entry.value, "addresses"), let prefix else {
      return nil
    }
    var address = AddressConfiguration(prefix)
    for setting in settings {
      let key = document.text(setting.key)
      switch Word(key) {
      case "label":
        address.label = label(setting.value, of: prefix)
      case "lifetime":
        switch Word(document.text(setting.value)) {
        case "forever": address.deprecated = false
        case "0": address.deprecated = true
        default: refuse(setting.value, key, expected: "forever or 0")
        }
      default: warnUnknown(setting.key, known: wordList("label lifetime"))
      }
    }
    return address
  }

  private mutating func label(_ value: YAMLNode, of prefix: IPPrefix) -> String? {
    guard let label = text(value, "label") else { return nil }
    guard prefix.family == .ipv4 else {
      error(value, "label: only an IPv4 address has one, \(prefix) is IPv6")
      return nil
    }
    guard (1...15).contains(label.utf8.count), label.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else {
      refuse(value, "label", expected: "a label of 1 to 15 bytes without spaces")
      return nil
    }
    return label
  }
}
