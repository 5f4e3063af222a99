import Bytes

/// The writes that bring both copies of a GPT to the same contents, in an order in which a cut
/// anywhere leaves a table that Linux, libfdisk and we read as the old or the new one.
///
/// Linux reads the primary copy alone, and its header and its entries cannot be written at once.
/// So the entries are never changed under a header that counts on them:
///
/// 1. A damaged primary copy is written from the good one, entries first: it is of no use until
///    its header is there, and the good copy stays untouched meanwhile.
/// 2. The backup, new, at the end of the disk: its entries with its header. Torn, it is of no
///    use, and the primary copy still counts.
/// 3. The primary header, one sector, with the new checksum and pointing to the backup's entries:
///    from this sector on the table is the new one.
/// 4. The primary copy's own entries, to which nothing points now.
/// 5. The primary header, pointing to them again, and the protective MBR before it, which fits
///    both and is good with either size.
/// 6. The signature of a backup left behind at the old end of the disk, so that it is never taken
///    for the table if both copies are damaged later. It lies in space that was free until now.
///
/// Where the entries stay the same, 3 and 4 fall away. Sectors that are right are not written.
struct GPTRewrite {
  private let table: GPTTable
  private var disk: GPTSectors
  private var writes: [BlockWrite] = []

  static func writes(_ table: GPTTable, to entries: GPTEntries) -> [BlockWrite] {
    var rewrite = GPTRewrite(table: table, disk: table.found)
    if !table.primaryStands {
      rewrite.putEntries(table.entries)
      rewrite.putHead(rewrite.primaryHeader(for: table.entries))
    }
    rewrite.putBackup(entries)
    if entries != table.entries {
      rewrite.putHead(rewrite.lendingHeader(for: entries))
      rewrite.putEntries(entries)
    }
    let mbr = ProtectiveMBR(table.found.mbr)?.covering(table.geometry)
    rewrite.putHead(rewrite.primaryHeader(for: entries), mbr: mbr)
    rewrite.wipeStrayBackup()
    return rewrite.writes
  }

  private init(table: GPTTable, disk: GPTSectors) {
    self.table = table
    self.disk = disk
  }

  private func primaryHeader(for entries: GPTEntries) -> GPTHeader {
    header(for: entries, at: 1, in: table.found.primary)
  }

  /// The primary header that points to the backup's entries, and keeps in mind where its own
  /// belong; LBA 2 goes without saying.
  private func lendingHeader(for entries: GPTEntries) -> GPTHeader {
    var header = primaryHeader(for: entries)
    header.entriesLBA = table.layout.backupEntries
    if table.layout.entriesHome != 2 { header.entriesHome = table.layout.entriesHome }
    return header.sealed()
  }

  /// The table's header for one of its places; what lies behind it in the sector stays, if that
  /// has a header of this disk.
  private func header(for entries: GPTEntries, at lba: UInt64, in block: [UInt8]) -> GPTHeader {
    let layout = table.layout
    var header = table.header
    var there = GPTHeader(block)
    if there.hasSignature, there.diskGUID == header.diskGUID, there.size == header.size {
      there.entriesHome = nil
      header = header.keepingTail(of: there)
    }
    header.ownLBA = lba
    header.alternateLBA = lba == 1 ? layout.last : 1
    header.lastUsableLBA = layout.lastUsable
    header.entriesLBA = lba == 1 ? layout.entriesHome : layout.backupEntries
    header.entriesChecksum = entries.checksum
    return header.sealed()
  }

  private mutating func putEntries(_ entries: GPTEntries) {
    let sectors = Self.laid(entries, over: disk.entries)
    write(sectors, over: disk.entries, at: table.layout.entriesHome)
    disk.entries = sectors
  }

  private mutating func putHead(_ header: GPTHeader, mbr: [UInt8]? = nil) {
    let mbr = mbr ?? disk.mbr
    write(mbr + header.block, over: disk.mbr + disk.primary, at: 0)
    disk.mbr = mbr
    disk.primary = header.block
  }

  private mutating func putBackup(_ entries: GPTEntries) {
    let layout = table.layout
    let sectors = Self.laid(entries, over: disk.backupEntries)
    let header = header(for: entries, at: layout.last, in: table.found.backup).block
    if layout.backupEntries + layout.entriesSectors == layout.last {
      write(sectors + header, over: disk.backupEntries + disk.backup, at: layout.backupEntries)
    } else {
      write(sectors, over: disk.backupEntries, at: layout.backupEntries)
      write(header, over: disk.backup, at: layout.last)
    }
    disk.backupEntries = sectors
    disk.backup = header
  }

  /// Only a header that no partition holds, and that the new backup has not replaced.
  private mutating func wipeStrayBackup() {
    guard let lba = table.strayBackup, lba < table.layout.backupEntries,
      !table.partitions.contains(where: { $0.first <= lba && lba < $0.end })
    else { return }
    writes.append(
      BlockWrite(
        offset: table.geometry.offset(lba),
        bytes: [UInt8](repeating: 0, count: Int(table.geometry.sectorSize))))
  }

  /// The sectors with the entries; what lies behind these in the last one stays.
  private static func laid(_ entries: GPTEntries, over sectors: [UInt8]) -> [UInt8] {
    entries.bytes + sectors[entries.bytes.count...]
  }

  /// One write from the first sector that differs to the last.
  private mutating func write(_ new: [UInt8], over old: [UInt8], at lba: UInt64) {
    let size = Int(table.geometry.sectorSize)
    var (first, end) = (nil as Int?, 0)
    for start in stride(from: 0, to: new.count, by: size)
    where new[start..<start + size] != old[start..<start + size] {
      first = first ?? start
      end = start + size
    }
    guard let first else { return }
    writes.append(
      BlockWrite(
        offset: table.geometry.offset(lba) + UInt64(first), bytes: [UInt8](new[first..<end])))
  }
}
