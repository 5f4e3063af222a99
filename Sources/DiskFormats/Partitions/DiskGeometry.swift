/// How large a disk is, in the sectors in which its partition table counts.
public struct DiskGeometry: Equatable, Sendable {
  /// Bytes of a logical sector, a power of two from 512 to 4096 (512e disks have 512).
  public let sectorSize: UInt32
  /// Logical sectors of the whole device, as the kernel has it now.
  public let sectors: UInt64

  public init(sectorSize: UInt32, sectors: UInt64) {
    self.sectorSize = sectorSize
    self.sectors = sectors
  }
}
