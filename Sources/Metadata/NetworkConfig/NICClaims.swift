import Addresses
import Configuration

/// Which link of a source claims which NIC, as far as that is seen without looking at any NIC.
/// A hardware address may be matched by several links that differ otherwise (driver, name), as
/// those of a bond's ports and of virtual functions do.
struct NICClaims {
  /// Names of links; the claims hold places in it.
  private var links: [String] = []
  /// By interface name, and by match as text, which no interface name is.
  private var claims: [String: Int] = [:]

  /// Notes the claims of a link; says what it shares with one noted before.
  mutating func conflict(adding link: LinkConfiguration) -> String? {
    var conflict: String?
    links.append(link.name)
    let this = links.count - 1
    // Without a match the NIC must have the name already.
    if let name = link.setName?.text ?? (link.match == nil ? link.name : nil) {
      if let other = claims.updateValue(this, forKey: name) {
        conflict = conflictText(link, other, "claim the name", quoted(name))
      }
    }
    if let match = link.match, let address = match.macAddress?.description {
      if let other = claims.updateValue(this, forKey: text(address, match)) {
        conflict = conflictText(link, other, "match the NIC", address)
      }
    }
    return conflict
  }

  private func conflictText(
    _ link: LinkConfiguration, _ other: Int, _ what: String, _ claim: String
  ) -> String {
    Message("\(quoted(link.name)) and \(quoted(links[other])) both \(what) \(claim)").text
  }

  /// Patterns are text without NUL.
  private func text(_ address: String, _ match: LinkConfiguration.Match) -> String {
    var text = address + "\0" + (match.name?.pattern ?? "")
    for driver in match.drivers { text += "\0" + driver.pattern }
    return text
  }
}
