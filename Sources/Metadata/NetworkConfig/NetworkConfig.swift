import Addresses
import Configuration

/// network-config, as cloud-init and netplan document it: `config: disabled` in place of all, or
///
///     [network:]
///       version: 2
///       ethernets | vlans | bonds | bridges | dummy-devices:
///         <id>: <link>            Link.swift
///
/// or version 1 (Version1.swift). `neighbors` under a link is guestagent's own key. The sections
/// of other kinds of links are warned of.
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
    let config = entries.first { document.text($0.key) == "config" }
    if let config, document.text(config.value) == "disabled" {
      return NetworkSource(isDisabled: true)
    }
    guard let version = entries.first(where: { document.text($0.key) == "version" })?.value else {
      error(top, "\"version\" is missing: expected \"version: 2\"")
      return nil
    }
    switch Word(document.text(version)) {
    case "1": return version1(entries, of: top)
    case "2": return NetworkSource(links: sections(entries))
    default:
      refuse(version, "version", expected: "1 or 2")
      return nil
    }
  }

  private mutating func sections(_ entries: [YAMLEntry]) -> [LinkConfiguration] {
    var drafts = LinkDrafts(definesAll: true)
    for entry in entries {
      let key = document.text(entry.key)
      if key == "version" || key == "renderer" { continue }
      if let kind = NetworkConfigKeys.kind(ofSection: key) {
        guard !document.isNull(entry.value), let links = self.entries(entry.value, key) else {
          continue
        }
        for link in links { self.link(link, kind, &drafts) }
      } else if NetworkConfigKeys.sectionsNotDone.contains(key) {
        warn(entry.key, "\(key) are not done by guestagent\(notConfigured(entry.value))")
      } else if key == "config" {
        warn(entry.key, "\"config\" belongs to version 1: it is not read")
      } else {
        warnUnknown(entry.key, known: NetworkConfigKeys.top)
      }
    }
    join(&drafts)
    return drafts.links
  }

  /// `: not configured: "wg0", "wg1"`
  private func notConfigured(_ section: YAMLNode) -> String {
    guard document.kind(section) == .mapping else { return "" }
    let names = document.entries(section).map { quoted(document.text($0.key)) }
    if names.isEmpty { return "" }
    let more = names.count > 8 ? " and \(names.count - 8) more" : ""
    return ": not configured: " + names.prefix(8).joined(separator: ", ") + more
  }
}
