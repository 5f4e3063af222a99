extension GrowthPolicy.Target {
  /// A target by itself: nothing in it is an escape or divides it. Slashes at the end, and those
  /// that follow another, are dropped.
  public init(_ text: String) throws(GrowthPolicyError) {
    let slash = UInt8(ascii: "/")
    var parts: [String] = []
    var part: [UInt8] = []
    var slashes = 0
    // PATH_MAX with its NUL.
    guard text.utf8.count < 4096 else { throw .notTarget(text) }
    for byte in [UInt8](text.utf8) + [slash] {
      // A line or a terminal is no place for control characters.
      guard byte >= 0x20, byte != 0x7F else { throw .notTarget(text) }
      if byte != slash {
        part.append(byte)
        continue
      }
      slashes += 1
      if !part.isEmpty { parts.append(String(decoding: part, as: UTF8.self)) }
      part = []
    }
    guard !parts.contains("."), !parts.contains("..") else { throw .notTarget(text) }
    guard text.utf8.first == slash else {
      // One slash, and the one added.
      guard parts.count == 2, slashes == 2, isVolumeName(parts[0]), isVolumeName(parts[1]) else {
        throw .notTarget(text)
      }
      self = .logicalVolume(group: parts[0], name: parts[1])
      return
    }
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
  switch Word(name) {
  case "mapper", "disk", "block", "md", "cciss": true
  default: false
  }
}

/// A name of a volume group or of a logical volume; `.` and `..` are refused before.
/// Source: lvm(8), "VALID NAMES"; at most 127 bytes (NAME_LEN).
private func isVolumeName(_ name: String) -> Bool {
  let bytes = [UInt8](name.utf8)
  guard (1...127).contains(bytes.count), bytes[0] != UInt8(ascii: "-") else { return false }
  for byte in bytes {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "_"),
      UInt8(ascii: "."), UInt8(ascii: "-"):
      continue
    default: return false
    }
  }
  return true
}
