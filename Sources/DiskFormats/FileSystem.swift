import Bytes

/// A file system of a metadata disk, read in place: ISO 9660 (plain, Rock Ridge, Joliet) or FAT
/// (12, 16, 32, with VFAT's long names). Nothing is mounted and nothing is written.
///
/// A plausible FAT boot sector is believed before an ISO 9660 descriptor: whoever makes an ISO
/// image writes its first 32 KiB anew, whereas mkfs.vfat may leave an older image's descriptor.
public struct FileSystem<Source: ByteSource> {
  public enum Kind: Equatable, Sendable {
    case iso9660
    case fat12
    case fat16
    case fat32
  }

  /// In which the volume's names and files are looked up.
  enum Layout {
    case iso9660(ISO9660<Source>)
    case fat(FAT<Source>)
  }

  /// 34 KiB: FAT's boot sector, and ISO 9660's system area (16 sectors) with the first descriptor.
  /// What is neither costs this one read.
  static var beginning: Int { 17 * 2048 }

  let layout: Layout

  /// `nil` if the source holds neither file system.
  public init?(_ source: Source) throws(FileSystemError<Source.Failure>) {
    let held = try HeldSource(source, count: Self.beginning)
    if let boot = BootSector(held.head) {
      layout = .fat(try FAT(boot, in: held))
    } else if let volume = try ISO9660(held) {
      layout = .iso9660(volume)
    } else {
      return nil
    }
  }

  public var kind: Kind {
    switch layout {
    case .iso9660: .iso9660
    case .fat(let volume): volume.kind
    }
  }

  /// Without padding, none empty, none twice. ISO 9660: the primary volume identifier, then
  /// Joliet's. FAT: the root directory's label, then the boot sector's ("NO NAME" is none).
  public var labels: [String] {
    switch layout {
    case .iso9660(let volume): volume.labels
    case .fat(let volume): volume.labels
    }
  }

  /// The bytes of the file at a path from the root, its names parted by "/"; `nil` if there is no
  /// such file, or a directory in its place. A file of more than `limit` bytes is refused unread.
  public func file(
    at path: String, limit: Int
  ) throws(FileSystemError<Source.Failure>) -> [UInt8]? {
    switch layout {
    case .iso9660(let volume): try volume.file(at: path, limit: limit)
    case .fat(let volume): try volume.file(at: path, limit: limit)
    }
  }

  /// Whether its root holds a directory of this name.
  public func hasFolder(_ name: String) throws(FileSystemError<Source.Failure>) -> Bool {
    switch layout {
    case .iso9660(let volume): try volume.hasFolder(name)
    case .fat(let volume): try volume.hasFolder(name)
    }
  }
}

extension FileSystem.Kind: CustomStringConvertible {
  /// The name that Linux and blkid(8) have for it.
  public var description: String {
    switch self {
    case .iso9660: "iso9660"
    case .fat12, .fat16, .fat32: "vfat"
    }
  }
}
