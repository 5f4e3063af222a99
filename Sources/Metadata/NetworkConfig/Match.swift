import Addresses
import Configuration

/// `match`: all that is given must hold; empty, it is every NIC.
///
///     {name: <glob>, macaddress: <mac>, driver: <glob> | [<glob>]}
extension YAMLReader {
  mutating func match(_ value: YAMLNode) -> LinkConfiguration.Match? {
    guard let entries = entries(value, "match") else { return nil }
    var match = LinkConfiguration.Match()
    let errors = diagnostics.errors.count
    for entry in entries {
      let key = document.text(entry.key)
      switch Word(key) {
      case "name": match.name = glob(entry.value, key)
      case "macaddress": match.macAddress = macAddress(entry.value, key)
      case "driver" where document.kind(entry.value) == .list:
        for item in document.items(entry.value) {
          if let driver = glob(item, key) { match.drivers.append(driver) }
        }
      case "driver":
        if let driver = glob(entry.value, key) { match.drivers.append(driver) }
      default: warnUnknown(entry.key, known: wordList("name macaddress driver"))
      }
    }
    if match == LinkConfiguration.Match() {
      guard entries.isEmpty else {
        // Without the key that is not known it would fit every NIC. A wrong value is told already.
        guard diagnostics.errors.count == errors else { return nil }
        error(value, "match: expected name, macaddress or driver")
        return nil
      }
      // netplan: an empty match is every NIC.
      match.name = Glob("*")
    }
    return match
  }
}
