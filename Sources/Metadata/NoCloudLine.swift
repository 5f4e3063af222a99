import Configuration

/// Meta-data of NoCloud in one line, of the kernel command line or of the machine's serial number:
///
///     ds=nocloud[;<key>[=<value>]]...
///
/// with `h`, `i` and `s` for `local-hostname`, `instance-id` and `seedfrom`, and the long names of
/// meta-data. `nocloud-net` is an old name for the same. In a serial number other words may stand
/// beside it, and the last one counts; one without it is an ordinary serial number.
/// Source: cloud-init, "NoCloud", "Line configuration".
struct NoCloudLine {
  /// `nocloud:dmi`, `nocloud:cmdline`.
  let name: String
  let metaData: MetaData

  /// It says more than that there is a seed, or where.
  var givesNames: Bool { metaData.hostname != nil || metaData.instanceID != nil }

  /// Both, the one that wins first. `datasource`: the value of `ds=` on the kernel command line.
  static func all(
    _ datasource: String?, _ serial: String?, _ diagnostics: inout Diagnostics
  ) -> [NoCloudLine] {
    let machine = NoCloudLine(serial: serial, &diagnostics)
    let kernel = NoCloudLine(commandLine: datasource, &diagnostics)
    return [machine, kernel].compactMap { $0 }
  }

  /// `nil`: it is of another datasource.
  init?(commandLine value: String?, _ diagnostics: inout Diagnostics) {
    guard let value else { return nil }
    self.init("cmdline", WordNotes.place, value, &diagnostics)
  }

  init?(serial: String?, _ diagnostics: inout Diagnostics) {
    let words = serial?.utf8.split { $0 <= 0x20 }.map { String(Substring($0)) } ?? []
    guard let word = words.last(where: { $0.hasPrefix("ds=nocloud") }) else { return nil }
    self.init("dmi", Place("DMI serial number"), String(word.dropFirst(3)), &diagnostics)
  }

  private init?(
    _ name: String, _ place: Place, _ value: String, _ diagnostics: inout Diagnostics
  ) {
    let fields = value.utf8.split(separator: UInt8(ascii: ";")).map { String(Substring($0)) }
    guard fields.first == "nocloud" || fields.first == "nocloud-net" else { return nil }
    self.name = "nocloud:\(name)"
    var found = MetaData()
    // Whoever writes such a line wants the seed.
    found.mode = .net
    for field in fields.dropFirst() {
      let parts = field.utf8.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let text = parts.count > 1 ? String(Substring(parts[1])) : ""
      found.set(String(Substring(parts[0])), text, place, &diagnostics)
    }
    metaData = found
  }
}

extension MetaData {
  fileprivate mutating func set(
    _ key: String, _ text: String, _ place: Place, _ diagnostics: inout Diagnostics
  ) {
    func refuse(_ expected: String) {
      diagnostics.error(place, "\(key): expected \(expected), found \(quoted(text))")
    }
    switch Word(key) {
    case "h", "local-hostname":
      hostname = HostName(text)
      if hostname == nil { refuse(HostName.expected) }
    case "i", "instance-id":
      instanceID = text
      if text.isEmpty { refuse("text") }
    case "s", "seedfrom":
      seedFrom = SeedFrom(text: text)
      if let refusal = seedFrom?.refusal { diagnostics.warn(place, refusal) }
    case "dsmode":
      guard let given = MetaData.Mode(rawValue: text) else {
        return refuse(MetaData.Mode.expected)
      }
      mode = given
      modePlace = place
    case _ where silentMetaDataKeys.contains(key): break
    default:
      diagnostics.warn(
        place, "unknown key \(quoted(key))", hint: nearestKeyHint(to: key, among: lineKeys))
    }
  }
}

private let lineKeys = wordList("local-hostname instance-id seedfrom dsmode")
