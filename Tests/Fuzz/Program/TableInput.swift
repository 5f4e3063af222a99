import DiskFormats

/// A disk with a partition table, and what is asked of it.
///
///     offset  size  field
///          0     1  bits 0 and 1: sectors of 512, 1024, 2048, 4096 bytes; bits 2 to 4: the GPT at
///                   LBA 1, at the end, and at LBA 1's alternate gets right checksums
///          1     1  the partition that grows, by its position among all
///          2     1  bits 0 and 1: alignment; bit 2: there is a limit
///          3     1  where a cut is within a write
///          4     8  sectors of the disk
///         12     8  the limit, an LBA
///         20     -  `SparseDisk`
struct TableInput {
  let flags: UInt8
  let position: Int
  let cut: Int
  let disk: SparseDisk
  let geometry: DiskGeometry
  private(set) var request = PartitionRequest()

  init?(_ input: [UInt8], skipping: UInt64 = 0) {
    guard input.count >= 20 else { return nil }
    flags = input[0]
    position = Int(input[1])
    cut = Int(input[3])
    let unit = 512 << Int(flags & 3)
    // What the kernel can have: as many bytes as Int64 counts.
    let sectors = min(input.number(4, 8), UInt64(Int64.max) / UInt64(unit))
    guard sectors > 2 else { return nil }
    disk = SparseDisk(input[20...], unit: unit, blocks: sectors, skipping: skipping)
    geometry = DiskGeometry(sectorSize: UInt32(unit), sectors: sectors)
    switch input[2] & 3 {
    case 1: (request.alignment, request.minimum) = (1, 1)
    case 2: (request.alignment, request.minimum) = (4096, 4096)
    case 3: request.alignment = UInt64(unit)
    default: break
    }
    if input[2] & 4 != 0 { request.endLimit = input.number(12, 8) }
  }

  /// `nil`: it is refused, with words that can be said.
  var table: PartitionTable? {
    do throws(PartitionReadError<Never>) {
      return try PartitionTable(reading: disk, geometry: geometry)
    } catch {
      if case .unusable(let reason) = error { _ = reason.description }
      return nil
    }
  }

  var isDefaultRequest: Bool { request.endLimit == nil && request.alignment == 1 << 20 }
}
