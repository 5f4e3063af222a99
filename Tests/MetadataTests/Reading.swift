import Addresses
import Configuration
import Metadata

/// What comes of one disk and a command line: the configuration, and the lines a person reads.
struct Reading: Equatable {
  var configuration: Configuration?
  var errors: [String]
  var warnings: [String]

  init(network: String? = nil, metaData: String? = "", commandLine: String? = nil) {
    let seed = Seed(
      name: "nocloud:/dev/vdb", metaData: metaData.map { [UInt8]($0.utf8) },
      networkConfig: network.map { [UInt8]($0.utf8) }, userData: [])
    self.init(seeds: [seed], commandLine: commandLine)
  }

  init(commandLine: String) {
    self.init(seeds: [], commandLine: commandLine)
  }

  init(
    seeds: [Seed], commandLine: String?, serial: String? = nil,
    order: [SourceName] = SourceName.allCases
  ) {
    var diagnostics = Diagnostics()
    configuration = Metadata.configuration(
      seeds: seeds, commandLine: commandLine, serial: serial, order: order,
      diagnostics: &diagnostics)
    errors = diagnostics.errors.map { $0.description }
    warnings = diagnostics.warnings.map { $0.description }
  }

  /// Errors and warnings as one text, a line each.
  var findings: String {
    (errors + warnings.map { "warning: " + $0 }).joined(separator: "\n")
  }

  /// The links, if nothing at all was found wrong.
  var links: [LinkConfiguration]? { findings.isEmpty ? configuration?.links : nil }
}

extension Seed {
  /// Of files given as text.
  init(
    _ name: String, metaData: String? = nil, network: String? = nil, userData: String? = nil
  ) {
    self.init(.noCloud, name, metaData: metaData, network: network, userData: userData)
  }

  init(
    _ source: SourceName, _ name: String, metaData: String? = nil, network: String? = nil,
    userData: String? = nil
  ) {
    self.init(
      source, name: name, metaData: metaData.map { [UInt8]($0.utf8) },
      networkConfig: network.map { [UInt8]($0.utf8) }, userData: userData.map { [UInt8]($0.utf8) })
  }
}

/// A network-config of one link, whose lines begin at line 4, column 5.
func eth0(_ lines: String...) -> String {
  "version: 2\nethernets:\n  eth0:\n" + lines.map { "    \($0)\n" }.joined()
}

func ip(_ text: String) -> IPAddress { IPAddress(text)! }
func prefix(_ text: String) -> IPPrefix { try! IPPrefix(text) }
func mac(_ text: String) -> MACAddress { MACAddress(text)! }

func link(_ name: String, _ change: (inout LinkConfiguration) -> Void) -> LinkConfiguration {
  var link = LinkConfiguration(name: name)
  change(&link)
  return link
}

func route(
  _ to: String, via: String? = nil, _ change: (inout RouteConfiguration) -> Void = { _ in }
) -> RouteConfiguration {
  var route = RouteConfiguration(to: prefix(to), via: via.map(ip))
  change(&route)
  return route
}

/// The plan that all of this is for: a /32 whose gateway lies elsewhere and answers no ARP.
let missionLink = link("eth0") {
  $0.addresses = [
    AddressConfiguration(prefix("198.51.100.176/32")),
    AddressConfiguration(prefix("2001:db8:3:47:198:51:100:176/64")),
  ]
  $0.routes = [
    route("198.51.100.176/29"), route("192.0.2.0/26"), route("0.0.0.0/0", via: "192.0.2.1"),
  ]
  $0.neighbors = [
    NeighborConfiguration(to: ip("192.0.2.1"), linkLayerAddress: mac("00:00:5e:00:01:01"))
  ]
}
