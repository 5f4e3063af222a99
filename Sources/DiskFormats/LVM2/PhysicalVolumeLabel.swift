import Bytes

/// The label of an LVM2 physical volume: who it is, and where its metadata and its extents lie.
///
/// In one of the first four sectors of 512 bytes, usually the second:
///
///     offset  size  field
///          0     8  "LABELONE"
///          8     8  number of this sector
///         16     4  checksum of the bytes from 20 to the sector's end
///         20     4  offset of the physical volume's header from the label's beginning, 32
///         24     8  "LVM2 001"
///         32    32  uuid, without dashes
///         64     8  size of the device in bytes; pvresize does not keep it true
///         72  16 n  data areas: offset and size in bytes; size 0: to the end; offset 0 ends them
///         ..  16 n  metadata areas, alike
///
/// Little-endian. What follows (version, flags, bootloader areas) is not read.
/// Source: lib/label/label.h, lib/format_text/layout.h of LVM2.
public struct PhysicalVolumeLabel: Equatable, Sendable {
  /// 32 characters without dashes.
  public let uuid: String
  /// Bytes, as they were when the physical volume was made.
  public let deviceSize: UInt64
  /// Bytes from the device's beginning to the first extent.
  public let dataStart: UInt64
  public let metadataAreas: [Area]
  /// The device's beginning, which usually holds the header of the metadata too.
  let head: [UInt8]

  public struct Area: Equatable, Sendable {
    /// Bytes from the device's beginning.
    public let offset: UInt64
    /// Bytes.
    public let size: UInt64
  }

  /// Bytes of the metadata area behind the extents, 0 if there is none, as usual. pvresize moves
  /// it to the device's new end.
  public var metadataAtEnd: UInt64 {
    metadataAreas.reduce(0) { $1.offset > dataStart ? $0 +| $1.size : $0 }
  }

  static let sector = 512
  /// Label and metadata header of all volumes whose pages were of 4096 bytes.
  static let headCount = 8192

  /// `nil` if the device is no physical volume of LVM2. Reads once.
  public init?<Source: ByteSource>(
    reading source: Source
  ) throws(LVM2Error<Source.Failure>) {
    let head: [UInt8]
    do { head = try source.read(at: 0, count: Self.headCount) } catch { throw .unreadable(error) }
    guard let label = Self.label(in: head) else { return nil }
    do { try self.init(head, label: label) } catch { throw .damaged(error) }
  }

  /// The index of the label's first byte.
  private static func label(in head: [UInt8]) -> Int? {
    stride(from: 0, to: 4 * sector, by: sector).first { start in
      start + sector <= head.count
        && head[start..<start + 8].elementsEqual("LABELONE".utf8)
        && head[start + 24..<start + 32].elementsEqual("LVM2 001".utf8)
    }
  }

  private init(_ head: [UInt8], label: Int) throws(LVM2Damage) {
    let offset = UInt64(label)
    let end = label + Self.sector
    guard head[littleEndian: label + 16] == LVM2Checksum.of(head[label + 20..<end]) else {
      throw .labelChecksum(offset: offset)
    }
    let sector: UInt64 = head[littleEndian: label + 8]
    guard sector == offset / UInt64(Self.sector) else {
      throw .labelSector(sector, offset: offset)
    }
    let header: UInt32 = head[littleEndian: label + 20]
    guard header >= 32, header <= UInt32(Self.sector) - 40 else {
      throw .labelBounds(offset: offset)
    }
    var index = label + Int(header)
    let uuid = head[index..<index + 32]
    guard uuid.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .labelUUID(offset: offset) }
    self.uuid = String(decoding: uuid, as: UTF8.self)
    deviceSize = head[littleEndian: index + 32]
    index += 40
    let data = try Self.areas(in: head, at: &index, label: label)
    dataStart = data.first?.offset ?? 0
    metadataAreas = try Self.areas(in: head, at: &index, label: label)
    self.head = head
  }

  private static func areas(
    in head: [UInt8], at index: inout Int, label: Int
  ) throws(LVM2Damage) -> [Area] {
    var areas: [Area] = []
    while true {
      // The entry that ends a list may be the last of the sector.
      guard index + 16 <= label + sector else { throw .labelBounds(offset: UInt64(label)) }
      let area = Area(offset: head[littleEndian: index], size: head[littleEndian: index + 8])
      index += 16
      if area.offset == 0 { return areas }
      areas.append(area)
    }
  }
}
