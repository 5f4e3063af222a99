/// Why a partition table is not touched.
public enum PartitionTableError: Error, Equatable, Sendable {
  /// Neither an MBR nor a GPT, or a file system's boot sector that looks like an MBR.
  case noTable
  case sectorSize(UInt32)
  case noSuchPartition(UInt32)
  /// Two partitions share sectors.
  case overlap(UInt32, UInt32)
  /// The partition ends so many sectors behind the end of the disk: the disk has become smaller.
  case beyondDisk(UInt32, sectors: UInt64)

  /// MBR: a second extended partition, which no system reads alike.
  case severalExtended(UInt32, UInt32)
  /// A boot record (EBR) at this LBA that cannot be read as one.
  case bootRecord(lba: UInt64)
  /// The chain of boot records comes back to this LBA, or leaves the container.
  case chain(lba: UInt64)
  case outsideContainer(UInt32)

  /// Neither copy of the GPT is whole.
  case bothCopies(primary: GPTDamage, backup: GPTDamage)
  /// Both copies are whole and say different things: nobody can tell which is right.
  case copiesDiffer
  /// The primary GPT header's checksum is right, so others may follow it, and it says what we
  /// cannot follow.
  case strangeHeader(GPTDamage)
  /// GPT: the last sector of a partition lies before its first.
  case endsBeforeBeginning(UInt32)
  /// GPT: the partition lies over the MBR, the primary header or its entries.
  case overTable(UInt32)
  /// GPT: the disk has become too small for the table itself.
  case noRoomForBackup
}

/// What is wrong with one copy of a GPT. Source: UEFI 2.10, 5.3.2.
public enum GPTDamage: Error, Equatable, Sendable {
  case unreadable
  case signature
  case revision(UInt32)
  case headerSize(UInt32)
  /// The header has a right checksum and leaves no room behind it in its sector.
  case headerLength(UInt32)
  case headerChecksum
  /// The header says that it lies at another LBA than it does.
  case ownLBA(UInt64)
  case entrySize(UInt32)
  case entryCount(UInt32)
  case entriesChecksum
  /// The entries or the usable sectors lie where they cannot.
  case bounds
}

extension PartitionTableError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noTable: "no partition table (MBR or GPT)"
    case .sectorSize(let bytes): "sectors of \(bytes) bytes, which is no power of two in 512...4096"
    case .noSuchPartition(let number): "the partition table has no partition \(number)"
    case .overlap(let one, let other): "partitions \(one) and \(other) overlap"
    case .beyondDisk(let number, let sectors):
      "partition \(number) ends \(sectors) sectors behind the end of the disk, which has become "
        + "smaller"
    case .severalExtended(let one, let other):
      "partitions \(one) and \(other) are both extended ones"
    case .bootRecord(let lba): "no extended boot record at sector \(lba)"
    case .chain(let lba): "the chain of extended boot records goes wrong at sector \(lba)"
    case .outsideContainer(let number):
      "logical partition \(number) lies outside its extended partition"
    case .bothCopies(let primary, let backup):
      "both copies of the GPT are damaged (primary: \(primary); backup: \(backup))"
    case .copiesDiffer: "the two copies of the GPT are whole and differ"
    case .strangeHeader(let damage): "the primary GPT has a right checksum, and \(damage)"
    case .endsBeforeBeginning(let number): "partition \(number) ends before it begins"
    case .overTable(let number): "partition \(number) lies over the partition table"
    case .noRoomForBackup: "the disk is too small for the backup of its GPT"
    }
  }
}

extension GPTDamage: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable: "cannot be read"
    case .signature: "no signature"
    case .revision(let revision): "revision \(String(revision, radix: 16)) is not known"
    case .headerSize(let bytes), .headerLength(let bytes): "header of \(bytes) bytes"
    case .headerChecksum: "wrong header checksum"
    case .ownLBA(let lba): "header that belongs at sector \(lba)"
    case .entrySize(let bytes): "entries of \(bytes) bytes"
    case .entryCount(let count): "\(count) entries"
    case .entriesChecksum: "wrong checksum of the entries"
    case .bounds: "sectors outside the disk"
    }
  }
}
