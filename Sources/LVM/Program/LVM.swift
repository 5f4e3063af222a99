import LVMCommands
import Linux

/// LVM's commands by the guest's own `lvm` program. For guests of any kind: one whose root
/// filesystem is a logical volume has it, also in its initramfs.
public enum LVM {
  /// Where distributions have the program; the fifth is NixOS's.
  static let directories = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/run/current-system/sw/bin"]
  /// Bytes of messages.
  private static let outputLimit = 1 << 18

  /// Carries out the commands (words after `lvm`) in their order, up to the first that fails, and
  /// returns what LVM says. `udevRuns`: whether udev makes the guest's device nodes; where it does
  /// not, LVM must not wait for it. `configuration` stands beside the guest's lvm.conf.
  ///
  /// LVM waits for its locks as the guest's configuration tells it, usually for as long as it
  /// takes. Nothing ends it from here: whatever is written at that moment would stay half done.
  public static func run(
    _ commands: [[String]], udevRuns: Bool, configuration: String = ""
  ) throws(LVMError) -> [String] {
    guard let directory = directories.first(where: { FileTree(root: "").exists("\($0)/lvm") })
    else { throw .noProgram(searched: directories) }
    let program = Program(path: "\(directory)/lvm", udevRuns: udevRuns)

    // Each start of LVM looks at all devices: one for all commands, if a script can say them.
    if commands.count > 1,
      let script = LVMCommandLine.script(commands, configuration: configuration)
    {
      let (status, output) = try program.run(["/proc/self/fd/0"], input: script)
      let messages = Messages(output, commands: commands.count)
      guard status == 0 else {
        throw .failed(
          command: commands[max(messages.lastCommand, 1) - 1], status: status,
          messages: messages.lines)
      }
      return messages.lines
    }
    var said: [String] = []
    for command in commands {
      let (status, output) = try program.run(LVMCommandLine.configured(command, configuration))
      said += Messages(output, commands: 0).lines
      guard status == 0 else { throw .failed(command: command, status: status, messages: said) }
    }
    return said
  }

  private struct Program {
    let path: String
    let udevRuns: Bool

    func run(
      _ arguments: [String], input: String = ""
    ) throws(LVMError) -> (status: Int32, output: [UInt8]) {
      // Nothing of our caller's: no other configuration, no other language. What descriptors he
      // left open LVM closes, and is not to complain about.
      let environment = [
        "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LVM_SUPPRESS_FD_WARNINGS=1",
      ]
      // Makes LVM list and name the devices by itself (lib/commands/toolcontext.c); the one
      // setting that all commands of a script share.
      let withoutUdev = udevRuns ? [] : ["DM_DISABLE_UDEV=1"]
      do {
        return try System.run(
          path, arguments, capturing: outputLimit, environment: environment + withoutUdev,
          input: [UInt8](input.utf8))
      } catch { throw .notRun(error) }
    }
  }
}
