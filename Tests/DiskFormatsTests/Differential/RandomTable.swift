import Bytes
import Foundation

@testable import DiskFormats

/// Partition tables of all kinds that people may have: by libfdisk where it makes them, otherwise
/// byte by byte. Partitions touch, leave gaps and stand in any order.
struct RandomTable {
  var random: Seeded
  let geometry: DiskGeometry

  init(_ seed: UInt64) {
    random = Seeded(state: seed)
    let sectorSize = random.pick([512, 512, 512, 1024, 2048, 4096] as [UInt32])
    geometry = DiskGeometry(
      sectorSize: sectorSize, sectors: UInt64(random.number(8192...131_072)))
  }

  enum Kind: CaseIterable {
    case gpt
    case hybrid
    case mbr
    /// Logical partitions in records that no tool would lay out like this.
    case chain
  }

  /// False if libfdisk makes no such table.
  mutating func make(_ kind: Kind, on disk: FdiskDisk) throws -> Bool {
    disk.clear(geometry)
    switch kind {
    case .gpt:
      return try gpt(on: disk)
    case .hybrid:
      guard try gpt(on: disk) else { return false }
      hybrid(on: disk)
      return true
    case .mbr:
      return try disk.partition(mbr())
    case .chain:
      chain(on: disk)
      return true
    }
  }

  /// Sectors that share none, in order: pairs of a beginning and an end.
  private mutating func ranges(_ most: Int, in whole: Range<UInt64>) -> [Range<UInt64>] {
    var points: Set<UInt64> = []
    let count = 2 * random.number(1...most)
    while points.count < count {
      points.insert(UInt64.random(in: whole.lowerBound...whole.upperBound, using: &random))
    }
    let sorted = points.sorted()
    var ranges: [Range<UInt64>] = []
    var first = sorted[0]
    for point in sorted.dropFirst() {
      if ranges.isEmpty || random.chance(60) { ranges.append(first..<point) }
      first = point
    }
    return ranges
  }

  // MARK: GPT

  private mutating func gpt(on disk: FdiskDisk) throws -> Bool {
    let length = random.pick([4, 5, 16, 64, 128, 128, 128, 200, 256])
    let entries = UInt64(length * 128 + Int(geometry.sectorSize) - 1) / UInt64(geometry.sectorSize)
    var first = 2 + entries
    var lines = ["label: gpt", "unit: sectors", "table-length: \(length)"]
    if random.chance(40) {
      first += UInt64(random.number(0...2048))
      lines.append("first-lba: \(first)")
    }
    let last = geometry.sectors - 2 - entries
    var numbers = Array(1...length).shuffled(using: &random)
    for range in ranges(12, in: max(first, 2048)..<last) {
      guard let number = numbers.popLast() else { break }
      lines.append("disk\(number) : start=\(range.lowerBound), size=\(range.count)")
      lines[lines.count - 1] += ", type=\(UUID(&random)), uuid=\(UUID(&random))"
      if random.chance(50) { lines[lines.count - 1] += ", name=\"\(name())\"" }
      if random.chance(30) { lines[lines.count - 1] += ", attrs=\"\(attributes())\"" }
    }
    return try disk.partition(lines.joined(separator: "\n") + "\n")
  }

  private mutating func name() -> String {
    let letters = Array("abcXYZ019 -_.äß漢字Ω/:=+")
    return String((0..<random.number(1...36)).map { _ in random.pick(letters) })
  }

  private mutating func attributes() -> String {
    random.pick(["RequiredPartition", "LegacyBIOSBootable", "NoBlockIOProtocol GUID:48"])
      + (random.chance(50) ? " GUID:\(random.number(49...63))" : "")
  }

  /// Up to three partitions of the GPT in the MBR as well, the protective one anywhere among them.
  private mutating func hybrid(on disk: FdiskDisk) {
    let protective = [UInt8](disk.sector(0)[446..<462])
    let entries = disk.sector(2)
    var slots: [[UInt8]] = [protective]
    for index in 0..<random.number(1...3) {
      let offset = index * 128
      let first: UInt64 = entries[littleEndian: offset + 32]
      let last: UInt64 = entries[littleEndian: offset + 40]
      guard first > 0, last >= first else { continue }
      slots.append(Self.entry(type: 0x83, first: first, sectors: last - first + 1))
    }
    slots += Array(repeating: [UInt8](repeating: 0, count: 16), count: 4 - slots.count)
    slots.shuffle(using: &random)
    disk.edit(0) { $0.replaceSubrange(446..<510, with: slots.flatMap { $0 }) }
  }

  // MARK: MBR

  private static func entry(type: UInt8, first: UInt64, sectors: UInt64) -> [UInt8] {
    var entry = [UInt8](repeating: 0, count: 16)
    entry[4] = type
    entry[littleEndian: 8] = UInt32(first)
    entry[littleEndian: 12] = UInt32(sectors)
    return entry
  }

  private mutating func mbr() -> String {
    var lines = ["label: dos", "unit: sectors"]
    var numbers = [1, 2, 3, 4].shuffled(using: &random)
    var logical: [Range<UInt64>] = []
    for range in ranges(4, in: 2048..<geometry.sectors) {
      guard let number = numbers.popLast() else { break }
      let isContainer = logical.isEmpty && range.count > 4096 && random.chance(60)
      let type = isContainer ? random.pick(["5", "f", "85"]) : random.pick(["83", "82", "8e", "c"])
      lines.append("disk\(number) : start=\(range.lowerBound), size=\(range.count), type=\(type)")
      guard isContainer else { continue }
      // In front of each there must be room for its record, as much as libfdisk wants.
      logical = ranges(6, in: range.lowerBound + 2048..<range.upperBound)
    }
    if random.chance(30) { logical.shuffle(using: &random) }
    // Where it has less than 1 MiB of 512-byte sectors, libfdisk 2.38 lays the record over the
    // partition before.
    let gap: UInt64 = random.chance(15) ? 63 : 2048
    for (index, range) in logical.enumerated() {
      let first = range.lowerBound + gap
      guard first < range.upperBound else { continue }
      lines.append(
        "disk\(index + 5) : start=\(first), size=\(range.upperBound - first), type=83")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A container whose records lie in any order, some without a partition, their two entries in
  /// either position and the link's length right or not.
  private mutating func chain(on disk: FdiskDisk) {
    let container = 2048 + UInt64(random.number(0...2000))..<geometry.sectors
      - UInt64(random.number(0...2000))
    disk.edit(0) {
      $0[510] = 0x55
      $0[511] = 0xAA
      let slot = 446 + 16 * random.number(0...3)
      let entry = Self.entry(
        type: random.pick([0x05, 0x0F, 0x85]), first: container.lowerBound,
        sectors: UInt64(container.count))
      $0.replaceSubrange(slot..<slot + 16, with: entry)
    }
    var places = ranges(10, in: container)
    places[0] = container.lowerBound..<places[0].upperBound
    places = [places[0]] + places.dropFirst().shuffled(using: &random)
    for (index, place) in places.enumerated() {
      var slots: [[UInt8]] = []
      if place.count > 1, random.chance(85) {
        let gap = UInt64(random.number(1...min(place.count - 1, 2048)))
        slots.append(
          Self.entry(
            type: random.pick([0x83, 0x82, 0x8E, 0x07]), first: gap,
            sectors: UInt64(place.count) - gap))
      } else {
        slots.append([UInt8](repeating: 0, count: 16))
      }
      if index + 1 < places.count {
        let next = places[index + 1]
        slots.append(
          Self.entry(
            type: random.pick([0x05, 0x0F, 0x85]), first: next.lowerBound - container.lowerBound,
            sectors: random.chance(70) ? UInt64(next.count) : UInt64(random.number(1...9999))))
      }
      if random.chance(20) { slots.swapAt(0, slots.count - 1) }
      disk.edit(place.lowerBound) {
        $0[510] = 0x55
        $0[511] = 0xAA
        let bytes = slots.flatMap { $0 }
        $0.replaceSubrange(446..<446 + bytes.count, with: bytes)
      }
    }
  }
}

extension UUID {
  init(_ random: inout Seeded) {
    var bytes = (0..<16).map { _ in UInt8.random(in: 1...255, using: &random) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    self = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }
}
