import Configuration

/// Whether a file of cloud-init's own configuration keeps it from the network:
///
///     network: {config: disabled}
///
/// `nil`: it does not say, or cannot be understood.
/// Source: cloud-init, "Network configuration", "Disabling network configuration".
public func cloudInitDisablesNetwork(file: String, _ bytes: [UInt8]) -> Bool? {
  let reader = YAMLReader(file: file, bytes)
  guard reader.diagnostics.errors.isEmpty, let root = reader.document.root,
    let network = reader.value(of: "network", at: root),
    let config = reader.value(of: "config", at: network)
  else { return nil }
  return reader.document.text(config) == "disabled"
}

extension YAMLReader {
  fileprivate func value(of key: String, at node: YAMLNode) -> YAMLNode? {
    guard document.kind(node) == .mapping else { return nil }
    return document.entries(node).last { document.text($0.key) == key }?.value
  }
}
