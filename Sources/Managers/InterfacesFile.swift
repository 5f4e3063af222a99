import Addresses

/// One file of ifupdown, ifupdown-ng or busybox:
///
///     auto <name>...               also allow-auto and allow-hotplug: what is brought up at boot
///     iface <name> [<family> <method>] [inherits <name>]
///         <option> <value>
///     mapping <pattern>...
///         script <program>
///     source <path>...             shell wildcards; without a leading / beside this file
///     source-directory <path>...
///
/// A name to bring up may be a pattern, and may have a logical name, that of the `iface`:
///
///     [<variable>]/<value>[/<number>][=<logical>]
///
/// without a variable the value is matched with the link's name, with `mac` with its hardware
/// address; other variables, which are files of sysfs, match nothing here. `rename`, `no-scripts`
/// and the like say nothing of who configures a link.
/// Source: interfaces(5).
public struct InterfacesFile: Equatable, Sendable {
  public private(set) var stanzas: [Stanza] = []
  /// The words behind `auto` and its like.
  public private(set) var broughtUp: [String] = []
  /// The paths that `source` names, absolute, and those of `source-directory` with a slash at the
  /// end.
  public private(set) var sources: [String] = []

  /// An `iface`, or a `mapping`, which chooses one by a program.
  public struct Stanza: Equatable, Sendable {
    public let name: String
    /// Where it stands.
    public let path: String
    public let line: Int
    /// Whether it gives the link anything: `manual` alone does not.
    public internal(set) var configures: Bool
    let isMapping: Bool
  }

  public mutating func append(_ other: InterfacesFile) {
    stanzas += other.stanzas
    broughtUp += other.broughtUp
  }

  public init(_ bytes: [UInt8], path: String = "") {
    // Whether options follow that belong to the last stanza.
    var isInStanza = false
    for line in textLines(bytes, isComment: { $0 == UInt8(ascii: "#") }) {
      let words = words(line.text)
      guard let first = words.first else { continue }
      let rest = words.dropFirst()
      switch first {
      case "iface":
        guard let name = rest.first else { continue }
        let method = words.count > 3 ? words[3] : "manual"
        let configures = method != "manual" && method != "loopback" || words.count > 4
        stanzas.append(
          Stanza(
            name: name, path: path, line: line.number, configures: configures, isMapping: false))
        isInStanza = true
        continue
      case "mapping":
        for pattern in rest {
          stanzas.append(
            Stanza(
              name: pattern, path: path, line: line.number, configures: true, isMapping: true))
        }
      case "auto", "allow-auto", "allow-hotplug": broughtUp += rest
      case "source", "source-directory":
        let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[...$0] } ?? ""
        for word in rest {
          sources.append(
            (word.hasPrefix("/") ? word : folder + word) + (first == "source" ? "" : "/"))
        }
      case "rename", "template", "no-auto-down", "no-scripts": break
      case _ where first.hasPrefix("allow-"): break
      default:
        if isInStanza { stanzas[stanzas.count - 1].configures = true }
        continue
      }
      isInStanza = false
    }
  }
}

extension InterfacesFile {
  /// The first stanza that configures the link.
  public func stanza(of link: ManagedLink) -> Stanza? {
    let names = logicalNames(of: link)
    return stanzas.first { stanza in
      stanza.configures
        && (names.contains(stanza.name)
          || stanza.isMapping && names.contains { Glob(stanza.name).matches($0) })
    }
  }

  /// Each once, and few, so that a file without end costs no more than its length.
  private func logicalNames(of link: ManagedLink) -> [String] {
    var names: [String] = []
    if link.names.contains("lo") { return names }
    for word in broughtUp where names.count < 16 {
      let parts = word.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1)
        .map { String(Substring($0)) }
      guard let pattern = parts.first, link.fits(interfacesPattern: pattern) else { continue }
      let logical = parts.count > 1 ? [parts[1]] : link.names
      names += logical.filter { !names.contains($0) }
    }
    return names
  }
}

extension ManagedLink {
  fileprivate func fits(interfacesPattern text: String) -> Bool {
    let parts = text.utf8.split(
      separator: UInt8(ascii: "/"), maxSplits: 2, omittingEmptySubsequences: false
    ).map { String(Substring($0)) }
    guard parts.count > 1 else { return hasName(Glob(text)) }
    switch parts[0] {
    case "": return hasName(Glob(parts[1]))
    case "mac": return MACAddress(parts[1]).map(has) ?? false
    default: return false
    }
  }
}
