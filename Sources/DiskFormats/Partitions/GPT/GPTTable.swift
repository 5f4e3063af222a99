import Bytes

public struct GPTTable: Equatable, Sendable {
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

  static func isAnnounced(by first: [UInt8]) -> Bool { false }

  var mending: [BlockWrite] { [] }
}
