import Configuration
import Metadata

extension Target {
  /// The kernel command line, of which the boot loader's part may be the host's; behind a line feed
  /// the machine's serial number, which is too.
  static let commandLine = Target(
    name: "command-line", longest: 1024, memory: .document, work: .plan
  ) { bytes in
    let lines = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false
    ).map { String(decoding: $0, as: UTF8.self) }
    let serial = lines.count > 1 ? lines[1] : nil
    PlanCheck.read([], commandLine: lines[0], serial: serial)
    var ignored = Diagnostics()
    let line = KernelCommandLine(lines[0], diagnostics: &ignored)
    _ = seedFromFolder(of: [], datasource: line.datasource, serial: serial)
  }
}
