/// A file of settings in sections, as systemd and NetworkManager write theirs:
///
///     [<section>]
///     <key>=<value>
///
/// Lines that begin with `#` or `;` are comments; white space around the equals sign does not
/// count. What is no section and no setting is passed over.
/// Source: systemd.syntax(7); GLib, "Key-value file parser".
public struct SectionFile: Equatable, Sendable {
  public struct Setting: Equatable, Sendable {
    public let section: String
    public let key: String
    public let value: String
  }

  public private(set) var settings: [Setting] = []

  public init(_ bytes: [UInt8]) {
    var section = ""
    let hash = UInt8(ascii: "#")
    let semicolon = UInt8(ascii: ";")
    for line in textLines(bytes, isComment: { $0 == hash || $0 == semicolon }) {
      let text = line.text.utf8
      if text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") {
        section = String(Substring(text.dropFirst().dropLast()))
      } else if let equals = text.firstIndex(of: UInt8(ascii: "=")) {
        settings.append(
          Setting(
            section: section, key: trimmed(text[..<equals]),
            value: trimmed(text[text.index(after: equals)...])))
      }
    }
  }

  public mutating func append(_ other: SectionFile) { settings += other.settings }

  /// The last value of a key.
  func value(_ section: String, _ key: String) -> String? {
    settings.last { $0.section == section && $0.key == key }?.value
  }
}
