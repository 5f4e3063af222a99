import Addresses
import Check
import Configuration

/// network_data.json of an OpenStack config drive:
///
///     {"links": [<link>],            NetworkDataLinks.swift
///      "networks": [<network>],      NetworkDataNetworks.swift
///      "services": [{"type": "dns", "address": <address>}]}
///
/// A network says by `link` which link it is on. Source: nova, network_data.json (JSON schema);
/// cloud-init, "Config Drive". Unlike cloud-init a static IPv6 address leaves router
/// advertisements as the kernel has them: they may be all that brings the default route.
extension YAMLReader {
  /// `nil`: it says nothing, as nova does of a server without networks.
  mutating func networkData() -> NetworkSource? {
    guard diagnostics.errors.isEmpty, let root = document.root, !document.isNull(root),
      let entries = entries(root, "network_data.json")
    else { return nil }
    var links: [YAMLNode] = []
    var networks: [YAMLNode] = []
    var source = NetworkSource()
    for entry in entries where !document.isNull(entry.value) {
      let key = document.text(entry.key)
      switch Word(key) {
      case "links": links = items(entry.value, key) ?? []
      case "networks": networks = items(entry.value, key) ?? []
      case "services": source.nameservers = services(entry.value, of: nil)
      default: warnUnknown(entry.key, known: wordList("links networks services"))
      }
    }
    source.links = self.links(links, networks: networks)
    if source.isEmpty, diagnostics.errors.isEmpty { return nil }
    return source
  }

  /// Resolvers, of the guest or of a link, by its `name` in the configuration.
  mutating func services(_ value: YAMLNode, of link: String?) -> [IPAddress] {
    var nameservers: [IPAddress] = []
    for item in items(value, "services") ?? [] {
      var type: YAMLNode?
      var address: YAMLNode?
      for entry in entries(item, "services") ?? [] {
        switch Word(document.text(entry.key)) {
        case "type": type = entry.value
        case "address": address = entry.value
        default: warnUnknown(entry.key, known: wordList("type address"))
        }
      }
      if let type, document.text(type) != "dns" {
        warn(type, "a service of type \(document.found(type)) is not done by guestagent")
      } else if let address {
        guard let server = self.address(address, "services") else { continue }
        nameservers.append(server)
        if let link { note(.nameserver, of: link, at: address) }
      } else if document.kind(item) == .mapping {
        error(item, "services: \"address\" is missing")
      }
    }
    return nameservers
  }
}
