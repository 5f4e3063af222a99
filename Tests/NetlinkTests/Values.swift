import Addresses
import Configuration
import Foundation
import Netlink
import Network
import Testing

func ip(_ text: String) -> IPAddress { IPAddress(text)! }
func prefix(_ text: String) -> IPPrefix { try! IPPrefix(text) }
func mac(_ text: String) -> MACAddress { MACAddress(text)! }

func address(
  _ text: String, label: String? = nil, deprecated: Bool = false
) -> AddressConfiguration {
  var address = AddressConfiguration(prefix(text))
  address.label = label
  address.deprecated = deprecated
  return address
}

func neighbor(_ to: String) -> NeighborConfiguration {
  NeighborConfiguration(to: ip(to), linkLayerAddress: mac("00:00:5e:00:01:01"))
}

/// Octets of two hexadecimal digits each, between blanks and line ends.
func octets(_ text: some StringProtocol) -> [UInt8] {
  text.split(whereSeparator: \.isWhitespace).map { UInt8($0, radix: 16)! }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

/// The datagrams of a file below captures/: hexadecimal, a paragraph each, `#` before comments.
func capture(_ name: String) throws -> [[UInt8]] {
  let url = try #require(
    Bundle.module.url(forResource: "captures/\(name)", withExtension: "txt"))
  return try String(contentsOf: url, encoding: .utf8)
    .split(separator: "\n", omittingEmptySubsequences: false)
    .filter { !$0.hasPrefix("#") }
    .split(whereSeparator: \.isEmpty)
    .map { $0.flatMap { octets($0) } }
}

extension FoundNetwork {
  /// Takes in one datagram.
  mutating func read(
    _ datagram: [UInt8], sequence: UInt32, _ progress: inout DumpProgress
  ) {
    read(datagram[...], sequence: sequence, &progress)
  }

  /// The captured dumps, in the order in which the agent asks for them.
  static func captured() throws -> FoundNetwork {
    var found = FoundNetwork()
    for (index, name) in ["links", "addresses", "routes", "neighbors"].enumerated() {
      var progress = DumpProgress()
      for datagram in try capture(name) {
        found.read(datagram, sequence: UInt32(index + 1), &progress)
      }
    }
    return found
  }
}
