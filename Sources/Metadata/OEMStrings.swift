/// The OEM strings of the firmware's tables, where a host puts text for its guest.
///
/// The table is a row of structures without gaps:
///
///     offset  size  field
///          0     1  type: 11 OEM strings, 127 the end
///          1     1  length of the formatted part, these four bytes included
///          2     2  handle
///          4     1  of type 11: how many strings
///
/// After the formatted part come its strings, each ended by a zero byte, and another zero byte;
/// without strings, two zero bytes. A table that is cut off gives what was before.
/// Source: SMBIOS reference specification (DSP0134), 6.1 "Structure standards" and 7.12.
public func oemStrings(smbios table: [UInt8]) -> [ArraySlice<UInt8>] {
  var found: [ArraySlice<UInt8>] = []
  var start = 0
  while table.count - start >= 4 {
    let type = table[start]
    let length = Int(table[start + 1])
    guard type != 127, length >= 4, table.count - start > length else { break }
    var index = start + length
    // Strings up to an empty one.
    while let end = table[index...].firstIndex(of: 0), end > index {
      if type == 11 { found.append(table[index..<end]) }
      index = end + 1
    }
    guard index < table.count, table[index] == 0 else { break }
    // No string at all: the first zero byte ends none, the second one all.
    start = index == start + length ? index + 2 : index + 1
  }
  return found
}
