import Agent
import Configuration

extension Output {
  /// Says why there is no configuration.
  mutating func refuse(_ error: MetadataError, _ diagnostics: Diagnostics) -> ExitStatus {
    switch error {
    case .none(let path):
      print(warningsOf: diagnostics)
      let place = path.map { "neither meta-data nor network-config nor openstack/ in \($0)" }
      complain(
        "no metadata found: "
          + (place
            ?? "no disk labelled cidata or config-2, no seed folder, nothing from the host by "
            + "fw_cfg, SMBIOS or credentials, no ip= on the kernel command line"))
      return .noMetadata
    case .unusable(let path, let why):
      complain("metadata: \(path): \(why)")
      return .unusable
    case .invalid:
      print(warningsOf: diagnostics)
      for error in diagnostics.errors { complain(error.description) }
      complain("the metadata are not used; nothing was changed")
      return .unusable
    }
  }
}
