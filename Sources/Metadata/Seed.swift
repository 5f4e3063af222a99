/// Metadata from one place: the bytes of its files.
public struct Seed: Sendable {
  /// Whose rules hold: a config drive's files are OpenStack's, all others NoCloud's.
  public var source: SourceName
  /// Where it is: `nocloud:/dev/vdb`, `config-drive:/config-drive`, `fw_cfg`.
  public var name: String
  /// meta-data, or meta_data.json; `nil`: there is no such file.
  public var metaData: [UInt8]?
  /// network-config, or network_data.json.
  public var networkConfig: [UInt8]?
  /// user-data, or user_data.
  public var userData: [UInt8]?
  /// It is what the `seedfrom` of another seed names.
  public var isSeedFrom = false

  public init(
    _ source: SourceName = .noCloud, name: String, metaData: [UInt8]? = nil,
    networkConfig: [UInt8]? = nil, userData: [UInt8]? = nil
  ) {
    self.source = source
    self.name = name
    self.metaData = metaData
    self.networkConfig = networkConfig
    self.userData = userData
  }

  /// There is no file in it.
  public var isEmpty: Bool { metaData == nil && networkConfig == nil && userData == nil }

  /// cloud-init takes a seed of NoCloud's that has both meta-data and user-data.
  var missing: String? {
    switch (metaData == nil, userData != nil) {
    case _ where source != .noCloud: nil
    case (false, true): nil
    case (true, true): "no meta-data"
    case (false, false): "no user-data"
    case (true, false): "no meta-data and no user-data"
    }
  }

  /// How messages name its files; `prefixed`: with the seed, as there are several.
  func file(_ file: File, prefixed: Bool) -> String {
    let isConfigDrive = source == .configDrive
    let name =
      switch file {
      case .metaData: isConfigDrive ? "meta_data.json" : "meta-data"
      case .networkConfig: isConfigDrive ? "network_data.json" : "network-config"
      case .userData: isConfigDrive ? "user_data" : "user-data"
      }
    return prefixed ? "\(self.name)/\(name)" : name
  }

  enum File {
    case metaData, networkConfig, userData
  }
}
