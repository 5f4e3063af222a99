import Addresses
import Configuration

/// What one meta-data file says, or a line in its place. Its grammar, of NoCloud:
///
///     instance-id: <text>
///     local-hostname: <name>       with a dot: the fully qualified one
///     hostname: <name>             where local-hostname is missing
///     dsmode: net | local | pass | disabled      disabled: the source is not taken
///     seedfrom: <folder>           SeedFrom.swift
///     guestagent:
///       neighbors: [{to: <address>, lladdr: <mac>, interface: <name>}]
///       grow: <growth policy>      GrowthStatement.swift
///
/// Source: cloud-init, "NoCloud"; `hostname` is not cloud-init's, but common elsewhere.
struct MetaData {
  var instanceID: String?
  var hostname: HostName?
  /// How far cloud-init would go with it.
  var mode: Mode?
  var modePlace: Place?
  var seedFrom: SeedFrom?
  var neighbors: [NeighborRequest] = []

  enum Mode: String {
    case net, local, pass, disabled

    static var expected: String { "net, local, pass or disabled" }
  }
}

extension YAMLReader {
  mutating func metaData() -> MetaData {
    var found = MetaData()
    guard diagnostics.errors.isEmpty, let root = document.root, !document.isNull(root),
      let entries = entries(root, "meta-data")
    else { return found }
    var fallback: HostName?
    for entry in entries {
      let key = document.text(entry.key)
      let value = entry.value
      if document.isNull(value) { continue }
      switch Word(key) {
      case "instance-id": found.instanceID = text(value, key)
      case "local-hostname": found.hostname = hostName(value, key)
      case "hostname": fallback = hostName(value, key)
      case "dsmode":
        found.mode = MetaData.Mode(rawValue: document.text(value))
        found.modePlace = place(value)
        if found.mode == nil { refuse(value, key, expected: MetaData.Mode.expected) }
      case "seedfrom":
        found.seedFrom = text(value, key).map { SeedFrom(text: $0) }
        if let refusal = found.seedFrom?.refusal { warn(value, "\(refusal)") }
      case "network-interfaces":
        warn(entry.key, "\"network-interfaces\" is not read by guestagent: use network-config")
      case "guestagent": found.neighbors += own(value)
      case _ where silentMetaDataKeys.contains(key): break
      default: warnUnknown(entry.key, known: metaDataKeys)
      }
    }
    found.hostname = found.hostname ?? fallback
    return found
  }

  /// The keys that are guestagent's own.
  mutating func own(_ value: YAMLNode) -> [NeighborRequest] {
    var requests: [NeighborRequest] = []
    for entry in entries(value, "guestagent") ?? [] {
      let key = document.text(entry.key)
      switch Word(key) {
      case "neighbors":
        if document.isNull(entry.value) { continue }
        for item in items(entry.value, key) ?? [] {
          if let request = neighbor(item, interfaceAllowed: true) { requests.append(request) }
        }
      // Read by itself: neither growth nor the rest stops the other.
      case "grow": break
      default: warnUnknown(entry.key, known: wordList("neighbors grow"))
      }
    }
    return requests
  }
}

private let metaDataKeys = wordList(
  """
  instance-id local-hostname hostname dsmode guestagent network-interfaces seedfrom public-keys
  """)

/// Keys that makers of NoCloud disks write, and that are no matter of guestagent.
let silentMetaDataKeys = wordList(
  """
  ami-id ami-launch-index availability-zone availability_zone cloud-name cloud_name devices
  instance-type launch-index launch_index local-ipv4 meta name platform project_id
  public-hostname public-ipv4 public-keys public_keys region ssh_authorized_keys subplatform
  tags uuid vendor-data
  """)
