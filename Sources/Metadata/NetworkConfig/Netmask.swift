import Addresses
import Bytes
import Configuration

extension IPPrefix {
  /// The netmask in any of its spellings: `24`, `255.255.255.0`, `64`, `ffff:ffff:ffff:ffff::`.
  /// `nil`: it is none of the address's family, or its ones are not all on the left.
  init?(_ address: IPAddress, netmask: String) {
    if let length = decimal(netmask.utf8) {
      self.init(address, length: Int(clamping: length))
    } else {
      guard let mask = IPAddress(netmask), mask.family == address.family,
        let length = IPPrefix.length(ofNetmask: mask)
      else { return nil }
      self.init(address, length: length)
    }
  }

  /// As cloud-init has it where version 1 gives no netmask: /24, or /64 for IPv6.
  /// Source: `_normalize_net_keys` of cloudinit/net/network_state.py.
  init(version1Default address: IPAddress) {
    self = IPPrefix(address, length: address.family == .ipv4 ? 24 : 64) ?? IPPrefix(host: address)
  }
}

/// `<address>[/<netmask>]` of version 1, else with the `prefix` or `netmask` beside it; host bits
/// kept.
extension YAMLReader {
  mutating func version1Prefix(
    _ value: YAMLNode, _ key: String, _ entries: [YAMLEntry]
  ) -> IPPrefix? {
    let text = document.text(value)
    let slash = text.utf8.firstIndex(of: UInt8(ascii: "/"))
    guard let address = IPAddress(slash.map { text[..<$0] } ?? text[...]) else {
      refuse(value, key, expected: "<address>/<length>")
      return nil
    }
    var beside: IPPrefix?
    let maskNode = self.value("prefix", entries) ?? self.value("netmask", entries)
    if let maskNode {
      beside = IPPrefix(address, netmask: document.text(maskNode))
      if beside == nil {
        refuse(maskNode, "netmask", expected: "a netmask of \(address)")
        return nil
      }
    }
    if let slash {
      let mask = String(text[text.utf8.index(after: slash)...])
      guard let prefix = IPPrefix(address, netmask: mask) else {
        refuse(value, key, expected: "<address>/<length>")
        return nil
      }
      if let maskNode, beside != prefix {
        warn(maskNode, "netmask: not taken beside \(key) \(prefix)")
      }
      return prefix
    }
    if let beside { return beside }
    let prefix = IPPrefix(version1Default: address)
    warn(
      value, "\(key): \(address) has no netmask: \(prefix) is taken, as cloud-init does",
      hint: "write its length")
    return prefix
  }
}
