import Addresses
import Bytes
import Configuration

/// The records of all links as one text: a line `link <index>` opens each, a line for each fact
/// follows; `rules` stands before all links. A line that cannot be read is passed over: a lost fact
/// only leaves something in place.
public struct LinkRecords: Equatable, Sendable {
  public var records: [LinkRecord] = []
  /// Rules of ours are in the kernel.
  public var hasRules = false

  public init() {}

  public subscript(index: UInt32) -> LinkRecord? {
    get { records.first { $0.index == index } }
    set {
      records.removeAll { $0.index == index }
      if let newValue { records.append(newValue) }
    }
  }

  public init(text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      guard let key = words.first else { continue }
      let value = words.count == 2 ? words[1] : ""
      if key == "rules" { hasRules = true }
      if key == "link" {
        if let index = UInt32(decimal: String(value)) { records.append(LinkRecord(index: index)) }
        continue
      }
      guard !records.isEmpty else { continue }
      records[records.count - 1].take(key, value)
    }
  }

  public var isEmpty: Bool { records.isEmpty && !hasRules }

  public var text: String {
    var text = hasRules ? "rules\n" : ""
    for record in records {
      text += Message("link \(record.index)\n").text
      if record.broughtUp { text += "brought-up\n" }
      if let name = record.name { text += Message("name \(name)\n").text }
      if let mtu = record.mtu { text += Message("mtu \(mtu)\n").text }
      if let address = record.macAddress { text += Message("macaddress \(address)\n").text }
      if let mode = record.addressGeneration {
        text += Message("addrgenmode \(mode.rawValue)\n").text
      }
      for (sysctl, value) in record.sysctls.all {
        text += Message("sysctl \(sysctl.rawValue) \(value)\n").text
      }
      if let index = record.controller { text += Message("controller \(index)\n").text }
      for setting in record.settings { text += Message("setting \(setting.recordText)\n").text }
      for key in record.given { text += Message("given \(key.rawValue)\n").text }
      if record.tookDown { text += "took-down\n" }
      for prefix in record.addresses { text += Message("address \(prefix)\n").text }
      for address in record.neighbors { text += Message("neighbor \(address)\n").text }
    }
    return text
  }
}

extension LinkRecord {
  fileprivate mutating func take(_ key: Substring, _ value: Substring) {
    switch Word(String(key)) {
    case "brought-up": broughtUp = true
    case "name": name = InterfaceName(value)?.text
    case "mtu": mtu = UInt32(decimal: String(value))
    case "macaddress": macAddress = MACAddress(value)
    case "addrgenmode":
      addressGeneration = UInt8(decimal: String(value)).flatMap(FoundLink.AddressGeneration.init(rawValue:))
    case "sysctl":
      let words = value.split(separator: " ", maxSplits: 1)
      if words.count == 2, let sysctl = LinkSysctl(rawValue: String(words[0])) {
        sysctls[sysctl] = Int(signed: String(words[1]))
      }
    case "controller": controller = UInt32(decimal: String(value))
    case "setting":
      // The first one is the oldest; a message has each once.
      if let setting = LinkSetting(recordText: value),
        !settings.contains(where: { $0.key == setting.key })
      {
        settings.append(setting)
      }
    case "given":
      if let key = LinkParameter.Key(rawValue: String(value)) { given.append(key) }
    case "took-down": tookDown = true
    case "address":
      if let prefix = try? IPPrefix(value) { addresses.append(prefix) }
    case "neighbor":
      if let address = IPAddress(value) { neighbors.append(address) }
    default: break
    }
  }
}

extension LinkSetting {
  /// `mii_monitor_interval 100`, `arp_ip_targets 192.0.2.1,192.0.2.2`; of a link its index.
  fileprivate var recordText: String {
    let text =
      switch value {
      case .number(let number): "\(number)"
      case .addresses(let addresses): addresses.map { "\($0)" }.joined(separator: ",")
      case .link(let link): "\(link.index)"
      }
    return Message("\(key.rawValue) \(text)").text
  }

  fileprivate init?(recordText: Substring) {
    let words = recordText.split(separator: " ", maxSplits: 1)
    guard let first = words.first, let key = LinkParameter.Key(rawValue: String(first)) else {
      return nil
    }
    let value = words.count == 2 ? words[1] : ""
    switch key {
    case .arpIPTargets:
      // There may have been none.
      let texts = value.split(separator: ",")
      let addresses = texts.compactMap { IPAddress($0) }
      if addresses.count < texts.count { return nil }
      self.init(key, .addresses(addresses))
    case .primary:
      guard let index = UInt32(decimal: String(value)) else { return nil }
      self.init(key, .link(LinkIdentity(index: index, name: "")))
    default:
      guard let number = UInt32(decimal: String(value)) else { return nil }
      self.init(key, .number(number))
    }
  }
}
