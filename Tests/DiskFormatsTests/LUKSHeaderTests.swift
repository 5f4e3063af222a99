import Bytes
import Foundation
import Testing

@testable import DiskFormats

/// Headers made by cryptsetup, and such as it would never write.
struct LUKSHeaderTests {
  private static let quick = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"]

  @Test(arguments: [
    ["--type", "luks1"], ["--type", "luks1", "--align-payload", "8"], ["--type", "luks2"],
    ["--type", "luks2", "--offset", "65536"],
    ["--type", "luks2", "--sector-size", "4096", "--label", "a {label}"],
  ])
  func `data begin where cryptsetup has put them`(options: [String]) throws {
    let folder = try Folder()
    let image = folder.url.appendingPathComponent("image")
    try Data().write(to: image)
    try FileHandle(forWritingTo: image).truncate(atOffset: 64 << 20)
    try Data("secret".utf8).write(to: folder.url.appendingPathComponent("key"))
    try Tool.cryptsetup(
      ["luksFormat", "--batch-mode", "--key-file", "key"] + Self.quick + options + ["image"],
      in: folder.url)
    let dump = try Tool.cryptsetup(["luksDump", "image"], in: folder.url)
    #expect(try LUKSHeader(reading: FileSource(image))?.dataOffset == Self.offset(in: dump))
  }

  /// `Payload offset: 4096` (in sectors) of LUKS1, `offset: 16777216 [bytes]` of LUKS2.
  private static func offset(in dump: String) -> UInt64? {
    for line in dump.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.starts(with: ["Payload", "offset:"]) { return UInt64(words[2]).map { $0 * 512 } }
      if words.first == "offset:", words.last == "[bytes]" { return UInt64(words[1]) }
    }
    return nil
  }

  /// A LUKS2 header with this JSON.
  private func header(_ json: String, size: UInt64 = 16384, version: UInt16 = 2) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 16384)
    bytes.replaceSubrange(0..<6, with: [0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE])
    bytes[bigEndian: 6] = version
    bytes[bigEndian: 8] = size
    bytes.replaceSubrange(4096..<(4096 + json.utf8.count), with: json.utf8)
    return bytes
  }

  private static let segment = #"{"type":"crypt","offset":"4194304","size":"dynamic"}"#

  @Test(arguments: [
    // Keys of the same names elsewhere count for nothing.
    #"{"keyslots":{"0":{"offset":"1","size":"2"}},"segments":{"0":\#(segment)}}"#,
    #"{ "segments" : { "0" : {"size":"dynamic", "offset":"4194304", "x":["offset","9"]} } }"#,
    #"{"tokens":{"0":{"note":"\"segments\":{\"0\":{}}"}},"segments":{"0":\#(segment)}}"#,
  ])
  func `the one segment is found wherever it stands`(json: String) {
    #expect(LUKSHeader(reading: ByteArraySource(header(json)))?.dataOffset == 4_194_304)
  }

  @Test(arguments: [
    "", "{", #"{"segments":{}}"#, #"{"segments":{"0":{"offset":"x","size":"dynamic"}}}"#,
    #"{"segments":{"0":{"offset":"4194304","size":"8192"}}}"#,
    #"{"segments":{"0":{"size":"dynamic"}}}"#,
    // An encryption is under way.
    #"{"segments":{"0":\#(segment),"1":\#(segment)}}"#,
    #"{"segments":{"0":{"offset":"4194304","size":"dynamic"#, "]]]]}}}}", #""\"#,
  ])
  func `no other header has one`(json: String) {
    #expect(LUKSHeader(reading: ByteArraySource(header(json))) == nil)
  }

  @Test func `sizes and versions that no one writes are refused`() {
    let json = #"{"segments":{"0":\#(Self.segment)}}"#
    for size: UInt64 in [0, 4096, 1 << 40, .max] {
      #expect(LUKSHeader(reading: ByteArraySource(header(json, size: size))) == nil)
    }
    #expect(LUKSHeader(reading: ByteArraySource(header(json, version: 3))) == nil)
    #expect(LUKSHeader(reading: ByteArraySource([UInt8](header(json)[..<400]))) == nil)
    #expect(LUKSHeader(reading: ByteArraySource([])) == nil)
  }

  @Test func `mutated headers never trap`() {
    let json = #"{"keyslots":{"0":{"area":{"offset":"32768"}}},"segments":{"0":\#(Self.segment)}}"#
    var seed = Seeded(state: 7)
    for _ in 0..<3000 {
      var bytes = header(json)
      for _ in 0..<Int.random(in: 1...4, using: &seed) {
        bytes[4096 + Int.random(in: 0..<json.utf8.count, using: &seed)] = .random(
          in: 0...255, using: &seed)
      }
      _ = LUKSHeader(reading: ByteArraySource(bytes))
    }
  }
}
