import DiskFormats

/// Something that a person should know of space that was left, and that is no failure.
public struct GrowthNote: Equatable, Sendable {
  public var object: String
  public var content: Content

  public enum Content: Equatable, Sendable {
    /// Several volumes could take what is free in the group, and nobody said which.
    case undecided(group: String, freeBytes: UInt64, volumes: [String])
    /// Space at the end of the disk which the partition cannot reach.
    case cutOff(disk: String, bytes: UInt64, by: UInt32)
    /// The table cannot count further (MBR: 2^32 sectors).
    case addressing(disk: String, bytes: UInt64)
    /// The root filesystem, for want of a policy, is of no kind that grows.
    case leftAlone(Refusal)
    /// A volume that was named and holds nothing that can be grown.
    case noFileSystem
    /// The filesystem was made so that it can have no more (ext4 without room for descriptors).
    case cannotGrow(type: String)
    /// The new space is too little for one more allocation group.
    case belowLeast(bytes: UInt64, least: UInt64)
  }
}

extension GrowthNote: CustomStringConvertible {
  public var description: String {
    switch content {
    case .undecided(let group, let bytes, let volumes):
      "\(bytes) bytes are free in volume group \(group), and \(Self.list(volumes)) could take "
        + "them: name one (guestagent grow \(volumes[0]), or guestagent.grow=\(volumes[0]))"
    case .cutOff(let disk, let bytes, let partition):
      "\(bytes) bytes at the end of \(disk) are out of reach: partition \(partition) lies between"
    case .addressing(let disk, let bytes):
      "\(bytes) bytes at the end of \(disk) are out of reach: an MBR counts to 2^32 sectors"
    case .leftAlone(let refusal): refusal.description
    case .noFileSystem: "holds no filesystem that guestagent knows; only the volume is grown"
    case .cannotGrow(let type):
      "this \(type) was made so that it cannot grow any further (no resize_inode, no 64bit): left "
        + "with all below it"
    case .belowLeast(let bytes, let least):
      "\(bytes) new bytes are left: less than the \(least) that its next part takes"
    }
  }

  private static func list(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().dropFirst().reduce(names[0]) { $0 + ", " + $1 } + " and " + last
  }
}
