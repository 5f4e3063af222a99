"""`down` takes back exactly ours and leaves the link as it was before."""

import pytest

from kernel import lines
from lab import FIXTURES, GUEST_MAC

EVERYTHING = f"""
match: {{macaddress: "{GUEST_MAC}"}}
set-name: lan0
mtu: 1400
macaddress: "52:54:00:aa:bb:cc"
accept-ra: false
link-local: []
addresses: [192.0.2.10/26, "2001:db8:3:47::10/64"]
routes:
  - {{to: default, via: 192.0.2.1}}
  - {{to: 203.0.113.0/24, scope: link}}
  - {{to: 198.51.100.0/24, type: blackhole}}
neighbors: [{{to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}}]
"""


def settings(lab):
  return [lab.sysctl(f"net.ipv6.conf.eth0.{name}") for name in ("accept_ra", "addr_gen_mode")]


@pytest.mark.parametrize("up", [False, True])
def test_everything_is_put_back(lab, up):
  if up:
    lab.ip("link set dev eth0 up")
  before, set_before = lab.state(), settings(lab)
  result = lab.apply(lab.eth0(EVERYTHING))
  assert (result.status, result.problems) == (0, [])
  assert lab.state() != before
  down = lab.run("down")
  assert (down.status, down.err) == (0, [])
  assert lab.state() == before
  assert settings(lab) == set_before
  assert lab.run("down").changed == []


def test_the_order_is_the_reverse(lab):
  assert lab.apply(FIXTURES / "seed").status == 0
  result = lab.run("down")
  assert (result.status, result.err) == (0, [])
  taken = [command for command in result.changed if command.startswith("ip ")]
  assert taken[:2] == ["ip neighbor del 192.0.2.1 dev eth0",
                       "ip route del default via 192.0.2.1 dev eth0"]
  assert sorted(taken[2:4]) == ["ip route del 192.0.2.0/26 dev eth0",
                                "ip route del 198.51.100.176/29 dev eth0"]
  assert taken[4:] == ["ip -6 address del 2001:db8:3:47:198:51:100:176/64 dev eth0",
                       "ip address del 198.51.100.176/32 dev eth0",
                       "ip link set dev eth0 down"]


def test_no_metadata_is_needed(lab):
  seed = lab.metadata((FIXTURES / "seed/network-config").read_text())
  before = lab.state()
  assert lab.apply(seed).status == 0
  for file in seed.iterdir():
    file.unlink()
  down = lab.run("down", "--cmdline", "quiet")
  assert (down.status, down.err) == (0, [])
  assert lab.state() == before


def test_one_link_alone(lab):
  lab.add_nic("eth1", "52:54:00:00:00:02", peer="peer1", peer_mac="52:54:00:00:00:03")
  seed = lab.metadata("""\
version: 2
ethernets:
  eth0: {addresses: [192.0.2.10/26]}
  eth1: {addresses: [203.0.113.10/26]}
""")
  assert lab.apply(seed).status == 0
  assert lab.run("down", "--interface", "eth1").status == 0
  assert lab.state() == lines("""
link eth0 52:54:00:12:34:56 mtu 1500 up
link eth1 52:54:00:00:00:02 mtu 1500 down
address 192.0.2.10/26 dev eth0 proto 103
route 192.0.2.0/26 dev eth0 proto 2 scope link src 192.0.2.10
""")


def test_a_dry_run_takes_nothing(lab):
  assert lab.apply(FIXTURES / "seed").status == 0
  before = lab.state()
  planned = lab.run("down", "--dry-run")
  assert (planned.status, planned.err) == (0, [])
  assert lab.state() == before
  done = lab.run("down")
  assert done.changed == planned.out


def test_before_any_apply_there_is_nothing_to_do(lab):
  lab.ip("link set dev eth0 up")
  lab.ip("address add 203.0.113.7/24 dev eth0")
  before = lab.state()
  result = lab.run("down")
  assert (result.status, result.changed, result.err) == (0, [], [])
  assert lab.state() == before


def test_a_foreign_address_in_the_same_network_outlives_ours(lab):
  """The kernel removes an address's secondaries with it, unless told to promote them."""
  assert lab.apply(lab.eth0("addresses: [192.0.2.10/26]\n")).status == 0
  lab.ip("address add 192.0.2.11/26 dev eth0")
  result = lab.run("down")
  assert (result.status, result.err) == (0, [])
  assert "address 192.0.2.11/26 dev eth0 proto 0" in lab.state()


def test_a_link_that_is_not_there_leaves_no_mark_for_watch(lab):
  result = lab.run("down", "--interface", "eth7")
  assert (result.status, result.problems) == (
    1, ["guestagent: network: eth7: no network interface of this name"])
  assert not (lab.root / "run/guestagent/down").exists()
