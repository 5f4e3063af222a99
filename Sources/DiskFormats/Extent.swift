/// Bytes that lie together.
struct Extent: Equatable {
  /// From the source's beginning, in bytes.
  var offset: UInt64
  var count: UInt64
}

/// The bytes of a directory, and where they came from.
struct Directory {
  let bytes: [UInt8]
  let extents: [Extent]

  /// Where the byte at an index lies in the source.
  func offset(of index: Int) -> UInt64 {
    var rest = UInt64(index)
    for extent in extents {
      if rest < extent.count { return extent.offset + rest }
      rest -= extent.count
    }
    return extents.last.map { $0.offset + $0.count } ?? 0
  }
}
