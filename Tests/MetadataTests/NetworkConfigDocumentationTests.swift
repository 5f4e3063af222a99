import Addresses
import Configuration
import Testing

private func address(_ text: String) -> AddressConfiguration { AddressConfiguration(prefix(text)) }

private func number(_ key: LinkParameter.Key, _ number: UInt32) -> LinkParameter {
  LinkParameter(key, .number(number))
}

/// The examples of netplan's documentation of what a virtual machine has, with addresses of
/// documentation.
@Suite struct NetworkConfigDocumentationTests {
  @Test func `bonding`() {
    let text = """
      network:
        version: 2
        renderer: networkd
        ethernets:
          enp3s0: {}
          enp4s0: {}
        bonds:
          bond0:
            dhcp4: yes
            interfaces:
              - enp3s0
              - enp4s0
            parameters:
              mode: active-backup
              primary: enp3s0
      """
    #expect(
      Reading(network: text).links == [
        link("enp3s0") { $0.controller = "bond0" }, link("enp4s0") { $0.controller = "bond0" },
        link("bond0") {
          $0.kind = .bond
          $0.dhcp4 = true
          $0.parameters = [number(.mode, 1), LinkParameter(.primary, .link("enp3s0"))]
        },
      ])
  }

  @Test func `router with bonds`() {
    let text = """
      network:
        version: 2
        renderer: networkd
        ethernets:
          enp1s0: {dhcp4: no}
          enp2s0: {dhcp4: no, optional: true}
        bonds:
          bond-lan:
            interfaces: [enp2s0]
            addresses: [192.0.2.2/24]
            parameters:
              mode: 802.3ad
              mii-monitor-interval: 1
          bond-wan:
            interfaces: [enp1s0]
            addresses: [198.51.100.252/24]
            nameservers:
              search: [local]
              addresses: [203.0.113.53]
            parameters:
              mode: active-backup
              mii-monitor-interval: 1
              gratuitious-arp: 5
            routes:
              - to: default
                via: 198.51.100.1
      """
    #expect(
      Reading(network: text).links == [
        link("enp1s0") {
          $0.dhcp4 = false
          $0.controller = "bond-wan"
        },
        link("enp2s0") {
          $0.dhcp4 = false
          $0.optional = true
          $0.controller = "bond-lan"
        },
        link("bond-lan") {
          $0.kind = .bond
          $0.addresses = [address("192.0.2.2/24")]
          $0.parameters = [number(.mode, 4), number(.miiMonitorInterval, 1)]
        },
        link("bond-wan") {
          $0.kind = .bond
          $0.addresses = [address("198.51.100.252/24")]
          $0.nameservers = [ip("203.0.113.53")]
          $0.searchDomains = ["local"]
          $0.parameters = [
            number(.mode, 1), number(.miiMonitorInterval, 1), number(.gratuitousARP, 5),
          ]
          $0.routes = [route("0.0.0.0/0", via: "198.51.100.1")]
        },
      ])
  }

  @Test func `bridge over a VLAN`() {
    let text = """
      network:
        version: 2
        renderer: networkd
        ethernets:
          enp0s25:
            dhcp4: true
        vlans:
          vlan15:
            accept-ra: no
            id: 15
            link: enp0s25
        bridges:
          br0:
            addresses: [ 192.0.2.25/24 ]
            interfaces: [ vlan15 ]
      """
    #expect(
      Reading(network: text).links == [
        link("enp0s25") { $0.dhcp4 = true },
        link("vlan15") {
          $0.kind = .vlan(parent: "enp0s25", id: 15)
          $0.acceptRA = false
          $0.controller = "br0"
        },
        link("br0") {
          $0.kind = .bridge
          $0.addresses = [address("192.0.2.25/24")]
        },
      ])
  }

  @Test func `VLANs on a renamed NIC`() {
    let text = """
      network:
        version: 2
        renderer: networkd
        ethernets:
          mainif:
            match:
              macaddress: "de:ad:be:ef:ca:fe"
            set-name: mainif
            addresses: [ "192.0.2.5/25" ]
            routes:
              - to: default
                via: 192.0.2.1
        vlans:
          vlan15:
            id: 15
            link: mainif
            addresses: [ "198.51.100.5/24" ]
          vlan10:
            id: 10
            link: mainif
            addresses: [ "203.0.113.5/24" ]
            nameservers:
              addresses: [ "203.0.113.53" ]
              search: [ domain1.example.com, domain2.example.com ]
      """
    #expect(
      Reading(network: text).links == [
        link("mainif") {
          $0.match = LinkConfiguration.Match(macAddress: mac("de:ad:be:ef:ca:fe"))
          $0.setName = InterfaceName("mainif")
          $0.addresses = [address("192.0.2.5/25")]
          $0.routes = [route("0.0.0.0/0", via: "192.0.2.1")]
        },
        link("vlan15") {
          $0.kind = .vlan(parent: "mainif", id: 15)
          $0.addresses = [address("198.51.100.5/24")]
        },
        link("vlan10") {
          $0.kind = .vlan(parent: "mainif", id: 10)
          $0.addresses = [address("203.0.113.5/24")]
          $0.nameservers = [ip("203.0.113.53")]
          $0.searchDomains = ["domain1.example.com", "domain2.example.com"]
        },
      ])
  }

  @Test func `source routing`() {
    let text = """
      network:
        version: 2
        renderer: networkd
        ethernets:
          ens3:
            addresses:
             - 192.0.2.30/24
            dhcp4: no
            routes:
             - to: 192.0.2.0/24
               via: 192.0.2.1
               table: 101
            routing-policy:
             - from: 192.0.2.0/24
               table: 101
      """
    #expect(
      Reading(network: text).links == [
        link("ens3") {
          $0.addresses = [address("192.0.2.30/24")]
          $0.dhcp4 = false
          $0.routes = [route("192.0.2.0/24", via: "192.0.2.1") { $0.table = 101 }]
          $0.rules = [RuleConfiguration(from: prefix("192.0.2.0/24"), table: 101)]
        }
      ])
  }

  @Test func `dummy devices`() {
    let text = """
      network:
        renderer: networkd
        version: 2
        dummy-devices:
          dm0:
            addresses:
              - 192.0.2.3/24
          dm1:
            addresses:
              - 198.51.100.2/28
              - 2001:db8:face:beef::dead:dead/64
      """
    #expect(
      Reading(network: text).links == [
        link("dm0") {
          $0.kind = .dummy
          $0.addresses = [address("192.0.2.3/24")]
        },
        link("dm1") {
          $0.kind = .dummy
          $0.addresses = [
            address("198.51.100.2/28"), address("2001:db8:face:beef::dead:dead/64"),
          ]
        },
      ])
  }
}
