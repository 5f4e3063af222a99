import Linux

/// What a device event asks for.
struct DeviceNeeds: Equatable {
  /// A NIC is there, or gone, or udev is done with it.
  var network = false
  /// A disk that may carry metadata.
  var metadata = false
  var growth = false

  init(network: Bool = false, metadata: Bool = false, growth: Bool = false) {
    self.network = network
    self.metadata = metadata
    self.growth = growth
  }

  mutating func add(_ other: DeviceNeeds) {
    network = network || other.network
    metadata = metadata || other.metadata
    growth = growth || other.growth
  }

  init(_ event: DeviceEvent) {
    switch event.subsystem {
    case "net": network = true
    case "scsi": growth = event.reportsCapacity
    case "block":
      // Mapped devices change when a volume on them grows, by ourselves; these and disks of memory
      // carry no metadata.
      for prefix in ["dm-", "ram", "zram"] where event.name.hasPrefix(prefix) { return }
      if event.isResized, event.action == .change {
        growth = true
      } else {
        metadata = !event.name.hasPrefix("loop")
      }
    default: break
    }
  }
}
