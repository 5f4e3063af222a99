import LVM
import LVMCommands

func runByLibrary(_ commands: [[String]], _ configuration: String) throws(LVMError) -> [String] {
  try LVM.run(commands, udevRuns: false, configuration: configuration)
}
