import Bytes
import Testing

@testable import DiskFormats

/// An image with a file of 16 clusters (FAT16), and what a fault needs to know of it.
private struct Image {
  var bytes: [UInt8]
  let boot: BootSector
  /// Of the file, and of a directory that holds it no more.
  let file: Int
  let folder: Int

  init() throws {
    let seed = Seed(files: ["file": Seed.patterned(16 * 2048), "folder/x": [1]])
    bytes = try seed.fatImage("-F", "16", "-s", "4", kibibytes: 10240)
    boot = try #require(BootSector(bytes))
    file = try #require(shortEntry("FILE       ", in: bytes))
    folder = try #require(shortEntry("FOLDER     ", in: bytes))
  }

  func first(_ entry: Int) -> UInt32 { UInt32(bytes[littleEndian: entry + 26] as UInt16) }

  /// Where the table says what follows a cluster.
  func place(_ cluster: UInt32) -> Int { Int(boot.table.offset) + Int(cluster) * 2 }

  mutating func follow(_ cluster: UInt32, by next: UInt32) {
    bytes[littleEndian: place(cluster)] = UInt16(next)
  }
}

private let faults: [(String, @Sendable (inout Image) -> Void, @Sendable (Image) -> Damage)] = [
  (
    "a chain that comes back to its beginning",
    { $0.follow($0.first($0.file) + 5, by: $0.first($0.file)) },
    { .chainLoops(cluster: $0.first($0.file), offset: UInt64($0.file)) }
  ),
  (
    "a cluster that follows itself",
    { $0.follow($0.first($0.file) + 5, by: $0.first($0.file) + 5) },
    { .chainLoops(cluster: $0.first($0.file) + 5, offset: UInt64($0.file)) }
  ),
  (
    "a cluster beyond the last", { $0.follow($0.first($0.file) + 1, by: $0.boot.clusterCount + 2) },
    {
      .cluster($0.boot.clusterCount + 2, offset: UInt64($0.place($0.first($0.file) + 1)))
    }
  ),
  (
    "a free cluster", { $0.follow($0.first($0.file) + 1, by: 0) },
    { .cluster(0, offset: UInt64($0.place($0.first($0.file) + 1))) }
  ),
  (
    "a bad cluster", { $0.follow($0.first($0.file) + 1, by: 0xFFF7) },
    { .cluster(0xFFF7, offset: UInt64($0.place($0.first($0.file) + 1))) }
  ),
  (
    "no first cluster", { $0.bytes[littleEndian: $0.file + 26] = 0 as UInt16 },
    { .cluster(0, offset: UInt64($0.file)) }
  ),
  (
    "a chain too short", { $0.follow($0.first($0.file) + 3, by: 0xFFFF) },
    { .chainEnds(clusters: 4, needed: 16, offset: UInt64($0.file)) }
  ),
  (
    "a file larger than its volume",
    { $0.bytes[littleEndian: $0.file + 28] = 11_000_000 as UInt32 },
    { .fileExceedsVolume(bytes: 11_000_000, offset: UInt64($0.file)) }
  ),
  (
    "a source that ends within the file", { $0.bytes.removeLast($0.bytes.count - $0.end + 1) },
    { .sourceEnds(offset: UInt64($0.end) - 16 * 2048, count: 16 * 2048) }
  ),
]

extension Image {
  /// Of the file's data.
  fileprivate var end: Int { Int(boot.data) + Int(first(file) - 2) * 2048 + 16 * 2048 }
}

@Test(arguments: faults.indices)
func `a fault of FAT is named with its place`(index: Int) throws {
  var image = try Image()
  let (name, spoil, damage) = faults[index]
  let sound = try FileSystem(RecordingSource(image.bytes))?.file(at: "file", limit: 20_000_000)
  #expect(sound == Seed.patterned(16 * 2048))
  spoil(&image)
  let expected = FileSystemError<ReadRefused>.damaged(damage(image))
  #expect(throws: expected, "\(name)") {
    try FileSystem(RecordingSource(image.bytes))?.file(at: "file", limit: 20_000_000)
  }
}

@Test func `a directory whose chain comes back is refused`() throws {
  var image = try Image()
  image.follow(image.first(image.folder), by: image.first(image.folder))
  let refusal = FileSystemError<ReadRefused>.damaged(
    .chainLoops(cluster: image.first(image.folder), offset: UInt64(image.folder)))
  let volume = try #require(try FileSystem(RecordingSource(image.bytes)))
  #expect(throws: refusal) { try volume.file(at: "folder/x", limit: 100) }
}

@Test func `a directory longer than Microsoft allows is refused`() throws {
  var image = try Image()
  // 1024 clusters of 2 KiB in a row are the 2 MiB allowed; this chain does not end there.
  for cluster in image.first(image.folder)..<2000 { image.follow(cluster, by: cluster + 1) }
  let refusal = FileSystemError<ReadRefused>.damaged(
    .directoryTooLarge(bytes: 1025 * 2048, limit: 2 << 20, offset: UInt64(image.folder)))
  let volume = try #require(try FileSystem(RecordingSource(image.bytes)))
  #expect(throws: refusal) { try volume.file(at: "folder/x", limit: 100) }
}

@Test func `a directory that contains itself ends with the path`() throws {
  var image = try Image()
  let folder = image.first(image.folder)
  // The entry of "x" in the folder becomes a directory: the folder.
  let x = Int(image.boot.data) + Int(folder - 2) * 2048 + 64
  let entry = try #require(stride(from: x, to: x + 128, by: 32).first {
    image.bytes[$0] == UInt8(ascii: "X")
  })
  image.bytes[entry + 11] = 0x10
  image.bytes[littleEndian: entry + 26] = UInt16(folder)
  let volume = try #require(try FileSystem(RecordingSource(image.bytes)))
  #expect(
    try volume.file(at: "folder/" + String(repeating: "x/", count: 1000) + "y", limit: 1) == nil)
}

@Test func `a directory in many pieces is read, and a fault in it found where it lies`() throws {
  var files: [String: [UInt8]] = [:]
  for number in 100..<200 { files["folder/FILE\(number)"] = Seed.patterned(600) }
  var bytes = try Seed(files: files).fatImage("-F", "16", "-s", "1", kibibytes: 4096)
  let volume = try #require(try FileSystem(RecordingSource(bytes)))
  for (path, contents) in files {
    #expect(try volume.file(at: path, limit: 600) == contents, "\(path)")
  }
  for number in [199, 150, 101] {
    let entry = try #require(shortEntry("FILE\(number)    ", in: bytes))
    bytes[littleEndian: entry + 26] = 1 as UInt16
    let damaged = try #require(try FileSystem(RecordingSource(bytes)))
    #expect(throws: FileSystemError<ReadRefused>.damaged(.cluster(1, offset: UInt64(entry)))) {
      try damaged.file(at: "folder/FILE\(number)", limit: 600)
    }
  }
}

@Test(arguments: [0, 1, 0x0FFF_FFF7, 0x0FFF_FFFF] as [UInt32])
func `a root directory of FAT32 outside the volume is refused`(cluster: UInt32) throws {
  let folder = try Folder()
  try Tool.mkfsVfat(["-F", "32", "-C", "image", "2048"], in: folder.url)
  var bytes = try folder.bytes(of: "image")
  bytes[littleEndian: 44] = cluster
  #expect(throws: FileSystemError<ReadRefused>.damaged(.cluster(cluster, offset: 44))) {
    try FileSystem(RecordingSource(bytes))
  }
}

/// What makes a boot sector another thing: the offset and the bytes there.
private let foreign: [(String, Int, [UInt8])] = [
  ("another signature", 510, [0xAA, 0x55]), ("no jump", 0, [0x33, 0xC0]),
  ("a jump without its third byte", 2, [0x91]),
  ("0 bytes per sector", 11, [0, 0]), ("513 bytes per sector", 11, [1, 2]),
  ("8192 bytes per sector", 11, [0, 0x20]), ("0 sectors per cluster", 13, [0]),
  ("3 sectors per cluster", 13, [3]), ("no reserved sector", 14, [0, 0]),
  ("no FAT", 16, [0]), ("no root entries", 17, [0, 0]), ("no sectors", 19, [0, 0]),
  ("fewer sectors than the FATs take", 19, [20, 0]), ("medium F1", 21, [0xF1]),
  ("no sectors per FAT", 22, [0, 0]),
]

@Test(arguments: foreign)
func `a boot sector with a value that no formatter writes is not FAT`(
  name: String, offset: Int, value: [UInt8]
) throws {
  let folder = try Folder()
  try Tool.mkfsVfat(["-F", "12", "-C", "image", "1024"], in: folder.url)
  var bytes = try folder.bytes(of: "image")
  #expect(try FileSystem(ByteArraySource(bytes))?.kind == .fat12)
  bytes.replaceSubrange(offset..<offset + value.count, with: value)
  #expect(try FileSystem(ByteArraySource(bytes)) == nil, "\(name)")
}

@Test(arguments: ["dos", "gpt"])
func `a disk with a partition table is not FAT, whatever its boot code`(table: String) throws {
  let folder = try Folder()
  try folder.write([UInt8](repeating: 0, count: 4 << 20), to: "disk")
  try Tool.sfdisk(
    ["-q", "disk"], in: folder.url, input: "label: \(table)\n2048,2048\n4096,2048\n")
  var bytes = try folder.bytes(of: "disk")
  #expect(bytes[510...511].elementsEqual([0x55, 0xAA]))
  #expect(try FileSystem(ByteArraySource(bytes)) == nil)
  // GRUB's boot code begins like FAT's, and leaves the parameter block's place alone.
  bytes.replaceSubrange(0..<3, with: [0xEB, 0x63, 0x90])
  #expect(try FileSystem(ByteArraySource(bytes)) == nil)
}
