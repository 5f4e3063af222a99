import Addresses
import Network
import Testing

@Test(arguments: [
  (.sysctl(.acceptRA, 0), "sysctl -w net.ipv6.conf.eth0/5.accept_ra=0"),
  (.sysctl(.promoteSecondaries, 1), "sysctl -w net.ipv4.conf.eth0/5.promote_secondaries=1"),
  (.generateAddresses(.none), "ip link set dev eth0.5 addrgenmode none"),
  (.generateAddresses(.eui64), "ip link set dev eth0.5 addrgenmode eui64"),
  (.generateAddresses(.stableSecret), "ip link set dev eth0.5 addrgenmode stable_secret"),
  (.generateAddresses(.random), "ip link set dev eth0.5 addrgenmode random"),
  (.rename("lan0"), "ip link set dev eth0.5 name lan0"),
  (.setMTU(1400), "ip link set dev eth0.5 mtu 1400"),
  (.setMACAddress(mac("52:54:00:12:34:56")), "ip link set dev eth0.5 address 52:54:00:12:34:56"),
  (.bringUp, "ip link set dev eth0.5 up"),
  (.bringDown, "ip link set dev eth0.5 down"),
  (.addAddress(address("192.0.2.2/24")), "ip address add 192.0.2.2/24 dev eth0.5"),
  (
    .addAddress(address("192.0.2.2/24", label: "eth0:a", deprecated: true)),
    "ip address add 192.0.2.2/24 label eth0:a preferred_lft 0 dev eth0.5"
  ),
  (.addAddress(address("2001:db8::2/64")), "ip -6 address add 2001:db8::2/64 dev eth0.5"),
  (.changeAddress(address("192.0.2.2/24")), "ip address change 192.0.2.2/24 dev eth0.5"),
  (.removeAddress(prefix("192.0.2.2/24")), "ip address del 192.0.2.2/24 dev eth0.5"),
  (.removeAddress(prefix("2001:db8::2/64")), "ip -6 address del 2001:db8::2/64 dev eth0.5"),
  (.addRoute(Route(to: prefix("192.0.2.0/24"))), "ip route add 192.0.2.0/24 dev eth0.5"),
  (
    .addRoute(
      Route(
        to: prefix("0.0.0.0/0"), table: 1000, metric: 50, via: ip("192.0.2.1"), isOnLink: true,
        scope: .link, source: ip("192.0.2.2"), mtu: 1400)),
    "ip route add default via 192.0.2.1 dev eth0.5 onlink scope link table 1000 metric 50"
      + " src 192.0.2.2 mtu 1400"
  ),
  (
    .addRoute(Route(to: prefix("::/0"), via: ip("fe80::1"))),
    "ip -6 route add default via fe80::1 dev eth0.5"
  ),
  (
    .addRoute(Route(to: prefix("0.0.0.0/0"), via: ip("fe80::1"))),
    "ip route add default via inet6 fe80::1 dev eth0.5"
  ),
  (
    .appendRoute(Route(to: prefix("::/0"), via: ip("2001:db8::1"))),
    "ip -6 route append default via 2001:db8::1 dev eth0.5"
  ),
  (
    .replaceRoute(Route(to: prefix("203.0.113.0/24"), type: .prohibit)),
    "ip route replace prohibit 203.0.113.0/24"
  ),
  (
    .replaceRoute(Route(to: prefix("2001:db8::/48"), metric: 512)),
    "ip -6 route replace 2001:db8::/48 dev eth0.5 metric 512"
  ),
  (
    .removeRoute(Route(to: prefix("203.0.113.9/32"), type: .local)),
    "ip route del local 203.0.113.9/32 dev eth0.5"
  ),
  (
    .removeRoute(Route(to: prefix("203.0.113.0/24"), type: .throw)),
    "ip route del throw 203.0.113.0/24"
  ),
  (
    .setNeighbor(neighbor("2001:db8::1")),
    "ip neighbor replace 2001:db8::1 lladdr 00:00:5e:00:01:01 dev eth0.5 nud permanent"
  ),
  (.removeNeighbor(ip("192.0.2.1")), "ip neighbor del 192.0.2.1 dev eth0.5"),
  (.remove, "ip link del dev eth0.5"),
  (.setController(LinkIdentity(index: 9, name: "br0")), "ip link set dev eth0.5 master br0"),
  (.leaveController, "ip link set dev eth0.5 nomaster"),
  (
    .setSettings([
      LinkSetting(.lacpRate, .number(1)), LinkSetting(.allMembersActive, .number(1)),
      LinkSetting(.primary, .link(LinkIdentity(index: 3, name: "eth1"))),
    ]), "ip link set dev eth0.5 type bond lacp_rate fast all_slaves_active 1 primary eth1"
  ),
  (
    .setSettings([LinkSetting(.ageingTime, .number(30000))]),
    "ip link set dev eth0.5 type bridge ageing_time 30000"
  ),
  (
    .setSettings([LinkSetting(.pathCost, .number(50)), LinkSetting(.portPriority, .number(3))]),
    "bridge link set dev eth0.5 cost 50 priority 3"
  ),
  (.addRule(rule(from: "192.0.2.0/24")), "ip rule add from 192.0.2.0/24 lookup 100"),
  (.removeRule(rule(to: "2001:db8::/32")), "ip -6 rule del from all to 2001:db8::/32 lookup 100"),
] as [(NetworkStep.Action, String)])
func `a step is written as the command that does the same`(
  action: NetworkStep.Action, command: String
) {
  let link = LinkIdentity(index: 2, name: "eth0.5")
  #expect(NetworkStep(link, action).description == command)
}
