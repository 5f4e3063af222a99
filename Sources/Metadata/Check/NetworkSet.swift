import Addresses

/// Networks, each in a routing table, asked for an address; prepared once, as there may be 100,000
/// of them and as many questions.
struct NetworkSet {
  private struct Network: Hashable {
    let prefix: IPPrefix
    let table: UInt32
  }

  /// `RT_TABLE_MAIN` of rtnetlink(7).
  static let mainTable: UInt32 = 254

  private var networks: Set<Network> = []
  /// The lengths that occur, the longest first; IPv4 and IPv6 alike.
  private var lengths: [UInt8] = []

  mutating func insert(_ prefix: IPPrefix, table: UInt32? = nil) {
    let network = Network(prefix: prefix.network, table: table ?? Self.mainTable)
    guard networks.insert(network).inserted, !lengths.contains(prefix.length) else { return }
    lengths.append(prefix.length)
    lengths.sort(by: >)
  }

  /// The longest network that holds the address, in the table or in the main one.
  func network(holding address: IPAddress, table: UInt32? = nil) -> IPPrefix? {
    for length in lengths {
      guard let prefix = IPPrefix(address, length: Int(length))?.network else { continue }
      for table in [table ?? Self.mainTable, Self.mainTable]
      where networks.contains(Network(prefix: prefix, table: table)) {
        return prefix
      }
    }
    return nil
  }
}
