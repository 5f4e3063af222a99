import Bytes

extension VolumeGroup {
  /// Extents of each physical volume, in their order, that logical volumes occupy.
  public var allocatedExtents: [UInt64] {
    var sums = [UInt64](repeating: 0, count: physicalVolumes.count)
    for volume in logicalVolumes {
      for segment in volume.segments {
        for stripe in segment.stripes {
          guard let index = index(of: stripe.physicalVolume) else { continue }
          sums[index] +|= segment.extentsOfStripe
        }
      }
    }
    return sums
  }

  /// Extents of each physical volume, in their order, that nothing occupies.
  public var freeExtentsOfEach: [UInt64] {
    var free = allocatedExtents
    for index in free.indices {
      let count = physicalVolumes[index].extentCount
      free[index] = count > free[index] ? count - free[index] : 0
    }
    return free
  }

  /// Extents of the whole group that nothing occupies, as `vgs` counts them: also on physical
  /// volumes that are missing, or on which nothing may be allocated.
  public var freeExtents: UInt64 {
    freeExtentsOfEach.reduce(0) { $0 +| $1 }
  }

  /// Free extents that a logical volume can be extended by.
  public var allocatableExtents: UInt64 {
    let free = freeExtentsOfEach
    var sum = 0 as UInt64
    for index in free.indices where physicalVolumes[index].isAllocatable { sum +|= free[index] }
    return sum
  }

  /// LVM names the physical volumes pv0, pv1, ... in their order. Names of any other kind are
  /// looked for only among as many as groups have: a hostile text may hold very many of both.
  private func index(of name: String) -> Int? {
    var number = 0
    for byte in name.utf8.dropFirst(2) {
      number = (number * 10 + Int(byte & 0xF)) & 0xFF_FFFF
    }
    if number < physicalVolumes.count, physicalVolumes[number].name == name { return number }
    guard physicalVolumes.count <= 1000 else { return nil }
    return physicalVolumes.firstIndex { $0.name == name }
  }

  /// How many extents the physical volume has room for on a device of so many bytes: what pvresize
  /// makes of it. `metadataAtEnd` is what its label says.
  public func extents(
    of physicalVolume: PhysicalVolume, onDeviceOf bytes: UInt64, metadataAtEnd: UInt64 = 0
  ) -> UInt64 {
    let (kept, overflow) = physicalVolume.extentsStart.addingReportingOverflow(metadataAtEnd)
    guard !overflow, bytes > kept, extentSize > 0 else { return 0 }
    return (bytes - kept) / extentSize
  }
}

extension PhysicalVolume {
  public var isMissing: Bool { status.contains("MISSING") || flags.contains("MISSING") }

  /// New extents may be taken from it.
  public var isAllocatable: Bool { status.contains("ALLOCATABLE") && !isMissing }
}

extension LogicalVolume.Segment {
  /// What each stripe occupies: its share of a striped segment, all of a mirrored one.
  var extentsOfStripe: UInt64 {
    type == "mirror" || stripes.isEmpty ? extentCount : extentCount / UInt64(stripes.count)
  }
}
