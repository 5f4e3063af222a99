import Addresses

/// The records of all links as one text: a line `link <index>` opens each, a line for each fact
/// follows. A line that cannot be read is passed over: a lost fact only leaves something in place.
public struct LinkRecords: Equatable, Sendable {
  public var records: [LinkRecord] = []

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
      if key == "link" {
        if let index = UInt32(value) { records.append(LinkRecord(index: index)) }
        continue
      }
      guard !records.isEmpty else { continue }
      records[records.count - 1].take(key, value)
    }
  }

  public var text: String {
    var text = ""
    for record in records {
      text += "link \(record.index)\n"
      if record.broughtUp { text += "brought-up\n" }
      if let name = record.name { text += "name \(name)\n" }
      if let mtu = record.mtu { text += "mtu \(mtu)\n" }
      if let address = record.macAddress { text += "macaddress \(address)\n" }
      if let mode = record.addressGeneration { text += "addrgenmode \(mode.rawValue)\n" }
      if let value = record.acceptRA { text += "accept-ra \(value)\n" }
      for prefix in record.addresses { text += "address \(prefix)\n" }
      for address in record.neighbors { text += "neighbor \(address)\n" }
    }
    return text
  }
}

extension LinkRecord {
  fileprivate mutating func take(_ key: Substring, _ value: Substring) {
    switch key {
    case "brought-up": broughtUp = true
    case "name": name = InterfaceName(value)?.text
    case "mtu": mtu = UInt32(value)
    case "macaddress": macAddress = MACAddress(value)
    case "addrgenmode":
      addressGeneration = UInt8(value).flatMap(FoundLink.AddressGeneration.init(rawValue:))
    case "accept-ra": acceptRA = Int(value)
    case "address":
      if let prefix = try? IPPrefix(value) { addresses.append(prefix) }
    case "neighbor":
      if let address = IPAddress(value) { neighbors.append(address) }
    default: break
    }
  }
}
