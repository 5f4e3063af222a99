import Bytes
import Metadata
import Testing

@Suite struct GzipTests {
  /// As `printf aaaa | gzip -n` and `printf bb | gzip -n` write them.
  static let first: [UInt8] = [
    0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0x4C, 0x4C, 0x4C, 4, 0,
    0x45, 0xE5, 0x98, 0xAD, 4, 0, 0, 0,
  ]
  static let second: [UInt8] = [
    0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0x4A, 2, 0,
    0xAE, 0x1B, 0xAE, 0xB5, 2, 0, 0, 0,
  ]
  /// 100,000 zeros.
  static let zerosInBase64: String =
    "H4sIAAAAAAAAA+3BMQEAAADCoPVPbQ0PoAA" + String(repeating: "A", count: 126)
    + "IBXA32VEdSghgEA"
  static let zeros = try! [UInt8](base64: zerosInBase64.utf8)

  static let padding: [UInt8] = [0, 0]
  static let files: [([UInt8], String)] = [
    (first, "aaaa"), (first + padding, "aaaa"), (first + second, "aaaabb"),
    ([first, padding, second].flatMap { $0 }, "aaaabb"),
  ]

  @Test(arguments: files)
  func `all members of a gzip file are read`(bytes: [UInt8], text: String) throws {
    #expect(isGzip(bytes))
    #expect(try gunzipped(bytes) == [UInt8](text.utf8))
  }

  @Test(arguments: 0..<first.count)
  func `a gzip file that is cut off is refused`(length: Int) {
    #expect(throws: GzipError.cutOff) { try gunzipped([UInt8](Self.first.prefix(length))) }
  }

  @Test(arguments: [0, 1, 2, 3, 16, 19, 20, 23])
  func `a wrong byte in the head, the checksum or the length is refused`(place: Int) {
    var bytes = Self.first
    bytes[place] ^= 0x40
    #expect(throws: GzipError.damaged) { try gunzipped(bytes) }
  }

  @Test func `what follows a gzip file and is none is refused`() {
    let text: [UInt8] = [0x78]
    #expect(throws: GzipError.damaged) { try gunzipped(Self.first + text + Self.first) }
  }

  @Test func `no more than the limit comes of a gzip file`() throws {
    #expect(try gunzipped(Self.zeros, limit: 100_000).count == 100_000)
    #expect(throws: GzipError.tooLong(limit: 99_999)) { try gunzipped(Self.zeros, limit: 99_999) }
    #expect(throws: GzipError.tooLong(limit: 5)) { try gunzipped(Self.first + Self.second, limit: 5) }
  }
}
