/// How far a partition may be made to reach. It only ever grows, into the free space that directly
/// follows it.
public struct PartitionRequest: Equatable, Sendable {
  /// The new end is a multiple of this from the beginning of the disk; bytes.
  public var alignment: UInt64 = 1 << 20
  /// Less new space than this is nothing to do; bytes.
  public var minimum: UInt64 = 1 << 20
  /// The partition ends at this LBA or before; `nil`: as far as the disk and the table allow.
  public var endLimit: UInt64?

  public init() {}
}

/// A partition made longer, with the writes that do it.
public struct PartitionChange: Equatable, Sendable {
  /// As it is in the table now.
  public var partition: Partition
  /// Logical sectors that it will have.
  public var newSectors: UInt64
  /// The extended partition that grows with it, and what it will have, if it has to.
  public var container: Container?
  /// What keeps it from becoming longer.
  public var bound: Bound
  /// In the order in which they are safe.
  public var writes: [BlockWrite]

  public struct Container: Equatable, Sendable {
    public var partition: Partition
    public var newSectors: UInt64

    public init(partition: Partition, newSectors: UInt64) {
      self.partition = partition
      self.newSectors = newSectors
    }
  }

  public init(
    partition: Partition, newSectors: UInt64, container: Container? = nil, bound: Bound,
    writes: [BlockWrite]
  ) {
    self.partition = partition
    self.newSectors = newSectors
    self.container = container
    self.bound = bound
    self.writes = writes
  }
}

/// What ends the free space behind a partition.
public enum Bound: Equatable, Sendable {
  case disk
  /// The next partition, or the boot record of a logical one.
  case partition(UInt32)
  /// 2^32 sectors of an MBR, whatever their size.
  case addressing
  /// `PartitionRequest.endLimit`.
  case request
}
