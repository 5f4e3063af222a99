@testable import DiskFormats

/// Where libfdisk 2.38 reads a table otherwise than we do, and why.
enum FdiskDifference: String {
  /// An entry of an MBR without sectors is none for Linux; libfdisk shows it if it has a type, and
  /// an only record of a container also without a partition.
  case emptyEntry
  /// The same with the type of a container: libfdisk takes it for the only one.
  case emptyContainer
  /// A link to the next record that has a type and else zeros ends the chain for Linux; libfdisk
  /// goes back to the container's first record, until its numbers end.
  case emptyLink
  /// UEFI 2.10, 5.3.3, and Linux: an entry of a GPT whose type is zeros is free. libfdisk shows it
  /// if it has a first LBA.
  case freeEntry
  /// Without a whole primary copy libfdisk looks for the backup in the last sector alone, and shows
  /// the protective MBR's own entries if it finds none; Linux sees nothing. We find the backup
  /// of a disk that has been made larger, too.
  case strayBackup
  /// A primary copy that says of sectors behind the disk that they may be used is none for Linux
  /// and libfdisk. We read it, in order to say that the disk has become smaller.
  case smallerDisk

  /// `nil` if there is no difference, or none that is known.
  init?(_ table: PartitionTable, _ theirs: FdiskDisk.Reading, kernel: [Partition]) {
    let ours = table.partitions
    guard theirs.partitions != ours else { return nil }
    switch table {
    case .mbr where theirs.partitions.filter({ $0.sectors > 0 }) == ours: self = .emptyEntry
    case .mbr where ours == kernel && theirs.partitions.contains { $0.isEmptyContainer }:
      self = .emptyContainer
    case .mbr where ours == kernel && theirs.extents.starts(with: kernel.map { $0.extent }):
      self = .emptyLink
    case .mbr: return nil
    case .gpt(let gpt):
      let used = ours.map { $0.number }
      if theirs.label == .gpt, theirs.partitions.filter({ used.contains($0.number) }) == ours {
        self = .freeEntry
      } else if theirs.label != .gpt, kernel.isEmpty, gpt.strayBackup != nil, !gpt.primaryStands {
        self = .strayBackup
      } else if kernel.isEmpty, gpt.header.lastUsableLBA >= gpt.geometry.sectors {
        self = .smallerDisk
      } else {
        return nil
      }
    }
  }
}

extension Partition {
  fileprivate var isEmptyContainer: Bool { role == .extended && sectors == 0 }
  fileprivate var extent: Extent { Extent(offset: first, count: sectors) }
}

extension FdiskDisk.Reading {
  /// In sectors, without empty ones.
  fileprivate var extents: [Extent] { partitions.map { $0.extent }.filter { $0.count > 0 } }
}
