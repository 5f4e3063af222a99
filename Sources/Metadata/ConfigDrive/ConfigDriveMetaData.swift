import Configuration

/// meta_data.json of an OpenStack config drive:
///
///     {"uuid": <instance-id>,               there must be one
///      "hostname": <name>,                  with a dot: the fully qualified one
///      "meta": {"dsmode": net | local | pass | disabled},      disabled: the drive is not taken
///      "network_config": {"content_path": <path>},             /etc/network/interfaces
///      "guestagent": {...}}                 as in meta-data of NoCloud: MetaData.swift
///
/// `meta` are properties of the server, text only. Source: cloud-init, "Config Drive"; nova,
/// "Metadata".
extension YAMLReader {
  /// `hasNetworkData`: there is a network_data.json, which wins over `network_config`.
  mutating func configDriveMetaData(hasNetworkData: Bool) -> MetaData {
    var found = MetaData()
    guard diagnostics.errors.isEmpty else { return found }
    guard let root = document.root else {
      diagnostics.error(Place(file), "\"uuid\" is missing, which is the instance-id")
      return found
    }
    guard let entries = entries(root, "meta_data.json") else { return found }
    for entry in entries where !document.isNull(entry.value) {
      let key = document.text(entry.key)
      let value = entry.value
      switch Word(key) {
      case "uuid": found.instanceID = text(value, key)
      case "hostname": found.hostname = hostName(value, key)
      case "meta": mode(value, of: &found)
      case "network_config":
        if !hasNetworkData {
          warn(
            entry.key,
            "\"network_config\" is not read by guestagent, and there is no network_data.json")
        }
      case "guestagent": found.neighbors += own(value)
      case _ where silentKeys.contains(key): break
      default: warnUnknown(entry.key, known: wordList("uuid hostname meta guestagent"))
      }
    }
    if !entries.contains(where: { document.text($0.key) == "uuid" && !document.isNull($0.value) }) {
      error(root, "\"uuid\" is missing, which is the instance-id")
    }
    return found
  }

  /// What the owner of the server says by its property `dsmode`.
  private mutating func mode(_ meta: YAMLNode, of data: inout MetaData) {
    for entry in entries(meta, "meta") ?? [] where document.text(entry.key) == "dsmode" {
      data.mode = MetaData.Mode(rawValue: document.text(entry.value))
      data.modePlace = place(entry.value)
      if data.mode == nil { refuse(entry.value, "dsmode", expected: MetaData.Mode.expected) }
    }
  }
}

/// What nova and other makers of config drives write beside, and is no matter of guestagent.
private let silentKeys = wordList(
  """
  admin_pass availability_zone dedicated_cpus devices files instance_id instance_type keys
  launch_index local-hostname local_hostname name project_id public_keys random_seed region
  vendor_data
  """)
