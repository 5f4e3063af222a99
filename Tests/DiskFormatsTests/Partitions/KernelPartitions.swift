import Bytes

@testable import DiskFormats

/// The partitions of an MBR as Linux finds them, with the container in its full length: written
/// from block/partitions/msdos.c (`msdos_partition`, `parse_extended`) and not from the reader
/// under test. Nothing is checked, as there.
func kernelPartitions(_ disk: SectorSource) -> [Partition] {
  kernelPartitions(disk.geometry) { disk[$0] }
}

func kernelPartitions(
  _ geometry: DiskGeometry, sectorAt: (_ lba: UInt64) -> [UInt8]
) -> [Partition] {
  struct Entry {
    let type: UInt8
    let start: UInt64
    let count: UInt64
    var isExtended: Bool { [0x05, 0x0F, 0x85].contains(type) }
  }
  func entries(_ sector: [UInt8]) -> [Entry] {
    stride(from: 446, to: 510, by: 16).map {
      Entry(
        type: sector[$0 + 4], start: UInt64(sector[littleEndian: $0 + 8] as UInt32),
        count: UInt64(sector[littleEndian: $0 + 12] as UInt32))
    }
  }
  func isTable(_ sector: [UInt8]) -> Bool { sector[510] == 0x55 && sector[511] == 0xAA }

  var found: [Partition] = []
  var next: UInt32 = 5
  let master = sectorAt(0)
  guard isTable(master) else { return [] }
  for (slot, primary) in entries(master).enumerated() where primary.count > 0 {
    found.append(
      Partition(
        number: UInt32(slot + 1), first: primary.start, sectors: primary.count,
        role: primary.isExtended ? .extended : .primary))
    guard primary.isExtended else { continue }
    var (here, size) = (primary.start, primary.count)
    var withoutData = 0
    chain: while true {
      withoutData += 1
      guard withoutData <= 100, next < 256, here < geometry.sectors else { break }
      let sector = sectorAt(here)
      guard isTable(sector) else { break }
      for (index, entry) in entries(sector).enumerated()
      where entry.count > 0 && !entry.isExtended {
        let start = here + entry.start
        if index >= 2 {
          let isGarbage =
            entry.start + entry.count > size || start < primary.start
            || start + entry.count > primary.start + primary.count
          if isGarbage { continue }
        }
        found.append(
          Partition(number: next, first: start, sectors: entry.count, role: .logical))
        withoutData = 0
        next += 1
        if next == 256 { break chain }
      }
      guard let link = entries(sector).first(where: { $0.count > 0 && $0.isExtended }) else {
        break
      }
      (here, size) = (primary.start + link.start, link.count)
    }
  }
  return found.sorted { $0.number < $1.number }
}
