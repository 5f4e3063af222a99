import Bytes
import Testing

@testable import DiskFormats

private let limit = 4_000_000

/// Makers of images that keep a file's name, as people call them.
private let makers: [[String]] = [
  ["genisoimage", "-J", "-joliet-long", "-r"],
  ["genisoimage", "-R"],
  ["genisoimage", "-J", "-joliet-long"],
  ["genisoimage", "-volid", "cidata", "-joliet", "-rock"],
  ["genisoimage", "-J", "-input-charset", "utf8", "-rational-rock"],
  ["xorriso", "-as", "mkisofs"],
  ["xorriso", "-as", "mkisofs", "-J", "-joliet-long", "-r"],
  ["xorriso", "-as", "mkisofs", "-J", "-joliet-long", "--norock"],
]

private func make(_ maker: [String], _ seed: Seed) throws -> [UInt8] {
  let folder = try seed.folder()
  let tool = try #require(Tool(rawValue: maker[0]))
  let label = maker.contains("-volid") ? [] : ["-V", "cidata"]
  try tool(maker.dropFirst() + label + ["-o", "image", "seed"], in: folder.url)
  return try folder.bytes(of: "image")
}

@Test(arguments: makers)
func `every file of an ISO image is found under its own name`(maker: [String]) throws {
  let seed = Seed.full.adding(["grüße/日本.txt": Array("umlaut\n".utf8)])
  let source = ByteArraySource(try make(maker, seed))
  let volume = try #require(try FileSystem(source))
  #expect(volume.kind == .iso9660)
  #expect(volume.labels == ["cidata"])
  for (path, bytes) in seed.files {
    #expect(try volume.file(at: path, limit: limit) == bytes, "\(path)")
  }
  for path in ["", "/", "user-dat", "user-data/x", "openstack", "openstack/latest", ".", ".."] {
    #expect(try volume.file(at: path, limit: limit) == nil, "\(path)")
  }
}

@Test(arguments: [
  ["genisoimage"], ["genisoimage", "-l"], ["genisoimage", "-iso-level", "4"],
  ["xorriso", "-as", "mkisofs", "--norock"],
  ["xorriso", "-as", "mkisofs", "--norock", "-iso-level", "3"],
])
func `names that plain ISO 9660 has changed are recognised`(maker: [String]) throws {
  let seed = Seed.small.adding([
    "openstack/latest/meta_data.json": Array("{}\n".utf8), "2012-08-10/content.d/0000": [48, 10],
    "README": Array("read me\n".utf8),
  ])
  let volume = try #require(try FileSystem(ByteArraySource(make(maker, seed))))
  for (path, bytes) in seed.files {
    #expect(try volume.file(at: path, limit: limit) == bytes, "\(path)")
  }
  #expect(try volume.file(at: "meta-x", limit: limit) == nil)
}

@Test(arguments: [
  ("USER_DAT.;1", "user-data", .shortened), ("USER_DATA.;1", "user-data", .charactersReplaced),
  ("USER_DATA", "user-data", .charactersReplaced), ("user-data", "user-data", .exact),
  ("USER-DATA;1", "user-data", .otherCase), ("NETWORK_.;1", "network-config", .shortened),
  ("META_DAT.JSO;1", "meta_data.json", .shortened), ("README.;1", "readme", .otherCase),
  ("A_B.TXT;1", "a.b.txt", .charactersReplaced), ("USER_DAT.;1", "user-dat", .charactersReplaced),
  ("USER_DA.;1", "user-data", nil), ("META_DAT.;1", "user-data", nil),
  (";1", "user-data", nil), (".", ".x", nil), ("a;b;12", "a;b", .exact), ("a;b", "a", nil),
  ("a;", "a;", .exact),
] as [(String, String, PlainName.Likeness?)])
func `a plain name is as near to a file's name as its maker's changes`(
  identifier: String, wanted: String, likeness: PlainName.Likeness?
) {
  #expect(PlainName(Array(identifier.utf8)).likeness(to: Array(wanted.utf8)) == likeness)
}

@Test func `the nearest of several plain names is taken`() throws {
  let seed = Seed(files: ["user_dat": [1], "user-data": [2]])
  // -l: USER_DAT and USER_DATA side by side, USER_DAT first.
  let volume = try #require(try FileSystem(ByteArraySource(seed.image(.genisoimage, "-l"))))
  #expect(try volume.file(at: "user-data", limit: limit) == [2])
  #expect(try volume.file(at: "user_dat", limit: limit) == [1])
}

@Test func `names of 240 characters and folders twelve deep are read through Rock Ridge`() throws {
  let long = String(repeating: "n", count: 239)
  let seed = Seed(files: [
    long + "1": [1], long + "2": [2],
    "a/b/c/d/e/f/g/h/i/j/k/l/user-data": [3], "\(long)d/\(long)f": [4],
  ])
  for arguments in [["genisoimage", "-r"], ["xorriso", "-as", "mkisofs", "-r"]] {
    let volume = try #require(try FileSystem(ByteArraySource(make(arguments, seed))))
    for (path, bytes) in seed.files {
      #expect(try volume.file(at: path, limit: limit) == bytes, "\(arguments[0]) \(path)")
    }
    #expect(try volume.file(at: "a/b/c/d/e/f/g/h", limit: limit) == nil)
  }
}

@Test func `Rock Ridge's names are told apart by case, Joliet's are not`() throws {
  let rockRidge = try #require(
    try FileSystem(ByteArraySource(Seed.small.image(.genisoimage, "-r", "-J"))))
  #expect(try rockRidge.file(at: "USER-DATA", limit: limit) == nil)
  let joliet = try #require(try FileSystem(ByteArraySource(Seed.small.image(.genisoimage, "-J"))))
  #expect(try joliet.file(at: "USER-DATA", limit: limit) == Seed.small.files["user-data"])
}

@Test func `a dot at the end of Joliet's name is part of it or not, as one looks it up`() throws {
  let seed = Seed(files: ["a.": [1], "b": [2]])
  let volume = try #require(try FileSystem(ByteArraySource(seed.image(.genisoimage, "-J"))))
  #expect(try volume.file(at: "a.", limit: limit) == [1])
  #expect(try volume.file(at: "A", limit: limit) == [1])
  #expect(try volume.file(at: "b.", limit: limit) == [2])
  #expect(try volume.file(at: "b..", limit: limit) == nil)
}

@Test func `a directory of a thousand files is read to its end`() throws {
  var files: [String: [UInt8]] = [:]
  for number in 0..<1000 { files["folder/file-number-\(number)"] = Array("\(number)".utf8) }
  let volume = try #require(
    try FileSystem(ByteArraySource(Seed(files: files).image(.genisoimage, "-r"))))
  for number in [0, 1, 499, 998, 999] {
    let path = "folder/file-number-\(number)"
    #expect(try volume.file(at: path, limit: limit) == files[path])
  }
}

@Test func `a file above the limit is refused with both sizes`() throws {
  let bytes = try Seed.full.image(.genisoimage, "-r")
  let volume = try #require(try FileSystem(RecordingSource(bytes)))
  let refusal = FileSystemError<ReadRefused>.tooLarge(
    path: "big", bytes: 3_000_001, limit: 3_000_000)
  #expect(throws: refusal) { try volume.file(at: "big", limit: 3_000_000) }
  #expect(refusal.description == "\"big\" has 3000001 bytes, more than the 3000000 allowed")
  #expect(try volume.file(at: "big", limit: 3_000_001) == Seed.full.files["big"])
}

@Test func `a seed of cloud-localds is read in two reads`() throws {
  let folder = try Seed.small.folder()
  try Tool.cloudLocalds(
    ["-N", "seed/network-config", "image", "seed/user-data", "seed/meta-data"], in: folder.url)
  let source = RecordingSource(try folder.bytes(of: "image"))
  let volume = try #require(try FileSystem(source))
  #expect(volume.labels == ["cidata"])
  for path in ["user-data", "meta-data", "network-config"] {
    #expect(try volume.file(at: path, limit: limit) == Seed.small.files[path])
  }
  #expect(source.reads == [.init(offset: 0, count: 34816), .init(offset: 34816, count: 47104)])
}

@Test func `a label beyond ASCII is read from Joliet as well`() throws {
  let folder = try Seed.small.folder()
  try Tool.genisoimage(
    ["-J", "-input-charset", "utf8", "-V", "métadonnées", "-o", "image", "seed"], in: folder.url)
  let volume = try #require(try FileSystem(ByteArraySource(folder.bytes(of: "image"))))
  #expect(volume.labels.last == "métadonnées")
}

@Test func `a file in several extents is put together`() throws {
  // The second file's record is made the first one's continuation.
  var bytes = try Seed(files: ["aa": Array("one".utf8), "ab": Array("two".utf8)])
    .image(.genisoimage)
  let first = try #require(record("AA.;1", in: bytes))
  let second = try #require(record("AB.;1", in: bytes))
  bytes[first + 25] |= 0x80
  bytes[second + 34] = UInt8(ascii: "A")
  let volume = try #require(try FileSystem(ByteArraySource(bytes)))
  #expect(try volume.file(at: "aa", limit: 6) == Array("onetwo".utf8))
}

@Test(arguments: [512, 1024])
func `smaller logical blocks are honoured`(size: Int) throws {
  // No tool at hand writes them: the block numbers of an image with 2048 are multiplied.
  var bytes = try Seed(files: ["aa": Array("one".utf8)]).image(.genisoimage)
  let file = try #require(record("AA.;1", in: bytes))
  for offset in [file + 2, 32768 + 158] {
    let block: UInt32 = bytes[littleEndian: offset]
    bytes[littleEndian: offset] = block * UInt32(2048 / size)
  }
  bytes[littleEndian: 32768 + 128] = UInt16(size)
  let volume = try #require(try FileSystem(ByteArraySource(bytes)))
  #expect(try volume.file(at: "aa", limit: 3) == Array("one".utf8))
}

/// Where the directory record lies that has a name without extensions.
func record(_ name: String, in bytes: [UInt8]) -> Int? {
  let name = Array(name.utf8)
  // Behind the descriptors and the path tables, which have names as well.
  let index = (34816..<bytes.count - name.count).first {
    bytes[$0] == name[0] && bytes[$0 - 1] == UInt8(name.count)
      && bytes[$0..<$0 + name.count].elementsEqual(name)
  }
  return index.map { $0 - 33 }
}
