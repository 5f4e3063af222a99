import LVMCommands

/// The two halves of the room: the guest's program, and the library.
enum Half: CaseIterable {
  case program, library

  func run(_ commands: [[String]], _ configuration: String = "") throws(LVMError) -> [String] {
    switch self {
    case .program: try runByProgram(commands, configuration)
    case .library: try runByLibrary(commands, configuration)
    }
  }
}
