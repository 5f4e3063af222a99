import Bytes

/// What Rock Ridge adds to the directory records of ISO 9660: POSIX names, links, deep trees.
/// Source: RRIP 1.12 (IEEE P1282), 4.1.
struct RockRidge<Source: ByteSource> {
  typealias Failure = FileSystemError<Source.Failure>

  private let source: HeldSource<Source>
  private let blockSize: UInt64
  /// Bytes before the entries in every record but the root directory's own.
  private let skip: Int

  /// Looks for SUSP's indicator and Rock Ridge's file attributes in the root directory's own
  /// record, its first; `nil` without.
  init?(root: Directory, blockSize: UInt64, in source: HeldSource<Source>) throws(Failure) {
    self.source = source
    self.blockSize = blockSize
    let record: DirectoryRecord?
    do {
      var records = DirectoryRecords(root)
      record = try records.next()
    } catch {
      throw .damaged(error)
    }
    // Without the indicator these bytes are another system's, of whatever form.
    guard let record, record.systemUse.starts(with: [0x53, 0x50, 7, 1, 0xBE, 0xEF]),
      record.systemUse.count >= 7
    else { return nil }
    skip = Int(record.systemUse[6])
    var entries = SystemUseEntries(record, skip: 0, blockSize: blockSize, in: source)
    while let entry = try entries.next() {
      if case .attributes = entry.signature { return }
    }
    return nil
  }

  /// The name of a record, from its "NM" entries; `nil` if it has none.
  ///
  ///     offset  size  field
  ///          4     1  flags: 1 the next entry goes on, 2 the directory itself, 4 its parent
  ///          5     -  part of the name
  func name(of record: DirectoryRecord) throws(Failure) -> [UInt8]? {
    var name: [UInt8]?
    var entries = entries(of: record)
    while let entry = try entries.next() {
      guard case .name = entry.signature else { continue }
      name = (name ?? []) + entry.bytes[5...]
      if entry.bytes[4] & 1 == 0 { break }
    }
    return name
  }

  /// What makes a record other than the plain file or directory that it looks like.
  enum Turn: Equatable {
    /// A directory whose own record begins the block.
    case movedDirectory(block: UInt64)
    case notPlain(Damage.Form)
  }

  func turn(of record: DirectoryRecord) throws(Failure) -> Turn? {
    var entries = entries(of: record)
    while let entry = try entries.next() {
      switch entry.signature {
      case .symbolicLink: return .notPlain(.symbolicLink)
      case .compressed: return .notPlain(.compressed)
      case .childLink:
        return .movedDirectory(block: UInt64(entry.bytes[littleEndian: 4] as UInt32))
      default: continue
      }
    }
    return nil
  }

  private func entries(of record: DirectoryRecord) -> SystemUseEntries<Source> {
    SystemUseEntries(record, skip: skip, blockSize: blockSize, in: source)
  }
}
