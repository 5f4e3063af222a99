"""The laboratory itself, driven by hand: what it claims of gateway and kernel is so."""

from kernel import lines

BY_HAND = """\
link set dev eth0 up
address add 198.51.100.176/32 dev eth0
route add 198.51.100.176/29 dev eth0
route add 192.0.2.0/26 dev eth0
route add default via 192.0.2.1 dev eth0
-6 address add 2001:db8:3:47:198:51:100:176/64 dev eth0
"""
NEIGHBOR = "neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent"


def by_hand(lab):
  for line in BY_HAND.splitlines():
    lab.ip(line)


def test_the_gateway_is_reached_only_by_a_static_neighbour(lab):
  by_hand(lab)
  assert not lab.reaches("192.0.2.1")
  lab.ip(NEIGHBOR)
  assert lab.reaches("192.0.2.1")


def test_the_state_is_told_whole_and_with_marks(lab):
  by_hand(lab)
  lab.ip("route add 203.0.113.0/24 via 192.0.2.1 metric 5 mtu 1400 proto 103")
  lab.ip("route add unreachable 203.0.113.0/25 table 7 proto 103")
  lab.ip(NEIGHBOR + " protocol 103")
  assert lab.state() == lines("""\
link eth0 52:54:00:12:34:56 mtu 1500 up
address 198.51.100.176/32 dev eth0 proto 0
address 2001:db8:3:47:198:51:100:176/64 dev eth0 proto 0
route 192.0.2.0/26 dev eth0 proto 3 scope link
route 198.51.100.176/29 dev eth0 proto 3 scope link
route 203.0.113.0/24 via 192.0.2.1 dev eth0 proto 103 metric 5 mtu 1400
route default via 192.0.2.1 dev eth0 proto 3
route unreachable 203.0.113.0/25 table 7 proto 103
route 2001:db8:3:47::/64 dev eth0 proto 2 metric 256
neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 permanent proto 103
""")


def test_a_change_is_heard(lab, tmp_path):
  by_hand(lab)
  monitor = lab.monitor()
  assert monitor.changes(tmp_path) == []
  lab.ip("route replace 203.0.113.0/24 via 192.0.2.1")
  lab.ip(NEIGHBOR)
  assert monitor.changes(tmp_path) == [
    "203.0.113.0/24 via 192.0.2.1 dev eth0",
    "192.0.2.1 dev eth0 lladdr 00:00:5e:00:01:01 PERMANENT",
  ]
