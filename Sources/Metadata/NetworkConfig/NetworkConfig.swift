import Addresses
import Configuration

/// network-config, version 2, as cloud-init and netplan document it:
///
///     [network:]
///       version: 2
///       ethernets:
///         <id>: <link>          Ethernet.swift
///
/// or `config: disabled` in place of all. `neighbors` under a link is guestagent's own key. The
/// sections of other kinds of links are warned of; version 1 is refused.
/// Source: netplan.readthedocs.io, "YAML configuration"; cloud-init, "Networking config v2".
extension YAMLReader {
  /// `nil`: the file says nothing, or what it is cannot be told (`diagnostics` has errors then).
  mutating func networkConfig() -> NetworkSource? {
    guard diagnostics.errors.isEmpty, let root = document.root, !document.isNull(root),
      var entries = entries(root, "network-config")
    else { return nil }
    var top = root
    if let inner = entries.first(where: { document.text($0.key) == "network" }) {
      for entry in entries where entry != inner {
        warn(entry.key, "\(quoted(document.text(entry.key))) beside \"network\" is not read")
      }
      if document.isNull(inner.value) { return nil }
      guard let network = self.entries(inner.value, "network") else { return nil }
      top = inner.value
      entries = network
    }
    if entries.isEmpty { return nil }
    if let config = entries.first(where: { document.text($0.key) == "config" }),
      document.text(config.value) == "disabled"
    {
      return NetworkSource(isDisabled: true)
    }
    guard isVersion2(entries, of: top) else { return nil }
    return NetworkSource(links: sections(entries))
  }

  private mutating func isVersion2(_ entries: [YAMLEntry], of top: YAMLNode) -> Bool {
    guard let version = entries.first(where: { document.text($0.key) == "version" })?.value else {
      error(top, "\"version\" is missing: expected \"version: 2\"")
      return false
    }
    switch document.text(version) {
    case "2": return true
    case "1":
      error(version, "version 1 is not read by this version of guestagent: expected version 2")
    default:
      refuse(version, "version", expected: "2")
    }
    return false
  }

  private mutating func sections(_ entries: [YAMLEntry]) -> [LinkConfiguration] {
    var links: [LinkConfiguration] = []
    for entry in entries {
      let key = document.text(entry.key)
      switch key {
      case "version", "renderer":
        break
      case "ethernets":
        if !document.isNull(entry.value), let ethernets = self.entries(entry.value, key) {
          links += self.ethernets(ethernets)
        }
      case _ where NetworkConfigKeys.sectionsNotDone.contains(key):
        warn(entry.key, "\(key) are not done by guestagent\(notConfigured(entry.value))")
      default:
        warnUnknown(entry.key, known: NetworkConfigKeys.top)
      }
    }
    return links
  }

  /// `: bond0, bond1 stay as they are`
  private func notConfigured(_ section: YAMLNode) -> String {
    guard document.kind(section) == .mapping else { return "" }
    let names = document.entries(section).map { quoted(document.text($0.key)) }
    if names.isEmpty { return "" }
    let more = names.count > 8 ? " and \(names.count - 8) more" : ""
    return ": not configured: " + names.prefix(8).joined(separator: ", ") + more
  }

  private mutating func ethernets(_ entries: [YAMLEntry]) -> [LinkConfiguration] {
    var links: [LinkConfiguration] = []
    links.reserveCapacity(entries.count)
    var claims = NICClaims()
    for entry in entries {
      guard let link = ethernet(entry) else { continue }
      if let conflict = claims.conflict(adding: link) { error(entry.key, conflict) }
      links.append(link)
    }
    return links
  }
}
