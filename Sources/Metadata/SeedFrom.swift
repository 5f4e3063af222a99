import Configuration

/// Where else the rest of a NoCloud seed lies, as its key `seedfrom` says it:
///
///     /<folder>[/]
///     file:///<folder>[/]
///     <scheme>://...                 not followed: http, https, ftp and the like
///
/// `__dmi.<key>__` in it is not replaced. Source: cloud-init, "NoCloud", "seedfrom".
struct SeedFrom: Equatable {
  let text: String

  /// A folder of the guest; `nil`: it is not followed.
  var folder: String? {
    var path = text
    if path.hasPrefix("file:///") { path = String(path.dropFirst("file://".count)) }
    guard path.hasPrefix("/"), !isTemplate else { return nil }
    let slash = UInt8(ascii: "/")
    while path.utf8.count > 1, path.utf8.last == slash { path.removeLast() }
    return path
  }

  private var isTemplate: Bool { contains("__dmi.", in: text) }

  /// Why it is not followed.
  var refusal: String? {
    if folder != nil { return nil }
    let why =
      isTemplate
      ? "__dmi.<key>__ is not done by guestagent"
      : contains("://", in: text)
        ? "guestagent configures the network and reads nothing over it"
        : "expected /<folder>/ or file:///<folder>/"
    return "seedfrom: \(quoted(text)) is not followed: \(why)"
  }
}

/// Whether a text holds another, byte by byte.
func contains(_ part: String, in text: String) -> Bool {
  contains(part, in: [UInt8](text.utf8))
}

func contains(_ part: String, in bytes: [UInt8]) -> Bool {
  let part = [UInt8](part.utf8)
  guard let first = part.first, bytes.count >= part.count else { return false }
  for start in 0...(bytes.count - part.count) where bytes[start] == first {
    if part.indices.allSatisfy({ bytes[start + $0] == part[$0] }) { return true }
  }
  return false
}

/// The folder of the guest that NoCloud's seeds or lines name by `seedfrom`, the strongest word;
/// `nil`: none, or one that is not followed.
public func seedFromFolder(
  of seeds: [Seed], datasource: String?, serial: String?
) -> String? {
  let seeds = seeds.filter {
    $0.source == .noCloud && $0.metaData.map { contains("seedfrom", in: $0) } == true
  }
  var ignored = Diagnostics()
  let lines = NoCloudLine.all(datasource, serial, &ignored)
  if seeds.isEmpty, lines.isEmpty { return nil }
  return SourceReading(.noCloud, seeds, lines: lines, namesSeeds: true, &ignored).seedFrom?.folder
}
