"""Applying again: nothing, exactly the difference, and never what is somebody else's."""

import re

import pytest

from kernel import lines
from lab import FIXTURES

# A message to the kernel that alters something.
ALTERING = re.compile(r"RTM_(NEW|DEL|SET)[A-Z]+, (nlmsg_)?flags=NLM_F_REQUEST")
FOREIGN = """\
address add 203.0.113.7/24 dev eth0
route add 198.51.100.0/25 via 203.0.113.1 dev eth0
neighbor add 203.0.113.1 lladdr 52:54:00:00:00:07 dev eth0 nud permanent
"""
FOREIGN_STATE = """\
address 203.0.113.7/24 dev eth0 proto 0
route 203.0.113.0/24 dev eth0 proto 2 scope link src 203.0.113.7
route 198.51.100.0/25 via 203.0.113.1 dev eth0 proto 3
neighbor 203.0.113.1 lladdr 52:54:00:00:00:07 dev eth0 permanent
"""
PLAN = """
addresses: [198.51.100.176/32]
routes:
  - {to: 192.0.2.0/26, scope: link}
  - {to: default, via: 192.0.2.1}
neighbors: [{to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}]
"""
WANTED = """\
link eth0 52:54:00:12:34:56 mtu 1500 up
address 198.51.100.176/32 dev eth0 proto 103
route 192.0.2.0/26 dev eth0 proto 103 scope link
route default via 192.0.2.1 dev eth0 proto 103
neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 permanent proto 103
"""


def test_the_second_run_sends_nothing_that_alters_the_kernel(lab, tmp_path):
  first, record = lab.trace("sendmsg,sendto,write", "apply", "--metadata", FIXTURES / "seed",
                            "--wait-dad")
  assert first.status == 0
  assert ALTERING.search(record)
  before = lab.state()
  monitor = lab.monitor()
  second, record = lab.trace("sendmsg,sendto,write", "apply", "--metadata", FIXTURES / "seed")
  assert (second.status, second.err) == (0, [])
  assert second.out == ["unchanged: eth0", "unchanged: hostname", "unchanged: resolvers"]
  assert not ALTERING.search(record)
  assert monitor.changes(tmp_path) == []
  assert lab.state() == before


def test_what_is_somebody_elses_survives_apply_and_down(lab):
  lab.ip("link set dev eth0 up")
  for line in FOREIGN.splitlines():
    lab.ip(line)
  before = lab.state()
  assert lab.apply(lab.eth0(PLAN)).status == 0
  assert lab.state() == lines(WANTED + FOREIGN_STATE)
  assert lab.apply(lab.eth0("addresses: [198.51.100.177/32]\n")).status == 0
  assert lab.state() == lines("link eth0 52:54:00:12:34:56 mtu 1500 up\n"
                              "address 198.51.100.177/32 dev eth0 proto 103\n" + FOREIGN_STATE)
  assert lab.run("down").status == 0
  assert lab.state() == before


@pytest.mark.parametrize("old, new, commands, events", [
  ("198.51.100.176/32]", "198.51.100.176/32, 198.51.100.177/32]",
   ["ip address add 198.51.100.177/32 dev eth0"],
   ["198.51.100.177"]),
  ("198.51.100.176/32]", "198.51.100.177/32]",
   ["ip address add 198.51.100.177/32 dev eth0", "ip address del 198.51.100.176/32 dev eth0"],
   ["198.51.100.177", "198.51.100.176"]),
  ("via: 192.0.2.1}", "via: 192.0.2.2}",
   ["ip route replace default via 192.0.2.2 dev eth0"],
   ["default via 192.0.2.2"]),
  ("  - {to: default, via: 192.0.2.1}\n", "",
   ["ip route del default via 192.0.2.1 dev eth0"],
   ["Deleted default via 192.0.2.1"]),
  ("00:00:5e:00:01:01", "00:00:5e:00:01:02",
   ["ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:02 dev eth0 nud permanent"],
   ["192.0.2.1 dev eth0 lladdr 00:00:5e:00:01:02 PERMANENT"]),
  ('neighbors: [{to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}]', "",
   ["ip neighbor del 192.0.2.1 dev eth0"],
   ["192.0.2.1 dev eth0"]),
  ("neighbors:", "mtu: 1400\nneighbors:",
   ["ip link set dev eth0 mtu 1400"],
   ["mtu 1400"]),
])
def test_changed_metadata_changes_exactly_the_difference(
    lab, tmp_path, old, new, commands, events):
  assert lab.apply(lab.eth0("link-local: []\n" + PLAN)).status == 0
  monitor = lab.monitor()
  result = lab.apply(lab.eth0("link-local: []\n" + PLAN.replace(old, new)))
  assert (result.status, result.problems) == (0, [])
  assert result.changed == commands
  heard = monitor.changes(tmp_path)
  # The kernel itself keeps the table of local addresses, the MTU's neighbour parameters and
  # multicast memberships; it says so in lines of their own.
  heard = [line for line in heard if "table 255" not in line and "table local" not in line]
  for event in events:
    assert any(event in line for line in heard), heard
  for line in heard:
    assert any(event in line for event in events), heard


@pytest.mark.parametrize("addresses", [
  pytest.param("[{198.51.100.176/32: {label: one}}]", id="its label changes"),
  pytest.param("[]", id="it goes"),
])
def test_what_the_kernel_flushes_with_the_last_address_comes_back_at_once(lab, addresses):
  text = PLAN.replace("  - {to: default, via: 192.0.2.1}\n", "")
  assert lab.apply(lab.eth0(text)).status == 0
  seed = lab.eth0(text.replace("[198.51.100.176/32]", addresses))
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  assert "route 192.0.2.0/26 dev eth0 proto 103 scope link" in lab.state()
  assert ("neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 permanent proto 103"
          in lab.state())
  assert lab.apply(seed).changed == []


ON_ETH0 = "{addresses: [192.0.2.10/26], routes: [{to: default, via: 192.0.2.1, metric: %d}]}"
ON_ETH1 = "{addresses: [192.0.2.74/26], routes: [{to: default, via: 192.0.2.65, metric: %d}]}"


@pytest.mark.parametrize("old, new, commands", [
  ({"eth1": ON_ETH1 % 100}, {"eth0": ON_ETH0 % 100, "eth1": "{}"},
   ["ip route del default via 192.0.2.65 dev eth1 metric 100",
    "ip link set dev eth0 up", "ip address add 192.0.2.10/26 dev eth0",
    "ip route add default via 192.0.2.1 dev eth0 metric 100",
    "ip address del 192.0.2.74/26 dev eth1"]),
  ({"eth1": ON_ETH1 % 100}, {"eth0": ON_ETH0 % 100},
   ["ip route del default via 192.0.2.65 dev eth1 metric 100",
    "ip link set dev eth0 up", "ip address add 192.0.2.10/26 dev eth0",
    "ip route add default via 192.0.2.1 dev eth0 metric 100",
    "ip address del 192.0.2.74/26 dev eth1", "ip link set dev eth1 down"]),
  ({"eth0": ON_ETH0 % 1, "eth1": ON_ETH1 % 2}, {"eth0": ON_ETH0 % 2, "eth1": ON_ETH1 % 1},
   ["ip route del default via 192.0.2.1 dev eth0 metric 1",
    "ip route del default via 192.0.2.65 dev eth1 metric 2",
    "ip route add default via 192.0.2.1 dev eth0 metric 2",
    "ip route add default via 192.0.2.65 dev eth1 metric 1"]),
])
def test_a_route_moves_from_one_link_to_another(lab, old, new, commands):
  def seed(links):
    return lab.metadata("version: 2\nethernets:\n" + "".join(
      f"  {name}: {text}\n" for name, text in links.items()))
  lab.add_nic("eth1", "52:54:00:00:00:02", "peer1", "52:54:00:00:01:02")
  assert lab.apply(seed(old)).status == 0
  result = lab.apply(seed(new))
  assert (result.status, result.problems) == (0, [])
  assert result.changed == commands
  assert lab.apply(seed(new)).changed == []


def test_routes_of_two_links_that_lead_nowhere_from_tables_of_their_own_stay(lab):
  lab.add_nic("eth1", "52:54:00:00:00:02", "peer1", "52:54:00:00:01:02")
  seed = lab.metadata("version: 2\nethernets:\n" + "".join(
    f"  {name}: {{routes: [{{to: default, type: unreachable, table: {table}}}]}}\n"
    for name, table in [("eth0", 100), ("eth1", 101)]))
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  assert [command for command in result.changed if "route" in command] == [
    "ip route add unreachable default table 100", "ip route add unreachable default table 101"]
  assert lab.apply(seed).changed == []


def test_an_emptied_link_loses_all_of_ours(lab):
  assert lab.apply(lab.eth0(PLAN)).status == 0
  result = lab.apply(lab.eth0("optional: true\n"))
  assert (result.status, result.problems) == (0, [])
  assert lab.state() == ["link eth0 52:54:00:12:34:56 mtu 1500 up"]


def test_a_learned_neighbour_is_replaced(lab):
  lab.ip("link set dev eth0 up")
  lab.ip("neighbor add 192.0.2.1 lladdr 52:54:00:00:00:99 dev eth0 nud reachable")
  result = lab.apply(lab.eth0(PLAN))
  assert (result.status, result.problems) == (0, [])
  assert lab.state() == lines(WANTED)


def test_what_an_admin_down_and_up_flushed_comes_back(lab):
  assert lab.apply(FIXTURES / "seed", "--wait-dad").status == 0
  before = lab.state()
  lab.ip("link set dev eth0 down")
  lab.ip("link set dev eth0 up")
  assert lab.state() != before
  result = lab.apply(FIXTURES / "seed", "--wait-dad")
  assert (result.status, result.problems) == (0, [])
  assert "ip route add default via 192.0.2.1 dev eth0" in result.changed
  assert lab.state() == before


def test_a_foreign_address_that_is_wanted_is_neither_changed_nor_taken_away(lab):
  lab.ip("link set dev eth0 up")
  lab.ip("address add 198.51.100.176/32 dev eth0")
  result = lab.apply(lab.eth0(PLAN))
  assert (result.status, result.problems) == (0, [])
  assert "ip address add 198.51.100.176/32 dev eth0" not in result.changed
  assert lab.run("down").status == 0
  assert "address 198.51.100.176/32 dev eth0 proto 0" in lab.state()
