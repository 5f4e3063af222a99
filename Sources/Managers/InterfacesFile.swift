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
public struct InterfacesFile {
  /// The logical name of an `iface` that gives a link anything, or the pattern of a `mapping`,
  /// which chooses one by a program; then its place, `<path>:<line>`; then those of the next.
  private var stanzas: [String] = []
  /// The words behind `auto` and its like.
  private var broughtUp: [String] = []
  /// The paths that `source` names, absolute, and those of `source-directory` with a slash at the
  /// end, of the file that was appended last.
  public private(set) var sources: [String] = []

  public init() {}

  public mutating func append(_ bytes: [UInt8], path: String = "") {
    sources = []
    // The last stanza's name and place, as long as options may follow that belong to it.
    var stanza: [String] = []
    forEachLine(bytes, comment: UInt8(ascii: "#"), UInt8(ascii: "#")) { line, number in
      var rest = words(line)
      if rest.isEmpty { return }
      let first = rest.removeFirst()
      if isWord(first, "iface") {
        stanza = []
        if rest.isEmpty { return }
        stanza = [rest[0], path + ":" + number.description]
        // `manual` alone gives nothing, nor does a stanza without a method.
        if rest.count < 3
          || rest.count == 3 && (isWord(rest[2], "manual") || isWord(rest[2], "loopback"))
        {
          return
        }
        stanzas += stanza
      } else if isWord(first, "mapping") {
        for pattern in rest { stanzas += [pattern, path + ":" + number.description] }
      } else if isWord(first, "auto") || isWord(first, "allow-auto")
        || isWord(first, "allow-hotplug")
      {
        broughtUp += rest
      } else if isWord(first, "source") || isWord(first, "source-directory") {
        let end = isWord(first, "source") ? "" : "/"
        for word in rest {
          let isAbsolute = word.utf8.first == UInt8(ascii: "/")
          sources.append((isAbsolute ? "" : Self.folder(of: path)) + word + end)
        }
      } else if !first.hasPrefix("allow-") && !isWord(first, "rename") && !isWord(first, "template")
        && !isWord(first, "no-auto-down") && !isWord(first, "no-scripts")
      {
        stanzas += stanza
      }
      if !isWord(first, "iface") { stanza = [] }
    }
  }

  /// With the slash at its end.
  private static func folder(of path: String) -> String {
    let bytes = [UInt8](path.utf8)
    var end = bytes.count
    while end > 0, bytes[end - 1] != UInt8(ascii: "/") { end -= 1 }
    return text(bytes, from: 0, to: end)
  }

  /// Where the first stanza stands that configures the link.
  public func place(of link: ManagedLink) -> String? {
    if link.isLoopback { return nil }
    // Few, so that a file without end costs no more than its length.
    var names: [String] = []
    for word in broughtUp where names.count < 16 {
      let (pattern, logical) = halves(word, at: UInt8(ascii: "="))
      guard link.isInterface(pattern) else { continue }
      for name in logical == nil ? link.names : [logical ?? ""] where !names.contains(name) {
        names.append(name)
      }
    }
    var position = 0
    while position < stanzas.count {
      if fits(stanzas[position], names) { return stanzas[position + 1] }
      position += 2
    }
    return nil
  }
}

extension ManagedLink {
  fileprivate func isInterface(_ pattern: String) -> Bool {
    let (variable, rest) = halves(pattern, at: UInt8(ascii: "/"))
    guard let rest else { return fits(pattern, names) }
    let value = halves(rest, at: UInt8(ascii: "/")).first
    if variable.isEmpty { return fits(value, names) }
    return isWord(variable, "mac") && has(value)
  }
}
