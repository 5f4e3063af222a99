import Bytes
import Foundation
import Testing

@testable import DiskFormats

private let limit = 4_000_000

/// mkfs.vfat's options, the size in KiB (mtools takes FAT32 only with 65525 clusters), the type.
private let formats: [([String], Int, FileSystem<FileSource>.Kind)] = [
  (["-F", "12", "-S", "512"], 8192, .fat12), (["-F", "12", "-S", "1024"], 8192, .fat12),
  (["-F", "12", "-S", "2048"], 8192, .fat12), (["-F", "12", "-S", "4096"], 8192, .fat12),
  (["-F", "16", "-S", "512"], 20480, .fat16),
  (["-F", "16", "-S", "2048", "-s", "1"], 20480, .fat16),
  (["-F", "16", "-S", "4096", "-s", "1"], 20480, .fat16),
  (["-F", "32", "-S", "512", "-s", "1"], 40960, .fat32),
  (["-F", "32", "-S", "2048", "-s", "1"], 140_000, .fat32),
  (["-F", "32", "-S", "4096", "-s", "1"], 270_000, .fat32),
  (["-F", "32", "-f", "1", "-s", "1", "-R", "8"], 40960, .fat32),
  ([], 8192, .fat12), ([], 20480, .fat16),
]

@Test(arguments: formats)
func `every file of a FAT image is found under its own name`(
  options: [String], kibibytes: Int, kind: FileSystem<FileSource>.Kind
) throws {
  let seed = Seed.full.adding(["grüße an alle/日本.txt": Array("umlaut\n".utf8)])
  let folder = try seed.fatFolder(options, kibibytes: kibibytes)
  let volume = try #require(try FileSystem(FileSource(folder.url.appendingPathComponent("image"))))
  #expect(volume.kind == kind)
  #expect(volume.kind.description == "vfat")
  #expect(volume.labels == ["CIDATA"])
  for (path, bytes) in seed.files {
    let capitals = String(path.map { $0.isASCII ? Character($0.uppercased()) : $0 })
    #expect(try volume.file(at: path, limit: limit) == bytes, "\(path)")
    #expect(try volume.file(at: capitals, limit: limit) == bytes, "\(capitals)")
  }
  for path in ["", "/", "user-dat", "user-data/x", "openstack/latest", "openstack/.."] {
    #expect(try volume.file(at: path, limit: limit) == nil, "\(path)")
  }
}

@Test(arguments: [512, 2048, 4096])
func `FAT32 of fewer clusters than it should have is FAT32 all the same`(sector: Int) throws {
  let folder = try Folder()
  try Tool.mkfsVfat(
    ["-F", "32", "-S", "\(sector)", "-n", "CIDATA", "-C", "image", "20480"], in: folder.url)
  let volume = try #require(try FileSystem(FileSource(folder.url.appendingPathComponent("image"))))
  #expect(volume.kind == .fat32)
  #expect(volume.labels == ["CIDATA"])
  #expect(try volume.file(at: "user-data", limit: limit) == nil)
}

@Test func `a FAT seed of cloud-localds is read in one read`() throws {
  let folder = try Seed.small.folder()
  try Tool.cloudLocalds(
    ["--filesystem=vfat", "-N", "seed/network-config", "image", "seed/user-data", "seed/meta-data"],
    in: folder.url)
  let source = RecordingSource(try folder.bytes(of: "image"))
  let volume = try #require(try FileSystem(source))
  #expect(volume.labels == ["cidata"])
  for path in ["user-data", "meta-data", "network-config"] {
    #expect(try volume.file(at: path, limit: limit) == Seed.small.files[path])
  }
  #expect(source.reads == [.init(offset: 0, count: 34816)])
}

@Test(arguments: [(["-F", "12"], 4096), (["-F", "16"], 20480), (["-F", "32", "-s", "1"], 40960)])
func `a file in fragments is put together`(options: [String], kibibytes: Int) throws {
  let folder = try Folder()
  try Tool.mkfsVfat(options + ["-C", "image", "\(kibibytes)"], in: folder.url)
  for name in 0..<8 { try folder.write(Seed.patterned(40_000), to: "\(name)") }
  // Nothing is left behind the eight files but what takes a part of the large one.
  let big = Seed.patterned(200_000)
  try folder.write(big, to: "big")
  try Tool.mcopy(["-i", "image"] + (0..<8).map { "\($0)" } + ["::"], in: folder.url)
  try Tool.mdel(["-i", "image", "::0", "::2", "::4", "::6"], in: folder.url)
  // FAT32 remembers where to look for free clusters: from the beginning again.
  if options[1] == "32" {
    let file = try FileHandle(forUpdating: folder.url.appendingPathComponent("image"))
    try file.seek(toOffset: 512 + 492)
    try file.write(contentsOf: Data([0xFF, 0xFF, 0xFF, 0xFF]))
    try file.close()
  }
  try Tool.mcopy(["-i", "image", "big", "::"], in: folder.url)
  let runs = try Tool.mshowfat(["-i", "image", "::big"], in: folder.url)
    .split(separator: "<").count - 1
  #expect(runs >= 4)
  let source = RecordingSource(try folder.bytes(of: "image"))
  let volume = try #require(try FileSystem(source))
  let before = source.reads.count
  #expect(try volume.file(at: "big", limit: limit) == big)
  #expect(source.reads.count - before <= runs + 1)
  #expect(try volume.file(at: "3", limit: limit) == Seed.patterned(40_000))
  #expect(try volume.file(at: "4", limit: limit) == nil)
}

@Test func `labels are those of the root directory and of the boot sector`() throws {
  var bytes = try Seed.small.fatImage(kibibytes: 1024)
  let boot = try #require(BootSector(bytes))
  guard case .extent(let root) = boot.root else { throw Tool.Failed(description: "no root") }
  func labels() throws -> [String]? { try FileSystem(ByteArraySource(bytes))?.labels }
  #expect(try labels() == ["CIDATA"])
  bytes.replaceSubrange(43..<54, with: "cidata     ".utf8)
  #expect(try labels() == ["CIDATA", "cidata"])
  bytes[Int(root.offset)] = 0xE5
  #expect(try labels() == ["cidata"])
  bytes.replaceSubrange(43..<54, with: "NO NAME    ".utf8)
  #expect(try labels() == [])
  bytes[Int(root.offset)] = 0x05
  #expect(try labels() == ["\u{FFFD}IDATA"])
}

@Test func `a long name that belongs to another entry is not believed`() throws {
  var bytes = try Seed.small.fatImage(kibibytes: 1024)
  let entry = try #require(shortEntry("USER-D~1   ", in: bytes))
  func file(_ name: String) throws -> [UInt8]? {
    try #require(try FileSystem(ByteArraySource(bytes))).file(at: name, limit: limit)
  }
  let contents = Seed.small.files["user-data"]
  #expect(try file("user-data") == contents)
  #expect(try file("USER-D~1") == contents)
  bytes[entry + 7] = UInt8(ascii: "2")
  #expect(try file("user-data") == nil)
  #expect(try file("user-d~2") == contents)
  bytes[entry] = 0xE5
  #expect(try file("user-d~2") == nil)
  #expect(try file("meta-data") == Seed.small.files["meta-data"])
}

@Test func `the long name's checksum is Microsoft's`() {
  // From a directory written by mtools: "user-data" before USER-D~1.
  #expect(LongName.checksum(Array("USER-D~1   ".utf8)[...]) == 0xB0)
}

@Test(arguments: [
  (1, false, .fat12), (4084, false, .fat12), (4085, false, .fat16), (65524, false, .fat16),
  (65525, false, nil), (0, false, nil), (0, true, nil), (1, true, .fat32), (65525, true, .fat32),
  (0x0FFF_FFF5, true, .fat32), (0x0FFF_FFF6, true, nil),
] as [(UInt64, Bool, FATKind?)])
func `the count of clusters decides the type`(clusters: UInt64, isFAT32: Bool, kind: FATKind?) {
  #expect(FATKind(clusters: clusters, isFAT32: isFAT32) == kind)
}

/// Where the short entry lies that has these eleven characters.
func shortEntry(_ name: String, in bytes: [UInt8]) -> Int? {
  stride(from: 0, to: bytes.count - 32, by: 32).first {
    bytes[$0] == name.utf8.first && bytes[$0..<$0 + 11].elementsEqual(name.utf8)
  }
}
