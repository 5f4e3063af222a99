import DiskFormats
import LVM
import LVMCommands
import Linux

/// What cloud-utils' growpart does, by our own means: one partition of a disk, or of an image of
/// one, made as long as the free space behind it allows. A logical partition takes its container
/// with it. The new end is a multiple of 1 MiB, and 33 sectors at the end of the disk stay free,
/// so that an MBR can still become a GPT.
public struct Growpart {
  /// Path without symbolic links.
  public var disk: String
  public var partition: UInt32
  /// Less new space than this, in bytes, is nothing to do. Below 1 MiB it asks for what is lost by
  /// ends at 1 MiB, and they are at 4 KiB.
  public var fudge: UInt64 = 1 << 20
  /// Of the whole disk, 1 to 99, taken from the end that would be reached.
  public var freePercent: UInt64?
  public var tellsKernel = true
  public var lockSeconds = 10

  public init(disk: String, partition: UInt32) {
    self.disk = disk
    self.partition = partition
  }

  /// What would be done, and on what.
  public struct Plan {
    public let geometry: DiskGeometry
    public let table: PartitionTable
    public let verdict: Verdict
    /// The disk has sectors that its MBR cannot count.
    public let exceedsAddressing: Bool
    fileprivate let request: PartitionRequest
  }

  public enum Verdict: Equatable {
    case change(PartitionChange)
    /// The table has it so long already, and the kernel has only these sectors: a change was cut
    /// off, or the kernel not told.
    case tellKernel(Partition, known: UInt64)
    case noSpace(Partition)
    /// Sectors that there are, and that would be worth it.
    case belowFudge(Partition, room: UInt64, fudge: UInt64)
    /// Sectors that are to stay free.
    case reserved(Partition, UInt64)
  }

  /// What went wrong.
  public enum Failure: Error {
    /// The table has no partition of this number.
    case noSuchPartition
    case other(String)
  }

  /// Looks, and writes nothing.
  public func plan() throws(Failure) -> Plan {
    let disk: DiskLook
    do { disk = try DiskLook(reading: self.disk, FileTree(root: "")) } catch {
      throw Failure(error)
    }
    do { return try plan(disk) } catch {
      throw Failure(PartitionWritingError.table(self.disk, error))
    }
  }

  /// Makes the partition longer as it was planned, on a disk that may have changed meanwhile;
  /// `nil`: there is nothing left to do.
  public func grow(_ plan: Plan) throws(Failure) -> PartitionChange? {
    do {
      return try writing.grow(
        disk: disk, partition: partition, plan.request, tellsKernel: tellsKernel)
    } catch {
      throw Failure(error)
    }
  }

  /// Finishes what was cut off: both copies of the table, and then the kernel.
  public func tellKernel() throws(Failure) {
    do {
      _ = try writing.mend(disk: disk)
      _ = try writing.tellKernel(disk: disk, partition: partition)
    } catch {
      throw Failure(error)
    }
  }

  /// Makes the physical volume follow that is on the partition, if one is and the guest has LVM;
  /// `nil`: there is none. The node of the partition, to be named.
  public func resizePhysicalVolume() throws(Failure) -> String? {
    guard tellsKernel, let path = partitionNode,
      let source = try? FileSource(path: path),
      let label = try? PhysicalVolumeLabel(reading: source), !label.uuid.isEmpty
    else { return nil }
    do {
      let udevRuns = FileTree(root: "").exists("/run/udev/control")
      _ = try LVM.run([["pvresize", path]], udevRuns: udevRuns)
    } catch {
      if case .noProgram = error { return nil }
      throw .other(error.description)
    }
    return path
  }

  private var writing: PartitionWriting {
    PartitionWriting(files: FileTree(root: ""), lockSeconds: lockSeconds)
  }

  /// The kernel's node of the partition; `nil`: it has none.
  private var partitionNode: String? {
    guard let device = try? DiskDevice(reading: disk) else { return nil }
    return (try? KernelPartition.all(of: device, FileTree(root: "")))?
      .first { $0.number == partition }.map { "/dev/\($0.name)" }
  }

  private func plan(_ disk: DiskLook) throws(PartitionTableError) -> Plan {
    let geometry = disk.geometry
    let sectorSize = UInt64(geometry.sectorSize)
    guard let present = disk.table.partitions.first(where: { $0.number == partition }) else {
      throw .noSuchPartition(partition)
    }
    // What growpart calls the maximal end: without alignment, however little it is.
    var request = PartitionRequest()
    request.alignment = sectorSize
    request.minimum = sectorSize
    request.endLimit = geometry.sectors - min(geometry.sectors, Self.tail)
    let sectors = try disk.table.growth(of: partition, request)?.newSectors ?? present.sectors
    var room = sectors - present.sectors

    let uncounted: UInt64 =
      if case .mbr = disk.table { geometry.sectors - min(geometry.sectors, 1 << 32) } else { 0 }
    func plan(_ verdict: Verdict) -> Plan {
      var verdict = verdict
      if case .change = verdict {
      } else if tellsKernel, let known = sectorsKnown(of: present, disk) {
        verdict = .tellKernel(present, known: known)
      }
      return Plan(
        geometry: geometry, table: disk.table, verdict: verdict, exceedsAddressing: uncounted > 0,
        request: request)
    }
    if let freePercent {
      let free = geometry.sectors / 100 * freePercent
      let taken = free - min(free, uncounted)
      guard taken <= room else { return plan(.reserved(present, free)) }
      room -= taken
    }
    guard room > 0 else { return plan(.noSpace(present)) }
    let fudge = self.fudge / sectorSize
    request.endLimit = present.end + room
    request.alignment = self.fudge < 1 << 20 ? 4096 : 1 << 20
    request.minimum = max(fudge, 1) * sectorSize
    guard room >= fudge, let change = try disk.table.growth(of: partition, request) else {
      let step = request.alignment / sectorSize
      let aligned = (present.end + room) / step * step
      let usable = aligned > present.end ? aligned - present.end : 0
      return plan(.belowFudge(present, room: room < fudge ? room : usable, fudge: fudge))
    }
    return plan(.change(change))
  }

  /// The sectors that the kernel has for a partition, if they are fewer than the table's.
  private func sectorsKnown(of partition: Partition, _ disk: DiskLook) -> UInt64? {
    let table = PartitionBytes(partition, disk.geometry)
    let kernel = (try? KernelPartition.all(of: disk.device, FileTree(root: "")))?
      .first { $0.number == partition.number }
    guard let kernel, partition.role != .extended, kernel.start == table.start,
      kernel.size < table.size
    else { return nil }
    return kernel.size / UInt64(disk.geometry.sectorSize)
  }

  /// Sectors of a backup GPT with 128 entries on sectors of 512 bytes.
  private static var tail: UInt64 { 33 }
}

extension Growpart.Failure {
  init(_ error: PartitionWritingError) {
    if case .table(_, .noSuchPartition) = error {
      self = .noSuchPartition
    } else {
      self = .other(error.description)
    }
  }
}
