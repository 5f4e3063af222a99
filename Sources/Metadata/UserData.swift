import Configuration

/// What kind of document user-data are, by their beginning: white space before it is passed over,
/// and letters may be of either case. Source: cloud-init, "User-data formats".
enum UserDataKind: Equatable {
  /// `#cloud-config`, also behind `## template: jinja` where nothing is to be replaced.
  case cloudConfig
  /// It may hold a cloud-config that is not read: the words say what it is.
  case hidden(String)
  /// It can hold no host name: a script, an include of something elsewhere, nothing at all.
  case other

  init(_ bytes: [UInt8]) {
    if bytes.starts(with: [0x1F, 0x8B]) {
      self = .hidden("compressed by gzip")
      return
    }
    var text = bytes[...].drop { $0 <= 0x20 }
    let isTemplate = hasPrefix("## template:", text)
    if isTemplate {
      text = text.drop { $0 != UInt8(ascii: "\n") }.drop { $0 <= 0x20 }
    }
    if hasPrefix("content-type:", text) || hasPrefix("mime-version:", text) {
      self = .hidden("a multi-part archive")
    } else if hasPrefix("#cloud-config-archive", text) {
      self = .hidden("an archive of several")
    } else if hasPrefix("#cloud-config", text), !hasPrefix("#cloud-config-jsonp", text) {
      let rendered = ["{{", "{%", "{#"].contains { contains($0, in: bytes) }
      self = isTemplate && rendered ? .hidden("a template to be rendered") : .cloudConfig
    } else {
      self = .other
    }
  }
}

/// Whether the bytes begin with a text of small letters, in letters of either case.
private func hasPrefix(_ prefix: String, _ bytes: ArraySlice<UInt8>) -> Bool {
  bytes.count >= prefix.utf8.count
    && zip(bytes, prefix.utf8).allSatisfy { byte, wanted in
      ((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) == wanted
    }
}

/// What is guestagent's of a cloud-config:
///
///     hostname: <name>
///     fqdn: <name>
///     prefer_fqdn_over_hostname: <boolean>
///     guestagent: {neighbors: ..., grow: ...}      as in meta-data
///     growpart, resize_rootfs                      GrowpartYAML.swift
///
/// All other keys are other programs' and passed over.
/// Source: cloud-init, "Set hostname".
struct CloudConfig {
  var hostname: HostName?
  var fqdn: HostName?
  var prefersFQDN = false
  var neighbors: [NeighborRequest] = []
}

extension YAMLReader {
  mutating func cloudConfig() -> CloudConfig {
    var found = CloudConfig()
    // That it, or a part, is no mapping is said where growth is read from it.
    guard diagnostics.errors.isEmpty, let root = document.root, document.kind(root) == .mapping
    else { return found }
    for entry in document.entries(root) where !document.isNull(entry.value) {
      let key = document.text(entry.key)
      switch Word(key) {
      case "hostname": found.hostname = hostName(entry.value, key)
      case "fqdn": found.fqdn = hostName(entry.value, key)
      case "prefer_fqdn_over_hostname": found.prefersFQDN = boolean(entry.value, key) ?? false
      case "guestagent":
        if document.kind(entry.value) == .mapping { found.neighbors += own(entry.value) }
      default: break
      }
    }
    return found
  }
}

/// The names that a host gets.
struct HostNames: Equatable {
  var hostname: String
  var fqdn: String?

  /// The kernel's limit, HOST_NAME_MAX of limits.h, in bytes.
  static var limit: Int { 64 }

  /// `fqdn` of user-data gives both names, unless `hostname` beside it gives the short one, as it
  /// stands; a `hostname` with a dot gives both; one without leaves the other to meta-data.
  /// Source: cloud-init, `get_hostname_fqdn` of util.py.
  init?(_ config: CloudConfig, metaData: HostName?) {
    if let fqdn = config.fqdn {
      hostname = config.hostname.map { $0.full ?? $0.short } ?? fqdn.short
      self.fqdn = fqdn.full
    } else if let name = config.hostname ?? metaData {
      hostname = name.short
      fqdn = name.full ?? metaData?.full
    } else {
      return nil
    }
    if config.prefersFQDN, let fqdn { hostname = fqdn }
  }
}
