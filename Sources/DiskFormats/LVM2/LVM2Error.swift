/// Why a physical volume of LVM2 cannot be read.
public enum LVM2Error<Failure: Error>: Error {
  /// The source could not be read.
  case unreadable(Failure)
  case damaged(LVM2Damage)
}

extension LVM2Error: Equatable where Failure: Equatable {}

extension LVM2Error: CustomStringConvertible where Failure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let failure): failure.description
    case .damaged(let damage): damage.description
    }
  }
}

/// What is wrong on a physical volume. `offset` is in bytes from the device's beginning.
public enum LVM2Damage: Error, Equatable, Sendable {
  /// Something of `count` bytes should lie at `offset`, but the device ends within it or before.
  case deviceEnds(offset: UInt64, count: UInt64)
  case labelChecksum(offset: UInt64)
  /// The label says that it belongs to another sector.
  case labelSector(UInt64, offset: UInt64)
  /// The header of the physical volume, or one of its lists of areas, runs out of the label.
  case labelBounds(offset: UInt64)
  /// Not 32 printable characters.
  case labelUUID(offset: UInt64)
  case headerChecksum(offset: UInt64)
  case headerMagic(offset: UInt64)
  case headerVersion(UInt32, offset: UInt64)
  /// The header says that it belongs elsewhere.
  case headerStart(UInt64, offset: UInt64)
  /// The metadata text lies outside its area; its place as the header at `offset` has it.
  case textBounds(start: UInt64, count: UInt64, offset: UInt64)
  case textTooLarge(bytes: UInt64, limit: Int)
  case textChecksum(offset: UInt64)
  case text(MetadataTextError)
}

extension LVM2Damage: CustomStringConvertible {
  public var description: String {
    let (what, offset) = parts
    return offset.map { "LVM: \(what) at \($0)" } ?? "LVM: " + what
  }

  private var parts: (what: String, offset: UInt64?) {
    switch self {
    case .deviceEnds(let offset, _): ("the device ends within what should lie", offset)
    case .labelChecksum(let offset): ("wrong checksum of the label", offset)
    case .labelSector(_, let offset): ("a label that belongs to another sector", offset)
    case .labelBounds(let offset): ("a label whose lists do not end", offset)
    case .labelUUID(let offset): ("a label without usable uuid", offset)
    case .headerChecksum(let offset): ("wrong checksum of the metadata header", offset)
    case .headerMagic(let offset): ("no metadata header", offset)
    case .headerVersion(_, let offset): ("a metadata header of unknown version", offset)
    case .headerStart(_, let offset): ("a metadata header that belongs elsewhere", offset)
    case .textBounds(_, _, let offset): ("metadata that leave their area", offset)
    case .textTooLarge(let bytes, _): ("\(bytes) bytes of metadata are not believed", nil)
    case .textChecksum(let offset): ("wrong checksum of the metadata in the area", offset)
    case .text(let error): ("metadata: \(error)", nil)
    }
  }
}

/// What is wrong in the metadata text, at which line of it (the first is 1).
public enum MetadataTextError: Error, Equatable, Sendable {
  case notMetadata
  case unknownVersion(UInt64)
  case syntax(line: Int)
  /// A string or an array that the text's end cuts off, or a section that it leaves open.
  case unclosed
  case notNumber(key: String, line: Int)
  case notString(key: String, line: Int)
  case notUUID(line: Int)
  /// A number of sectors or extents beyond all devices.
  case outOfRange(key: String, line: Int)
  /// A key that every section of its kind has.
  case missing(key: String, section: String)
}

extension MetadataTextError: CustomStringConvertible {
  public var description: String {
    let (what, key, line) = parts
    return (line.map { "line \($0): " } ?? "") + key + what
  }

  private var parts: (what: String, key: String, line: Int?) {
    switch self {
    case .notMetadata: ("not the description of a volume group", "", nil)
    case .unknownVersion: ("unknown version", "", nil)
    case .syntax(let line): ("wrong syntax", "", line)
    case .unclosed: ("something is left open at the end", "", nil)
    case .notNumber(let key, let line): (" is not a number", key, line)
    case .notString(let key, let line): (" is not text in quotes", key, line)
    case .notUUID(let line): ("no uuid of 32 characters", "", line)
    case .outOfRange(let key, let line): (" is out of range", key, line)
    case .missing(let key, let section): (" is missing in " + section, key, nil)
    }
  }
}
