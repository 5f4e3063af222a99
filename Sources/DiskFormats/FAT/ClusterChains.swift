import Bytes

/// A run of clusters that follow each other on the disk as well.
private struct Run {
  var first: UInt32
  var count: UInt32
}

/// Follows chains of clusters through the table.
struct ClusterChains<Source: ByteSource> {
  typealias Failure = FileSystemError<Source.Failure>

  let boot: BootSector
  let source: HeldSource<Source>

  /// A directory, by its first cluster and where that is written.
  func directory(from cluster: UInt32, offset: UInt64) throws(Failure) -> Directory {
    let most = UInt64(DirectoryEntry.directoryLimit) / boot.clusterSize
    let extents = try chain(from: cluster, needed: nil, most: most, offset: offset)
    return Directory(bytes: try source.bytes(extents), extents: extents)
  }

  /// The extents of a chain of clusters.
  ///
  /// `needed`: as many clusters as the file's size takes; what the chain has beyond is not looked
  /// at. `nil`: to the end of the chain, as directories have no size, but `most` clusters at most.
  /// `offset`: where `first` is written, for errors.
  func chain(
    from first: UInt32, needed: UInt64?, most: UInt64, offset: UInt64
  ) throws(Failure) -> [Extent] {
    var table = FileAllocationTable(boot, in: source)
    var runs: [Run] = []
    var found = 0 as UInt64
    var next: (cluster: UInt32?, offset: UInt64) = (first, offset)
    while let cluster = next.cluster, found < min(needed ?? most, most) {
      guard cluster >= 2, cluster - 2 < boot.clusterCount else {
        throw .damaged(.cluster(cluster, offset: next.offset))
      }
      if let last = runs.last, last.first + last.count == cluster {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(first: cluster, count: 1))
      }
      found += 1
      if found == needed { break }
      next = try table.next(after: cluster)
    }
    if let cluster = twice(runs) {
      throw .damaged(.chainLoops(cluster: cluster, offset: offset))
    }
    if let needed, found < needed {
      throw .damaged(.chainEnds(clusters: Int(found), needed: needed, offset: offset))
    }
    if needed == nil, next.cluster != nil {
      throw .damaged(
        .directoryTooLarge(
          bytes: (found + 1) * boot.clusterSize, limit: DirectoryEntry.directoryLimit,
          offset: offset))
    }
    return runs.map {
      Extent(
        offset: boot.data + UInt64($0.first - 2) * boot.clusterSize,
        count: UInt64($0.count) * boot.clusterSize)
    }
  }

  /// A cluster that is in two of the runs.
  private func twice(_ runs: [Run]) -> UInt32? {
    let sorted = runs.ordered { $0.first < $1.first }
    for index in sorted.indices.dropFirst() {
      let before = sorted[index - 1]
      if before.first + before.count > sorted[index].first { return sorted[index].first }
    }
    return nil
  }
}
