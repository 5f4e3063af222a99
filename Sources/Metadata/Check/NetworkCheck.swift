import Addresses
import Configuration

/// What will not work in the guest, or not as meant, though each value is right for itself. An
/// error is what the kernel will refuse; a warning is what works otherwise than its author may
/// think.
struct NetworkCheck {
  let configuration: Configuration
  let places: SourcePlaces
  /// Of neighbours that another file gives, by their address.
  let neighborPlaces: [IPPrefix: Place]
  var diagnostics = Diagnostics()

  /// The link that has each address first.
  var owners: [IPPrefix: Int] = [:]
  /// Of each link: the networks of its addresses.
  var networks: [NetworkSet] = []
  /// Of each link: those, and its routes without a gateway.
  var onLink: [NetworkSet] = []
  /// Of all links: networks and routes.
  var reachable = NetworkSet()
  /// Gateways of each link.
  var gateways: [Set<IPPrefix>] = []

  var links: [LinkConfiguration] { configuration.links }

  init(
    _ configuration: Configuration, _ places: SourcePlaces,
    neighborPlaces: [IPPrefix: Place] = [:]
  ) {
    self.configuration = configuration
    self.places = places
    self.neighborPlaces = neighborPlaces
    for link in configuration.links {
      var networks = NetworkSet()
      for address in link.addresses {
        networks.insert(address.prefix)
        reachable.insert(address.prefix)
      }
      self.networks.append(networks)
      var gateways: Set<IPPrefix> = []
      for route in link.routes where route.type == .unicast {
        if let via = route.via {
          gateways.insert(IPPrefix(host: via))
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
  mutating func run() -> Diagnostics {
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
    checkRules()
    checkResolvers()
    checkMadeLinks()
    return diagnostics
  }

  /// Whether addresses and routes of the family come by themselves on a link of these.
  func isDynamic(_ family: IPFamily, _ links: some Sequence<LinkConfiguration>) -> Bool {
    links.contains { link in
      family == .ipv4 ? link.dhcp4 == true : link.dhcp6 == true || link.acceptRA == true
    }
  }

  /// Whether a router may give addresses and routes of IPv6: the kernel lets it unless told not to.
  var mayHearRouters: Bool { links.contains { $0.acceptRA != false && $0.name != "lo" } }

  mutating func warn(
    _ part: SourcePlace.Part, _ link: LinkConfiguration, _ index: Int, _ message: String,
    hint: String? = nil
  ) {
    diagnostics.warn(places[part, link, index], message, hint: hint)
  }

  mutating func error(
    _ part: SourcePlace.Part, _ link: LinkConfiguration, _ index: Int, _ message: String,
    hint: String? = nil
  ) {
    diagnostics.error(places[part, link, index], message, hint: hint)
  }
}
