import Configuration

/// Which sources are read, and which wins before which, from the bytes of `/etc/guestagent.yaml`:
///
///     sources: [<name>, ...]      cmdline, credentials, fw_cfg, smbios, nocloud, config-drive
///
/// One that is not named is not read. Where the file does not say, or cannot be understood, or has
/// none but unknown names, all are, in the order of `SourceName`: what is wrong here is a warning,
/// and stops no network.
public func sourceOrder(
  localFile bytes: [UInt8]?, diagnostics: inout Diagnostics
) -> [SourceName] {
  guard let bytes else { return SourceName.allCases }
  var reader = YAMLReader(file: GrowthStatement.localFile, bytes)
  // That it is no YAML is said where growth is read from it.
  guard reader.diagnostics.errors.isEmpty, let root = reader.document.root,
    reader.document.kind(root) == .mapping
  else { return SourceName.allCases }
  let order = reader.sourceOrder(reader.document.entries(root))
  diagnostics.append(asWarnings: reader.diagnostics)
  return order ?? SourceName.allCases
}

extension YAMLReader {
  mutating func sourceOrder(_ entries: [YAMLEntry]) -> [SourceName]? {
    guard let value = value(of: "sources", in: entries), let items = items(value, "sources")
    else { return nil }
    var order: [SourceName] = []
    for item in items {
      let name = document.text(item)
      if let source = SourceName(rawValue: name) {
        if !order.contains(source) { order.append(source) }
      } else {
        let known = SourceName.allCases.map { $0.rawValue }
        warn(
          item, "sources: unknown source \(quoted(name))",
          hint: nearestKeyHint(to: name, among: known))
      }
    }
    return order.isEmpty && !items.isEmpty ? nil : order
  }
}
