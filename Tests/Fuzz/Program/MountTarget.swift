import Growth

extension Target {
  /// /proc/self/mountinfo, in which paths are whatever anybody has mounted.
  static let mounts = Target(
    name: "mountinfo", longest: 1024, memory: Allowance(floor: 8192, perByte: 128),
    work: Allowance(floor: 10_000, perByte: 500)
  ) { bytes in
    let table = MountTable(bytes, places: ["/", "/srv"])
    let lines = bytes.split(separator: UInt8(ascii: "\n")).count
    expect(table.fileSystems.count <= lines, "there are more filesystems than lines")
    var points: [String] = []
    for system in table.fileSystems {
      expect(!system.mountPoints.isEmpty, "a filesystem is mounted nowhere")
      for (one, next) in zip(system.mountPoints, system.mountPoints.dropFirst()) {
        expect(one.utf8.count <= next.utf8.count, "a longer mount point comes first")
      }
      points += system.mountPoints
    }
    expect(Set(points).count == points.count, "two filesystems are mounted at one place")
  }

  /// What device-mapper's users write: a uuid and, behind a line feed, a name.
  static let mappedDevice = Target(
    name: "mapped-device", longest: 256, memory: Allowance(floor: 8192, perByte: 32),
    work: Allowance(floor: 1000, perByte: 100)
  ) { bytes in
    let parts = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false
    ).map { String(decoding: $0, as: UTF8.self) }
    let device = MappedDevice(uuid: parts[0], name: parts.count > 1 ? parts[1] : "")
    expect(device.path.utf8.starts(with: "/dev/".utf8), "a device is not below /dev")
    if case .logicalVolume(let group, let volume) = device.kind {
      expect(parts[0].utf8.count == 68, "an identifier is of another length")
      // What is no UTF-8 has become longer.
      let isCut = parts[0].utf8.contains { $0 >= 0x80 }
      expect(isCut || "LVM-" + group + volume == parts[0], "an identifier is another")
    }
  }
}
