"""Addresses and routes, each feature as the kernel then has it."""

import pytest

from kernel import lines

LINK = "link eth0 52:54:00:12:34:56 mtu 1500 up\n"
ADDRESS = "addresses: [192.0.2.10/26]\n"
CONFIGURED = LINK + """\
address 192.0.2.10/26 dev eth0 proto 103
route 192.0.2.0/26 dev eth0 proto 2 scope link src 192.0.2.10
"""


def test_label_and_lifetime(lab):
  seed = lab.eth0("""
addresses:
  - 192.0.2.10/26
  - 192.0.2.11/32: {label: "eth0:web", lifetime: 0}
  - 2001:db8:3:47::10/64: {lifetime: 0}
""")
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  assert result.changed[1:4] == [
    "ip address add 192.0.2.10/26 dev eth0",
    "ip address add 192.0.2.11/32 label eth0:web preferred_lft 0 dev eth0",
    "ip -6 address add 2001:db8:3:47::10/64 preferred_lft 0 dev eth0",
  ]
  assert lab.state() == lines(CONFIGURED + """\
address 192.0.2.11/32 dev eth0 proto 103 label eth0:web deprecated
address 2001:db8:3:47::10/64 dev eth0 proto 103 deprecated
route 2001:db8:3:47::/64 dev eth0 proto 2 metric 256
""")
  assert lab.apply(seed).changed == []


@pytest.mark.parametrize("route, command, told", [
  ("{to: 203.0.113.0/24, via: 192.0.2.1}",
   "ip route add 203.0.113.0/24 via 192.0.2.1 dev eth0",
   "route 203.0.113.0/24 via 192.0.2.1 dev eth0 proto 103"),
  ("{to: 203.0.113.9, via: 192.0.2.1}",
   "ip route add 203.0.113.9/32 via 192.0.2.1 dev eth0",
   "route 203.0.113.9/32 via 192.0.2.1 dev eth0 proto 103"),
  ("{to: 203.0.113.0/24, scope: link}",
   "ip route add 203.0.113.0/24 dev eth0",
   "route 203.0.113.0/24 dev eth0 proto 103 scope link"),
  ("{to: 203.0.113.0/24, via: 192.0.2.1, metric: 50}",
   "ip route add 203.0.113.0/24 via 192.0.2.1 dev eth0 metric 50",
   "route 203.0.113.0/24 via 192.0.2.1 dev eth0 proto 103 metric 50"),
  ("{to: 203.0.113.0/24, via: 192.0.2.1, table: 101}",
   "ip route add 203.0.113.0/24 via 192.0.2.1 dev eth0 table 101",
   "route 203.0.113.0/24 via 192.0.2.1 dev eth0 table 101 proto 103"),
  ("{to: 203.0.113.0/24, via: 192.0.2.1, table: 4000000000}",
   "ip route add 203.0.113.0/24 via 192.0.2.1 dev eth0 table 4000000000",
   "route 203.0.113.0/24 via 192.0.2.1 dev eth0 table 4000000000 proto 103"),
  ("{to: 203.0.113.0/24, via: 192.0.2.1, from: 192.0.2.10}",
   "ip route add 203.0.113.0/24 via 192.0.2.1 dev eth0 src 192.0.2.10",
   "route 203.0.113.0/24 via 192.0.2.1 dev eth0 proto 103 src 192.0.2.10"),
  ("{to: 203.0.113.0/24, via: 192.0.2.1, mtu: 1300}",
   "ip route add 203.0.113.0/24 via 192.0.2.1 dev eth0 mtu 1300",
   "route 203.0.113.0/24 via 192.0.2.1 dev eth0 proto 103 mtu 1300"),
  ("{to: 203.0.113.0/24, via: 192.0.2.1, on-link: true}",
   "ip route add 203.0.113.0/24 via 192.0.2.1 dev eth0 onlink",
   "route 203.0.113.0/24 via 192.0.2.1 dev eth0 onlink proto 103"),
  ("{to: 203.0.113.0/24, type: blackhole}",
   "ip route add blackhole 203.0.113.0/24",
   "route blackhole 203.0.113.0/24 proto 103"),
  ("{to: 203.0.113.0/24, type: unreachable, metric: 7}",
   "ip route add unreachable 203.0.113.0/24 metric 7",
   "route unreachable 203.0.113.0/24 proto 103 metric 7"),
  ("{to: 203.0.113.0/24, type: prohibit, table: 9}",
   "ip route add prohibit 203.0.113.0/24 table 9",
   "route prohibit 203.0.113.0/24 table 9 proto 103"),
  ("{to: 203.0.113.0/24, type: throw, table: 9}",
   "ip route add throw 203.0.113.0/24 table 9",
   "route throw 203.0.113.0/24 table 9 proto 103"),
  ("{to: default, via: 192.0.2.1}",
   "ip route add default via 192.0.2.1 dev eth0",
   "route default via 192.0.2.1 dev eth0 proto 103"),
  ("{to: 0.0.0.0/0, via: 192.0.2.1}",
   "ip route add default via 192.0.2.1 dev eth0",
   "route default via 192.0.2.1 dev eth0 proto 103"),
])
def test_a_route(lab, route, command, told):
  seed = lab.eth0(ADDRESS + f"routes: [{route}]\n")
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  assert result.changed == [
    "ip link set dev eth0 up", "ip address add 192.0.2.10/26 dev eth0", command]
  assert lab.state() == lines(CONFIGURED + told)
  assert lab.apply(seed).changed == []
  down = lab.run("down")
  assert (down.status, down.err) == (0, [])
  assert lab.state() == ["link eth0 52:54:00:12:34:56 mtu 1500 down"]


@pytest.mark.parametrize("route, command, told", [
  ("{to: '2001:db8:9::/48', via: '2001:db8:3:47::1'}",
   "ip -6 route add 2001:db8:9::/48 via 2001:db8:3:47::1 dev eth0",
   "route 2001:db8:9::/48 via 2001:db8:3:47::1 dev eth0 proto 103"),
  ("{to: 'default', via: '2001:db8:3:47::1', metric: 10}",
   "ip -6 route add default via 2001:db8:3:47::1 dev eth0 metric 10",
   "route default6 via 2001:db8:3:47::1 dev eth0 proto 103 metric 10"),
  ("{to: '2001:db8:9::/48', via: 'fe80::1'}",
   "ip -6 route add 2001:db8:9::/48 via fe80::1 dev eth0",
   "route 2001:db8:9::/48 via fe80::1 dev eth0 proto 103"),
  ("{to: '2001:db8:9::/48', scope: link, mtu: 1300}",
   "ip -6 route add 2001:db8:9::/48 dev eth0 mtu 1300",
   "route 2001:db8:9::/48 dev eth0 proto 103 mtu 1300"),
  ("{to: '2001:db8:9::/48', via: '2001:db8:8::1'}",
   "ip -6 route add 2001:db8:9::/48 via 2001:db8:8::1 dev eth0 onlink",
   "route 2001:db8:9::/48 via 2001:db8:8::1 dev eth0 onlink proto 103"),
  ("{to: '2001:db8:9::/48', type: unreachable, table: 300}",
   "ip -6 route add unreachable 2001:db8:9::/48 table 300",
   "route unreachable 2001:db8:9::/48 dev lo table 300 proto 103"),
])
def test_an_ipv6_route(lab, route, command, told):
  seed = lab.eth0(f"addresses: ['2001:db8:3:47::10/64']\nroutes: [{route}]\n")
  result = lab.apply(seed)
  assert result.status == 0
  assert result.changed == [
    "ip link set dev eth0 up", "ip -6 address add 2001:db8:3:47::10/64 dev eth0", command]
  assert lab.state() == lines(LINK + """\
address 2001:db8:3:47::10/64 dev eth0 proto 103
route 2001:db8:3:47::/64 dev eth0 proto 2 metric 256
""" + told)
  assert lab.apply(seed).changed == []
  down = lab.run("down")
  assert (down.status, down.err) == (0, [])
  assert lab.state() == ["link eth0 52:54:00:12:34:56 mtu 1500 down"]


def test_an_ipv6_source_address_is_taken_once_it_is_no_longer_tentative(lab):
  result = lab.apply(lab.eth0("""
addresses: ["2001:db8:3:47::10/64"]
routes: [{to: "2001:db8:9::/48", via: "2001:db8:3:47::1", from: "2001:db8:3:47::10"}]
"""))
  assert (result.status, result.problems) == (0, [])
  assert ("route 2001:db8:9::/48 via 2001:db8:3:47::1 dev eth0 proto 103"
          " src 2001:db8:3:47::10") in lab.state()


def test_gateway4_and_gateway6_are_default_routes(lab):
  result = lab.apply(lab.eth0("""
addresses: [192.0.2.10/26, "2001:db8:3:47::10/64"]
gateway4: 192.0.2.1
gateway6: 2001:db8:3:47::1
"""))
  assert result.status == 0
  assert lab.state() == lines(CONFIGURED + """\
address 2001:db8:3:47::10/64 dev eth0 proto 103
route default via 192.0.2.1 dev eth0 proto 103
route 2001:db8:3:47::/64 dev eth0 proto 2 metric 256
route default6 via 2001:db8:3:47::1 dev eth0 proto 103
""")


def test_a_route_given_twice_is_one(lab):
  result = lab.apply(lab.eth0("""
addresses: [192.0.2.10/26]
gateway4: 192.0.2.1
routes: [{to: default, via: 192.0.2.1}]
"""))
  assert (result.status, result.err) == (
    0, ["guestagent: note: eth0: route given more than once: default via 192.0.2.1"])
  assert lab.state() == lines(CONFIGURED + "route default via 192.0.2.1 dev eth0 proto 103\n")


def test_of_two_routes_that_the_kernel_takes_for_one_the_first_stays(lab):
  seed = lab.eth0("""
addresses: [192.0.2.10/26]
routes: [{to: default, via: 192.0.2.1}, {to: default, via: 192.0.2.2}]
""")
  first, again = lab.apply(seed), lab.apply(seed)
  for result in first, again:
    assert (result.status, result.err) == (
      1, ["guestagent: network: eth0: another route to 0.0.0.0/0 has the same table and metric:"
          " not added: default via 192.0.2.2"])
  assert (again.out, again.changed) == ([], [])
  assert lab.state() == lines(CONFIGURED + "route default via 192.0.2.1 dev eth0 proto 103\n")


def test_a_gateway_that_nothing_covers_is_taken_to_be_on_the_link(lab):
  result = lab.apply(lab.eth0("""
addresses: [198.51.100.176/32]
routes: [{to: default, via: 192.0.2.1}]
"""))
  assert result.status == 0
  assert result.err == ["guestagent: note: eth0: gateway 192.0.2.1 is covered by no route on the"
                        " link; it is taken to be on the link"]
  assert result.changed[-1] == "ip route add default via 192.0.2.1 dev eth0 onlink"
  assert lab.state() == lines(LINK + """\
address 198.51.100.176/32 dev eth0 proto 103
route default via 192.0.2.1 dev eth0 onlink proto 103
""")


def test_an_ipv6_neighbour(lab):
  seed = lab.eth0("""
addresses: ["2001:db8:3:47::10/64"]
neighbors: [{to: "2001:db8:3:47::1", lladdr: "00:00:5e:00:01:01"}]
""")
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  assert ("neighbor 2001:db8:3:47::1 lladdr 00:00:5e:00:01:01 dev eth0 permanent"
          " proto 103") in lab.state()
  assert lab.apply(seed).changed == []
