import Bytes
import Foundation
import Testing

@testable import DiskFormats

/// Filesystems made by their own tools, as they are read before and where they would end.
struct SuperblockTests {
  private static let mebibyte = 1 << 20 as UInt64

  private func image(
    _ maker: Tool, _ options: [String], mebibytes: Int, in folder: Folder
  ) throws -> FileSource {
    let path = folder.url.appendingPathComponent("image")
    try Data().write(to: path)
    try FileHandle(forWritingTo: path).truncate(atOffset: UInt64(mebibytes) << 20)
    try maker(options + ["image"], in: folder.url)
    return try FileSource(path)
  }

  @Test(arguments: [
    (Tool.mkfsExt4, [], "ext4"), (.mkfsExt4, ["-b", "1024"], "ext4"),
    (.mkfsExt4, ["-O", "^64bit"], "ext4"), (.mkfsExt4, ["-O", "bigalloc"], "ext4"),
    (.mkfsExt3, [], "ext3"), (.mkfsExt2, [], "ext2"), (.mkfsExt2, ["-r", "0"], "ext2"),
    (.mkfsExt4, ["-O", "sparse_super2"], "ext4"),
    (.mkfsXFS, [], "xfs"), (.mkfsXFS, ["-b", "size=1024"], "xfs"), (.mkfsBtrfs, [], "btrfs"),
    (.mkswap, [], "swap"), (.mkswap, ["--pagesize", "65536"], "swap"),
  ])
  func `type and size are those that the maker was told`(
    maker: Tool, options: [String], type: String
  ) throws {
    let folder = try Folder()
    let source = try image(maker, options, mebibytes: 320, in: folder)
    let found = try #require(try Superblock(reading: source))
    #expect(found.type == type)
    let size: UInt64 =
      switch found {
      case .ext(let found): found.size
      case .xfs(let found): found.size
      case .btrfs(let found): found.deviceSize
      case .f2fs(let size), .swap(let size): size
      case .luks: 0
      }
    #expect(size == 320 * Self.mebibyte)
  }

  @Test func `f2fs ends within its device`() throws {
    let folder = try Folder()
    let source = try image(.mkfsF2FS, [], mebibytes: 64, in: folder)
    #expect(try Superblock(reading: source) == .f2fs(size: 64 * Self.mebibyte))
  }

  @Test func `LUKS is known by its magic`() throws {
    let head = [UInt8]("LUKS".utf8) + [0xBA, 0xBE, 0, 2] + [UInt8](repeating: 0, count: 8192)
    #expect(Superblock(reading: ByteArraySource(head)) == .luks)
  }

  @Test(arguments: [0, 100, 4096, 70000, 200_000])
  func `zeros hold nothing, however few`(count: Int) {
    #expect(Superblock(reading: ByteArraySource([UInt8](repeating: 0, count: count))) == nil)
  }

  /// resize2fs cuts off a last group that would hold little but its own tables.
  @Test(arguments: [
    [], ["-b", "1024"], ["-O", "^64bit"], ["-O", "^sparse_super,^resize_inode"], ["-O", "^resize_inode"],
    ["-I", "1024"], ["-i", "4096"],
  ])
  func `ext4 ends where resize2fs lets it end`(options: [String]) throws {
    // In pages, around the least that a group needs.
    for tail in [0, 200, 400, 600, 1000, 3000, 9000] as [UInt64] {
      let folder = try Folder()
      let source = try image(.mkfsExt4, options, mebibytes: 72, in: folder)
      guard case .ext(let found)? = try Superblock(reading: source) else {
        Issue.record("no ext4")
        return
      }
      let group = found.blockSize * 8 * found.blockSize
      let bytes = group * 24 + tail * 4096
      let path = folder.url.appendingPathComponent("image")
      try FileHandle(forWritingTo: path).truncate(atOffset: bytes)
      try Tool.e2fsck(["-fy", "image"], in: folder.url)
      try Tool.resize2fs(["image"], in: folder.url)
      let after = try ExtSuperblock(reading: try FileSource(path))
      #expect(found.size(onDevice: bytes) == after?.size, "tail of \(tail) pages")
      #expect(after.map { $0.size(onDevice: bytes) } == after?.size)
      if let after { #expect(bytes - after.size < after.leastGrowth) }
    }
  }

  /// Blocks of 1 KiB begin at 1, so that the end of a group is not the end of a page.
  @Test func `ext4 begins to grow with exactly as much as it says`() throws {
    for kibibytes in [8193, 8192 * 3 + 1, 8192 * 3 + 4000, 8192 * 3 + 4001] {
      let folder = try Folder()
      let options = ["-b", "1024", "-O", "^has_journal"]
      let source = try image(.mkfsExt4, options, mebibytes: 40, in: folder)
      var bytes = try source.read(at: 1024, count: 1024)
      bytes[littleEndian: 4] = UInt32(kibibytes)
      let found = try #require(ExtSuperblock(bytes))
      let least = found.size + found.leastGrowth
      #expect(found.size(onDevice: least) > found.size, "\(kibibytes) KiB")
      #expect(found.size(onDevice: least - 1) == found.size, "\(kibibytes) KiB")
    }
  }

  @Test func `ext4 never ends before it does now`() throws {
    let folder = try Folder()
    let source = try image(.mkfsExt4, [], mebibytes: 320, in: folder)
    let found = try #require(try ExtSuperblock(reading: source))
    let end = 320 * Self.mebibyte
    for bytes in [0, 1, 4096, 128 * Self.mebibyte, end, end + 4095] {
      #expect(found.size(onDevice: bytes) == 320 * Self.mebibyte)
    }
    #expect(found.leastGrowth == 4096)
    #expect(found.size(onDevice: 321 * Self.mebibyte) == 321 * Self.mebibyte)
  }

  @Test func `without 64bit ext4 ends before 2^32 blocks, and then has nothing to gain`() throws {
    let folder = try Folder()
    let source = try image(.mkfsExt4, ["-b", "4096", "-O", "^64bit", "-i", "1048576"], mebibytes: 320, in: folder)
    var bytes = try source.read(at: 1024, count: 1024)
    let found = try #require(ExtSuperblock(bytes))
    #expect(found.size(onDevice: 1 << 50) == (1 << 32 - 1) * 4096)
    bytes[littleEndian: 4] = UInt32.max
    #expect(ExtSuperblock(bytes)?.leastGrowth == .max)
    // What is left is one block short of a group, which is all inodes.
    bytes[littleEndian: 4] = UInt32.max - 32767
    #expect(ExtSuperblock(bytes)?.leastGrowth != .max)
    bytes[littleEndian: 40] = 2048 as UInt32
    bytes[littleEndian: 88] = UInt16.max
    #expect(ExtSuperblock(bytes)?.leastGrowth == .max)
  }

  @Test(arguments: [
    // Blocks, blocks of a group, blocks of the device, blocks then.
    (1000, 500, 1063, 1000), (1000, 500, 1064, 1064), (1000, 500, 1500, 1500),
    (1000, 500, 1563, 1500), (1200, 500, 1201, 1201), (1200, 500, 1100, 1200),
    (1000, 500, 10, 1000),
    // No kernel mounts such a one; its superblock can be written all the same.
    (1004, 500, 1063, 1004), (1004, 500, 1064, 1064),
  ] as [(UInt64, UInt64, UInt64, UInt64)])
  func `XFS begins no group of fewer than 64 blocks`(
    blocks: UInt64, group: UInt64, device: UInt64, then: UInt64
  ) throws {
    let found = try #require(XFSSuperblock(blockSize: 4096, blocks: blocks, groupBlocks: group))
    #expect(found.blocks(onDevice: device * 4096 + 4095) == then)
    let least = found.leastGrowth / 4096
    #expect(least == (blocks % group == 0 ? 64 : blocks % group == 4 ? 60 : 1))
    #expect(found.blocks(onDevice: found.size + found.leastGrowth) == blocks + least)
  }

  @Test func `no bytes of a superblock make the reader trap`() throws {
    var random = Seeded(state: 5)
    for (maker, offset) in [
      (Tool.mkfsExt4, 1024), (.mkfsXFS, 0), (.mkfsBtrfs, 65536), (.mkfsF2FS, 1024),
    ] {
      let folder = try Folder()
      let source = try image(maker, [], mebibytes: 320, in: folder)
      let whole = try source.read(at: 0, count: 70000)
      for _ in 0..<3000 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          let place = offset + Int.random(in: 0..<600, using: &random)
          bytes[place] = [0, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(
            using: &random)!
        }
        switch Superblock(reading: ByteArraySource(bytes)) {
        case .ext(let found):
          for device in [0, 1 << 30, 1 << 62, UInt64.max] {
            #expect(found.size(onDevice: device) >= found.size)
          }
          #expect(found.leastGrowth > 0)
        case .xfs(let found):
          for device in [0, 1 << 30, 1 << 62, UInt64.max] {
            #expect(found.blocks(onDevice: device) >= found.blocks)
          }
          #expect(found.leastGrowth > 0)
        default: break
        }
      }
    }
  }
}
