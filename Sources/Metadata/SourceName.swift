/// The kinds of sources, in the order in which they win where `/etc/guestagent.yaml` gives none.
public enum SourceName: String, Equatable, Sendable, CaseIterable {
  /// The kernel command line.
  case commandLine = "cmdline"
  /// systemd's credentials, as files.
  case credentials
  /// Files that QEMU hands over by its fw_cfg device.
  case firmware = "fw_cfg"
  /// Strings that the host puts into the tables of the firmware.
  case smbios
  case noCloud = "nocloud"
  case configDrive = "config-drive"
}
