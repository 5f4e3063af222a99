import Bytes

/// Where the data of a LUKS volume begin on its device; the only thing that growth has to know of
/// its header, which grows with nothing.
///
///     LUKS1   offset  size                            LUKS2   offset  size
///                  0     6  "LUKS" BA BE                           0     6  "LUKS" BA BE
///                  6     2  version: 1                             6     2  version: 2
///                104     4  data begin, in 512 bytes               8     8  bytes of header and JSON
///                                                               4096        JSON, to its first NUL
///
/// Big-endian. In LUKS2 the JSON's `segments` name one segment with an `offset` (decimal, as a
/// string) and the size `dynamic`. More than one: an encryption is under way.
/// Source: cryptsetup, LUKS On-Disk Format Specification 1.2.3 and LUKS2 1.1.4.
public struct LUKSHeader: Equatable, Sendable {
  /// Bytes.
  public let dataOffset: UInt64

  /// Larger headers are not written by cryptsetup.
  private static let headerLimit: UInt64 = 4 << 20

  /// `nil` if the source has no such header, or one whose data do not reach to its end.
  public init?<Source: ByteSource>(reading source: Source) throws(Source.Failure) {
    let head = try source.read(at: 0, count: 512)
    guard head.count == 512, head.starts(with: [0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE]) else {
      return nil
    }
    switch head[bigEndian: 6] as UInt16 {
    case 1: dataOffset = UInt64(head[bigEndian: 104] as UInt32) * 512
    case 2:
      let size: UInt64 = head[bigEndian: 8]
      guard size > 4096, size <= Self.headerLimit else { return nil }
      let text = try source.read(at: 4096, count: Int(size) - 4096)
      guard let offset = Self.dataOffset(inJSON: text) else { return nil }
      dataOffset = offset
    default: return nil
    }
  }

  /// Walks the JSON once, by its brackets and strings, to `segments`' only member.
  private static func dataOffset(inJSON text: [UInt8]) -> UInt64? {
    var depth = 0
    /// The key that stands before the value, at depths 1 to 3.
    var keys = ["", "", "", ""]
    var string: String?
    var segments = 0
    var (offset, isDynamic) = (UInt64?.none, false)
    var position = 0
    func value() {
      guard let value = string, depth == 3, keys[1] == "segments" else { return }
      if keys[3] == "offset" { offset = UInt64(value) }
      if keys[3] == "size" { isDynamic = value == "dynamic" }
    }
    while position < text.count, text[position] != 0 {
      switch text[position] {
      case UInt8(ascii: "\""):
        let start = position + 1
        position = start
        while position < text.count, text[position] != UInt8(ascii: "\"") {
          position += text[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < text.count else { return nil }
        string = String(decoding: text[start..<position], as: UTF8.self)
      case UInt8(ascii: ":"):
        if (1...3).contains(depth), let key = string { keys[depth] = key }
        string = nil
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if depth == 2, keys[1] == "segments" { segments += 1 }
        depth += 1
        if (1...3).contains(depth) { keys[depth] = "" }
        string = nil
      case UInt8(ascii: ","):
        value()
        string = nil
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        value()
        depth -= 1
        string = nil
      default: break
      }
      position += 1
    }
    return segments == 1 && isDynamic ? offset : nil
  }
}
