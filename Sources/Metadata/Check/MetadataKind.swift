import Configuration

/// What a file of metadata is.
public enum MetadataKind: String, Equatable, Sendable, CaseIterable {
  case networkConfig = "network-config"
  case metaData = "meta-data"
  case userData = "user-data"
  case networkData = "network_data.json"
  case openStackMetaData = "meta_data.json"
  case localFile = "guestagent.yaml"
  case commandLine = "cmdline"

  /// By the last part of a path; an ending is passed over (`network-config.yaml`, `user-data.txt`).
  public init?(path: String) {
    let name = path.utf8.split(separator: UInt8(ascii: "/")).last ?? [][...]
    if name.elementsEqual("user_data".utf8) {
      self = .userData
      return
    }
    for kind in Self.allCases where name.starts(with: kind.rawValue.utf8) {
      let rest = name.dropFirst(kind.rawValue.utf8.count)
      guard rest.first ?? UInt8(ascii: ".") == UInt8(ascii: ".") else { continue }
      self = kind
      return
    }
    return nil
  }

  /// By what the file says; `nil`: it cannot be told.
  public init?(content bytes: [UInt8]) {
    if UserDataKind(bytes) != .other || bytes.starts(with: "#!".utf8) {
      self = .userData
      return
    }
    let reader = YAMLReader(file: "", bytes)
    if let kind = Self(keysOf: reader) {
      self = kind
    } else if Self.isCommandLine(bytes) {
      self = .commandLine
    } else {
      return nil
    }
  }

  private init?(keysOf reader: YAMLReader) {
    guard let root = reader.document.root, reader.document.kind(root) == .mapping else {
      return nil
    }
    for entry in reader.document.entries(root) {
      switch Word(reader.document.text(entry.key)) {
      case "network", "version", "ethernets", "config": self = .networkConfig
      case "links", "networks", "services": self = .networkData
      case "instance-id", "local-hostname", "dsmode", "guestagent", "public-keys":
        self = .metaData
      case "uuid", "availability_zone", "launch_index", "project_id": self = .openStackMetaData
      case "grow", "sources": self = .localFile
      default: continue
      }
      return
    }
    return nil
  }

  private static func isCommandLine(_ bytes: [UInt8]) -> Bool {
    guard bytes.count <= CommandLinePlaces.limit else { return false }
    return commandLineWords(String(decoding: bytes, as: UTF8.self)).contains { key, _ in
      switch Word(key) {
      case "ip", "root", "console", "ds", "network-config", "BOOT_IMAGE", "rd.route", "nameserver",
        "ifname", "vlan", "bond", "bridge":
        true
      default: key.hasPrefix("guestagent.")
      }
    }
  }
}

/// One file of metadata, with the name that messages have for it.
public struct MetadataFile: Sendable {
  public var name: String
  public var kind: MetadataKind
  public var bytes: [UInt8]

  public init(name: String, kind: MetadataKind, bytes: [UInt8]) {
    self.name = name
    self.kind = kind
    self.bytes = bytes
  }
}
