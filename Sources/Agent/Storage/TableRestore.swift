import Bytes
import DiskFormats
import Linux

/// Puts back the partition table that the last change of each disk has overwritten
/// (`guestagent grow --restore`), for a change that was cut off or that nobody wants after all.
///
/// That is done only where it can harm nobody: the disk is the same one (device number, size,
/// sector size); every sector is either as it was or as it was written, so that no other program
/// has changed the table since; and the kernel does not use the partition in its new size, as it
/// does once a change has succeeded. The kernel is never told a smaller size.
///
/// What is put back is as before to the byte, also outside the table, where a backup GPT was
/// written. The backup is removed with that. It lives under /run, until the machine stops: what
/// a change is worth after a power cut is decided by the order of its writes alone.
public struct TableRestore {
  private let writing: PartitionWriting
  private var files: FileTree { writing.files }

  public init(files: FileTree, lockSeconds: Int = 10) {
    writing = PartitionWriting(files: files, lockSeconds: lockSeconds)
  }

  public struct Result {
    /// The disk's path.
    public let disk: String
    public let outcome: Outcome
    /// Why it failed.
    public let failure: String?
  }

  /// One result a disk of which something was saved.
  public func run() -> [Result] {
    files.names(in: TableBackup.folder).map { restore(saved: $0) }
  }

  private func restore(saved name: String) -> Result {
    let path = TableBackup.path(name)
    let bytes = (try? files.read(path, limit: TableBackup.sizeLimit)) ?? nil
    guard let backup = bytes.flatMap({ TableBackup($0) }), backup.name == name else {
      let error = PartitionWritingError.backupDamaged(files.resolve(path))
      return Result(disk: path, outcome: .failed, failure: error.description)
    }
    do {
      let outcome: Outcome = try restore(backup) ? .changed : .unchanged
      return Result(disk: backup.disk, outcome: outcome, failure: nil)
    } catch {
      return Result(disk: backup.disk, outcome: .failed, failure: error.description)
    }
  }

  /// `false`: all is as it was before the change.
  private func restore(_ backup: TableBackup) throws(PartitionWritingError) -> Bool {
    let device: DiskDevice
    do { device = try DiskDevice(writing: backup.disk, in: files) } catch {
      throw .system(error)
    }
    try writing.lock(device, backup.disk)
    try checkDisk(device, backup)
    guard try isChanged(device, backup) else { return false }
    try checkKernel(device, backup)
    if let error = device.takeBack(backup.regions[...]) { throw .system(error) }
    do { try files.remove(TableBackup.path(backup.name)) } catch { throw .system(error) }
    return true
  }

  private func checkDisk(
    _ device: DiskDevice, _ backup: TableBackup
  ) throws(PartitionWritingError) {
    let size: UInt64
    let sectorSize: UInt32
    do {
      size = try device.size()
      sectorSize = try device.sectorSize()
    } catch {
      throw .system(error)
    }
    guard let number = device.number, number == (backup.major, backup.minor),
      size == backup.diskSize, sectorSize == backup.sectorSize
    else { throw .otherDisk(backup.disk) }
  }

  /// Whether any sector is not as it was before.
  private func isChanged(
    _ device: DiskDevice, _ backup: TableBackup
  ) throws(PartitionWritingError) -> Bool {
    var changed = false
    for region in backup.regions {
      let present: [UInt8]
      do { present = try device.read(at: region.offset, count: region.before.count) } catch {
        throw .system(error)
      }
      let step = Int(backup.sectorSize)
      for start in stride(from: 0, to: region.before.count, by: step) {
        let sector = start..<min(start + step, region.before.count)
        guard present.count >= sector.upperBound else { throw .otherDisk(backup.disk) }
        if present[sector] == region.before[sector] { continue }
        changed = true
        let offset = region.offset +| UInt64(start)
        // One sector may have been written more than once.
        let isOurs = backup.regions.contains { $0.wrote(present[sector], at: offset) }
        guard isOurs else { throw .changedSince(backup.disk, offset: offset) }
      }
    }
    return changed
  }

  private func checkKernel(
    _ device: DiskDevice, _ backup: TableBackup
  ) throws(PartitionWritingError) {
    guard let resized = backup.partition else { return }
    let geometry = DiskGeometry(sectorSize: backup.sectorSize, sectors: 0)
    let before = PartitionBytes(
      Partition(number: resized.number, first: resized.first, sectors: resized.sectors), geometry)
    let all: [KernelPartition]
    do { all = try KernelPartition.all(of: device, files) } catch { throw .system(error) }
    for partition in all
    where partition.number == resized.number {
      guard partition.start == before.start else {
        throw .kernelStart(resized.number, kernel: partition.start, table: before.start)
      }
      guard partition.size <= before.size else { throw .inUse(resized.number) }
    }
  }
}

extension TableBackup.Region {
  /// Whether this region's new bytes put these at a byte of the disk.
  func wrote(_ bytes: ArraySlice<UInt8>, at position: UInt64) -> Bool {
    guard position >= offset else { return false }
    let start = position - offset
    guard start <= UInt64(after.count), after.count - Int(start) >= bytes.count else {
      return false
    }
    return after[Int(start)..<(Int(start) + bytes.count)] == bytes
  }
}
