import LVMProgram
import LVMCommands

func runByProgram(_ commands: [[String]], _ configuration: String) throws(LVMError) -> [String] {
  try LVM.run(commands, udevRuns: false, configuration: configuration)
}
