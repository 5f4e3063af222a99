import Bytes
import Foundation
import Testing

@testable import DiskFormats

private let rootRecord = 32768 + 156

/// The plain image of the small seed, and what a fault needs to know of it.
private struct Image {
  var bytes: [UInt8]
  /// The root directory.
  let root: Int
  /// The record of user-data, and of the file behind it.
  let file: Int
  let last: Int

  init() throws {
    bytes = try Seed.small.image(.genisoimage)
    root = Int(bytes[littleEndian: rootRecord + 2] as UInt32) * 2048
    file = try #require(record("USER_DAT.;1", in: bytes))
    last = try #require(record("VENDOR_D.;1", in: bytes))
  }

  var fileOffset: UInt64 { UInt64(bytes[littleEndian: file + 2] as UInt32) * 2048 }
}

private let faults: [(String, @Sendable (inout Image) -> Void, @Sendable (Image) -> Damage)] = [
  (
    "no primary volume", { $0.bytes[32768] = 3 },
    { _ in .primaryVolumeMissing(offset: 32768) }
  ),
  (
    "a block size of 4096", { $0.bytes[littleEndian: 32768 + 128] = 4096 as UInt16 },
    { _ in .logicalBlockSize(4096, offset: 32896) }
  ),
  (
    "a root directory of 4 GiB", { $0.bytes[littleEndian: rootRecord + 10] = UInt32.max },
    { _ in .directoryTooLarge(bytes: 0xFFFF_FFFF, limit: 4 << 20, offset: 32934) }
  ),
  (
    "a root directory of 4 MiB", { $0.bytes[littleEndian: rootRecord + 10] = 4 << 20 as UInt32 },
    { .sourceEnds(offset: UInt64($0.root), count: 4 << 20) }
  ),
  (
    "a root directory beyond the end", { $0.bytes[littleEndian: rootRecord + 2] = UInt32.max },
    { _ in .sourceEnds(offset: 0xFFFF_FFFF * 2048, count: 2048) }
  ),
  (
    "a record shorter than its fixed part", { $0.bytes[$0.file] = 33 },
    { .recordLength(33, offset: UInt64($0.file)) }
  ),
  (
    "a record of one byte", { $0.bytes[$0.file] = 1 },
    { .recordLength(1, offset: UInt64($0.file)) }
  ),
  (
    "a record beyond its directory",
    { $0.bytes[littleEndian: rootRecord + 10] = UInt32($0.last - $0.root + 40) },
    { .recordLength($0.bytes[$0.last], offset: UInt64($0.last)) }
  ),
  (
    "a record beyond its sector",
    { image in
      // The last record moves to the sector's last bytes; what is before it becomes one more.
      let end = image.root + 2048 - 40
      image.bytes.replaceSubrange(end..<end + 40, with: image.bytes[image.last..<image.last + 40])
      image.bytes[littleEndian: rootRecord + 10] = 4096 as UInt32
      var index = image.last
      while index < end {
        let rest = end - index
        image.bytes[index] = UInt8(rest > 254 ? min(200, rest - 100) : rest)
        image.bytes[index + 25] = 4
        image.bytes[index + 32] = 1
        index += Int(image.bytes[index])
      }
    },
    { .recordLength($0.bytes[$0.root + 2048 - 40], offset: UInt64($0.root + 2048 - 40)) }
  ),
  (
    "a name beyond its record", { $0.bytes[$0.file + 32] = 200 },
    { .nameLength(200, offset: UInt64($0.file + 32)) }
  ),
  (
    "a name of no length", { $0.bytes[$0.file + 32] = 0 },
    { .nameLength(0, offset: UInt64($0.file + 32)) }
  ),
  (
    "a file beyond the end", { $0.bytes[littleEndian: $0.file + 2] = 0x7FFF_FFFF as UInt32 },
    { _ in .sourceEnds(offset: 0x7FFF_FFFF * 2048, count: 17) }
  ),
  (
    "a file longer than the image", { $0.bytes[littleEndian: $0.file + 10] = 3_000_000 as UInt32 },
    { .sourceEnds(offset: $0.fileOffset, count: 3_000_000) }
  ),
  (
    "a file whose next extent is missing", { $0.bytes[$0.file + 25] = 0x80 },
    { .extentMissing(offset: UInt64($0.file)) }
  ),
  (
    "an interleaved file", { $0.bytes[$0.file + 26] = 1 },
    { .notPlain(.interleaved, offset: UInt64($0.file)) }
  ),
]

@Test(arguments: faults.indices)
func `a fault of ISO 9660 is named with its place`(index: Int) throws {
  var image = try Image()
  let (name, spoil, damage) = faults[index]
  spoil(&image)
  let expected = FileSystemError<ReadRefused>.damaged(damage(image))
  #expect(throws: expected, "\(name)") {
    try FileSystem(RecordingSource(image.bytes))?.file(at: "user-data", limit: 4_000_000)
  }
}

@Test func `directories that contain themselves end with the path`() throws {
  var bytes = try Seed(files: ["loop/user-data": [1]]).image(.genisoimage, "-r")
  let loop = try #require(record("LOOP", in: bytes))
  bytes[littleEndian: loop + 2] = bytes[littleEndian: rootRecord + 2] as UInt32
  let source = RecordingSource(bytes)
  let volume = try #require(try FileSystem(source))
  let path = String(repeating: "loop/", count: 1000)
  #expect(try volume.file(at: path + "user-data", limit: 100) == nil)
  #expect(try volume.file(at: path, limit: 100) == nil)
  #expect(source.reads.count == 2)
}

/// An image with a file whose Rock Ridge name needs a continuation area, and the places of the
/// "CE" entry and of the area.
private func continued() throws -> (bytes: [UInt8], name: String, entry: Int, area: Int) {
  let name = String(repeating: "n", count: 240)
  let bytes = try Seed(files: [name: [1]]).image(.genisoimage, "-r")
  let start = try #require(record("NNNNNNNN.;1", in: bytes))
  let entry = try #require(
    (start..<start + Int(bytes[start])).first {
      bytes[$0..<$0 + 3].elementsEqual([0x43, 0x45, 28])
    })
  let area = Int(bytes[littleEndian: entry + 4] as UInt32) * 2048
    + Int(bytes[littleEndian: entry + 12] as UInt32)
  return (bytes, name, entry, area)
}

@Test func `a continuation area that points at itself ends`() throws {
  var (bytes, name, entry, area) = try continued()
  bytes[littleEndian: entry + 20] = 28 as UInt32
  bytes.replaceSubrange(area..<area + 28, with: bytes[entry..<entry + 28])
  let volume = try #require(try FileSystem(RecordingSource(bytes)))
  #expect(
    throws: FileSystemError<ReadRefused>.damaged(.continuationLoop(offset: UInt64(area)))
  ) { try volume.file(at: name, limit: 100) }
}

@Test func `a continuation area full of entries ends`() throws {
  var (bytes, name, entry, area) = try continued()
  // As many of the shortest as the area's sector has room for.
  let count = 2048 - area % 2048
  bytes[littleEndian: entry + 20] = UInt32(count)
  for place in stride(from: area, to: area + count - 3, by: 4) {
    bytes.replaceSubrange(place..<place + 4, with: [0x58, 0x58, 4, 1])
  }
  let volume = try #require(try FileSystem(RecordingSource(bytes)))
  do throws(FileSystemError<ReadRefused>) {
    _ = try volume.file(at: name, limit: 100)
    Issue.record("the whole area is looked through")
  } catch {
    guard case .damaged(.continuationLoop(let offset)) = error else {
      Issue.record("\(error)")
      return
    }
    #expect((area..<area + 200 * 4).contains(Int(offset)))
  }
}

@Test func `a continuation area beyond its sector or the image is refused`() throws {
  var (bytes, name, entry, _) = try continued()
  func refusal() -> FileSystemError<ReadRefused>? {
    do throws(FileSystemError<ReadRefused>) {
      _ = try FileSystem(RecordingSource(bytes))?.file(at: name, limit: 100)
      return nil
    } catch {
      return error
    }
  }
  #expect(refusal() == nil)
  bytes[littleEndian: entry + 4] = UInt32.max
  let start: UInt32 = bytes[littleEndian: entry + 12]
  let count: UInt32 = bytes[littleEndian: entry + 20]
  #expect(
    refusal()
      == .damaged(
        .sourceEnds(offset: 0xFFFF_FFFF * 2048 + UInt64(start), count: UInt64(count))))
  bytes[littleEndian: entry + 20] = UInt32.max
  #expect(
    refusal()
      == .damaged(
        .continuationBounds(start: start, count: .max, offset: UInt64(entry))))
  bytes[entry + 2] = 27
  #expect(refusal() == .damaged(.systemUseLength(27, offset: UInt64(entry))))
  bytes[entry + 2] = 255
  #expect(refusal() == .damaged(.systemUseLength(255, offset: UInt64(entry))))
}

@Test func `a symbolic link is refused, not taken for an empty file`() throws {
  let folder = try Seed(files: ["user-data": [1]]).folder()
  try FileManager.default.createSymbolicLink(
    atPath: folder.url.path + "/seed/link", withDestinationPath: "user-data")
  try Tool.genisoimage(["-r", "-o", "image", "seed"], in: folder.url)
  let bytes = try folder.bytes(of: "image")
  let link = UInt64(try #require(record("LINK.;1", in: bytes)))
  let volume = try #require(try FileSystem(RecordingSource(bytes)))
  #expect(
    throws: FileSystemError<ReadRefused>.damaged(.notPlain(.symbolicLink, offset: link))
  ) { try volume.file(at: "link", limit: 100) }
  #expect(try volume.file(at: "user-data", limit: 100) == [1])
}
