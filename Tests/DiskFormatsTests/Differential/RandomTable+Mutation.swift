import Bytes

@testable import DiskFormats

extension RandomTable {
  /// Changes a few fields of the table, mostly to values that have a meaning somewhere. Of a GPT
  /// most checksums are made right again, or nothing behind them would ever be looked at.
  mutating func mutate(_ kind: Kind, _ disk: FdiskDisk) throws {
    switch kind {
    case .gpt, .hybrid: mutateGPT(disk)
    case .mbr, .chain:
      guard case .success(.mbr(let table)) = try disk.ours() else { return }
      mutateMBR(disk, records: table.records.map { $0.lba })
    }
  }

  private mutating func mutateMBR(_ disk: FdiskDisk, records: [UInt64]) {
    let sectors = geometry.sectors
    for _ in 0..<random.number(1...3) {
      let record = random.pick(records)
      let offset = 446 + 16 * random.number(0...3)
      let near = random.pick(records)
      let values: [UInt64] = [
        0, 0, 1, 2, 63, 2048, near, near &- records[min(1, records.count - 1)], sectors - 1,
        sectors, sectors + 1, 1 << 31, 0xFFFF_FFFF, UInt64.random(in: 0..<sectors, using: &random),
      ]
      let value = UInt32(truncatingIfNeeded: random.pick(values))
      let kind = random.number(0...9)
      let type = random.pick([0, 0x05, 0x0F, 0x85, 0x83, 0xEE, 0x07, 0xDA, 0xFF] as [UInt8])
      let status = random.pick([0, 0x80, 0x81, 0x7F, 0xFF] as [UInt8])
      disk.edit(record) {
        switch kind {
        case 0: $0[offset] = status
        case 1...3: $0[offset + 4] = type
        case 4...5: $0[littleEndian: offset + 8] = value
        case 6...8: $0[littleEndian: offset + 12] = value
        default: $0[510] ^= 0x55
        }
      }
    }
  }

  private mutating func mutateGPT(_ disk: FdiskDisk) {
    let last = geometry.sectors - 1
    let backupEntries: UInt64 = disk.sector(last)[littleEndian: 72]
    let values: [UInt64] = [
      0, 1, 2, 3, 33, 34, 127, 128, 2047, 2048, 4096, last - 1, last, last + 1, 1 << 32, .max,
      .max - 1, 1 << 63, UInt64.random(in: 0...last, using: &random),
      UInt64.random(in: 0 ... .max, using: &random),
    ]
    for _ in 0..<random.number(1...3) {
      let place = random.pick([0, 1, 1, 2, 2, last, backupEntries])
      let value = random.pick(values)
      let width = random.number(0...3)
      let byte = UInt8.random(in: 0...255, using: &random)
      let offset = place == 0 ? 446 + random.number(0...58) : 4 * random.number(0...62)
      disk.edit(place) {
        switch width {
        case 0: $0[offset] = byte
        case 1: $0[littleEndian: offset] = UInt32(truncatingIfNeeded: value)
        default: $0[littleEndian: offset] = value
        }
      }
    }
    if random.chance(85) { seal(disk, at: 1) }
    if random.chance(85) { seal(disk, at: last) }
    if random.chance(25) { disk.resize(UInt64(Int(last) + random.number(-1000...5000))) }
  }

  /// Makes the checksums of one copy right.
  private func seal(_ disk: FdiskDisk, at lba: UInt64) {
    disk.edit(lba) { header in
      let entries: UInt64 = header[littleEndian: 72]
      let bytes =
        UInt64(header[littleEndian: 80] as UInt32) * UInt64(header[littleEndian: 84] as UInt32)
      if entries < disk.geometry.sectors, bytes > 0, bytes < 1 << 20,
        let array = try? disk.read(at: disk.geometry.offset(entries), count: Int(bytes)),
        array.count == Int(bytes)
      {
        header[littleEndian: 88] = otherCRC32(array[...])
      }
      header = sealedHeader(header)
    }
  }
}
