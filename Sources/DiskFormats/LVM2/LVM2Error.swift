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
    switch self {
    case .deviceEnds(let offset, let count):
      "the device ends before the end of the \(count) bytes at \(offset)"
    case .labelChecksum(let offset): "wrong checksum of the LVM label at \(offset)"
    case .labelSector(let sector, let offset):
      "the LVM label at \(offset) belongs at sector \(sector)"
    case .labelBounds(let offset): "the LVM label at \(offset) is not closed"
    case .labelUUID(let offset): "the LVM label at \(offset) has no usable uuid"
    case .headerChecksum(let offset): "wrong checksum of the LVM metadata header at \(offset)"
    case .headerMagic(let offset): "no LVM metadata header at \(offset)"
    case .headerVersion(let version, let offset):
      "the LVM metadata header at \(offset) is of version \(version)"
    case .headerStart(let start, let offset):
      "the LVM metadata header at \(offset) belongs at \(start)"
    case .textBounds(let start, let count, let offset):
      "\(count) bytes of LVM metadata from \(start) leave the area at \(offset)"
    case .textTooLarge(let bytes, let limit):
      "\(bytes) bytes of LVM metadata are more than the \(limit) allowed"
    case .textChecksum(let offset): "wrong checksum of the LVM metadata in the area at \(offset)"
    case .text(let error): "LVM metadata: \(error)"
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
    switch self {
    case .notMetadata: "not the description of a volume group"
    case .unknownVersion(let version): "version \(version) is not known"
    case .syntax(let line): "line \(line): wrong syntax"
    case .unclosed: "something is left open at the end"
    case .notNumber(let key, let line): "line \(line): \(key) is not a number"
    case .notString(let key, let line): "line \(line): \(key) is not text in quotes"
    case .notUUID(let line): "line \(line): no uuid of 32 characters"
    case .outOfRange(let key, let line): "line \(line): \(key) is out of range"
    case .missing(let key, let section): "\"\(section)\" has no \(key)"
    }
  }
}
