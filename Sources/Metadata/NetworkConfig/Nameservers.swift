import Addresses
import Check
import Configuration

/// `nameservers` of a link:
///
///     {addresses: [<address>], search: [<domain>]}
extension YAMLReader {
  mutating func nameservers(_ value: YAMLNode, of link: inout LinkConfiguration) {
    guard let entries = entries(value, "nameservers") else { return }
    for entry in entries where !document.isNull(entry.value) {
      let key = document.text(entry.key)
      switch Word(key) {
      case "addresses":
        for item in items(entry.value, key) ?? [] {
          guard let address = address(item, "nameservers") else { continue }
          note(.nameserver, of: link.name, at: item)
          link.nameservers.append(address)
        }
      case "search":
        for item in items(entry.value, key) ?? [] {
          if let domain = searchDomain(document.text(item), item, key) {
            link.searchDomains.append(domain)
          }
        }
      default: warnUnknown(entry.key, known: wordList("addresses search"))
      }
    }
  }

  /// `text`: the value, or a word of it.
  @inline(never)
  mutating func searchDomain(_ text: String, _ value: YAMLNode, _ key: String) -> String? {
    // resolv.conf(5): `.` is the root; a routing domain of systemd-resolved begins with `~`.
    guard text == "." || isSearchDomain(text) else {
      refuse(value, key, expected: "a domain")
      return nil
    }
    return text
  }
}

/// As a host's name, but underscores are met in domains.
private func isSearchDomain(_ text: String) -> Bool {
  let name = text.utf8.last == UInt8(ascii: ".") ? text.utf8.dropLast() : text.utf8[...]
  let plain = name.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "x") : $0 }
  return isDomainName(String(decoding: plain, as: UTF8.self))
}
