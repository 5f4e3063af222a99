import Addresses
import Configuration

/// What will not work in the guest, or not as meant, though each value is right for itself. An
/// error is what the kernel will refuse; a warning is what works otherwise than its author may
/// think.
public struct NetworkCheck {
  let configuration: Configuration
  /// Of the source as a whole.
  let whole: Place
  /// Of a link's n-th part.
  let place: (Part, LinkConfiguration, Int) -> Place
  var diagnostics = Diagnostics()

  /// What a place belongs to; of `link` there is one.
  public enum Part: Int, Sendable {
    case link, address, route, neighbor, nameserver, rule
  }

  /// The link that has each address first.
  var owners: [IPPrefix: Int] = [:]
  /// Of each link: the networks of its addresses.
  var networks: [NetworkSet] = []
  /// Of each link: those, and its routes without a gateway.
  var onLink: [NetworkSet] = []
  /// Of all links: networks and routes.
  var reachable = NetworkSet()
  /// Of each link: the first route through each gateway.
  var gateways: [[IPPrefix: Int]] = []

  var links: [LinkConfiguration] { configuration.links }

  public init(
    _ configuration: Configuration, at whole: Place,
    _ place: @escaping (Part, LinkConfiguration, Int) -> Place
  ) {
    self.configuration = configuration
    self.whole = whole
    self.place = place
    for link in configuration.links {
      var networks = NetworkSet()
      for address in link.addresses {
        networks.insert(address.prefix)
        reachable.insert(address.prefix)
      }
      self.networks.append(networks)
      var gateways: [IPPrefix: Int] = [:]
      for (number, route) in link.routes.enumerated() where route.type == .unicast {
        if let via = route.via {
          let gateway = IPPrefix(host: via)
          if gateways[gateway] == nil { gateways[gateway] = number }
        } else {
          networks.insert(route.to, table: route.table)
        }
        reachable.insert(route.to)
      }
      onLink.append(networks)
      self.gateways.append(gateways)
    }
  }

  /// All findings.
  public mutating func run() -> Diagnostics {
    for index in links.indices {
      checkAddresses(index)
    }
    for index in links.indices {
      checkGateways(index)
      checkRoutes(index)
      checkNeighbors(index)
      checkNameservers(index)
      checkMTU(index)
    }
    checkDefaultRoutes()
    checkResolvers()
    checkMadeLinks()
    return diagnostics
  }

  /// Whether addresses and routes of the family come by themselves on a link of these.
  @inline(never)
  func isDynamic(_ family: IPFamily, _ links: [LinkConfiguration]) -> Bool {
    links.contains { link in
      family == .ipv4 ? link.dhcp4 == true : link.dhcp6 == true || link.acceptRA == true
    }
  }

  /// Whether a router may give addresses and routes of IPv6: the kernel lets it unless told not to.
  var mayHearRouters: Bool { links.contains { $0.acceptRA != false && $0.name != "lo" } }

  @inline(never)
  mutating func warn(
    _ part: Part, _ link: LinkConfiguration, _ index: Int, _ message: String,
    hint: String? = nil
  ) {
    diagnostics.warn(place(part, link, index), message, hint: hint)
  }

  @inline(never)
  mutating func error(
    _ part: Part, _ link: LinkConfiguration, _ index: Int, _ message: String,
    hint: String? = nil
  ) {
    diagnostics.error(place(part, link, index), message, hint: hint)
  }
}
