import Addresses
import Bytes

extension LinkParameter.Key {
  /// By any of its spellings: netplan's (`lacp-rate`), the kernel's (`lacp_rate`, `miimon`), both
  /// also after `bond-`, `bond_`, `bridge_` (ifenslave, network-config version 1, OpenStack);
  /// hyphens and underscores are alike.
  public init?(spelled text: String, of owner: Owner) {
    var name = String(
      decoding: text.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    let prefix = owner == .bond ? "bond_" : "bridge_"
    if name.hasPrefix(prefix) { name = String(name.dropFirst(prefix.utf8.count)) }
    let known = Self.allCases.first { key in
      key.owner == owner && (key.rawValue == name || key.kernelName == name)
    }
    if let key = known ?? Self.older(name, owner) { self = key } else { return nil }
  }

  /// Names that were, or are somebody else's.
  private static func older(_ name: String, _ owner: Owner) -> Self? {
    switch (owner, Word(name)) {
    case (.bond, "all_slaves_active"): .allMembersActive
    case (.bond, "packets_per_slave"): .packetsPerMember
    case (.bond, "gratuitious_arp"), (.bond, "num_unsol_na"), (.bond, "num_peer_notif"):
      .gratuitousARP
    case (.bridge, "aging_time"), (.bridge, "ageing"): .ageingTime
    case (.bridge, "bridgeprio"): .priority
    case (.bridge, "fd"): .forwardDelay
    case (.bridge, "hello"): .helloTime
    case (.bridge, "maxage"): .maxAge
    case (.bridgePort, "pathcost"): .pathCost
    case (.bridgePort, "portprio"): .portPriority
    default: nil
    }
  }

  /// netplan's spelling, for messages.
  public var spelling: String {
    String(
      decoding: rawValue.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 },
      as: UTF8.self)
  }
}

extension LinkParameter {
  /// From one word of a source: a choice by name or number, a number with or without a unit
  /// (`ms`, `s`), a boolean in YAML's words, addresses between commas or spaces, or a link's name.
  /// `nil`: it is none of the key's values; `expected(_:)` says which are.
  public init?(_ key: Key, text: String) {
    switch key {
    case .primary:
      guard !text.isEmpty else { return nil }
      self.init(key, .link(text))
    case .arpIPTargets:
      let words = text.utf8.split { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: " ") }
      let addresses = words.compactMap { IPAddress(Substring($0)) }.filter { $0.family == .ipv4 }
      guard addresses.count == words.count, (1...16).contains(words.count) else { return nil }
      self.init(key, .addresses(addresses))
    default:
      guard let number = Self.number(key, text) else { return nil }
      self.init(key, .number(number))
    }
  }

  private static func number(_ key: Key, _ text: String) -> UInt32? {
    let words = key.words
    if let place = words.firstIndex(of: text) { return UInt32(place) }
    if key.isBoolean {
      switch Word(text) {
      case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "1": return 1
      case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "0": return 0
      default: return nil
      }
    }
    guard let number = amount(key, text), key.range.contains(number) else { return nil }
    return number
  }

  /// A whole number in the key's unit.
  private static func amount(_ key: Key, _ text: String) -> UInt32? {
    let digits = text.utf8.prefix { (48...57).contains($0) }
    guard let number = decimal(digits), let number = UInt32(exactly: number) else { return nil }
    let unit = String(Substring(text.utf8.dropFirst(digits.count)))
    switch (unit, key.time) {
    case ("", _), ("ms", .milliseconds), ("s", .seconds): return number
    case ("s", .milliseconds):
      let (product, overflows) = number.multipliedReportingOverflow(by: 1000)
      return overflows ? nil : product
    case ("ms", .seconds): return number % 1000 == 0 ? number / 1000 : nil
    default: return nil
    }
  }

  /// What a value of the key is, for a message.
  public static func expected(_ key: Key) -> String {
    switch key {
    case .primary: return "the name of a port"
    case .arpIPTargets: return "1 to 16 IPv4 addresses"
    default: break
    }
    let words = key.words
    if !words.isEmpty { return "one of " + words.joined(separator: ", ") }
    if key.isBoolean { return "true or false" }
    let unit =
      switch key.time {
      case .milliseconds: " of milliseconds"
      case .seconds: " of seconds"
      case nil: ""
      }
    return "a number\(unit) from \(key.range.lowerBound) to \(key.range.upperBound)"
  }
}

extension LinkParameter.Key {
  fileprivate enum Time { case milliseconds, seconds }

  fileprivate var time: Time? {
    switch self {
    case .miiMonitorInterval, .upDelay, .downDelay, .arpInterval: .milliseconds
    case .learnPacketInterval, .ageingTime, .forwardDelay, .helloTime, .maxAge: .seconds
    default: nil
    }
  }

  /// What the kernel takes, in the key's unit.
  /// Source: drivers/net/bonding/bond_options.c; net/bridge/br_private_stp.h.
  fileprivate var range: ClosedRange<UInt32> {
    switch self {
    case .mode, .arpValidate, .arpAllTargets, .primaryReselectPolicy, .failOverMACPolicy,
      .transmitHashPolicy, .lacpRate, .adSelect:
      0...UInt32(words.count - 1)
    case .gratuitousARP, .resendIGMP: 0...255
    case .packetsPerMember, .priority: 0...65535
    case .learnPacketInterval, .minLinks, .miiMonitorInterval, .upDelay, .downDelay, .arpInterval:
      0...0x7FFF_FFFF
    case .forwardDelay: 0...30
    case .helloTime: 1...10
    case .maxAge: 6...40
    case .ageingTime: 0...1_000_000
    case .pathCost: 1...65535
    case .portPriority: 0...63
    default: 0...UInt32.max
    }
  }
}
