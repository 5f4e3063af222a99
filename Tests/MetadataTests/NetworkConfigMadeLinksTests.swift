import Addresses
import Configuration
import Testing

private func made(
  _ name: String, _ kind: LinkConfiguration.Kind,
  _ change: (inout LinkConfiguration) -> Void = { _ in }
) -> LinkConfiguration {
  link(name) {
    $0.kind = kind
    change(&$0)
  }
}

private func number(_ key: LinkParameter.Key, _ number: UInt32) -> LinkParameter {
  LinkParameter(key, .number(number))
}

private func address(_ text: String) -> AddressConfiguration { AddressConfiguration(prefix(text)) }

@Suite struct NetworkConfigMadeLinksTests {
  @Test func `a VLAN is on a link of the file, by its id or set-name`() {
    let text = """
      version: 2
      renderer: networkd
      vlans:
        renderer: networkd
        vlan15:
          id: 15
          link: lan
          addresses: [192.0.2.3/24]
          gateway4: 192.0.2.1
        lan.7: {id: "7", link: lan0, mtu: 1400, macaddress: "02:00:00:00:00:07"}
      ethernets:
        lan: {match: {macaddress: "02:00:00:00:00:01"}, set-name: lan0}
      """
    #expect(
      Reading(network: text).links == [
        made("vlan15", .vlan(parent: "lan", id: 15)) {
          $0.addresses = [address("192.0.2.3/24")]
          $0.routes = [route("0.0.0.0/0", via: "192.0.2.1")]
        },
        made("lan.7", .vlan(parent: "lan", id: 7)) {
          $0.mtu = 1400
          $0.macAddress = mac("02:00:00:00:00:07")
        },
        link("lan") {
          $0.match = LinkConfiguration.Match(macAddress: mac("02:00:00:00:00:01"))
          $0.setName = InterfaceName("lan0")
        },
      ])
  }

  @Test func `a bond has its ports and parameters`() {
    let text = """
      version: 2
      ethernets: {eth0: {macaddress: "02:00:00:00:00:05"}, eth1: {}}
      bonds:
        bond0:
          macaddress: "02:00:00:00:00:05"
          interfaces: [eth0, eth1]
          addresses: [192.0.2.3/24]
          parameters:
            mode: active-backup
            primary: eth1
            mii-monitor-interval: 1s
            up-delay: 200
            gratuitious-arp: 5
            all-slaves-active: true
            fail-over-mac-policy: active
            primary-reselect-policy: failure
            min-links: 0
            lacp-rate: slow
      """
    let ports = ["eth0", "eth1"].map { name in
      link(name) {
        $0.controller = "bond0"
        if name == "eth0" { $0.macAddress = mac("02:00:00:00:00:05") }
      }
    }
    let bond = made("bond0", .bond) {
      $0.macAddress = mac("02:00:00:00:00:05")
      $0.addresses = [address("192.0.2.3/24")]
      $0.parameters = [
        number(.mode, 1), number(.miiMonitorInterval, 1000), number(.upDelay, 200), number(.gratuitousARP, 5),
        number(.allMembersActive, 1), number(.failOverMACPolicy, 1),
        number(.primaryReselectPolicy, 2), number(.minLinks, 0),
        LinkParameter(.primary, .link("eth1")),
      ]
    }
    let reading = Reading(network: text)
    #expect(reading.links == ports + [bond])
    #expect(reading.configuration?.ports(of: bond) == ["eth0", "eth1"])
  }

  @Test func `a bond watched by ARP has its targets`() {
    let text = """
      version: 2
      ethernets: {eth0: {}}
      bonds:
        bond0:
          interfaces: [eth0]
          parameters:
            mode: 0
            arp-interval: 100
            arp-ip-targets: [192.0.2.1, 192.0.2.2]
            arp-validate: all
            arp-all-targets: any
            packets-per-member: 2
      """
    #expect(
      Reading(network: text).links == [
        link("eth0") { $0.controller = "bond0" },
        made("bond0", .bond) {
          $0.parameters = [
            number(.mode, 0), number(.arpInterval, 100),
            LinkParameter(.arpIPTargets, .addresses([ip("192.0.2.1"), ip("192.0.2.2")])),
            number(.arpValidate, 3), number(.arpAllTargets, 0), number(.packetsPerMember, 2),
          ]
        },
      ])
  }

  @Test func `a bridge gives costs and priorities to its ports`() {
    let text = """
      version: 2
      ethernets: {eth0: {}, eth1: {}}
      bridges:
        br0:
          interfaces: [eth0, eth1]
          parameters:
            path-cost: {eth0: 50, eth1: 75}
            port-priority: {eth1: 28}
            forward-delay: 12
            hello-time: 6
            max-age: 24
            ageing-time: 250
            priority: 22
      """
    #expect(
      Reading(network: text).links == [
        link("eth0") {
          $0.controller = "br0"
          $0.parameters = [number(.pathCost, 50)]
        },
        link("eth1") {
          $0.controller = "br0"
          $0.parameters = [number(.pathCost, 75), number(.portPriority, 28)]
        },
        made("br0", .bridge) {
          $0.parameters = [
            number(.forwardDelay, 12), number(.helloTime, 6), number(.maxAge, 24),
            number(.ageingTime, 250), number(.priority, 22), number(.stp, 1),
          ]
        },
      ])
  }

  @Test(arguments: [
    ("{}", []), ("{parameters: {}}", [number(.stp, 1)]),
    ("{parameters: {stp: off}}", [number(.stp, 0)]),
  ])
  func `the spanning tree is on by parameters that do not speak of it`(
    bridge: String, parameters: [LinkParameter]
  ) {
    let reading = Reading(network: "version: 2\nbridges: {br0: \(bridge)}")
    #expect(reading.links == [made("br0", .bridge) { $0.parameters = parameters }])
  }

  @Test func `links stand on each other in any order`() {
    let text = """
      version: 2
      dummy-devices:
        dm0: {addresses: ["2001:db8::1/64"]}
      bridges:
        br0: {interfaces: [vlan5]}
      vlans:
        vlan5: {id: 5, link: bond0}
      bonds:
        bond0: {interfaces: [eth0]}
      ethernets:
        eth0: {}
      """
    #expect(
      Reading(network: text).links == [
        made("dm0", .dummy) { $0.addresses = [address("2001:db8::1/64")] },
        made("br0", .bridge),
        made("vlan5", .vlan(parent: "bond0", id: 5)) { $0.controller = "br0" },
        made("bond0", .bond),
        link("eth0") { $0.controller = "bond0" },
      ])
  }

  @Test func `ports and carriers that are not defined are interfaces, and warned of`() {
    let text = """
      version: 2
      bonds: {bond0: {interfaces: [eth0]}}
      vlans: {v: {id: 0, link: eth7}}
      """
    let reading = Reading(network: text)
    #expect(
      reading.configuration?.links == [
        made("bond0", .bond), made("v", .vlan(parent: "eth7", id: 0)),
        link("eth0") { $0.controller = "bond0" },
      ])
    #expect(
      reading.warnings == [
        #"network-config:2:30: "eth0" is not defined in this file: taken for the interface of that name"#,
        #"network-config:3:26: "eth7" is not defined in this file: taken for the interface of that name"#,
      ])
  }

  @Test func `rules, IPv6 settings and the activation of a link are read`() {
    let text = """
      version: 2
      ethernets:
        eth0:
          critical: true
          dhcp-identifier: mac
          dhcp4: true
          dhcp4-overrides: {use-dns: false}
          ipv6-privacy: true
          ipv6-address-generation: stable-privacy
          ipv6-mtu: 1280
          activation-mode: off
          routing-policy:
            - {from: 192.0.2.0/24, table: 100, priority: 10}
            - {to: "2001:db8::1", mark: 7, type-of-service: 8, table: 101}
            - {from: 192.0.2.9, to: 198.51.100.0/24}
      """
    #expect(
      Reading(network: text).links == [
        link("eth0") {
          $0.dhcp4 = true
          $0.ipv6Privacy = true
          $0.ipv6AddressGeneration = .stablePrivacy
          $0.ipv6MTU = 1280
          $0.activation = .off
          $0.rules = [
            RuleConfiguration(from: prefix("192.0.2.0/24"), table: 100),
            RuleConfiguration(to: prefix("2001:db8::1/128"), table: 101),
            RuleConfiguration(
              from: prefix("192.0.2.9/32"), to: prefix("198.51.100.0/24"), table: 254),
          ]
          $0.rules[0].priority = 10
          $0.rules[1].mark = 7
          $0.rules[1].typeOfService = 8
        }
      ])
  }

  @Test(arguments: ["name: eth*, ", "driver: virtio_net, ", ""])
  func `links that match one hardware address must differ otherwise`(other: String) {
    let text = """
      version: 2
      ethernets:
        a: {match: {macaddress: "02:00:00:00:00:01"}}
        b: {match: {\(other)macaddress: "02:00:00:00:00:01"}}
      """
    let error = #"network-config:4:3: "b" and "a" both match the NIC 02:00:00:00:00:01"#
    #expect(Reading(network: text).errors == (other.isEmpty ? [error] : []))
  }
}
