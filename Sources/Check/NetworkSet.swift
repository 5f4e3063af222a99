import Addresses
import Bytes
import Configuration

/// Networks, each in a routing table, asked for an address; prepared once, as there may be 100,000
/// of them and as many questions.
struct NetworkSet {
  private var networks: [RouteKey: Int] = [:]
  /// The lengths that occur, the longest first; IPv4 and IPv6 alike.
  private var lengths: [UInt8] = []

  @inline(never)
  mutating func insert(_ prefix: IPPrefix, table: UInt32? = nil) {
    networks[Self.key(prefix.network, table)] = 0
    if lengths.contains(prefix.length) { return }
    lengths.append(prefix.length)
    lengths = lengths.ordered { $0 > $1 }
  }

  /// The longest network that holds the address, in the table or in the main one.
  @inline(never)
  func network(holding address: IPAddress, table: UInt32? = nil) -> IPPrefix? {
    for length in lengths {
      guard let prefix = IPPrefix(address, length: Int(length))?.network else { continue }
      for table in [table, nil] where networks[Self.key(prefix, table)] != nil {
        return prefix
      }
    }
    return nil
  }

  private static func key(_ network: IPPrefix, _ table: UInt32?) -> RouteKey {
    RouteKey(destination: network, table: table ?? RouteKey.mainTable)
  }
}
