extension GrowthPolicy.Target {
  /// A target by itself: nothing in it is an escape or divides it. Slashes at the end, and those
  /// that follow another, are dropped.
  public init(_ text: String) throws(GrowthPolicyError) {
    let slash = UInt8(ascii: "/")
    let bytes = text.utf8
    // PATH_MAX with its NUL; a line or a terminal is no place for control characters.
    guard bytes.count < 4096, bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw .notTarget(text)
    }
    let parts = bytes.split(separator: slash).map { String(Substring($0)) }
    guard bytes.first == slash else {
      guard parts.count == 2, bytes.lazy.filter({ $0 == slash }).count == 1,
        isVolumeName(parts[0]), isVolumeName(parts[1])
      else { throw .notTarget(text) }
      self = .logicalVolume(group: parts[0], name: parts[1])
      return
    }
    guard !parts.contains(where: { $0 == "." || $0 == ".." }) else { throw .notTarget(text) }
    let path = "/" + parts.joined(separator: "/")
    if parts.count < 2 || parts[0] != "dev" {
      self = .mountPoint(path)
    } else if parts.count == 3, !isDirectoryOfDevices(parts[1]), isVolumeName(parts[1]),
      isVolumeName(parts[2])
    {
      self = .logicalVolume(group: parts[1], name: parts[2])
    } else {
      self = .device(path)
    }
  }
}

/// Directories of `/dev` that are no volume group's.
private func isDirectoryOfDevices(_ name: String) -> Bool {
  switch name {
  case "mapper", "disk", "block", "md", "cciss": true
  default: false
  }
}

/// A name of a volume group or of a logical volume.
/// Source: lvm(8), "VALID NAMES"; at most 127 bytes (NAME_LEN).
private func isVolumeName(_ name: String) -> Bool {
  guard (1...127).contains(name.utf8.count), name.utf8.first != UInt8(ascii: "-"), name != ".",
    name != ".."
  else { return false }
  return name.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "_"),
      UInt8(ascii: "."), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
