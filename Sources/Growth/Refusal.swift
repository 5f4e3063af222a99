import Configuration
import DiskFormats

/// Why a chain is left as it is: nothing of it is written.
public struct Refusal: Equatable, Sendable {
  /// What was to grow, as the policy says it: `/`, `vg0/data`.
  public var target: String
  public var reason: Reason

  public enum Reason: Equatable, Sendable {
    case noSuchTarget
    /// Mounted from something that is no block device: tmpfs, overlay, a network.
    case notOnBlockDevice(type: String)
    case foreign(ForeignLayer, path: String)
    /// A device that the kernel does not tell of.
    case deviceGone
    case deviceReadOnly(path: String)
    /// Detached, damaged, or of an encryption that is under way.
    case luksHeader(String)
    case tableUnreadable(disk: String, String)
    case table(disk: String, PartitionTableError)
    /// The kernel and the table say different things of where a partition lies.
    case tableDiffers(path: String)
    /// A layer that takes more bytes than what it lies on has now.
    case lowerSmaller(path: String, needs: UInt64, has: UInt64)
    case groupUnknown(path: String)
    case physicalVolumeMissing(group: String)
    case group(String, GroupState)
    case segments(volume: String, type: String)
    case fileSystemType(String)
    case swap
    case fileSystemUnreadable
    case fileSystemReadOnly
    case fileSystemErrors
    /// The shares of one group add up to this, not to 100.
    case shares(group: String, percent: UInt64)
    /// A share or a cap for what is no logical volume.
    case notAVolume
    /// The same volume as another target of this name.
    case givenTwice(String)
    /// A disk with partitions, or with nothing that is known.
    case nothingThere
  }

  public enum GroupState: String, Equatable, Sendable {
    case exported, foreign, shared, pvmove
    case readOnly = "read-only"
    case notResizable = "not-resizable"
  }

  /// The reason in one word, for programs; documented in the manual.
  public var code: String {
    switch reason {
    case .noSuchTarget: "not-found"
    case .notOnBlockDevice: "no-block-device"
    case .foreign(let layer, _): layer.rawValue
    case .deviceGone: "device-gone"
    case .deviceReadOnly: "device-read-only"
    case .luksHeader: "luks-header"
    case .tableUnreadable: "table-unreadable"
    case .table(_, .beyondDisk): "disk-smaller"
    case .table: "table"
    case .tableDiffers: "table-differs"
    case .lowerSmaller: "device-smaller"
    case .groupUnknown: "group-unknown"
    case .physicalVolumeMissing: "physical-volume-missing"
    case .group(_, let state): "group-\(state.rawValue)"
    case .segments(_, "striped"): "striped"
    case .segments(_, let type): Self.layer(ofSegments: type)?.rawValue ?? "segments"
    case .fileSystemType: "filesystem-type"
    case .swap: "swap"
    case .fileSystemUnreadable: "filesystem-unreadable"
    case .fileSystemReadOnly: "read-only"
    case .fileSystemErrors: "filesystem-errors"
    case .shares: "shares"
    case .notAVolume: "not-a-volume"
    case .givenTwice: "given-twice"
    case .nothingThere: "nothing-there"
    }
  }

  private static func layer(ofSegments type: String) -> ForeignLayer? {
    if type.hasPrefix("raid") { return .raid }
    if type.hasPrefix("thin") { return .thin }
    if type.hasPrefix("cache") || type.hasPrefix("writecache") { return .cache }
    return ForeignLayer(rawValue: type)
  }
}

extension Refusal: CustomStringConvertible {
  /// What is wrong and what to do, without the target's name.
  public var description: String { message.text }

  private var message: Message {
    switch reason {
    case .noSuchTarget: "no filesystem is mounted there, and no volume or device has this name"
    case .notOnBlockDevice(let type):
      "is \(type), which lies on no block device that the kernel shows"
    case .foreign(let layer, let path): "\(path) is \(layer.description): left as it is"
    case .deviceGone: "a device below it is not known to the kernel"
    case .deviceReadOnly(let path): "\(path) is read-only"
    case .luksHeader(let path):
      "no LUKS header below \(path) with one segment to its end (detached, or being encrypted)"
    case .tableUnreadable(let disk, let why): "partition table of \(disk): \(why)"
    case .table(let disk, let error): "partition table of \(disk): \(error)"
    case .tableDiffers(let path):
      "the kernel has \(path) elsewhere than the partition table: reboot first"
    case .lowerSmaller(let path, let needs, let has):
      "takes \(needs) bytes of \(path), which has only \(has): it has become smaller"
    case .groupUnknown(let path): "no LVM metadata found for \(path)"
    case .physicalVolumeMissing(let group): "volume group \(group) misses a physical volume"
    case .group(let group, let state):
      switch state {
      case .exported: "volume group \(group) is exported"
      case .foreign: "volume group \(group) has a system ID: grow it by hand"
      case .shared: "volume group \(group) is shared between machines (lock type)"
      case .pvmove: "volume group \(group) has a pvmove under way: let it end first"
      case .readOnly: "volume group \(group) is read-only"
      case .notResizable: "volume group \(group) is not resizeable (vgchange --resizeable y)"
      }
    case .segments(let volume, "striped"): "\(volume) is striped: left as it is"
    case .segments(let volume, let type): "\(volume) has segments of type \(type): left as it is"
    case .fileSystemType(let type): "\(type) is not grown by guestagent"
    case .swap: "is swap: left as it is"
    case .fileSystemUnreadable:
      "its size on its device cannot be read: not root, or /dev is incomplete"
    case .fileSystemReadOnly: "is mounted read-only: nothing is grown under it"
    case .fileSystemErrors: "has recorded errors: run fsck first"
    case .shares(let group, let percent):
      """
      the shares in volume group \(group) add up to \(percent)%, not to 100% \
      (reserve= keeps space free)
      """
    case .notAVolume: "is no logical volume, so that share and max= have no meaning"
    case .givenTwice(let other): "is the same volume as \(other): name it once"
    case .nothingThere: "holds nothing itself: name what is on it"
    }
  }
}

extension ForeignLayer: CustomStringConvertible {
  public var description: String {
    switch self {
    case .raid: "a RAID array"
    case .multipath: "a multipath device"
    case .snapshot: "a snapshot or has one"
    case .mirror: "a mirror"
    case .thin: "in a thin pool"
    case .cache: "cached"
    case .integrity: "an integrity device"
    case .plainCrypt: "encrypted without LUKS"
    case .unknown: "a layer that guestagent does not know"
    }
  }
}
