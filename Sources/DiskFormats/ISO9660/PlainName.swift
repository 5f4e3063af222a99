/// A name of ISO 9660 without extensions, and how it stands for the name that a file had.
///
/// Such a name has capitals, digits and "_" only, one dot at most, and at level 1 eight and three
/// characters around it. So a writer turns `user-data` into `USER_DAT.;1` or `USER_DATA.;1`, and
/// `meta_data.json` into `META_DAT.JSO;1`. Two names that come out the same are told apart by
/// writers with numbers of their own, which are not recognised here.
/// Source: ECMA-119, 7.5 and 10.1; names as written by genisoimage 1.1.11 and xorriso 1.5.4.
struct PlainName {
  /// Without the version and a trailing dot.
  let bytes: [UInt8]

  init(_ identifier: [UInt8]) {
    var name = Self.withoutVersion(identifier)
    if name.count > 1, name.last == UInt8(ascii: ".") { name.removeLast() }
    bytes = name
  }

  /// A semicolon and digits at the end are a version. At level 4 other semicolons are a name's own.
  static func withoutVersion(_ identifier: [UInt8]) -> [UInt8] {
    var end = identifier.count
    while end > 0, (0x30...0x39).contains(identifier[end - 1]) { end -= 1 }
    guard end > 0, end < identifier.count, identifier[end - 1] == UInt8(ascii: ";") else {
      return identifier
    }
    return [UInt8](identifier[..<(end - 1)])
  }

  /// How far this is from the name looked for.
  enum Likeness: Int, Comparable {
    case exact
    case otherCase
    case charactersReplaced
    case shortened

    static func < (left: Likeness, right: Likeness) -> Bool { left.rawValue < right.rawValue }
  }

  /// `nil` if it cannot be the name at all.
  func likeness(to wanted: [UInt8]) -> Likeness? {
    if bytes == wanted { return .exact }
    let mine = bytes.asciiLowercased
    if mine == wanted.asciiLowercased { return .otherCase }
    let (stem, ending) = Self.parts(wanted)
    let replaced = Self.replaced(stem)
    let replacedEnding = Self.replaced(ending)
    if mine == Self.joined(replaced, replacedEnding) { return .charactersReplaced }
    let shortened = Self.joined([UInt8](replaced.prefix(8)), [UInt8](replacedEnding.prefix(3)))
    return mine == shortened ? .shortened : nil
  }

  /// What is before and after the last dot.
  private static func parts(_ name: [UInt8]) -> (stem: [UInt8], ending: [UInt8]) {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return (name, []) }
    return ([UInt8](name[..<dot]), [UInt8](name[(dot + 1)...]))
  }

  /// In lower case, "_" for what is no letter or digit.
  private static func replaced(_ name: [UInt8]) -> [UInt8] {
    name.asciiLowercased.map {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) ? $0 : UInt8(ascii: "_")
    }
  }

  private static func joined(_ stem: [UInt8], _ ending: [UInt8]) -> [UInt8] {
    ending.isEmpty ? stem : stem + [UInt8(ascii: ".")] + ending
  }
}
