import Bytes

/// A FAT volume with VFAT's long names. Source: fatgen103.
struct FAT<Source: ByteSource>: DirectoryTree {
  typealias Failure = FileSystemError<Source.Failure>

  let boot: BootSector
  private let source: HeldSource<Source>
  private let chains: ClusterChains<Source>
  let root: Directory
  let labels: [String]

  init(_ boot: BootSector, in source: HeldSource<Source>) throws(Failure) {
    self.boot = boot
    self.source = source
    chains = ClusterChains(boot: boot, source: source)
    switch boot.root {
    case .extent(let extent):
      root = Directory(bytes: try source.bytes(extent), extents: [extent])
    case .cluster(let cluster):
      root = try chains.directory(from: cluster, offset: BootSector.rootClusterOffset)
    }
    var entries = DirectoryEntries(root, boot.kind)
    while entries.next() != nil {}
    labels = distinct([entries.label ?? "", boot.label ?? ""])
  }

  var kind: FileSystem<Source>.Kind {
    switch boot.kind {
    case .fat12: .fat12
    case .fat16: .fat16
    case .fat32: .fat32
    }
  }

  // MARK: DirectoryTree

  func node(_ name: [UInt8], in directory: Directory) throws(Failure) -> DirectoryEntry? {
    var entries = DirectoryEntries(directory, boot.kind)
    while let entry = entries.next() {
      if entry.isNamed(name) { return entry }
    }
    return nil
  }

  func directory(_ entry: DirectoryEntry) throws(Failure) -> Directory? {
    guard entry.isDirectory else { return nil }
    return try chains.directory(from: entry.firstCluster, offset: entry.offset)
  }

  func size(_ entry: DirectoryEntry) throws(Failure) -> UInt64? {
    entry.isDirectory ? nil : entry.fileSize
  }

  func contents(_ entry: DirectoryEntry) throws(Failure) -> [UInt8] {
    guard entry.fileSize > 0 else { return [] }
    let needed = (entry.fileSize + boot.clusterSize - 1) / boot.clusterSize
    guard needed <= UInt64(boot.clusterCount) else {
      throw .damaged(.fileExceedsVolume(bytes: entry.fileSize, offset: entry.offset))
    }
    var extents = try chains.chain(
      from: entry.firstCluster, needed: needed, most: needed, offset: entry.offset)
    extents[extents.count - 1].count -= needed * boot.clusterSize - entry.fileSize
    return try source.bytes(extents)
  }
}
