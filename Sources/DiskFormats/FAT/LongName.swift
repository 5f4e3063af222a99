// Unchecked: the checksum of a short name is a sum of eight bits that wraps.
import Bytes

/// A long name of VFAT, gathered from the entries that lie before a file's short entry, the last
/// part first.
///
///     offset  size  field
///          0     1  number of the part, from 1; 40 is added to that of the last part
///          1    10  characters 1 to 5, UTF-16
///         11     1  attributes: 0F
///         13     1  checksum of the short name
///         14    12  characters 6 to 11
///         28     4  characters 12 and 13
///
/// The name ends at 0000 or with the last part; FFFF fills the rest. Little-endian.
/// Source: fatgen103, "Long Directory Entries".
struct LongName {
  /// 255 characters.
  private static let mostParts = 20

  private var units: [UInt16] = []
  private var checksum: UInt8 = 0
  /// The number of the part that came last; 0 before any.
  private var part = 0

  /// Takes the next entry; one that is out of order or of another name drops what there was.
  mutating func add(_ entry: [UInt8]) {
    let number = Int(entry[0] & 0x3F)
    if entry[0] & 0x40 != 0, (1...Self.mostParts).contains(number) {
      units = []
    } else if part < 2 || number != part - 1 || entry[13] != checksum {
      self = LongName()
      return
    }
    part = number
    checksum = entry[13]
    var characters: [UInt16] = []
    for offset in [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30] {
      let unit: UInt16 = entry[littleEndian: offset]
      if unit == 0 { break }
      characters.append(unit)
    }
    units = characters + units
  }

  /// In UTF-8; `nil` unless all parts are there and belong to this short name of 11 bytes.
  func text(for shortName: ArraySlice<UInt8>) -> [UInt8]? {
    guard part == 1, !units.isEmpty, checksum == Self.checksum(shortName) else { return nil }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// Each byte is added to the sum turned right by one bit.
  static func checksum(_ shortName: ArraySlice<UInt8>) -> UInt8 {
    shortName.reduce(0) { ($0 << 7 | $0 >> 1) &+ $1 }
  }
}
