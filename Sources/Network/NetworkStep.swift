import Addresses
import Configuration

/// One change of the kernel's network state. `description` is the command that does the same.
public struct NetworkStep: Equatable {
  public let link: LinkIdentity
  public let action: Action

  public init(_ link: LinkIdentity, _ action: Action) {
    self.link = link
    self.action = action
  }

  public enum Action: Equatable {
    /// `net.ipv6.conf.<link>.accept_ra`: 0 never, 1 unless forwarding, 2 always.
    case acceptRA(Int)
    /// `net.ipv4.conf.<link>.promote_secondaries`, so that a removed address takes no other with
    /// it.
    case promoteSecondaries
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
    /// In place of ours with the same key, at once.
    case replaceRoute(Route)
    case removeRoute(Route)
    case setNeighbor(NeighborConfiguration)
    case removeNeighbor(IPAddress)
  }
}

/// A link by index, which the kernel goes by, and by name, which people do.
public struct LinkIdentity: Equatable {
  public let index: UInt32
  public let name: String

  public init(index: UInt32, name: String) {
    self.index = index
    self.name = name
  }
}

extension NetworkStep: CustomStringConvertible {
  public var description: String {
    let device = "dev \(link.name)"
    switch action {
    case .acceptRA(let value):
      return "sysctl -w net.ipv6.conf.\(sysctlName).accept_ra=\(value)"
    case .promoteSecondaries:
      return "sysctl -w net.ipv4.conf.\(sysctlName).promote_secondaries=1"
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
    case .replaceRoute(let route):
      return "\(ip(route.key.destination.family)) route replace \(route.words(device))"
    case .removeRoute(let route):
      return "\(ip(route.key.destination.family)) route del \(route.words(device))"
    case .setNeighbor(let neighbor):
      return "ip neighbor replace \(neighbor.to) lladdr \(neighbor.linkLayerAddress) \(device)"
        + " nud permanent"
    case .removeNeighbor(let address):
      return "ip neighbor del \(address) \(device)"
    }
  }

  /// sysctl(8) writes the dots of a name as slashes.
  private var sysctlName: String {
    String(decoding: link.name.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "/") : $0 },
      as: UTF8.self)
  }

  private func ip(_ family: IPFamily) -> String { family == .ipv4 ? "ip" : "ip -6" }
}

extension AddressConfiguration {
  fileprivate var words: String {
    "\(prefix)" + (label.map { " label \($0)" } ?? "") + (deprecated ? " preferred_lft 0" : "")
  }
}

extension Route {
  /// The arguments of ip-route(8), defaults left out; `device` as `dev <name>`.
  func words(_ device: String? = nil) -> String {
    let destination = key.destination
    var words = type == .unicast ? "" : "\(type.rawValue) "
    words += destination.length == 0 ? "default" : "\(destination)"
    if let gateway {
      // The gateway of an IPv4 route may be an IPv6 address (RFC 8950).
      words += gateway.family == destination.family ? " via \(gateway)" : " via inet6 \(gateway)"
    }
    if !isLinkless, let device { words += " \(device)" }
    if isOnLink { words += " onlink" }
    if destination.family == .ipv4,
      scope != Self.defaultScope(of: type, hasGateway: gateway != nil)
    {
      words += " scope \(scope.rawValue)"
    }
    if key.table != Self.mainTable { words += " table \(key.table)" }
    if key.metric != Self.defaultMetric(destination.family) { words += " metric \(key.metric)" }
    if let source { words += " src \(source)" }
    if let mtu { words += " mtu \(mtu)" }
    return words
  }
}
