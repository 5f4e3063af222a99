/// Which volumes get the space that a disk has gained. Where nobody says anything there is none,
/// and the root filesystem's volume alone gets it if no other claims it.
public struct GrowthPolicy: Equatable, Sendable {
  /// Empty: nothing grows at all.
  public var volumes: [Volume] = []
  /// Kept free in each volume group.
  public var reserve: Amount?

  public static var none: GrowthPolicy { GrowthPolicy() }
  public var isNone: Bool { volumes.isEmpty && reserve == nil }

  public init(volumes: [Volume] = [], reserve: Amount? = nil) {
    self.volumes = volumes
    self.reserve = reserve
  }

  public struct Volume: Equatable, Sendable {
    public var target: Target
    /// Percent of what is free in its group, 1 to 100; `nil`: all. Those of a group add up to 100.
    public var share: UInt8?
    /// Bytes that the volume does not exceed.
    public var cap: UInt64?

    public init(_ target: Target, share: UInt8? = nil, cap: UInt64? = nil) {
      self.target = target
      self.share = share
      self.cap = cap
    }
  }

  public enum Target: Equatable, Sendable {
    /// A path at which a filesystem is mounted: `/`, `/srv`.
    case mountPoint(String)
    /// `vg0/root`, also written `/dev/vg0/root`.
    case logicalVolume(group: String, name: String)
    /// Any other block device: `/dev/vda5`, `/dev/mapper/data`.
    case device(String)
  }

  public enum Amount: Equatable, Sendable {
    case bytes(UInt64)
    /// Of the volume group's size, 1 to 100.
    case percent(UInt8)
  }
}
