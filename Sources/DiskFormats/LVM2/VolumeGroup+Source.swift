import Bytes

extension VolumeGroup {
  /// The group as this physical volume has it; `nil` if it holds no metadata that is in use (it
  /// belongs to no group, or leaves the metadata to the others). Of two copies the later one.
  /// Reads once, and once more for every copy, twice where it is wrapped around.
  public init?<Source: ByteSource>(
    reading source: Source, _ label: PhysicalVolumeLabel
  ) throws(LVM2Error<Source.Failure>) {
    var found: VolumeGroup?
    var failure: LVM2Error<Source.Failure>?
    for area in label.metadataAreas {
      do {
        guard let group = try Self.group(in: area, source, label) else { continue }
        if group.sequenceNumber >= found?.sequenceNumber ?? 0 { found = group }
      } catch {
        failure = failure ?? error
      }
    }
    if found == nil, let failure { throw failure }
    guard let found else { return nil }
    self = found
  }

  private static func group<Source: ByteSource>(
    in place: PhysicalVolumeLabel.Area, _ source: Source, _ label: PhysicalVolumeLabel
  ) throws(LVM2Error<Source.Failure>) -> VolumeGroup? {
    let header = try bytes(
      Extent(offset: place.offset, count: UInt64(MetadataArea.headerSize)), source, label.head)
    let area: MetadataArea
    let pieces: [Extent]
    do {
      area = try MetadataArea(header: header, offset: place.offset)
      guard area.isInUse else { return nil }
      pieces = try area.pieces()
    } catch { throw .damaged(error) }

    var text: [UInt8] = []
    for piece in pieces { text += try bytes(piece, source, label.head) }
    guard LVM2Checksum.of(text[...]) == area.textChecksum else {
      throw .damaged(.textChecksum(offset: area.offset))
    }
    do { return try VolumeGroup(text: text) } catch { throw .damaged(.text(error)) }
  }

  private static func bytes<Source: ByteSource>(
    _ extent: Extent, _ source: Source, _ head: [UInt8]
  ) throws(LVM2Error<Source.Failure>) -> [UInt8] {
    let (end, overflow) = extent.offset.addingReportingOverflow(extent.count)
    if !overflow, end <= UInt64(head.count) {
      return [UInt8](head[Int(extent.offset)..<Int(end)])
    }
    let ends = LVM2Error<Source.Failure>.damaged(
      .deviceEnds(offset: extent.offset, count: extent.count))
    guard end <= UInt64(Int64.max), !overflow else { throw ends }
    // No buffer is made for a size that is only claimed.
    if extent.count > 1 << 20, try read(source, at: end - 1, count: 1).isEmpty { throw ends }
    let bytes = try read(source, at: extent.offset, count: Int(extent.count))
    guard bytes.count == Int(extent.count) else { throw ends }
    return bytes
  }

  private static func read<Source: ByteSource>(
    _ source: Source, at offset: UInt64, count: Int
  ) throws(LVM2Error<Source.Failure>) -> [UInt8] {
    do { return try source.read(at: offset, count: count) } catch { throw .unreadable(error) }
  }
}
