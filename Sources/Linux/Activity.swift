import CLinux

/// What the program is at, for the one line that it leaves if a fault of its own ends it: a trap, a
/// wild pointer, an abort. A note is a copy of some bytes: no system call, no allocation.
public enum Activity {
  /// The command that was asked for.
  public static func note(command: String) { clinux_note_command(command) }

  /// From here on: "while reading /dev/vdb".
  public static func note(_ doing: String, _ object: String = "") { clinux_note(doing, object) }
}
