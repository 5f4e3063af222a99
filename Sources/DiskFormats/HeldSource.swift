import Bytes

/// A source with its beginning in memory: what lies there is looked at without another read, and
/// in a small metadata image that is nearly everything.
struct HeldSource<Source: ByteSource> {
  typealias Failure = FileSystemError<Source.Failure>

  private let source: Source
  private(set) var head: [UInt8]

  init(_ source: Source, count: Int) throws(Failure) {
    self.source = source
    head = []
    try hold(count)
  }

  /// Makes the beginning at least `count` bytes long, as far as the source reaches.
  mutating func hold(_ count: Int) throws(Failure) {
    guard count > head.count else { return }
    let more = try read(at: UInt64(head.count), count: count - head.count)
    head = head.isEmpty ? more : head + more
  }

  /// All bytes of an extent, in one read at most, unless it is large: then its last byte is asked
  /// for first, so that no buffer is made for a size that is only claimed.
  func bytes(_ extent: Extent) throws(Failure) -> [UInt8] {
    guard extent.count > 0 else { return [] }
    guard let count = Int(exactly: extent.count) else { throw .damaged(ends(extent)) }
    if extent.offset + extent.count <= UInt64(head.count) {
      let start = Int(extent.offset)
      return [UInt8](head[start..<start + count])
    }
    if count > 1 << 20, try read(at: extent.offset + extent.count - 1, count: 1).isEmpty {
      throw .damaged(ends(extent))
    }
    let bytes = try read(at: extent.offset, count: count)
    guard bytes.count == count else { throw .damaged(ends(extent)) }
    return bytes
  }

  /// All bytes of the extents, one after the other.
  func bytes(_ extents: [Extent]) throws(Failure) -> [UInt8] {
    guard let first = extents.first else { return [] }
    var bytes = try bytes(first)
    for extent in extents.dropFirst() { bytes += try self.bytes(extent) }
    return bytes
  }

  private func read(at offset: UInt64, count: Int) throws(Failure) -> [UInt8] {
    do {
      return try source.read(at: offset, count: count)
    } catch {
      throw .unreadable(error)
    }
  }

  private func ends(_ extent: Extent) -> Damage {
    .sourceEnds(offset: extent.offset, count: extent.count)
  }
}
