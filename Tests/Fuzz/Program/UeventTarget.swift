import Linux

extension Target {
  /// The kernel's words on a device, against a second reader: the last value of each key counts.
  /// Its pieces are what takes the memory.
  static let uevent = Target(
    name: "uevent", longest: 1024, memory: Allowance(floor: 8192, perByte: 96),
    work: Allowance(floor: 1000, perByte: 100)
  ) { bytes in
    let event = DeviceEvent(bytes[...])
    func last(_ key: String) -> String? {
      bytes.split(separator: 0).last { $0.starts(with: key.utf8) }
        .map { String(decoding: $0.dropFirst(key.utf8.count), as: UTF8.self) }
    }
    let path = last("DEVPATH=")?.utf8.split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    expect(event.subsystem == last("SUBSYSTEM=") ?? "", "it is of another subsystem")
    expect(event.name == path?.last.map { String(Substring($0)) } ?? "", "it has another name")
    expect(event.isResized == (last("RESIZE=") == "1"), "it is resized or not")
    expect(
      event.reportsCapacity == (last("SDEV_UA=") == "CAPACITY_DATA_HAS_CHANGED"),
      "it has another capacity or not")
    expect(event.action == DeviceEvent.Action(last("ACTION=") ?? ""), "it is of another action")
  }
}
