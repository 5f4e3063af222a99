import Bytes

/// The partition table of a disk: what it says, and how one partition can be made longer.
public enum PartitionTable: Equatable, Sendable {
  case mbr(MBRTable)
  case gpt(GPTTable)

  /// Reads only what the table itself occupies. A protective MBR, or a hybrid one, is a GPT.
  public init<Source: ByteSource>(
    reading source: Source, geometry: DiskGeometry
  ) throws(PartitionReadError<Source.Failure>) {
    let first: [UInt8]
    do { first = try source.read(at: 0, count: Int(geometry.sectorSize)) } catch {
      throw .unreadable(error)
    }
    self =
      GPTTable.isAnnounced(by: first)
      ? .gpt(try GPTTable(reading: source, geometry: geometry))
      : .mbr(try MBRTable(reading: source, geometry: geometry))
  }

  /// In the order of their numbers.
  public var partitions: [Partition] {
    switch self {
    case .mbr(let table): table.partitions
    case .gpt(let table): table.partitions
    }
  }

  /// The partition made as long as the request and the free space behind it allow; `nil` if that
  /// is nothing, or less than the request's minimum.
  public func growth(
    of number: UInt32, _ request: PartitionRequest = PartitionRequest()
  ) throws(PartitionTableError) -> PartitionChange? {
    switch self {
    case .mbr(let table): try table.growth(of: number, request)
    case .gpt(let table): try table.growth(of: number, request)
    }
  }

  /// Writes that make a damaged or left-behind copy of the table good again from the good one,
  /// without a change of any partition; empty if there is nothing to mend.
  public var mending: [BlockWrite] {
    switch self {
    case .mbr: []
    case .gpt(let table): table.mending
    }
  }
}

/// Why a table could not be had from a disk.
public enum PartitionReadError<Failure: Error>: Error {
  case unreadable(Failure)
  case unusable(PartitionTableError)
}

extension PartitionReadError: Equatable where Failure: Equatable {}
extension PartitionReadError: Sendable where Failure: Sendable {}

extension PartitionReadError: CustomStringConvertible where Failure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let failure): failure.description
    case .unusable(let error): error.description
    }
  }
}
