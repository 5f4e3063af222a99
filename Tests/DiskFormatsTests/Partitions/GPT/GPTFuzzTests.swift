import Bytes
import Testing

@testable import DiskFormats

/// What is changed in a disk that is otherwise in order. Checksums are made right again in most,
/// or nothing behind them would ever be looked at.
private func mutated(
  _ image: [UInt8], backup: Int, _ numbers: inout Seeded
) -> [UInt8] {
  var image = image
  let values: [UInt64] = [
    0, 1, 2, 3, 33, 34, 127, 128, 2047, 2048, 4096, 8190, 8191, 8192, 1 << 32, .max, .max - 1,
    1 << 63, UInt64.random(in: 0..<16384, using: &numbers), UInt64.random(in: 0 ... .max, using: &numbers),
  ]
  let places = [446, 512, 1024, backup * 512, (backup - 1) * 512]
  for _ in 0..<Int.random(in: 1...4, using: &numbers) {
    let place = places.randomElement(using: &numbers)!
    let offset =
      place + (place == 446 ? Int.random(in: 0..<66, using: &numbers)
        : 4 * Int.random(in: 0..<40, using: &numbers))
    switch Int.random(in: 0..<4, using: &numbers) {
    case 0: image[offset] = UInt8.random(in: 0...255, using: &numbers)
    case 1:
      image[littleEndian: offset] = UInt32(truncatingIfNeeded: values.randomElement(using: &numbers)!)
    default: image[littleEndian: offset] = values.randomElement(using: &numbers)!
    }
  }
  guard Int.random(in: 0..<8, using: &numbers) > 0 else { return image }
  for header in [512, backup * 512] {
    let lba: UInt64 = image[littleEndian: header + 72]
    let bytes = UInt64(image[littleEndian: header + 80] as UInt32)
      * UInt64(image[littleEndian: header + 84] as UInt32)
    if lba < 1 << 40, bytes < 1 << 20, Int(lba) * 512 + Int(bytes) <= image.count {
      let entries = image[Int(lba) * 512..<Int(lba) * 512 + Int(bytes)]
      image[littleEndian: header + 88] = otherCRC32(entries)
    }
    image.replaceSubrange(
      header..<header + 512, with: sealedHeader([UInt8](image[header..<header + 512])))
  }
  return image
}

/// Read as the kernel does, with a backup only where the primary copy is none.
private func kernel(_ image: [UInt8], sectors: UInt64, entrySize: UInt32) -> [KernelGPT.Entry]? {
  KernelGPT(sectorSize: 512, sectors: sectors, entrySize: entrySize) {
    ByteArraySource(image).read(at: $0 &* 512, count: $1 * 512)
  }?.entries
}

@Test(arguments: 0..<8 as Range<UInt64>)
func `a mutated table never traps, and what grows neither shrinks nor overlaps`(seed: UInt64) throws {
  let disk = try GPTTestDisk("table-length: 4\nsize=1M\nsize=1M\nstart=7168,size=256K", mebibytes: 4)
  let images = [8192, 16384].map { sectors in (try! disk.bytes(0, count: 8192)) + [UInt8](repeating: 0, count: (sectors - 8192) * 512) }
  var numbers = Seeded(state: seed)
  var outcomes = (refused: 0, grown: 0, nothing: 0, mended: 0)
  for round in 0..<500 {
    let image = mutated(images[round % 2], backup: 8191, &numbers)
    let sectors = UInt64(image.count / 512)
    let geometry = DiskGeometry(sectorSize: 512, sectors: sectors)
    do throws(PartitionReadError<Never>) {
      let table = try GPTTable(reading: ByteArraySource(image), geometry: geometry)
      if !table.mending.isEmpty { outcomes.mended += 1 }
      for number in 0...5 as ClosedRange<UInt32> {
        let change: PartitionChange
        do throws(PartitionTableError) {
          guard let some = try table.growth(of: number, PartitionRequest()) else {
            outcomes.nothing += 1
            continue
          }
          change = some
        } catch {
          outcomes.refused += 1
          continue
        }
        outcomes.grown += 1
        check(change, of: number, image, table)
      }
    } catch {
      outcomes.refused += 1
    }
  }
  #expect(outcomes.refused > 100 && outcomes.grown > 50 && outcomes.mended > 50 && outcomes.nothing > 50)
}

private func check(
  _ change: PartitionChange, of number: UInt32, _ image: [UInt8], _ table: GPTTable
) {
  let sectors = UInt64(image.count / 512)
  var grown = image
  for write in change.writes {
    let start = Int(write.offset)
    grown.replaceSubrange(start..<start + write.bytes.count, with: write.bytes)
    for partition in table.partitions {
      let (first, end) = (write.offset / 512, (write.offset + UInt64(write.bytes.count)) / 512)
      #expect(end <= partition.first || first >= partition.end)
    }
  }
  #expect(grown.count == image.count)
  let entrySize = table.header.entrySize
  guard let after = kernel(grown, sectors: sectors, entrySize: entrySize) else {
    Issue.record("the kernel reads nothing after the growth")
    return
  }
  // Where the kernel saw a table before, it is the one that grew.
  if let before = kernel(image, sectors: sectors, entrySize: entrySize) {
    #expect(before.map { [$0.number, Int($0.first)] } == after.map { [$0.number, Int($0.first)] })
    for (old, new) in zip(before, after) {
      #expect(old.number == Int(number) ? new.last > old.last : new.last == old.last)
    }
  }
  let ordered = after.sorted { $0.first < $1.first }
  for (one, next) in zip(ordered, ordered.dropFirst()) { #expect(one.last < next.first) }
  #expect((after.first { $0.number == Int(number) }?.last).map { ($0 + 1) % 2048 } == 0)
  #expect(after.allSatisfy { $0.first >= 2 && $0.last < sectors - 1 })
}

@Test func `a header that claims the most entries is read, and its memory is that of the claim`() throws {
  let disk = try GPTTestDisk("size=4M", mebibytes: 16)
  try disk.edit(header: 1) {
    $0[littleEndian: 80] = 8192 as UInt32
    $0[littleEndian: 40] = 4096 as UInt64
  }
  let source = RecordingSource(try disk.bytes(0, count: 32768))
  _ = try? GPTTable(reading: source, geometry: disk.geometry)
  #expect((source.reads.map(\.count).max() ?? 0) <= 1 << 20)
}
