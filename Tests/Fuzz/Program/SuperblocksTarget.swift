import DiskFormats

/// Superblocks of filesystems, swap's, and LUKS' header; and what they say of a larger device.
///
///     offset  size  field
///          0     8  bytes of a device that has become larger
///          8     -  `SparseDisk`, in blocks of 512 bytes; 80 KiB of it are there
///
/// A header of LUKS2 is read for what it claims to be, 4 MiB at most; its JSON is kept once.
extension Target {
  static let superblocks = Target(
    name: "superblocks", longest: 4096, memory: Allowance(floor: 5 << 20, perByte: 16),
    work: Allowance(floor: 1_000_000, perByte: 100)
  ) { input in
    guard input.count >= 8 else { return }
    let disk = SparseDisk(input[8...], unit: 512, blocks: 160)
    if let header = LUKSHeader(reading: disk) { _ = header.dataOffset }
    guard let superblock = Superblock(reading: disk) else { return }
    _ = superblock.type
    let bytes = min(input.number(0, 8), UInt64(Int64.max))
    switch superblock {
    case .ext(let found): check(found, bytes)
    case .xfs(let found): check(found, bytes)
    case .btrfs(let found): _ = BtrfsSuperblock.smallest(beyond: found.deviceSize)
    case .f2fs, .swap, .luks: break
    }
  }

  private static func check(_ found: ExtSuperblock, _ bytes: UInt64) {
    let size = found.size(onDevice: bytes)
    expect(size >= found.size, "ext: shrinks")
    expect(size == found.size || size <= bytes, "ext: grows beyond its device")
    let least = found.leastGrowth
    let (enough, overflow) = found.size.addingReportingOverflow(least)
    guard !overflow, enough <= UInt64(Int64.max) else { return }
    expect(found.size(onDevice: enough) > found.size, "ext: does not begin to grow")
  }

  private static func check(_ found: XFSSuperblock, _ bytes: UInt64) {
    let blocks = found.blocks(onDevice: bytes)
    expect(blocks >= found.blocks, "xfs: shrinks")
    expect(
      blocks == found.blocks || blocks * found.blockSize <= bytes, "xfs: grows beyond its device")
    let (enough, overflow) = found.size.addingReportingOverflow(found.leastGrowth)
    guard !overflow, enough <= UInt64(Int64.max) else { return }
    expect(found.blocks(onDevice: enough) > found.blocks, "xfs: does not begin to grow")
  }
}
