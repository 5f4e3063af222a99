import Bytes
import DiskFormats

/// One thing to be done, after which one looks again. Each says itself as the command that people
/// know for it.
public enum GrowthStep: Equatable, Sendable {
  /// Makes a partition longer in its table, with its extended partition if it is a logical one, and
  /// tells the kernel.
  case growPartition(PartitionPlace, bytes: UInt64)
  /// The table has the longer partition already, the kernel has not.
  case tellKernel(PartitionPlace, bytes: UInt64)
  /// Makes a damaged or left-behind copy of the table good; no partition changes.
  case mendTable(disk: DeviceNumber, path: String)
  case resizeLUKS(name: String, device: DeviceNumber)
  /// Carried out in one go, since each start of LVM looks at all devices.
  case lvm([LVMCommand])
  case growFileSystem(FileSystemFound, path: String, [MemberGrowth])
}

public struct PartitionPlace: Equatable, Sendable {
  public var disk: DeviceNumber
  public var diskPath: String
  public var number: UInt32
  public var device: DeviceNumber
  public var path: String
}

public enum LVMCommand: Equatable, Sendable {
  /// The physical volume takes all of its device.
  case resizePhysicalVolume(path: String, device: DeviceNumber)
  /// To so many extents in all, which are more than it has.
  case extendLogicalVolume(group: String, name: String, extents: UInt64)

  /// The words for lvm(8).
  public var words: [String] {
    switch self {
    case .resizePhysicalVolume(let path, _): ["pvresize", path]
    case .extendLogicalVolume(let group, let name, let extents):
      ["lvextend", "--extents", "\(extents)", "\(group)/\(name)"]
    }
  }
}

/// How far a filesystem is to reach on one of its devices; bytes.
public struct MemberGrowth: Equatable, Sendable {
  public var member: FileSystemFound.Member
  public var bytes: UInt64
}

extension GrowthStep {
  /// As people would type it; one or more.
  public var commands: [String] {
    switch self {
    case .growPartition(let place, _): ["growpart \(place.diskPath) \(place.number)"]
    case .tellKernel(let place, _): ["partx --update --nr \(place.number) \(place.diskPath)"]
    case .mendTable(_, let path): ["sgdisk --move-second-header \(path)"]
    case .resizeLUKS(let name, _): ["cryptsetup resize \(name)"]
    case .lvm(let commands):
      commands.map { $0.words.reduce("lvm") { $0 + " " + $1 } }
    case .growFileSystem(let fileSystem, let path, let members):
      switch fileSystem.type {
      case "xfs": ["xfs_growfs \(fileSystem.mountPoints.first ?? path)"]
      case "btrfs":
        members.map {
          "btrfs filesystem resize \($0.member.id):max \(fileSystem.mountPoints.first ?? path)"
        }
      default: ["resize2fs \(path)"]
      }
    }
  }

  /// Whether it asks for what another has asked for. What a filesystem has free changes by itself
  /// while it is in use.
  public func repeats(_ other: GrowthStep?) -> Bool {
    guard let other else { return false }
    return commands == other.commands && bytes == other.bytes
  }

  /// All bytes from which and to which it goes, as far as its commands do not tell them: more with
  /// each growth.
  private var bytes: UInt64 {
    switch self {
    case .growPartition(_, let bytes), .tellKernel(_, let bytes): bytes
    case .growFileSystem(_, _, let members):
      members.reduce(0) { $0 +| $1.member.size +| $1.bytes }
    case .mendTable, .resizeLUKS, .lvm: 0
    }
  }

  /// The devices that it works on.
  var devices: [DeviceNumber] {
    switch self {
    case .growPartition(let place, _), .tellKernel(let place, _): [place.device]
    case .mendTable(let disk, _): [disk]
    case .resizeLUKS(_, let device): [device]
    case .lvm(let commands):
      commands.compactMap { command in
        guard case .resizePhysicalVolume(_, let device) = command else { return nil }
        return device
      }
    case .growFileSystem(_, _, let members): members.map { $0.member.device }
    }
  }

  /// The volume groups that it works on, by name.
  var groups: [String] {
    guard case .lvm(let commands) = self else { return [] }
    return commands.compactMap { command in
      guard case .extendLogicalVolume(let group, _, _) = command else { return nil }
      return group
    }
  }

  /// The layers that it changes, in the order of its commands.
  public var layers: [Layer.Name] {
    switch self {
    case .growPartition(let place, _), .tellKernel(let place, _): [.init(.partition, place.path)]
    case .mendTable(_, let path): [.init(.table, path)]
    case .resizeLUKS(let name, _): [.init(.luks, "/dev/mapper/\(name)")]
    case .lvm(let commands):
      commands.map { command in
        switch command {
        case .resizePhysicalVolume(let path, _): .init(.physicalVolume, path)
        case .extendLogicalVolume(let group, let name, _):
          .init(.logicalVolume, "\(group)/\(name)")
        }
      }
    case .growFileSystem(let fileSystem, let path, let members):
      members.map { _ in .init(.fileSystem, fileSystem.mountPoints.first ?? path) }
    }
  }
}
