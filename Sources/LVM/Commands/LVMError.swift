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
    case .noProgram(let searched):
      "no lvm program in \(searched.joined(separator: ", "))"
    case .notRun(let error): error.description
    case .noLibrary(let messages): "LVM's library cannot be set up\(tail(messages))"
    case .word(let word): "\"\(word)\" cannot be written in a command of LVM"
    case .failed(let command, let status, let messages):
      "lvm \(command.joined(separator: " ")) "
        + (status < 0 ? "was ended by a signal" : "failed with status \(status)") + tail(messages)
    }
  }

  private func tail(_ messages: [String]) -> String {
    messages.isEmpty ? "" : ": " + messages.joined(separator: "; ")
  }
}
