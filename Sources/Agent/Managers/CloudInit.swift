import Linux
import Metadata

/// cloud-init: whether it is to configure the network. It writes the files of one of the others
/// during boot, after guestagent has run.
struct CloudInit {
  let options: Options

  init(_ options: Options) {
    self.options = options
  }

  /// Source: cloud-init, "How to disable cloud-init", "Network configuration".
  var configuresNetwork: Bool {
    let files = options.files
    let programs = [
      "/usr/bin/cloud-init", "/usr/lib/systemd/system/cloud-init.service",
      "/lib/systemd/system/cloud-init.service", "/etc/init.d/cloud-init",
    ]
    guard programs.contains(where: files.exists) else { return false }
    // The second is its generator's word in this boot.
    let refusals = ["/etc/cloud/cloud-init.disabled", "/run/cloud-init/disabled"]
    if refusals.contains(where: files.exists) { return false }
    let commandLine = options.commandLine ?? text("/proc/cmdline")
    let words = commandLine.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
      .map { String(Substring($0)) }
    if words.contains(where: { $0 == "cloud-init=disabled" || $0 == "network-config=disabled" }) {
      return false
    }
    var isDisabled = false
    let paths = ["/etc/cloud/cloud.cfg"] + files.layered(["/etc/cloud/cloud.cfg.d"], ".cfg")
    for path in paths {
      guard let bytes = files.text(path) else { continue }
      isDisabled = cloudInitDisablesNetwork(file: path, bytes) ?? isDisabled
    }
    return !isDisabled
  }

  private func text(_ path: String) -> String {
    String(decoding: options.files.text(path) ?? [], as: UTF8.self)
  }
}
