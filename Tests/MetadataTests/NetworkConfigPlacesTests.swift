import Addresses
import Configuration
import Testing

@testable import Metadata

@Suite struct NetworkConfigPlacesTests {
  /// Each part as `<link> <part> <line>:<column>`, in the order in which links have their parts.
  private func places(_ text: String) -> [String]? {
    var reader = YAMLReader(file: "network-config", [UInt8](text.utf8))
    reader.places = []
    _ = reader.networkConfig()
    return reader.places?.map { place in
      let node = reader.place(place.node)
      return "\(place.link) \(place.part) \(node.line ?? 0):\(node.column ?? 0)"
    }
  }

  @Test func `the parts of links stand where version 2 has them`() {
    let text = """
      version: 2
      ethernets:
        eth0:
          gateway4: 192.0.2.1
          addresses:
            - 192.0.2.2/24
            - 192.0.2.2/24
            - 192.0.2.3/24: {label: "eth0:a"}
          routes:
            - to: 198.51.100.0/24
          routing-policy:
            - {to: 192.0.2.9}
          neighbors:
            - {to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}
          nameservers:
            addresses: [192.0.2.53]
      bonds:
        bond0: {interfaces: [eth7]}
      """
    #expect(
      places(text) == [
        "eth0 link 3:3", "eth0 route 4:15", "eth0 address 6:9", "eth0 address 8:9",
        "eth0 route 10:9", "eth0 rule 12:9", "eth0 neighbor 14:9", "eth0 nameserver 16:19",
        "bond0 link 18:3", "eth7 link 18:24",
      ])
  }

  @Test func `the parts of links stand where version 1 has them`() {
    let text = """
      version: 1
      config:
        - type: route
          destination: 203.0.113.0/24
          gateway: 192.0.2.1
        - {type: nameserver, interface: eth0, address: [192.0.2.53, 192.0.2.54]}
        - type: physical
          name: eth0
          subnets:
            - type: static
              gateway: 192.0.2.1
              address: 192.0.2.2/24
              dns_nameservers: [192.0.2.52]
              routes:
                - {destination: 198.51.100.0/24, gateway: 192.0.2.1}
      """
    #expect(
      places(text) == [
        "eth0 link 8:11", "eth0 address 12:18", "eth0 route 11:18", "eth0 nameserver 13:27",
        "eth0 route 15:13", "eth0 nameserver 6:51", "eth0 nameserver 6:63", "eth0 route 3:5",
      ])
  }
}
