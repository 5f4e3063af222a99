/// A file of settings in sections, as systemd and NetworkManager write theirs:
///
///     [<section>]
///     <key>=<value>
///
/// Lines that begin with `#` or `;` are comments; white space around the equals sign does not
/// count. What is no section and no setting is passed over.
/// Source: systemd.syntax(7); GLib, "Key-value file parser".
public final class SectionFile {
  /// Where it stands.
  public let path: String
  /// Section, key and value of a setting, then those of the next. Not an array of a type of its
  /// own, which would bring in the code of arrays once more.
  var settings: [String] = []

  public init(_ bytes: [UInt8], path: String = "") {
    self.path = path
    append(bytes)
  }

  /// A file that counts after those before.
  public func append(_ bytes: [UInt8]) {
    var section = ""
    forEachLine(bytes, comment: UInt8(ascii: "#"), UInt8(ascii: ";")) { line, _ in
      if line[0] == UInt8(ascii: "["), line[line.count - 1] == UInt8(ascii: "]") {
        section = text(line, from: 1, to: line.count - 1)
        return
      }
      for position in line.indices where line[position] == UInt8(ascii: "=") {
        settings.append(section)
        settings.append(text(line, from: 0, to: position))
        settings.append(text(line, from: position + 1, to: line.count))
        return
      }
    }
  }

  /// The last part of its path.
  public var name: String {
    words([UInt8](path.utf8), UInt8(ascii: "/")).last ?? ""
  }

  /// The last value of a key; `nil`: there is none.
  func value(_ section: StaticString, _ key: StaticString) -> String? {
    values(section, key).last
  }

  /// All values of a key, in their order.
  @inline(never)
  func values(_ section: StaticString, _ key: StaticString) -> [String] {
    let section = section.description
    let key = key.description
    var values: [String] = []
    var position = 0
    while position < settings.count {
      if settings[position] == section, settings[position + 1] == key {
        values.append(settings[position + 2])
      }
      position += 3
    }
    return values
  }
}
