import Netlink
import Network
import Testing

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed everywhere.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Reads a datagram as everything that it could be, from memory that ends where it ends. What comes
/// out is bounded by what goes in: no message is shorter than its header.
private func read(_ bytes: [UInt8], sequence: UInt32, into before: FoundNetwork, seed: UInt64) {
  var found = before
  var progress = DumpProgress()
  found.read(bytes, sequence: sequence, &progress)
  var answers = 0
  Acknowledgement.read(bytes[...]) { _ in answers += 1 }
  let items = { (network: FoundNetwork) in
    network.links.reduce(network.links.count + network.linklessRoutes.count) {
      $0 + $1.addresses.count + $1.routes.count + $1.neighbors.count
    }
  }
  #expect(items(found) - items(before) + answers <= bytes.count / 16, "seed \(seed)")
}

private let dumps: [(String, UInt32)] = [
  ("links", 1), ("addresses", 2), ("routes", 3), ("neighbors", 4),
]

@Test(arguments: dumps)
func `a datagram may end anywhere`(name: String, sequence: UInt32) throws {
  var links = FoundNetwork()
  links.links = [FoundLink(index: 7, name: "eth0", mtu: 1500)]
  for datagram in try capture(name) {
    for length in 0..<datagram.count {
      read([UInt8](datagram.prefix(length)), sequence: sequence, into: links, seed: 0)
    }
  }
}

@Test(arguments: dumps)
func `no damage to a datagram does harm`(name: String, sequence: UInt32) throws {
  let links = try FoundNetwork.captured()
  let datagrams = try capture(name)
  for seed in 1...1000 as ClosedRange<UInt64> {
    var generator = SeededGenerator(state: seed)
    var bytes = datagrams.randomElement(using: &generator)!
    for _ in 0..<Int.random(in: 1...8, using: &generator) {
      let position = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0...3, using: &generator) {
      case 0: bytes[position] ^= 1 << UInt8.random(in: 0...7, using: &generator)
      case 1: bytes[position] = [0, 1, 2, 3, 0x7F, 0xFF].randomElement(using: &generator)!
      case 2: bytes.remove(at: position)
      default: bytes.insert(.random(in: 0...255, using: &generator), at: position)
      }
    }
    read(bytes, sequence: sequence, into: links, seed: seed)
  }
}
