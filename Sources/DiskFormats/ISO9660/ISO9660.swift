import Bytes

/// An ISO 9660 volume. Names are Rock Ridge's where it is present (exact), otherwise Joliet's,
/// otherwise the plain ones (see `PlainName`); the best likeness wins.
/// Source: ECMA-119; Joliet specification, 1995; RRIP 1.12.
struct ISO9660<Source: ByteSource>: DirectoryTree {
  typealias Failure = FileSystemError<Source.Failure>

  enum Names {
    case rockRidge(RockRidge<Source>)
    case joliet
    case plain
  }

  /// 80 KiB hold all descriptors, and all of a small metadata image but its larger files.
  private static var beginning: Int { VolumeDescriptor.first + 24 * VolumeDescriptor.size }
  /// More than ten thousand files.
  private static var directoryLimit: Int { 4 << 20 }

  private let source: HeldSource<Source>
  private let blockSize: UInt64
  let names: Names
  let labels: [String]
  let root: Directory

  /// `nil` without a volume descriptor in sector 16.
  init?(_ held: HeldSource<Source>) throws(Failure) {
    var source = held
    guard VolumeDescriptor(source.head, at: VolumeDescriptor.first) != nil else { return nil }
    try source.hold(Self.beginning)
    let (primary, joliet) = try Self.descriptors(source.head)
    guard let blockSize = primary.blockSize else { throw .damaged(primary.blockSizeDamage) }
    labels = distinct([primary.label, joliet?.label ?? ""])

    let root = try Self.root(primary, blockSize: blockSize, in: source)
    if let rockRidge = try RockRidge(root: root, blockSize: blockSize, in: source) {
      names = .rockRidge(rockRidge)
      self.root = root
    } else if let joliet, let jolietBlockSize = joliet.blockSize, jolietBlockSize == blockSize {
      names = .joliet
      self.root = try Self.root(joliet, blockSize: blockSize, in: source)
    } else {
      names = .plain
      self.root = root
    }
    self.source = source
    self.blockSize = blockSize
  }

  private static func descriptors(
    _ head: [UInt8]
  ) throws(Failure) -> (primary: VolumeDescriptor, joliet: VolumeDescriptor?) {
    var primary: VolumeDescriptor?
    var joliet: VolumeDescriptor?
    for number in 0..<VolumeDescriptor.limit {
      let offset = VolumeDescriptor.first + number * VolumeDescriptor.size
      guard let descriptor = VolumeDescriptor(head, at: offset), !descriptor.isTerminator
      else { break }
      if primary == nil, descriptor.isPrimary { primary = descriptor }
      if joliet == nil, descriptor.isJoliet { joliet = descriptor }
    }
    guard let primary else {
      throw .damaged(.primaryVolumeMissing(offset: UInt64(VolumeDescriptor.first)))
    }
    return (primary, joliet)
  }

  private static func root(
    _ descriptor: VolumeDescriptor, blockSize: UInt64, in source: HeldSource<Source>
  ) throws(Failure) -> Directory {
    let extent = descriptor.rootExtent(blockSize: blockSize)
    return try directory(extent, sizeOffset: descriptor.rootSizeOffset, in: source)
  }

  private static func directory(
    _ extent: Extent, sizeOffset: UInt64, in source: HeldSource<Source>
  ) throws(Failure) -> Directory {
    guard extent.count <= UInt64(directoryLimit) else {
      throw .damaged(
        .directoryTooLarge(bytes: extent.count, limit: directoryLimit, offset: sizeOffset))
    }
    return Directory(bytes: try source.bytes(extent), extents: [extent])
  }

  // MARK: DirectoryTree

  enum Node {
    case file([Extent])
    /// `sizeOffset`: where the size is written.
    case directory(Extent, sizeOffset: UInt64)
    /// There, but in a form that is not read.
    case unread(Damage)
  }

  func node(_ name: [UInt8], in directory: Directory) throws(Failure) -> Node? {
    var best: (likeness: PlainName.Likeness, records: [DirectoryRecord])?
    var records = DirectoryRecords(directory)
    while let record = try next(&records) {
      guard !record.isSelfOrParent, !record.isAssociated else { continue }
      let file = try file(from: record, &records)
      guard let likeness = try likeness(of: record, to: name) else { continue }
      if best == nil || likeness < best!.likeness { best = (likeness, file) }
      if likeness == .exact { break }
    }
    guard let best else { return nil }
    return try node(best.records)
  }

  private func next(_ records: inout DirectoryRecords) throws(Failure) -> DirectoryRecord? {
    do {
      return try records.next()
    } catch {
      throw .damaged(error)
    }
  }

  /// A file's records: the first, and as many as it says are still to come.
  private func file(
    from first: DirectoryRecord, _ records: inout DirectoryRecords
  ) throws(Failure) -> [DirectoryRecord] {
    var file = [first]
    var last = first
    while last.isContinued {
      guard let record = try next(&records), record.name == first.name else {
        throw .damaged(.extentMissing(offset: last.offset))
      }
      file.append(record)
      last = record
    }
    return file
  }

  private func likeness(
    of record: DirectoryRecord, to wanted: [UInt8]
  ) throws(Failure) -> PlainName.Likeness? {
    switch names {
    case .rockRidge(let rockRidge):
      if let name = try rockRidge.name(of: record) { return name == wanted ? .exact : nil }
      return PlainName(record.name).likeness(to: wanted)
    case .joliet:
      let name = PlainName.withoutVersion(utf8(bigEndianUTF16: record.name))
      if name == wanted { return .exact }
      // Linux takes no notice of a dot at the end.
      let (mine, other) = (PlainName(name).bytes, PlainName(wanted).bytes)
      return mine.asciiLowercased == other.asciiLowercased ? .otherCase : nil
    case .plain:
      return PlainName(record.name).likeness(to: wanted)
    }
  }

  private func node(_ records: [DirectoryRecord]) throws(Failure) -> Node {
    let first = records[0]
    if case .rockRidge(let rockRidge) = names {
      switch try rockRidge.turn(of: first) {
      case .movedDirectory(let block): return try movedDirectory(block)
      case .notPlain(let form): return .unread(.notPlain(form, offset: first.offset))
      case nil: break
      }
    }
    if let record = records.first(where: { $0.isInterleaved }) {
      return .unread(.notPlain(.interleaved, offset: record.offset))
    }
    let extents = records.map { Extent(offset: $0.block * blockSize, count: $0.size) }
    guard first.isDirectory else { return .file(extents) }
    return .directory(extents[0], sizeOffset: first.offset + 10)
  }

  /// A directory known only by its first block: its own record there tells its size.
  private func movedDirectory(_ block: UInt64) throws(Failure) -> Node {
    let first = Extent(offset: block * blockSize, count: blockSize)
    var records = DirectoryRecords(Directory(bytes: try source.bytes(first), extents: [first]))
    let size = try next(&records)?.size ?? 0
    return .directory(
      Extent(offset: first.offset, count: size), sizeOffset: first.offset + 10)
  }

  func directory(_ node: Node) throws(Failure) -> Directory? {
    switch node {
    case .file: return nil
    case .directory(let extent, let sizeOffset):
      return try Self.directory(extent, sizeOffset: sizeOffset, in: source)
    case .unread(let damage): throw .damaged(damage)
    }
  }

  func size(_ node: Node) throws(Failure) -> UInt64? {
    switch node {
    case .file(let extents): return extents.reduce(0) { $0 + $1.count }
    case .directory: return nil
    case .unread(let damage): throw .damaged(damage)
    }
  }

  func contents(_ node: Node) throws(Failure) -> [UInt8] {
    guard case .file(let extents) = node else { return [] }
    return try source.bytes(extents)
  }
}
