import Addresses
import Configuration

/// Which link of a source claims which NIC, as far as that is seen without looking at any NIC.
struct NICClaims {
  private var byName: [String: String] = [:]
  private var byMAC: [MACAddress: String] = [:]

  /// Notes the claims of a link; says what it shares with one noted before.
  mutating func conflict(adding link: LinkConfiguration) -> String? {
    var conflict: String?
    // Without a match the NIC must have the name already.
    if let name = link.setName?.text ?? (link.match == nil ? link.name : nil) {
      if let other = byName[name] {
        conflict = "\(quoted(link.name)) and \(quoted(other)) both claim the name \(quoted(name))"
      }
      byName[name] = link.name
    }
    if let address = link.match?.macAddress {
      if let other = byMAC[address] {
        conflict = "\(quoted(link.name)) and \(quoted(other)) both match the NIC \(address)"
      }
      byMAC[address] = link.name
    }
    return conflict
  }
}
