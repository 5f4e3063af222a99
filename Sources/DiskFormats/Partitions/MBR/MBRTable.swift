import Bytes

public struct MBRTable: Equatable, Sendable {
  public private(set) var partitions: [Partition] = []

  init<Source: ByteSource>(
    reading source: Source, geometry: DiskGeometry
  ) throws(PartitionReadError<Source.Failure>) {
    throw .unusable(.noTable)
  }

  func growth(
    of number: UInt32, _ request: PartitionRequest
  ) throws(PartitionTableError) -> PartitionChange? {
    throw .noSuchPartition(number)
  }
}
