import DiskFormats

/// A block device's number, by which the kernel's files name it.
public struct DeviceNumber: Hashable, Sendable {
  public var major: UInt32
  public var minor: UInt32

  public init(major: UInt32, minor: UInt32) {
    self.major = major
    self.minor = minor
  }
}

/// The storage of the machine as it is now: everything under the filesystems that are looked at,
/// and everything above their disks that shares space with them.
public struct StorageFound: Equatable, Sendable {
  public var devices: [BlockDevice] = []
  public var tables: [TableFound] = []
  public var groups: [GroupFound] = []
  public var fileSystems: [FileSystemFound] = []
  /// The device numbers of active swap.
  public var swaps: [DeviceNumber] = []
  /// Extended partitions that a prediction has made longer: their paths and bytes.
  var longerContainers: [(path: String, bytes: UInt64)] = []

  /// What the paths of the policy lead to, whatever other names a device has.
  public var named: [NamedDevice] = []

  public init() {}

  public static func == (left: StorageFound, right: StorageFound) -> Bool {
    left.devices == right.devices && left.tables == right.tables && left.groups == right.groups
      && left.fileSystems == right.fileSystems && left.swaps == right.swaps
      && left.named == right.named
  }

  public subscript(number: DeviceNumber) -> BlockDevice? {
    devices.first { $0.number == number }
  }
}

/// A path in /dev and the device that it leads to.
public struct NamedDevice: Equatable, Sendable {
  public var path: String
  public var device: DeviceNumber

  public init(path: String, device: DeviceNumber) {
    self.path = path
    self.device = device
  }
}

public struct BlockDevice: Equatable, Sendable {
  public var number: DeviceNumber
  /// The path that people use: `/dev/vda5`, `/dev/vg0/root`, `/dev/mapper/secret`.
  public var path: String
  /// Bytes, as the kernel has them.
  public var size: UInt64
  public var isReadOnly = false
  public var kind: Kind
  /// What it lies on: a partition's disk, the devices below a mapped one.
  public var lower: [DeviceNumber]

  public enum Kind: Equatable, Sendable {
    /// With its logical sector size in bytes.
    case disk(sectorSize: UInt32)
    /// `start` in bytes from the disk's beginning, as the kernel has it.
    case partition(number: UInt32, start: UInt64)
    /// Device-mapper uuid `LVM-<group's uuid><volume's uuid>`; 32 characters each.
    case logicalVolume(groupUUID: String, volumeUUID: String)
    /// Device-mapper uuid `CRYPT-LUKS1-...`, `CRYPT-LUKS2-...`; its name there, and how many bytes
    /// of the lower device its header takes; `nil`: that cannot be known.
    case luks(name: String, dataOffset: UInt64?)
    /// A layer through which nothing is grown.
    case foreign(ForeignLayer)
  }

  public init(
    number: DeviceNumber, path: String, size: UInt64, kind: Kind, lower: [DeviceNumber] = []
  ) {
    self.number = number
    self.path = path
    self.size = size
    self.kind = kind
    self.lower = lower
  }
}

/// Layers that are recognised and not grown; the raw value is the reason code.
public enum ForeignLayer: String, Equatable, Sendable {
  case raid, multipath, snapshot, mirror, thin, cache, integrity, unknown
  case plainCrypt = "plain-crypt"
}

/// The partition table of a disk, or why it has none that can be used.
public struct TableFound: Equatable, Sendable {
  public var disk: DeviceNumber
  public var table: Result

  public enum Result: Equatable, Sendable {
    case table(PartitionTable)
    case refused(PartitionTableError)
    /// The disk could not be read: the error's text.
    case unreadable(String)
  }

  public init(disk: DeviceNumber, table: Result) {
    self.disk = disk
    self.table = table
  }
}

public struct GroupFound: Equatable, Sendable {
  public var group: VolumeGroup
  /// Which device each physical volume is; one without an entry is missing.
  public var devices: [PhysicalVolumeDevice]

  public init(group: VolumeGroup, devices: [PhysicalVolumeDevice]) {
    self.group = group
    self.devices = devices
  }
}

public struct PhysicalVolumeDevice: Equatable, Sendable {
  /// Its name in the metadata text.
  public var physicalVolume: String
  public var device: DeviceNumber
  /// Bytes of a second metadata area behind the extents, which moves with the device's end.
  public var metadataAtEnd: UInt64

  public init(physicalVolume: String, device: DeviceNumber, metadataAtEnd: UInt64 = 0) {
    self.physicalVolume = physicalVolume
    self.device = device
    self.metadataAtEnd = metadataAtEnd
  }
}

/// A filesystem that is mounted, or that is named and mounted nowhere.
public struct FileSystemFound: Equatable, Sendable {
  /// The kernel's name of its type: ext4, xfs, btrfs, f2fs, overlay, ...
  public var type: String
  /// Where it is mounted, the shortest path first; empty: nowhere.
  public var mountPoints: [String]
  /// The devices that it lies on, and how much of each it uses. Only btrfs has several.
  public var members: [Member]
  public var isReadOnly = false
  /// It has recorded errors and refuses to grow (ext4).
  public var hasErrors = false
  /// How much of its device it has taken could not be read.
  public var isUnmeasured = false
  /// As statfs(2) tells it: bytes for data in all, in use, and free for the unprivileged. What is
  /// neither is kept for root.
  public var capacity: UInt64
  public var used: UInt64 = 0
  public var available: UInt64
  /// New space below this gets it nothing; bytes (XFS: the smallest allocation group). The largest
  /// number: it can have no more at all.
  public var leastGrowth: UInt64

  public struct Member: Equatable, Sendable {
    public var device: DeviceNumber
    /// btrfs' device id; 1 for all others.
    public var id: UInt64
    /// Bytes of the device that the filesystem has taken.
    public var size: UInt64

    public init(device: DeviceNumber, id: UInt64 = 1, size: UInt64) {
      self.device = device
      self.id = id
      self.size = size
    }
  }

  public init(
    type: String, mountPoints: [String], members: [Member], capacity: UInt64, available: UInt64,
    leastGrowth: UInt64
  ) {
    self.type = type
    self.mountPoints = mountPoints
    self.members = members
    self.capacity = capacity
    self.available = available
    self.leastGrowth = leastGrowth
  }
}
