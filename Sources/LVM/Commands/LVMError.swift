import Linux

/// Why LVM's commands were not carried out.
public enum LVMError: Error, Equatable {
  /// The guest has no `lvm` program in any of these directories.
  case noProgram(searched: [String])
  case notRun(SystemError)
  /// The library could not be set up; what it said.
  case noLibrary(messages: [String])
  /// LVM has no way to write this word in a command line.
  case word(String)
  /// The command (its words after `lvm`) that failed, LVM's return code (-1: ended by a signal),
  /// and what was said until then. Those before it are done, those behind it were not begun.
  case failed(command: [String], status: Int32, messages: [String])
}

extension LVMError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noProgram(let searched): "no lvm program" + list(" in ", searched, ", ")
    case .notRun(let error): error.description
    case .noLibrary(let messages): "LVM's library cannot be set up" + list(": ", messages, "; ")
    case .word(let word): "\"" + word + "\" cannot be written in a command of LVM"
    case .failed(let command, let status, let messages):
      "lvm" + list(" ", command, " ") + " failed with status \(status)"
        + list(": ", messages, "; ")
    }
  }

  private func list(_ start: String, _ words: [String], _ separator: String) -> String {
    var list = ""
    for word in words { list += (list.isEmpty ? start : separator) + word }
    return list
  }
}
