import Bytes

/// A file or directory in a directory of FAT: its short entry, with the long name before it.
///
///     offset  size  field
///          0    11  short name, eight and three characters padded with spaces;
///                   first byte 00: no entry from here on, E5: deleted, 05: stands for E5
///         11     1  attributes: 08 label, 10 directory, 0F part of a long name
///         20     2  high half of the first cluster (FAT32)
///         26     2  low half of the first cluster
///         28     4  size in bytes; 0 for a directory
///
/// Little-endian, 32 bytes. Source: fatgen103, "FAT Directory Structure".
struct DirectoryEntry: Equatable {
  static let size = 32
  /// Of a whole directory, in bytes: 65,536 entries are the most that Microsoft allows.
  static let directoryLimit = 65536 * size

  /// UTF-8; `nil` without a long name, or with one that belongs to another entry.
  let longName: [UInt8]?
  /// "NAME.EXT", in the code page of who wrote it.
  let shortName: [UInt8]
  let isDirectory: Bool
  let firstCluster: UInt32
  let fileSize: UInt64
  /// In the source.
  let offset: UInt64

  /// By the long name or the short one, letters of ASCII in either case.
  func isNamed(_ name: [UInt8]) -> Bool {
    let name = name.asciiLowercased
    return longName?.asciiLowercased == name || shortName.asciiLowercased == name
  }
}

/// The entries of a directory in order, without the deleted ones.
struct DirectoryEntries {
  private let directory: Directory
  private let kind: FATKind
  private var index = 0
  private var longName = LongName()
  /// The first label that has been met.
  private(set) var label: String?

  init(_ directory: Directory, _ kind: FATKind) {
    self.directory = directory
    self.kind = kind
  }

  mutating func next() -> DirectoryEntry? {
    let bytes = directory.bytes
    while index + DirectoryEntry.size <= bytes.count, bytes[index] != 0 {
      let entry = [UInt8](bytes[index..<index + DirectoryEntry.size])
      let offset = directory.offset(of: index)
      index += DirectoryEntry.size
      let attributes = entry[11] & 0x3F
      if entry[0] == 0xE5 {
        longName = LongName()
      } else if attributes == 0x0F {
        longName.add(entry)
      } else if attributes & 0x18 == 0x08 {
        longName = LongName()
        label = label ?? fatLabel(Self.withoutEscape(entry[..<11]))
      } else {
        defer { longName = LongName() }
        return self.entry(entry, at: offset)
      }
    }
    return nil
  }

  private func entry(_ entry: [UInt8], at offset: UInt64) -> DirectoryEntry {
    let high: UInt16 = kind == .fat32 ? entry[littleEndian: 20] : 0
    let low: UInt16 = entry[littleEndian: 26]
    let name = Self.withoutEscape(entry[..<11])
    var shortName = Self.trimmed(name[..<8])
    let ending = Self.trimmed(name[8...])
    if !ending.isEmpty { shortName += [UInt8(ascii: ".")] + ending }
    return DirectoryEntry(
      longName: longName.text(for: entry[..<11]), shortName: shortName,
      isDirectory: entry[11] & 0x10 != 0,
      firstCluster: UInt32(high) << 16 | UInt32(low),
      fileSize: UInt64(entry[littleEndian: 28] as UInt32), offset: offset)
  }

  private static func withoutEscape(_ field: ArraySlice<UInt8>) -> [UInt8] {
    field.first == 0x05 ? [0xE5] + field.dropFirst() : [UInt8](field)
  }

  private static func trimmed(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var field = field
    while field.last == 0x20 { field.removeLast() }
    return [UInt8](field)
  }
}
