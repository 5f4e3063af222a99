import Bytes

/// The partition entries of a GPT: an array, of which one is edited in place.
///
///     offset  size  field
///          0    16  type GUID; zeros: the entry is free
///         16    16  GUID of the partition
///         32     8  first LBA
///         40     8  last LBA, of the partition too
///         48     8  attributes
///         56    72  name, UTF-16LE
///
/// Little-endian; bytes not named here survive. Source: UEFI 2.10, table 5.6.
struct GPTEntries: Equatable, Sendable {
  private(set) var bytes: [UInt8]
  let entrySize: Int

  /// A whole number of entries.
  init(_ bytes: [UInt8], entrySize: Int) {
    self.bytes = bytes
    self.entrySize = entrySize
  }

  var checksum: UInt32 { crc32(bytes[...]) }

  /// The entries in use, as they are: also such as end before they begin.
  func forEach(_ body: (_ number: UInt32, _ first: UInt64, _ last: UInt64) -> Void) {
    var number: UInt32 = 0
    for offset in stride(from: 0, to: bytes.count, by: entrySize) {
      number += 1
      guard bytes[offset..<offset + 16].contains(where: { $0 != 0 }) else { continue }
      body(number, bytes[littleEndian: offset + 32], bytes[littleEndian: offset + 40])
    }
  }

  /// In the order of their numbers.
  func partitions() throws(PartitionTableError) -> [Partition] {
    var partitions: [Partition] = []
    var backwards: UInt32?
    forEach { number, first, last in
      guard first <= last else {
        backwards = backwards ?? number
        return
      }
      // The one sector that has no end lies far behind all disks.
      let sectors = last == .max ? last - first : last - first + 1
      partitions.append(Partition(number: number, first: first, sectors: sectors))
    }
    if let backwards { throw .endsBeforeBeginning(backwards) }
    return partitions
  }

  /// With another last LBA of one partition.
  func ending(_ number: UInt32, at last: UInt64) -> GPTEntries {
    var entries = self
    entries.bytes[littleEndian: (Int(number) - 1) * entrySize + 40] = last
    return entries
  }
}
