import Bytes
import Testing

@testable import DiskFormats

/// A kind of image.
enum ImageKind: CaseIterable {
  case rockRidge
  case joliet
  case plain
  case fat12
  case fat16
  case fat32

  var isFAT: Bool { [.fat12, .fat16, .fat32].contains(self) }

  /// An image of this kind, and what is in it.
  func make() throws -> (bytes: [UInt8], seed: Seed) {
    let long = Seed.small.adding([
      "openstack/latest/meta_data.json": Array("{}\n".utf8),
      Seed.longFolder + "/" + Seed.longFile: Seed.patterned(5000),
      String(repeating: "n", count: 150): Seed.patterned(3000),
    ])
    let short = Seed.small.adding(["openstack/latest/meta_data.json": Seed.patterned(5000)])
    return switch self {
    case .rockRidge: (try long.image(.genisoimage, "-r", "-J", "-joliet-long"), long)
    case .joliet: (try short.image(.genisoimage, "-J"), short)
    case .plain: (try short.image(.genisoimage), short)
    case .fat12: (try long.fatImage("-F", "12", kibibytes: 256), long)
    case .fat16: (try short.fatImage("-F", "16", "-s", "1", kibibytes: 2400), short)
    case .fat32: (try long.fatImage("-F", "32", "-s", "1", kibibytes: 36000), long)
    }
  }
}

@Test(arguments: ImageKind.allCases)
func `an image cut short gives the whole file or says that it ends`(kind: ImageKind) throws {
  let (bytes, seed) = try kind.make()
  // FAT's files lie at the beginning, what is behind them changes nothing.
  let end = min(bytes.count, kind == .fat32 ? 640 << 10 : 160 << 10)
  var opened = 0
  for length in stride(from: 0, to: end, by: 512) {
    let source = RecordingSource([UInt8](bytes[..<length]))
    do throws(FileSystemError<ReadRefused>) {
      guard let volume = try FileSystem(source) else {
        // Without the boot sector, or ISO 9660's first descriptor.
        #expect(length < (kind.isFAT ? 512 : 34816))
        continue
      }
      for (path, bytes) in seed.files {
        #expect(try volume.file(at: path, limit: 10000) == bytes, "\(length) \(path)")
      }
      opened += 1
    } catch {
      guard case .damaged(.sourceEnds(let offset, let count)) = error else {
        Issue.record("cut at \(length): \(error)")
        continue
      }
      #expect(offset + count > UInt64(length))
    }
  }
  #expect(opened > 0)
}

/// Where an image has its headers and directories.
private func structures(of bytes: [UInt8]) throws -> [Range<Int>] {
  if let boot = BootSector(bytes) {
    let table = Int(boot.table.offset)
    let root =
      switch boot.root {
      case .extent(let extent): Int(extent.offset)
      case .cluster(let cluster): Int(boot.data + UInt64(cluster - 2) * boot.clusterSize)
      }
    return [0..<90, table..<table + 128, root..<root + 4096]
  }
  let root = Int(bytes[littleEndian: 32768 + 158] as UInt32) * 2048
  // Joliet's descriptor, and its directories behind the others.
  return [32768..<32768 + 190, 34816..<34816 + 190, root..<root + 6 * 2048]
}

@Test(arguments: ImageKind.allCases)
func `flipped bits never make a read endless, or longer than the limit`(kind: ImageKind) throws {
  let (original, seed) = try kind.make()
  // What is not zero is what there is to spoil.
  let places = try structures(of: original).flatMap { $0 }.filter { original[$0] != 0 }
  var random = Seeded(state: 6)
  var bytes = kind == .fat32 ? [UInt8](original[..<(2 << 20)]) : original
  var refused = 0
  for _ in 0..<600 {
    var spoiled: [(Int, UInt8)] = []
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = places.randomElement(using: &random)!
      spoiled.append((place, bytes[place]))
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
    let source = RecordingSource(bytes)
    do throws(FileSystemError<ReadRefused>) {
      if let volume = try FileSystem(source) {
        for path in seed.files.keys {
          if let file = try volume.file(at: path, limit: 10000) { #expect(file.count <= 10000) }
        }
      }
    } catch {
      refused += 1
      #expect(!error.description.isEmpty)
    }
    #expect(source.reads.count < 300, "\(spoiled)")
    for (place, value) in spoiled.reversed() { bytes[place] = value }
  }
  #expect(refused > 0)
}

@Test func `a gibibyte of zeros costs one read`() throws {
  let source = ZeroSource(size: 1 << 30)
  #expect(try FileSystem(source) == nil)
  #expect(source.reads == 1)
}

@Test(arguments: [0, 1, 511, 512, 34815])
func `too few bytes are neither file system`(count: Int) throws {
  #expect(try FileSystem(ByteArraySource([UInt8](repeating: 0xFF, count: count))) == nil)
}

@Test func `a source's refusal is passed on, at whichever read`() throws {
  let seed = Seed(files: ["user-data": Seed.patterned(200_000)])
  let images = [
    (try seed.image(.genisoimage, "-r"), [0, 34816]),
    (try seed.fatImage("-F", "16", "-s", "1", kibibytes: 20480), [0]),
  ]
  for (bytes, offsets) in images {
    for (number, offset) in offsets.enumerated() {
      let source = RecordingSource(bytes, refusedFrom: number)
      #expect(throws: FileSystemError.unreadable(ReadRefused(offset: UInt64(offset)))) {
        try FileSystem(source)
      }
    }
    let sound = RecordingSource(bytes)
    #expect(
      try FileSystem(sound)?.file(at: "user-data", limit: 200_000) == seed.files["user-data"])
    let last = try #require(sound.reads.last)
    let source = RecordingSource(bytes, refusedFrom: sound.reads.count - 1)
    let volume = try #require(try FileSystem(source))
    #expect(throws: FileSystemError.unreadable(ReadRefused(offset: last.offset))) {
      try volume.file(at: "user-data", limit: 200_000)
    }
  }
}

@Test(arguments: [
  (.unreadable(ReadRefused(offset: 7)), "cannot read at 7"),
  (
    .damaged(.sourceEnds(offset: 4096, count: 512)),
    "the image ends before the end of the 512 bytes at 4096"
  ),
  (
    .damaged(.chainLoops(cluster: 9, offset: 64)),
    "the chain of the file at 64 comes back to cluster 9"
  ),
  (
    .damaged(.notPlain(.symbolicLink, offset: 64)),
    "the file at 64 is a symbolic link, which is not followed"
  ),
  (.damaged(.cluster(1, offset: 44)), "cluster 1 at 44 holds no data"),
] as [(FileSystemError<ReadRefused>, String)])
func `an error says what is wrong and where`(
  error: FileSystemError<ReadRefused>, description: String
) {
  #expect(error.description == description)
}
