import Metadata

extension Target {
  /// network_data.json and, behind a zero byte, meta_data.json of a config drive.
  static let configDrive = Target(
    name: "config-drive", longest: 2048, memory: .document, work: .plan
  ) { bytes in
    let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
    let seed = Seed(
      .configDrive, name: "config-drive",
      metaData: end < bytes.endIndex ? [UInt8](bytes[(end + 1)...]) : nil,
      networkConfig: [UInt8](bytes[..<end]))
    PlanCheck.read([seed])
  }
}
