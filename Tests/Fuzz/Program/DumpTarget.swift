import Configuration
import Netlink
import Network

extension Target {
  /// What the kernel answers to the dumps, all of it in one datagram, and what is planned upon it:
  /// that nothing but ours is taken by `down`, and a small configuration.
  static let dump: Target = {
    let wanted = Target.wanted
    return Target(
      name: "netlink-dump", longest: 2048, memory: Allowance(floor: 128 << 10, perByte: 256),
      work: Allowance(floor: 200_000, perByte: 2000)
    ) { bytes in
      var found = FoundNetwork()
      var progress = DumpProgress()
      found.read(bytes[...], sequence: 1, &progress)
      let count =
        found.links.count + found.linklessRoutes.count + found.rules.count
        + found.links.reduce(0) { $0 + $1.addresses.count + $1.routes.count + $1.neighbors.count }
      // A header, and the smallest fixed part.
      expect(count <= bytes.count / 24, "more is found than there are messages")
      if count == 0 { return }
      PlanCheck.takeDown(found.links, of: found, Guests.kernel)
      PlanCheck.plan(wanted, in: found, Guests.kernel)
      for link in found.links {
        _ = LinkStatus(nil, link, record: nil, kernel: Guests.kernel)
      }
    }
  }()

  private static var wanted: [LinkConfiguration] {
    var links = Guests.wanted(
      """
      {version: 2, ethernets: {eth0: {addresses: [192.0.2.10/24], gateway4: 192.0.2.1},
      nics: {match: {driver: virtio*}, dhcp4: true}}, bonds: {bond0: {interfaces: [eth0],
      parameters: {mode: active-backup, arp-ip-targets: [192.0.2.1]}}},
      bridges: {br0: {parameters: {stp: true}}}, vlans: {vlan10: {id: 10, link: bond0}}}
      """)
    links[0].rules = [RuleConfiguration(from: links[0].addresses[0].prefix, table: 100)]
    return links
  }
}
