import Bytes

/// A directory record of ISO 9660.
///
///     offset  size  field
///          0     1  length of the record; 0: the next record begins in the next sector
///          1     1  blocks of extended attributes before the data
///          2     8  first block, both byte orders
///         10     8  bytes of data, both byte orders
///         25     1  flags: 2 directory, 4 associated file, 128 another extent follows
///         26     1  blocks of an interleaved file's unit, otherwise 0
///         32     1  length of the name
///         33     -  name, and a zero byte if its length is even; system use until the end
///
/// A record lies within one sector of 2048 bytes. The names 0x00 and 0x01 are the directory
/// itself and its parent. Source: ECMA-119, 9.1.
struct DirectoryRecord: Equatable {
  static let fixedLength = 33

  let name: [UInt8]
  let isDirectory: Bool
  let isAssociated: Bool
  let isContinued: Bool
  let isInterleaved: Bool
  let block: UInt64
  let size: UInt64
  let systemUse: [UInt8]
  /// Of the record, and of its system use, in the source.
  let offset: UInt64
  let systemUseOffset: UInt64

  /// The record at an index of a directory, which must not reach beyond `end`.
  init(in directory: Directory, at index: Int, end: Int) throws(Damage) {
    let bytes = directory.bytes
    let length = Int(bytes[index])
    offset = directory.offset(of: index)
    guard length > Self.fixedLength, index + length <= end else {
      throw .recordLength(UInt8(length), offset: offset)
    }
    let nameLength = Int(bytes[index + 32])
    let nameEnd = Self.fixedLength + nameLength
    guard nameLength > 0, nameEnd <= length else {
      throw .nameLength(UInt8(nameLength), offset: offset + 32)
    }
    name = [UInt8](bytes[index + Self.fixedLength..<index + nameEnd])
    let flags = bytes[index + 25]
    isDirectory = flags & 0x02 != 0
    isAssociated = flags & 0x04 != 0
    isContinued = flags & 0x80 != 0
    isInterleaved = bytes[index + 26] != 0
    block = UInt64(bytes[littleEndian: index + 2] as UInt32) + UInt64(bytes[index + 1])
    size = UInt64(bytes[littleEndian: index + 10] as UInt32)
    let systemUseStart = min(length, nameEnd + (nameLength % 2 == 0 ? 1 : 0))
    systemUse = [UInt8](bytes[index + systemUseStart..<index + length])
    systemUseOffset = offset + UInt64(systemUseStart)
  }

  var isSelfOrParent: Bool { name == [0] || name == [1] }
}

/// The records of a directory, in order.
struct DirectoryRecords {
  private let directory: Directory
  private var index = 0

  init(_ directory: Directory) {
    self.directory = directory
  }

  mutating func next() throws(Damage) -> DirectoryRecord? {
    let bytes = directory.bytes
    while index < bytes.count {
      let sectorEnd = (index / 2048 + 1) * 2048
      guard bytes[index] != 0 else {
        index = sectorEnd
        continue
      }
      let record = try DirectoryRecord(in: directory, at: index, end: min(sectorEnd, bytes.count))
      index += Int(bytes[index])
      return record
    }
    return nil
  }
}
