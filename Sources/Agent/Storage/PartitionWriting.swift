import DiskFormats
import Linux

/// Makes partitions longer, on the disk and in the kernel, with the disk locked from the look that
/// decides until the kernel knows. What is overwritten is kept in memory, to be put back if a
/// write fails, and of a device under /run, to be put back by `TableRestore`.
struct PartitionWriting {
  let files: FileTree
  /// How long to wait for another program's lock of the disk.
  let lockSeconds: Int

  init(files: FileTree, lockSeconds: Int = 10) {
    self.files = files
    self.lockSeconds = lockSeconds
  }

  /// Makes the partition as long as the request allows, with its container if it is a logical one;
  /// `nil`: there is nothing to do, and nothing was written. An extended partition grows in the
  /// table only: of its data the kernel shows two sectors, ever.
  func grow(
    disk path: String, partition number: UInt32, _ request: PartitionRequest = PartitionRequest(),
    tellsKernel: Bool = true
  ) throws(PartitionWritingError) -> PartitionChange? {
    let disk = try locked(path)
    let found: PartitionChange?
    do { found = try disk.table.growth(of: number, request) } catch { throw .table(path, error) }
    guard let change = found else { return nil }
    let kernel = try kernelPartition(change.partition, of: disk)
    try checkSpace(of: change, disk)
    try write(change.writes, to: disk, path, change)
    if tellsKernel, let kernel {
      try tell(kernel, PartitionBytes(change.partition, sectors: change.newSectors, disk.geometry),
        disk)
    }
    return change
  }

  /// Makes damaged or left-behind copies of the table good again; `false`: there were none.
  func mend(disk path: String) throws(PartitionWritingError) -> Bool {
    let disk = try locked(path)
    let writes = disk.table.mending
    guard !writes.isEmpty else { return false }
    try write(writes, to: disk, path, nil)
    return true
  }

  /// Makes the kernel take the partition as long as the table has it; `false`: it does already.
  func tellKernel(
    disk path: String, partition number: UInt32
  ) throws(PartitionWritingError) -> Bool {
    let disk = try locked(path)
    guard let partition = disk.table.partitions.first(where: { $0.number == number }) else {
      throw .table(path, .noSuchPartition(number))
    }
    let wanted = PartitionBytes(partition, disk.geometry)
    guard let kernel = try kernelPartition(partition, of: disk), kernel.size < wanted.size else {
      return false
    }
    try tell(kernel, wanted, disk)
    return true
  }

  private func locked(_ path: String) throws(PartitionWritingError) -> DiskLook {
    let device: DiskDevice
    do { device = try DiskDevice(writing: path, in: files) } catch { throw .system(error) }
    try lock(device, path)
    return try DiskLook(device, path: path)
  }

  /// Takes the lock of a device. Image files are their owner's business, who may hold it himself.
  func lock(_ device: DiskDevice, _ path: String) throws(PartitionWritingError) {
    guard device.number != nil else { return }
    let deadline = Deadline(secondsFromNow: lockSeconds)
    let isOurs: Bool
    do { isOurs = try device.lock(until: deadline) } catch { throw .system(error) }
    guard isOurs else { throw .locked(path, seconds: lockSeconds) }
  }

  private func partitions(of disk: DiskLook) throws(PartitionWritingError) -> [KernelPartition] {
    do { return try KernelPartition.all(of: disk.device, files) } catch { throw .system(error) }
  }

  /// The kernel's partition, if it is where the table has it and not longer; `nil`: the kernel has
  /// none of this number, or it is a container, whose size in the kernel means nothing.
  private func kernelPartition(
    _ partition: Partition, of disk: DiskLook
  ) throws(PartitionWritingError) -> KernelPartition? {
    let all = try partitions(of: disk)
    guard let kernel = all.first(where: { $0.number == partition.number }) else { return nil }
    let table = PartitionBytes(partition, disk.geometry)
    guard kernel.start == table.start else {
      throw .kernelStart(partition.number, kernel: kernel.start, table: table.start)
    }
    guard partition.role != .extended else { return nil }
    guard kernel.size <= table.size else {
      throw .kernelSize(partition.number, kernel: kernel.size, table: table.size)
    }
    return kernel
  }

  /// A table that was changed behind the kernel's back may have space free that is in use.
  private func checkSpace(
    of change: PartitionChange, _ disk: DiskLook
  ) throws(PartitionWritingError) {
    let old = PartitionBytes(change.partition, disk.geometry)
    let new = PartitionBytes(change.partition, sectors: change.newSectors, disk.geometry)
    for other in try partitions(of: disk)
    where other.number != change.partition.number {
      guard other.end <= old.end || other.start >= new.end else { throw .inTheWay(other.number) }
    }
  }

  /// Carries the writes out in their order; if one fails, all are taken back in the reverse one,
  /// so that every state in between is one that the order itself passes through.
  private func write(
    _ writes: [BlockWrite], to disk: DiskLook, _ path: String, _ change: PartitionChange?
  ) throws(PartitionWritingError) {
    var regions: [TableBackup.Region] = []
    for write in writes {
      let before: [UInt8]
      do { before = try disk.device.read(at: write.offset, count: write.bytes.count) } catch {
        throw .system(error)
      }
      guard before.count == write.bytes.count else {
        throw .table(path, .beyondDisk(change?.partition.number ?? 0, sectors: 1))
      }
      regions.append(TableBackup.Region(offset: write.offset, before: before, after: write.bytes))
    }
    if let number = disk.device.number {
      let backup = TableBackup(
        disk: path, number: number, geometry: disk.geometry, size: disk.size, change: change,
        regions: regions)
      do {
        try files.replace(TableBackup.path(backup.name), with: backup.bytes, mode: 0o600)
      } catch {
        throw .notSaved(error)
      }
    }
    for position in regions.indices {
      do {
        try disk.device.write(regions[position].after, at: regions[position].offset)
      } catch {
        throw .notWritten(error, takenBack: disk.device.takeBack(regions[...position]))
      }
    }
  }

  /// The kernel never gets a size below its own (see `kernelPartition`).
  private func tell(
    _ kernel: KernelPartition, _ wanted: PartitionBytes, _ disk: DiskLook
  ) throws(PartitionWritingError) {
    do {
      try disk.device.resizePartition(kernel.number, start: wanted.start, length: wanted.size)
    } catch {
      throw .kernelNotTold(error)
    }
    let after = try partitions(of: disk)
      .first { $0.number == kernel.number }?.size ?? 0
    guard after == wanted.size else {
      throw .kernelDisagrees(kernel.number, kernel: after, table: wanted.size)
    }
  }
}

extension DiskDevice {
  /// Puts back what was there before, the last region first, as far as it can; the first failure.
  func takeBack(_ regions: ArraySlice<TableBackup.Region>) -> SystemError? {
    var failure: SystemError?
    for region in regions.reversed() {
      do { try write(region.before, at: region.offset) } catch { failure = failure ?? error }
    }
    return failure
  }
}
