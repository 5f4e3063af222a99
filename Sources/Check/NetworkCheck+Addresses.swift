import Addresses
import Configuration

extension NetworkCheck {
  mutating func checkAddresses(_ index: Int) {
    let link = links[index]
    for (number, address) in link.addresses.enumerated() {
      let prefix = address.prefix
      if let end = end(prefix.address, of: prefix) {
        warn(.address, link, number, "\(prefix) is the \(end) address of its network")
      }
      // The same link-local address on several links is common, and is several.
      if prefix.family == .ipv6, prefix.address.isLinkLocal { continue }
      if let owner = owners.updateValue(index, forKey: IPPrefix(host: prefix.address)) {
        warn(
          .address, link, number,
          owner == index
            ? "\(prefix.address) is given twice, with two prefix lengths"
            : "\(prefix.address) is an address of \(quoted(links[owner].name)) too")
      }
    }
    if link.dhcp4 == true,
      let static4 = link.addresses.firstIndex(where: { $0.prefix.family == .ipv4 })
    {
      warn(
        .address, link, static4,
        "\(quoted(link.name)) has this address and dhcp4, which is left to the guest's DHCP client")
    }
  }

  /// `network` or `broadcast`, if the address is that of an IPv4 network; one of 31 or 32 bits has
  /// neither (RFC 3021).
  func end(_ address: IPAddress, of network: IPPrefix) -> String? {
    guard network.family == .ipv4, network.length < 31 else { return nil }
    let hosts = UInt32.max >> UInt32(network.length)
    switch address.octets.reduce(0, { $0 << 8 | UInt32($1) }) & hosts {
    case 0: return "network"
    case hosts: return "broadcast"
    default: return nil
    }
  }

  /// The kernel keeps IPv6 off a link whose MTU is below what IPv6 needs (RFC 8200, section 5).
  mutating func checkMTU(_ index: Int) {
    let link = links[index]
    guard let mtu = link.mtu else { return }
    if mtu < 1280, let number = link.addresses.firstIndex(where: { $0.prefix.family == .ipv6 }) {
      error(
        .address, link, number,
        "no IPv6 address can be on \(quoted(link.name)): its mtu \(mtu) is below 1280")
    }
    if case .vlan(let parent, _) = link.kind,
      let below = links.first(where: { $0.name == parent })?.mtu, below < mtu
    {
      error(
        .link, link, 0, "mtu \(mtu) of \(quoted(link.name)) is above the \(below) of its parent")
    }
  }
}
