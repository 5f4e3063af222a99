import Bytes

/// Where the parts of a GPT belong on the disk as large as it is now.
struct GPTLayout: Equatable, Sendable {
  /// LBA of the backup header: the last one.
  let last: UInt64
  /// Sectors that the entries occupy in each copy.
  let entriesSectors: UInt64
  let entriesHome: UInt64
  /// LBA of the backup's entries; 0 on a disk that is too small for them.
  let backupEntries: UInt64
  let firstUsable: UInt64
  let lastUsable: UInt64

  init<Source: ByteSource>(
    for copies: GPTCopies, _ source: Source, _ geometry: DiskGeometry
  ) throws(PartitionReadError<Source.Failure>) {
    let header = copies.header
    let count = UInt64(geometry.sectors(header.entriesByteCount))
    last = geometry.sectors - 1
    entriesSectors = count
    firstUsable = header.firstUsableLBA

    // A backup that is at the end already stays as it is, also with room around it.
    var entries = last > count ? last - count : 0
    let isAtEnd = copies.header.alternateLBA == last || copies.header.ownLBA == last
    if isAtEnd, let backup = copies.backup?.whole?.header,
      backup.entriesLBA > header.lastUsableLBA, backup.entriesLBA <= entries
    {
      entries = backup.entriesLBA
    }
    backupEntries = entries
    let room = entries > 0 ? entries - 1 : 0
    lastUsable = isAtEnd ? min(header.lastUsableLBA, room) : room
    entriesHome = try Self.home(for: copies, count, source, geometry)
  }

  /// Where the primary copy's entries belong.
  ///
  /// A header that has lent them says it, or else means LBA 2. A damaged copy's may lie where
  /// its header says, at LBA 2 or just before the first usable LBA (`sgdisk -j`): where they are
  /// whole; otherwise LBA 2 is taken, as other tools do.
  private static func home<Source: ByteSource>(
    for copies: GPTCopies, _ count: UInt64, _ source: Source, _ geometry: DiskGeometry
  ) throws(PartitionReadError<Source.Failure>) -> UInt64 {
    let latest = copies.header.firstUsableLBA - count
    let marked = copies.primary.header?.entriesHome
    if let own = copies.primary.whole?.header {
      if own.entriesLBA <= latest { return own.entriesLBA }
      if let marked, marked >= 2, marked <= latest { return marked }
      return 2
    }
    for case let place? in [marked, copies.primary.header?.entriesLBA, 2, latest] {
      guard place >= 2, place <= latest, place < geometry.sectors else { continue }
      let sectors = try source.sectors(at: place, count: Int(count), geometry)
      if sectors.starts(with: copies.entries.bytes) { return place }
    }
    return 2
  }
}

/// What the sectors hold in which the parts of a GPT belong, as they were found.
struct GPTSectors: Equatable, Sendable {
  var mbr: [UInt8]
  var primary: [UInt8]
  var entries: [UInt8]
  var backupEntries: [UInt8]
  var backup: [UInt8]

  init<Source: ByteSource>(
    reading source: Source, _ mbr: [UInt8], _ layout: GPTLayout, _ geometry: DiskGeometry
  ) throws(PartitionReadError<Source.Failure>) {
    /// Bytes that cannot be had are as good as zeros: the same is written over them.
    func sectors(
      _ lba: UInt64, _ count: UInt64
    ) throws(PartitionReadError<Source.Failure>) -> [UInt8] {
      let bytes = try source.sectors(at: lba, count: Int(count), geometry)
      let missing = Int(count) * Int(geometry.sectorSize) - bytes.count
      return missing > 0 ? bytes + [UInt8](repeating: 0, count: missing) : bytes
    }
    self.mbr = mbr
    primary = try sectors(1, 1)
    entries = try sectors(layout.entriesHome, layout.entriesSectors)
    backupEntries = try sectors(layout.backupEntries, layout.entriesSectors)
    backup = try sectors(layout.last, 1)
  }
}
