import Bytes
import Foundation

/// A FAT volume as mkfs.vfat makes it, filled with a random tree by a writer of our own: chains
/// that jump to and fro, deleted entries and forsaken parts of long names between the others,
/// labels anywhere in the root, names of one case without a long name.
final class RandomFAT {
  let url: URL
  let words: [String]
  let tree: RandomTree
  private var random: Seeded
  private let file: Int32
  private let folder: Folder

  // The geometry, by the boot sector.
  private let sectorSize: Int
  private let clusterSize: Int
  private let reserved: Int
  private let tables: Int
  private let tableSectors: Int
  private let rootOffset: Int
  private let rootCount: Int
  private let data: Int
  /// 12, 16 or 32.
  let bits: Int
  /// FAT32 has 65,525 by the rules, and mtools takes no other; Linux and mkfs.vfat do.
  let clusters: Int
  private var free: [Int]
  private var aliases = 0

  init(_ seed: UInt64, in folder: Folder) throws {
    self.folder = folder
    random = Seeded(state: ~seed)
    tree = RandomTree(seed, names: .fat)
    bits = random.pick([12, 12, 12, 16, 16, 16, 32])
    let sector = random.pick([512, 512, 1024, 2048, 4096])
    let perCluster = bits == 32 ? 1 : random.pick([1, 1, 2, 4, 8])
    let count =
      switch bits {
      case 12: random.number(600...3900)
      case 16: random.number(4400...9000)
      default: random.chance(50) ? random.number(70_000...80_000) : random.number(2000...9000)
      }
    var words = ["-F", "\(bits)", "-S", "\(sector)", "-s", "\(perCluster)"]
    if bits != 32, random.chance(30) { words += ["-r", "\(128 * random.number(1...8))"] }
    if random.chance(30) { words += ["-f", "\(random.number(1...4))"] }
    if random.chance(30) { words += ["-R", "\(random.number(bits == 32 ? 8...60 : 1...60))"] }
    if random.chance(60) { words += ["-n", random.pick(["CIDATA", "config-2", "A B"])] }
    words += ["-C", "image", "\((count * sector * perCluster + 300_000) / 1024)"]
    self.words = words
    try Tool.mkfsVfat(words, in: folder.url)

    url = folder.url.appendingPathComponent("image")
    file = open(url.path, O_RDWR | O_CLOEXEC)
    var boot = [UInt8](repeating: 0, count: 512)
    pread(file, &boot, 512, 0)
    func word(_ offset: Int) -> Int { Int(boot[littleEndian: offset] as UInt16) }
    func long(_ offset: Int) -> Int { Int(boot[littleEndian: offset] as UInt32) }
    sectorSize = word(11)
    clusterSize = sectorSize * Int(boot[13])
    reserved = word(14)
    tables = Int(boot[16])
    tableSectors = word(22) > 0 ? word(22) : long(36)
    rootCount = word(17)
    rootOffset = (reserved + tables * tableSectors) * sectorSize
    data = rootOffset + (rootCount * 32 + sectorSize - 1) / sectorSize * sectorSize
    let sectors = word(19) > 0 ? word(19) : long(32)
    clusters = (sectors * sectorSize - data) / clusterSize
    // FAT32's root begins in cluster 2.
    free = Array(3..<min(clusters, 4000) + 2)
    if random.chance(60) { free.shuffle(using: &random) } else { free.reverse() }
    try fill()
  }

  deinit { close(file) }

  private func write(_ bytes: [UInt8], at offset: Int) {
    let done = pwrite(file, bytes, bytes.count, off_t(offset))
    precondition(done == bytes.count)
  }

  // MARK: Clusters

  private func link(_ cluster: Int, to next: Int) {
    for table in 0..<tables {
      let start = (reserved + table * tableSectors) * sectorSize
      switch bits {
      case 12:
        let offset = start + cluster * 3 / 2
        var pair: [UInt8] = [0, 0]
        pread(file, &pair, 2, off_t(offset))
        let old: UInt16 = pair[littleEndian: 0]
        let value = UInt16(next & 0xFFF)
        pair[littleEndian: 0] =
          cluster % 2 == 0 ? old & 0xF000 | value : old & 0x000F | value << 4
        write(pair, at: offset)
      case 16: write([UInt8(next & 0xFF), UInt8(next >> 8 & 0xFF)], at: start + cluster * 2)
      default:
        var bytes: [UInt8] = [0, 0, 0, 0]
        // The upper four bits are nobody's.
        bytes[littleEndian: 0] = UInt32(next & 0x0FFF_FFFF) | (random.chance(20) ? 0xA << 28 : 0)
        write(bytes, at: start + cluster * 4)
      }
    }
  }

  /// Writes bytes into free clusters, of which the first is returned; 0 for none.
  private func store(_ bytes: [UInt8], from first: Int? = nil) throws -> Int {
    let count = (bytes.count + clusterSize - 1) / clusterSize
    guard count > 0 else { return 0 }
    var chain = first.map { [$0] } ?? []
    while chain.count < count {
      guard let next = free.popLast() else { throw Tool.Failed(description: "no free cluster") }
      chain.append(next)
    }
    for (index, cluster) in chain.enumerated() {
      let part = bytes[index * clusterSize..<min(bytes.count, (index + 1) * clusterSize)]
      write(Array(part), at: data + (cluster - 2) * clusterSize)
      let end = 0x0FFF_FFF8 | random.number(0...7)
      link(cluster, to: index + 1 < chain.count ? chain[index + 1] : end)
    }
    return chain[0]
  }

  // MARK: Directories

  private func fill() throws {
    if rootCount > 0 {
      let root = try entries(of: "", parent: 0)
      guard root.count <= rootCount * 32 else { throw Tool.Failed(description: "full root") }
      write(root, at: rootOffset)
    } else {
      _ = try store(try entries(of: "", parent: 0), from: 2)
    }
  }

  private func children(of folder: String) -> [String] {
    let start = folder.isEmpty ? "" : folder + "/"
    return (Array(tree.files.keys) + tree.directories)
      .filter { $0.hasPrefix(start) && !$0.dropFirst(start.count).contains("/") }
      .sorted()
  }

  private func entries(of folder: String, parent: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for path in children(of: folder).shuffled(using: &random) {
      if random.chance(20) { bytes += leftover(inRoot: folder.isEmpty) }
      let name = String(path.dropFirst(folder.isEmpty ? 0 : folder.count + 1))
      if let contents = tree.files[path] {
        bytes += entry(name, attributes: 0x20, cluster: try store(contents), size: contents.count)
      } else {
        bytes += entry(name, attributes: 0x10, cluster: try directory(path, in: parent), size: 0)
      }
    }
    return bytes
  }

  private func directory(_ path: String, in parent: Int) throws -> Int {
    guard let own = free.popLast() else { throw Tool.Failed(description: "no free cluster") }
    let bytes =
      short(Array(".          ".utf8), attributes: 0x10, cluster: own, size: 0)
      + short(Array("..         ".utf8), attributes: 0x10, cluster: parent, size: 0)
      + (try entries(of: path, parent: own))
    // Zeros behind the last entry, unless it ends the cluster.
    let rest = (clusterSize - bytes.count % clusterSize) % clusterSize
    return try store(bytes + [UInt8](repeating: 0, count: rest), from: own)
  }

  private func short(
    _ name: [UInt8], attributes: UInt8, cases: UInt8 = 0, cluster: Int, size: Int
  ) -> [UInt8] {
    var entry = name + [UInt8](repeating: 0, count: 21)
    entry[11] = attributes
    entry[12] = cases
    if bits == 32 { entry[littleEndian: 20] = UInt16(cluster >> 16) }
    entry[littleEndian: 26] = UInt16(cluster & 0xFFFF)
    entry[littleEndian: 28] = UInt32(size)
    return entry
  }

  private func entry(_ name: String, attributes: UInt8, cluster: Int, size: Int) -> [UInt8] {
    let attributes = attributes | random.pick([0, 0, 0, 1, 2, 4, 6])
    if let (field, cases) = shortField(name), random.chance(80) {
      return short(field, attributes: attributes, cases: cases, cluster: cluster, size: size)
    }
    aliases += 1
    let number = "\(100_000 + aliases)"
    let field = Array("A\(number)~".utf8) + Array(random.pick(["   ", "TXT", "B  "]).utf8)
    return long(name, for: field)
      + short(field, attributes: attributes, cluster: cluster, size: size)
  }

  /// The eleven bytes of a name that needs no long one, and which halves have small letters.
  private func shortField(_ name: String) -> ([UInt8], UInt8)? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, (1...8).contains(parts[0].count), parts.last != "",
      parts.count == 1 || parts[1].count <= 3
    else { return nil }
    var cases: UInt8 = 0
    for (half, bit) in zip(parts, [0x08, 0x10] as [UInt8]) {
      guard half.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else { return nil }
      if half == half.lowercased(), half != half.uppercased() { cases |= bit }
      else if half != half.uppercased() { return nil }
    }
    let ending = parts.count == 2 ? parts[1].uppercased() : ""
    let field = parts[0].uppercased().padding(toLength: 8, withPad: " ", startingAt: 0)
      + ending.padding(toLength: 3, withPad: " ", startingAt: 0)
    return (Array(field.utf8), cases)
  }

  private func long(_ name: String, for field: [UInt8]) -> [UInt8] {
    let sum = field.reduce(0 as UInt8) { ($0 >> 1 | $0 << 7) &+ $1 }
    var units = Array(name.utf16)
    if units.count % 13 != 0 { units.append(0) }
    while units.count % 13 != 0 { units.append(0xFFFF) }
    let parts = units.count / 13
    return (1...parts).reversed().flatMap { part in
      var entry = [UInt8](repeating: 0, count: 32)
      entry[0] = UInt8(part) | (part == parts ? 0x40 : 0)
      entry[11] = 0x0F
      entry[13] = sum
      let places = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30]
      for (place, unit) in zip(places, units[(part - 1) * 13..<part * 13]) {
        entry[littleEndian: place] = unit
      }
      return entry
    }
  }

  /// What others have left in a directory, and is no entry of it.
  private func leftover(inRoot: Bool) -> [UInt8] {
    let old = Array("OLD     BAK".utf8)
    var deleted = long("an old name that was deleted", for: old)
      + short(old, attributes: 0x20, cluster: 5, size: 9999)
    switch random.number(0...3) {
    case 0:
      for index in stride(from: 0, to: deleted.count, by: 32) { deleted[index] = 0xE5 }
      return deleted
    case 1:
      deleted[deleted.count - 32] = 0xE5
      return deleted
    case 2 where inRoot:
      return short(Array("SOME LABEL ".utf8), attributes: 0x08, cluster: 0, size: 0)
    default:
      return Array(long("forsaken parts of a name", for: old).prefix(32))
    }
  }
}
