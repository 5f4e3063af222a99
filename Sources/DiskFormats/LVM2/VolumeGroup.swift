import Bytes

/// A volume group, as the metadata text on its physical volumes describe it.
public struct VolumeGroup: Equatable, Sendable {
  public var name: String
  /// 32 characters without the dashes, as in the kernel's device-mapper uuids.
  public var uuid: String
  public var sequenceNumber: UInt64
  /// Bytes of an extent.
  public var extentSize: UInt64
  /// The words of `status`: RESIZEABLE, READ, WRITE, EXPORTED, ...
  public var status: [String]
  public var systemID: String?
  /// `none` is told as `nil`.
  public var lockType: String?
  public var physicalVolumes: [PhysicalVolume]
  public var logicalVolumes: [LogicalVolume]

  public init(
    name: String, uuid: String, sequenceNumber: UInt64, extentSize: UInt64, status: [String],
    systemID: String?, lockType: String?, physicalVolumes: [PhysicalVolume],
    logicalVolumes: [LogicalVolume]
  ) {
    self.name = name
    self.uuid = uuid
    self.sequenceNumber = sequenceNumber
    self.extentSize = extentSize
    self.status = status
    self.systemID = systemID
    self.lockType = lockType
    self.physicalVolumes = physicalVolumes
    self.logicalVolumes = logicalVolumes
  }
}

public struct PhysicalVolume: Equatable, Sendable {
  /// In the metadata text only: pv0, pv1.
  public var name: String
  /// 32 characters without dashes.
  public var uuid: String
  /// ALLOCATABLE, EXPORTED, MISSING, ...
  public var status: [String]
  public var flags: [String]
  /// Bytes from the device's beginning to its first extent.
  public var extentsStart: UInt64
  public var extentCount: UInt64

  public init(
    name: String, uuid: String, status: [String], flags: [String], extentsStart: UInt64,
    extentCount: UInt64
  ) {
    self.name = name
    self.uuid = uuid
    self.status = status
    self.flags = flags
    self.extentsStart = extentsStart
    self.extentCount = extentCount
  }
}

public struct LogicalVolume: Equatable, Sendable {
  public var name: String
  /// 32 characters without dashes.
  public var uuid: String
  /// READ, WRITE, VISIBLE, PVMOVE, LOCKED, ...
  public var status: [String]
  public var flags: [String]
  public var segments: [Segment]

  public init(
    name: String, uuid: String, status: [String], flags: [String], segments: [Segment]
  ) {
    self.name = name
    self.uuid = uuid
    self.status = status
    self.flags = flags
    self.segments = segments
  }

  public struct Segment: Equatable, Sendable {
    public var startExtent: UInt64
    public var extentCount: UInt64
    /// striped (also linear, with one stripe), raid1, thin, thin-pool, snapshot, ...
    public var type: String
    /// Physical volume (its name in the text) and first extent on it, of striped and mirrored
    /// segments; an internal logical volume takes the physical one's place where one lies upon
    /// another. Empty for other types.
    public var stripes: [Stripe]

    public init(
      startExtent: UInt64, extentCount: UInt64, type: String, stripes: [LogicalVolume.Stripe]
    ) {
      self.startExtent = startExtent
      self.extentCount = extentCount
      self.type = type
      self.stripes = stripes
    }
  }

  public struct Stripe: Equatable, Sendable {
    public var physicalVolume: String
    public var startExtent: UInt64

    public init(physicalVolume: String, startExtent: UInt64) {
      self.physicalVolume = physicalVolume
      self.startExtent = startExtent
    }
  }

  public var extentCount: UInt64 { segments.reduce(0) { $0 +| $1.extentCount } }
}
