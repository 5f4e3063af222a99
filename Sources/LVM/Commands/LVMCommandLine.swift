/// One command of LVM, as a line of its scripts and of its library.
///
///     line = word { blank word }
///     word = characters other than blanks, not beginning with '#' or a quote
///          | "'" characters other than "'" "'" | '"' characters other than '"' '"'
///
/// Nothing is escaped. Source: tools/lvmcmdline.c (`lvm_split`) of LVM2.
public enum LVMCommandLine {
  /// Bytes of a line in a script, without its end, and words (`CMD_LEN`, `MAX_ARGS`).
  static let scriptLimits = (bytes: 254, words: 60)

  public static func line(_ words: [String]) throws(LVMError) -> String {
    var line = ""
    for word in words {
      if !line.isEmpty { line += " " }
      line += try quoted(word)
    }
    return line
  }

  /// The script that carries out all commands until one fails, each of which marks its messages
  /// with its number, from 1; `nil` if one of them does not fit in a line of a script.
  public static func script(_ commands: [[String]], configuration: String) -> String? {
    var script = "#!lvm\n"
    for (index, words) in commands.enumerated() {
      let mark = "log{prefix=\"\(index + 1) \"}"
      let all = configured(words, mark + configuration)
      guard let line = try? line(all), line.utf8.count <= scriptLimits.bytes,
        all.count <= scriptLimits.words
      else { return nil }
      script += line + "\n"
    }
    return script
  }

  /// The command with a configuration of its own beside the guest's (lvm.conf(5)).
  public static func configured(_ words: [String], _ configuration: String) -> [String] {
    configuration.isEmpty ? words : words + ["--config", configuration]
  }

  private static func quoted(_ word: String) throws(LVMError) -> String {
    var (isPlain, single, double) = (!word.isEmpty, false, false)
    for byte in word.utf8 {
      switch byte {
      case UInt8(ascii: "\n"): throw .word(word)
      case UInt8(ascii: "'"): single = true
      case UInt8(ascii: "\""): double = true
      case 0...0x20, UInt8(ascii: "#"): isPlain = false
      default: break
      }
    }
    if isPlain && !single && !double { return word }
    if !single { return "'" + word + "'" }
    guard !double else { throw .word(word) }
    return "\"" + word + "\""
  }
}
