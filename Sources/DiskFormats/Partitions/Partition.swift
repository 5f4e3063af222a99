/// One partition as its table has it.
public struct Partition: Equatable, Sendable {
  /// As the kernel counts: 1 to 4 are the entries of an MBR, logical ones begin with 5; of a GPT
  /// the position of its entry, from 1.
  public var number: UInt32
  /// LBA of its first sector.
  public var first: UInt64
  /// Logical sectors.
  public var sectors: UInt64
  public var role: Role

  public enum Role: Equatable, Sendable {
    case primary
    /// The container of logical partitions.
    case extended
    case logical
  }

  public init(number: UInt32, first: UInt64, sectors: UInt64, role: Role = .primary) {
    self.number = number
    self.first = first
    self.sectors = sectors
    self.role = role
  }

  /// LBA of the first sector behind it.
  public var end: UInt64 { first + sectors }
}
