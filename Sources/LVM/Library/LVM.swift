// Unsafe: one thread calls the library and is called by it; its texts are copied at once.
import CLVM2
import LVMCommands

/// LVM's commands by its own library, liblvm2cmd, in this process. For guests of distributions
/// that have the library: one look at the devices serves all commands.
public enum LVM {
  /// Carries out the commands (words after `lvm`) in their order, up to the first that fails, and
  /// returns what LVM says. `udevRuns`: whether udev makes the guest's device nodes; where it does
  /// not, LVM must not wait for it. `configuration` stands beside the guest's lvm.conf.
  ///
  /// LVM waits for its locks as the guest's configuration tells it, usually for as long as it
  /// takes. Not for several threads at once: the library keeps its state in global variables.
  public static func run(
    _ commands: [[String]], udevRuns: Bool, configuration: String = ""
  ) throws(LVMError) -> [String] {
    var lines: [String] = []
    for command in commands {
      lines.append(try LVMCommandLine.line(LVMCommandLine.configured(command, configuration)))
    }
    // Nothing of our caller's: no other configuration, no other language.
    unsafe unsetenv("LVM_SYSTEM_DIR")
    unsafe setenv("LC_ALL", "C", 1)
    // Makes LVM list and name the devices by itself (lib/commands/toolcontext.c).
    if udevRuns {
      unsafe unsetenv("DM_DISABLE_UDEV")
    } else {
      unsafe setenv("DM_DISABLE_UDEV", "1", 1)
    }

    // The library sets its own mode for files, and leaves it so.
    let mode = umask(0)
    umask(mode)
    defer { umask(mode) }

    unsafe said = []
    unsafe lvm2_log_fn { level, _, _, _, message in
      // Flags lie above the level's three bits.
      guard let message = unsafe message, level & 7 <= LVM2_LOG_PRINT else { return }
      unsafe said.append(String(cString: message))
    }
    defer { lvm2_log_fn(nil) }
    guard let library = unsafe lvm2_init() else { throw unsafe .noLibrary(messages: said) }
    defer { unsafe lvm2_exit(library) }
    for (command, line) in zip(commands, lines) {
      let status = unsafe lvm2_run(library, line)
      guard status == LVM2_COMMAND_SUCCEEDED else {
        throw unsafe .failed(command: command, status: status, messages: said)
      }
    }
    return unsafe said
  }
}

/// The library calls a C function, which has nowhere else to put what it hears.
nonisolated(unsafe) private var said: [String] = []
