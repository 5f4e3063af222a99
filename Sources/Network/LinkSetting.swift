import Addresses
import Bytes
import Configuration

/// A parameter of a bond, of a bridge or of a port of a bridge, as the kernel keeps it.
public struct LinkSetting: Sendable {
  public let key: LinkParameter.Key
  public let value: Value

  public enum Value: Equatable, Sendable {
    /// In the kernel's unit: of a bridge's times hundredths of a second (USER_HZ), otherwise that
    /// of the key.
    case number(UInt32)
    case addresses([IPAddress])
    /// The index tells the link, its name is for people.
    case link(LinkIdentity)
  }

  public init(_ key: LinkParameter.Key, _ value: Value) {
    self.key = key
    self.value = value
  }

  /// `nil`: it speaks of a link that is not there.
  init?(_ parameter: LinkParameter, _ directory: LinkDirectory) {
    switch parameter.value {
    case .number(let number):
      self.init(
        parameter.key, .number(parameter.key.isOfBridgeTime ? number *| 100 : number))
    case .addresses(let addresses): self.init(parameter.key, .addresses(addresses))
    case .link(let name):
      guard let link = directory[name] else { return nil }
      self.init(parameter.key, .link(link.identity))
    }
  }

  /// The arguments of ip-link(8) and bridge(8): `miimon 100`, `forward_delay 1500`.
  var words: String {
    switch value {
    case .number(let number):
      let words = key.words
      return "\(key.kernelName) " + (Int(number) < words.count ? words[Int(number)] : "\(number)")
    case .addresses(let addresses):
      return "\(key.kernelName) " + addresses.map { "\($0)" }.joined(separator: ",")
    case .link(let link): return "\(key.kernelName) \(link.name)"
    }
  }
}

extension LinkSetting: Equatable {
  public static func == (one: LinkSetting, other: LinkSetting) -> Bool {
    guard one.key == other.key else { return false }
    if case .link(let a) = one.value, case .link(let b) = other.value { return a.index == b.index }
    return one.value == other.value
  }
}

extension LinkParameter.Key {
  /// A time that the kernel counts in hundredths of a second.
  fileprivate var isOfBridgeTime: Bool {
    self == .ageingTime || self == .forwardDelay || self == .helloTime || self == .maxAge
  }

  /// Whether the kernel takes another value only while the bond is down and has no ports, which is
  /// to make it anew. Source: drivers/net/bonding/bond_options.c, `BOND_OPTFLAG_IFDOWN` and
  /// `BOND_OPTFLAG_NOSLAVES`.
  var needsNewLink: Bool {
    switch self {
    case .mode, .lacpRate, .adSelect, .failOverMACPolicy: true
    default: false
    }
  }
}

extension LinkConfiguration {
  /// The parameters that the kernel takes together, and why it would not take the others.
  func settings(
    of owner: LinkParameter.Key.Owner, _ directory: LinkDirectory
  ) -> (taken: [LinkSetting], untaken: [String]) {
    var taken: [LinkSetting] = []
    var untaken: [String] = []
    let own = parameters.filter { $0.key.owner == owner }
    let faults = owner == .bond ? bondFaults(own) : []
    for (index, parameter) in own.enumerated() {
      let key = parameter.key
      if let fault = faults.first(where: { $0.index == index }) {
        if let message = fault.message { untaken.append("\(key.spelling) \(message)") }
      } else if let setting = LinkSetting(parameter, directory) {
        taken.append(setting)
      } else {
        untaken.append("\(key.spelling) \(parameter.valueText): no network interface of this name")
      }
    }
    return (taken, untaken)
  }
}

extension [LinkSetting] {
  /// Those of one owner together, as one message has them.
  var byOwner: [[LinkSetting]] {
    [.bond, .bridge, .bridgePort].map { (owner: LinkParameter.Key.Owner) in
      filter { $0.key.owner == owner }
    }.filter { !$0.isEmpty }
  }
}
