import Addresses
import Configuration

/// One change of the kernel's network state. `description` is the command that does the same.
public struct NetworkStep: Equatable, Sendable {
  public let link: LinkIdentity
  public let action: Action

  public init(_ link: LinkIdentity, _ action: Action) {
    self.link = link
    self.action = action
  }

  public enum Action: Equatable, Sendable {
    /// The link of this name; it has no index yet.
    indirect case make(NewLink)
    /// The link with all that is on it.
    case remove
    /// To be a port of this bond or bridge.
    case setController(LinkIdentity)
    case leaveController
    /// Of one owner.
    case setSettings([LinkSetting])
    case sysctl(LinkSysctl, Int)
    case generateAddresses(FoundLink.AddressGeneration)
    case rename(String)
    /// Bytes.
    case setMTU(UInt32)
    case setMACAddress(MACAddress)
    case bringUp
    case bringDown
    case addAddress(AddressConfiguration)
    /// The same address with another lifetime.
    case changeAddress(AddressConfiguration)
    case removeAddress(IPPrefix)
    case addRoute(Route)
    /// Beside one of IPv6 with the same key, from a router advertisement.
    case appendRoute(Route)
    /// In place of ours with the same key, at once.
    case replaceRoute(Route)
    case removeRoute(Route)
    case setNeighbor(NeighborConfiguration)
    case removeNeighbor(IPAddress)
    /// Of no link.
    indirect case addRule(RuleConfiguration)
    indirect case removeRule(RuleConfiguration)
  }
}

/// A link by index, which the kernel goes by, and by name, which people do.
public struct LinkIdentity: Equatable, Sendable {
  public let index: UInt32
  public let name: String

  public init(index: UInt32, name: String) {
    self.index = index
    self.name = name
  }
}

extension NetworkStep: CustomStringConvertible {
  public var description: String { message.text }

  private var message: Message {
    let device = Message("dev \(link.name)").text
    switch action {
    case .make(let new):
      return "ip link add \(new.words(named: link.name))"
    case .remove:
      return "ip link del \(device)"
    case .setController(let controller):
      return "ip link set \(device) master \(controller.name)"
    case .leaveController:
      return "ip link set \(device) nomaster"
    case .setSettings(let settings):
      let words = settings.map { $0.words }.joined(separator: " ")
      return switch settings.first?.key.owner {
      case .bridgePort: "bridge link set \(device) \(words)"
      case .bridge: "ip link set \(device) type bridge \(words)"
      default: "ip link set \(device) type bond \(words)"
      }
    case .sysctl(let sysctl, let value):
      return "sysctl -w net.\(sysctl.family).conf.\(sysctlName).\(sysctl.rawValue)=\(value)"
    case .generateAddresses(let mode):
      return "ip link set \(device) addrgenmode \(mode.word)"
    case .rename(let name):
      return "ip link set \(device) name \(name)"
    case .setMTU(let bytes):
      return "ip link set \(device) mtu \(bytes)"
    case .setMACAddress(let address):
      return "ip link set \(device) address \(address)"
    case .bringUp:
      return "ip link set \(device) up"
    case .bringDown:
      return "ip link set \(device) down"
    case .addAddress(let address):
      return "\(ip(address.prefix.family)) address add \(address.words) \(device)"
    case .changeAddress(let address):
      return "\(ip(address.prefix.family)) address change \(address.words) \(device)"
    case .removeAddress(let prefix):
      return "\(ip(prefix.family)) address del \(prefix) \(device)"
    case .addRoute(let route):
      return "\(ip(route.key.destination.family)) route add \(route.words(device))"
    case .appendRoute(let route):
      return "\(ip(route.key.destination.family)) route append \(route.words(device))"
    case .replaceRoute(let route):
      return "\(ip(route.key.destination.family)) route replace \(route.words(device))"
    case .removeRoute(let route):
      return "\(ip(route.key.destination.family)) route del \(route.words(device))"
    case .setNeighbor(let neighbor):
      return """
        ip neighbor replace \(neighbor.to) lladdr \(neighbor.linkLayerAddress) \(device) \
        nud permanent
        """
    case .removeNeighbor(let address):
      return "ip neighbor del \(address) \(device)"
    case .addRule(let rule):
      return "\(ip(rule.family)) rule add \(rule)"
    case .removeRule(let rule):
      return "\(ip(rule.family)) rule del \(rule)"
    }
  }

  /// sysctl(8) writes the dots of a name as slashes.
  private var sysctlName: String {
    String(decoding: link.name.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "/") : $0 },
      as: UTF8.self)
  }

  private func ip(_ family: IPFamily) -> String { family == .ipv4 ? "ip" : "ip -6" }
}

extension NewLink {
  /// The arguments of ip-link(8).
  fileprivate func words(named name: String) -> String {
    var words = parent.map { "link \($0.name) name \(name)" } ?? name
    if let mtu { words += Message(" mtu \(mtu)").text }
    if let macAddress { words += Message(" address \(macAddress)").text }
    words += " type \(kind.kernelName ?? "")"
    if case .vlan(_, let id) = kind { words += Message(" id \(id)").text }
    for setting in settings { words += Message(" \(setting.words)").text }
    return words
  }
}

extension RuleConfiguration {
  public var family: IPFamily { (from ?? to)?.family ?? .ipv4 }
}

extension AddressConfiguration {
  fileprivate var words: String {
    "\(prefix)" + (label.map { " label \($0)" } ?? "") + (deprecated ? " preferred_lft 0" : "")
  }
}

extension Route {
  /// The arguments of ip-route(8), defaults left out; `device` as `dev <name>`.
  public func words(_ device: String? = nil) -> String {
    let destination = key.destination
    var words = type == .unicast ? "" : "\(type.rawValue) "
    words += destination.length == 0 ? "default" : "\(destination)"
    if let gateway {
      // The gateway of an IPv4 route may be an IPv6 address (RFC 8950).
      words += gateway.family == destination.family ? " via \(gateway)" : " via inet6 \(gateway)"
    }
    if !isLinkless, let device { words += Message(" \(device)").text }
    if isOnLink { words += " onlink" }
    if destination.family == .ipv4,
      scope != Self.defaultScope(of: type, hasGateway: gateway != nil)
    {
      words += Message(" scope \(scope.rawValue)").text
    }
    if key.table != RouteKey.defaultTable(of: type) { words += Message(" table \(key.table)").text }
    if key.metric != RouteKey.defaultMetric(destination.family) {
      words += Message(" metric \(key.metric)").text
    }
    if let source { words += Message(" src \(source)").text }
    if let mtu { words += Message(" mtu \(mtu)").text }
    return words
  }
}
