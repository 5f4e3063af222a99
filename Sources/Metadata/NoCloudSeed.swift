/// One NoCloud seed as found: the bytes of its files.
/// Source: cloud-init, "NoCloud".
public struct NoCloudSeed: Sendable {
  /// Where it is: `nocloud:/dev/vdb`, `nocloud:/var/lib/cloud/seed/nocloud`.
  public var name: String
  /// `nil`: there is no such file.
  public var metaData: [UInt8]?
  public var networkConfig: [UInt8]?
  public var hasUserData: Bool

  public init(
    name: String, metaData: [UInt8]? = nil, networkConfig: [UInt8]? = nil,
    hasUserData: Bool = false
  ) {
    self.name = name
    self.metaData = metaData
    self.networkConfig = networkConfig
    self.hasUserData = hasUserData
  }

  /// cloud-init takes a seed that has both meta-data and user-data.
  var missing: String? {
    switch (metaData == nil, hasUserData) {
    case (false, true): nil
    case (true, true): "no meta-data"
    case (false, false): "no user-data"
    case (true, false): "no meta-data and no user-data"
    }
  }
}
