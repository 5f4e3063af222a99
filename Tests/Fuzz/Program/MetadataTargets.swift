/// What the host says in texts, and the kernel, other programs and the network in their own ways.
let metadataTargets: [Target] = [
  .networkConfig, .metaData, .userData, .configDrive, .commandLine, .smbios, .localFile, .policy,
  .check, .base64, .gzip, .dump, .event, .acknowledgement, .uevent, .lvmOutput, .lvmCommand,
  .mounts, .mappedDevice, .interfaces, .networkFile, .connectionProfile, .packet, .records,
  .convergence,
]

extension Allowance {
  /// libyaml begins with 48 KiB of buffers; a node takes 24 bytes of document, and a configuration
  /// and its findings several texts for each of them.
  static let document = Allowance(floor: 256 << 10, perByte: 512)
  /// One text is read.
  static let reading = Allowance(floor: 100_000, perByte: 1000)
  /// A configuration is read, and planned in three guests.
  static let plan = Allowance(floor: 400_000, perByte: 2000)
}
