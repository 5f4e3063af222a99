import Linux
import Managers
import Metadata

/// cloud-init: whether it is to configure the network. It writes the files of one of the others
/// during boot, after guestagent has run.
enum CloudInit {
  /// Source: cloud-init, "How to disable cloud-init", "Network configuration".
  static func configuresNetwork(_ options: Options) -> Bool {
    let files = options.files
    guard
      files.hasOne(
        of: """
          /usr/bin/cloud-init /usr/lib/systemd/system/cloud-init.service \
          /lib/systemd/system/cloud-init.service /etc/init.d/cloud-init
          """),
      // The second is its generator's word in this boot.
      !files.hasOne(of: "/etc/cloud/cloud-init.disabled /run/cloud-init/disabled")
    else { return false }
    var commandLine: [UInt8] = []
    if let text = options.commandLine { commandLine = [UInt8](text.utf8) } else {
      commandLine = files.text("/proc/cmdline") ?? []
    }
    for word in words(commandLine) {
      if word == "cloud-init=disabled" || word == "network-config=disabled" { return false }
    }
    var isDisabled = false
    for path in ["/etc/cloud/cloud.cfg"] + files.layered(["/etc/cloud/cloud.cfg.d/"], ".cfg") {
      guard let bytes = files.text(path) else { continue }
      isDisabled = cloudInitDisablesNetwork(file: path, bytes) ?? isDisabled
    }
    return !isDisabled
  }
}
