import Bytes

/// The copies of a GPT that a disk holds, and the good one among them.
///
/// - A whole primary copy is the table. Its alternate LBA leads to its backup; one that is whole
///   and has a partition where the primary has none beginning is a contradiction that nobody can
///   decide, since that partition's bytes could be lost: `copiesDiffer`. A backup with the same
///   partitions, some of another length, is what a cut leaves between the writing of the two.
///   Whatever else is whole at the end of the disk is from another time (another image on the
///   same disk, an unfinished run of ours) and counts for nothing.
/// - A primary header with a right checksum that we cannot follow was meant so by somebody, and
///   Linux may follow it: `strangeHeader`.
/// - Without either, the backup is looked for at the end of the disk, at the alternate LBA of a
///   primary header whose entries are bad, and where the protective MBR says the disk once ended.
///   One that belongs to another primary header is passed over. Of two the one at the end is the
///   later, unless it lacks a partition of the other: that again is `copiesDiffer`.
struct GPTCopies {
  let primary: GPTCopy
  /// Whole, and of the same table; not always the same in it.
  private(set) var backup: GPTCopy?
  /// The LBA of a whole backup elsewhere than at the end of the disk.
  private(set) var strayBackup: UInt64?
  /// Of the good copy; without a mark.
  let header: GPTHeader
  let entries: GPTEntries

  init<Source: ByteSource>(
    reading source: Source, _ mbr: ProtectiveMBR, _ geometry: DiskGeometry
  ) throws(PartitionReadError<Source.Failure>) {
    let last = geometry.sectors - 1
    primary = try GPTCopy(reading: source, at: 1, geometry)
    switch primary.damage {
    case .headerLength, .revision, .entrySize, .entryCount, .bounds:
      throw .unusable(.strangeHeader(primary.damage ?? .bounds))
    default: break
    }
    var damage: GPTDamage?

    var places: [UInt64?] = [last, primary.header?.alternateLBA, mbr.lastLBA]
    if primary.whole != nil { places = [primary.header?.alternateLBA] }
    for case let place? in places where place != 1 && place != strayBackup {
      if place == last && backup?.lba == last { continue }
      let copy = try GPTCopy(reading: source, at: place, geometry)
      guard let (header, entries) = copy.whole, primary.accepts(header) else {
        // What the primary header says, if it can be read, is where the backup should be.
        if damage == nil || place == primary.header?.alternateLBA { damage = copy.damage }
        continue
      }
      if let better = primary.whole ?? backup?.whole, !better.entries.coverBeginnings(of: entries) {
        throw .unusable(.copiesDiffer)
      }
      backup = backup ?? copy
      let isOurs = primary.header == nil || primary.header?.diskGUID == header.diskGUID
      if place != last, isOurs { strayBackup = place }
    }

    guard let good = primary.whole ?? backup?.whole else {
      throw .unusable(
        .bothCopies(primary: primary.damage ?? .unreadable, backup: damage ?? .signature))
    }
    var header = good.header
    header.entriesHome = nil
    self.header = header
    entries = good.entries
  }
}

extension GPTCopy {
  /// Whether a backup belongs to this primary copy: if its header can be read and its entries
  /// cannot, both have to be of one disk.
  fileprivate func accepts(_ backup: GPTHeader) -> Bool {
    guard backup.alternateLBA == 1 else { return false }
    guard damage != nil, let header else { return true }
    return header.diskGUID == backup.diskGUID
  }
}

extension GPTEntries {
  /// Where a partition of the other begins, one of these begins too.
  func coverBeginnings(of other: GPTEntries) -> Bool {
    var own: [UInt64] = []
    forEach { _, first, _ in own.append(first) }
    own = own.ordered { $0 < $1 }
    var covered = true
    other.forEach { _, first, _ in
      var (low, high) = (0, own.count)
      while low < high {
        let middle = (low + high) / 2
        if own[middle] < first { low = middle + 1 } else { high = middle }
      }
      if low == own.count || own[low] != first { covered = false }
    }
    return covered
  }
}
