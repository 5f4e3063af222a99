/// How a partition of a DOS partition table is made longer.
///
/// Three sectors at most are written, each of them one write that is safe to lose or to have:
///
/// 1. the master boot record, if the container has to reach further. A container with free space
///    at its end is as good as any.
/// 2. the record that leads to the partition's own, whose link also has a length. The kernel,
///    sfdisk and parted only follow its beginning, so it may be ahead of the partition; tools that
///    believe it must never find the partition longer than its link.
/// 3. the partition's own entry.
///
/// So a cut leaves the partition as it was, and the next run finds less to write; what another
/// tool left halfway (sfdisk does not lengthen links) is finished alike.
extension MBRTable {
  func growth(
    of number: UInt32, _ request: PartitionRequest
  ) throws(PartitionTableError) -> PartitionChange? {
    guard let entry = entries.first(where: { $0.partition.number == number }) else {
      throw .noSuchPartition(number)
    }
    let partition = entry.partition
    let sectorSize = UInt64(geometry.sectorSize)
    let (limit, bound) = room(behind: partition, request)
    let end = limit - limit % max(request.alignment / sectorSize, 1)
    guard end > partition.end, (end - partition.end) * sectorSize >= request.minimum else {
      return nil
    }

    var change = PartitionChange(
      partition: partition, newSectors: end - partition.first, bound: bound, writes: [])
    if partition.role == .logical, let container, container.partition.end < end {
      change.container = PartitionChange.Container(
        partition: container.partition, newSectors: end - container.partition.first)
      change.writes.append(
        write(container.record, container.slot, from: container.partition.first, to: end))
    }
    let record = records[entry.record]
    if let link = entry.link {
      let reach = record.lba + records[entry.record - 1].entry(link).sectors
      if reach < end {
        change.writes.append(write(entry.record - 1, link, from: record.lba, to: end))
      }
    }
    change.writes.append(write(entry.record, entry.slot, from: partition.first, to: end))
    return change
  }

  /// The sector of a record in which the entry has the sectors from `first` to before `end`.
  private func write(_ record: Int, _ slot: Int, from first: UInt64, to end: UInt64) -> BlockWrite {
    records[record]
      .lengthened(slot, sectors: UInt32(clamping: end - first), last: end - 1).write
  }

  /// The LBA before which a partition must end, and what is there: the nearest of all, since
  /// logical partitions and their records may lie in any order.
  private func room(
    behind partition: Partition, _ request: PartitionRequest
  ) -> (UInt64, Bound) {
    var limit = geometry.sectors
    var bound = Bound.disk
    func clip(_ end: UInt64, _ reason: Bound) {
      guard end < limit else { return }
      limit = end
      bound = reason
    }
    // The entry has 32 bits for the sectors; tools have as many for an LBA.
    clip(min(1 << 32, partition.first + UInt64(UInt32.max)), .addressing)
    for other in partitions where other.first >= partition.end {
      clip(other.first, .partition(other.number))
    }
    for (index, record) in records.enumerated() where record.lba >= partition.end {
      // A record without a partition belongs to the next one that it leads to.
      let owner = entries.first { $0.record >= index } ?? container
      if let owner { clip(record.lba, .partition(owner.partition.number)) }
    }
    if let end = request.endLimit { clip(end, .request) }
    return (limit, bound)
  }
}
