import Bytes

/// What an unmounted volume holds, as far as growth has to know: the filesystems that it grows, and
/// those that it must recognise in order to leave them. The few signatures are read here, since
/// libblkid, which knows all there are, is as large as a tenth of the whole program.
///
///     offset          size  signature
///          0             4  "XFSB": XFS
///          0             6  "LUKS" BA BE
///       1024             4  10 20 F5 F2: f2fs (block size 1 << u32 at 1040, blocks u64 at 1060)
///       1080             2  53 EF: ext2, ext3, ext4
///    page-10            10  "SWAPSPACE2" or "SWAP-SPACE"; last page: u32 at 1028
///      65600             8  "_BHRfS_M": btrfs
///
/// Source: libblkid/src/superblocks of util-linux; linux/f2fs_fs.h; mkswap(8).
public enum Superblock: Equatable, Sendable {
  case ext(ExtSuperblock)
  case xfs(XFSSuperblock)
  case btrfs(BtrfsSuperblock)
  /// Bytes that it has taken.
  case f2fs(size: UInt64)
  case swap(size: UInt64)
  case luks

  /// `nil` if none of these is there. Two reads at most.
  public init?<Source: ByteSource>(reading source: Source) throws(Source.Failure) {
    let head = try source.read(at: 0, count: 4096)
    if let found = Self(head: head) {
      self = found
      return
    }
    let more = try source.read(
      at: BtrfsSuperblock.offset - 4096, count: BtrfsSuperblock.count + 4096)
    guard more.count > 4096 else { return nil }
    if let found = BtrfsSuperblock([UInt8](more[4096...])) {
      self = .btrfs(found)
    } else if Self.endsInSwapSignature(more[..<4096]) {
      self = .swap(size: Self.swapSize(head, page: 65536))
    } else {
      return nil
    }
  }

  private init?(head: [UInt8]) {
    guard head.count == 4096 else { return nil }
    if let found = XFSSuperblock(head) {
      self = .xfs(found)
    } else if head.starts(with: [0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE]) {
      self = .luks
    } else if Self.endsInSwapSignature(head[...]) {
      self = .swap(size: Self.swapSize(head, page: 4096))
    } else if let found = ExtSuperblock([UInt8](head[1024..<2048])) {
      self = .ext(found)
    } else if head[littleEndian: 1024] as UInt32 == 0xF2F5_2010 {
      let (shift, blocks): (UInt32, UInt64) = (head[littleEndian: 1040], head[littleEndian: 1060])
      guard (9...16).contains(shift), blocks < 1 << 48 else { return nil }
      self = .f2fs(size: blocks << UInt64(shift))
    } else {
      return nil
    }
  }

  private static func endsInSwapSignature(_ page: ArraySlice<UInt8>) -> Bool {
    let signature = page.suffix(10)
    return signature.elementsEqual("SWAPSPACE2".utf8) || signature.elementsEqual("SWAP-SPACE".utf8)
  }

  private static func swapSize(_ head: [UInt8], page: UInt64) -> UInt64 {
    (UInt64(head[littleEndian: 1028] as UInt32) + 1) * page
  }

  /// The kernel's name of the type; blkid's where the kernel has none.
  public var type: String {
    switch self {
    case .ext(let found): found.type
    case .xfs: "xfs"
    case .btrfs: "btrfs"
    case .f2fs: "f2fs"
    case .swap: "swap"
    case .luks: "crypto_LUKS"
    }
  }
}
