/// Bytes that lie together.
struct Extent: Equatable {
  /// From the source's beginning, in bytes.
  var offset: UInt64
  var count: UInt64
}

/// The bytes of a directory, and where they came from.
struct Directory {
  let bytes: [UInt8]
  private let extents: [Extent]
  /// The index in `bytes` of each extent's first byte.
  private let starts: [UInt64]

  init(bytes: [UInt8], extents: [Extent]) {
    self.bytes = bytes
    self.extents = extents
    var starts: [UInt64] = []
    var start = 0 as UInt64
    for extent in extents {
      starts.append(start)
      start += extent.count
    }
    self.starts = starts
  }

  /// Where the byte at an index lies in the source. Found by halving: a directory of FAT may be
  /// in thousands of pieces.
  func offset(of index: Int) -> UInt64 {
    let index = UInt64(index)
    var (low, high) = (0, extents.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= index { low = middle } else { high = middle }
    }
    return extents.isEmpty ? 0 : extents[low].offset + index - starts[low]
  }
}
