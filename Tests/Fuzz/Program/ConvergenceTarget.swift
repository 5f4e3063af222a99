import Addresses
import Configuration
import Metadata
import Network

extension Target {
  /// network-config, brought to the simulated kernel of Tests/NetworkTests: where that refuses
  /// nothing, there is nothing left to plan.
  static let convergence = Target(
    name: "convergence", longest: 2048, memory: .document, work: .plan
  ) { bytes in
    var diagnostics = Diagnostics()
    let seed = Seed(name: "nocloud", networkConfig: bytes)
    let found = configuration(seeds: [seed], commandLine: nil, diagnostics: &diagnostics)
    guard let wanted = found?.linksWithOneDefaultRoute, !wanted.isEmpty else { return }
    var network = SimulatedNetwork(nics(of: wanted))
    network.bring(to: wanted)
    guard network.refusals.isEmpty else { return }
    let again = network.dryRun(wanted)
    expect(again.isEmpty, "what was done is planned again: \(again)")
  }

  /// A NIC for each link, bare, and as different from each other as the links let them; every other
  /// one is up.
  private static func nics(of links: [LinkConfiguration]) -> [FoundLink] {
    var nics: [FoundLink] = []
    for (place, wanted) in links.prefix(8).enumerated() where wanted.kind == .ethernet {
      let pattern = wanted.match?.name?.pattern ?? wanted.name
      let name = String(pattern.map { "*?[]".contains($0) ? "0" : $0 })
      var nic = Guests.small.links[1]
      nic.index = 10 + UInt32(place)
      nic.name = InterfaceName(name)?.text ?? "nic\(place)"
      nic.macAddress = wanted.match?.macAddress ?? MACAddress("52:54:00:00:00:0\(place)")
      nic.driver = wanted.match?.drivers.first?.pattern
      nic.isUp = place % 2 == 1
      if !nics.contains(where: { $0.name == nic.name }) { nics.append(nic) }
    }
    return nics
  }
}

/// What the simulation is told of elsewhere in Tests/NetworkTests: RTPROT_KERNEL, and a kernel that
/// keeps all marks.
let kernelMark: UInt8 = 2

extension KernelFeatures {
  static let new = Guests.kernel
}
