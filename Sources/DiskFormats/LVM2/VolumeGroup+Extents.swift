extension VolumeGroup {
  /// Extents of each physical volume, in their order, that logical volumes occupy.
  public var allocatedExtents: [UInt64] {
    // Sorted, because a text of 16 MiB can name very many of both.
    let order = physicalVolumes.indices.sorted {
      physicalVolumes[$0].name < physicalVolumes[$1].name
    }
    var sums = [UInt64](repeating: 0, count: physicalVolumes.count)
    for volume in logicalVolumes {
      for segment in volume.segments {
        for stripe in segment.stripes {
          guard let index = index(of: stripe.physicalVolume, in: order) else { continue }
          sums[index] &+= segment.extentsOfStripe
        }
      }
    }
    return sums
  }

  /// Extents of each physical volume, in their order, that nothing occupies.
  public var freeExtentsOfEach: [UInt64] {
    zip(physicalVolumes, allocatedExtents).map { volume, allocated in
      volume.extentCount > allocated ? volume.extentCount - allocated : 0
    }
  }

  /// Extents of the whole group that nothing occupies, as `vgs` counts them: also on physical
  /// volumes that are missing, or on which nothing may be allocated.
  public var freeExtents: UInt64 {
    freeExtentsOfEach.reduce(0) { $0 &+ $1 }
  }

  /// Free extents that a logical volume can be extended by.
  public var allocatableExtents: UInt64 {
    zip(physicalVolumes, freeExtentsOfEach).reduce(0) { sum, next in
      next.0.isAllocatable ? sum &+ next.1 : sum
    }
  }

  private func index(of name: String, in order: [Int]) -> Int? {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if physicalVolumes[order[middle]].name < name { low = middle + 1 } else { high = middle }
    }
    guard low < order.count, physicalVolumes[order[low]].name == name else { return nil }
    return order[low]
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
