"""The plan of a guest with a /32 and a gateway outside it, from every source the same."""

import pytest

from kernel import lines
from lab import FIXTURES, fat_image, iso_image

CMDLINE = " ".join("""
quiet root=/dev/vda1
ip=198.51.100.176::192.0.2.1:255.255.255.255:vm6:eth0:none
rd.route=198.51.100.176/29::eth0 rd.route=192.0.2.0/26::eth0
ip=[2001:db8:3:47:198:51:100:176]:::64::eth0:none
nameserver=192.0.2.53
guestagent.neighbor=192.0.2.1,00:00:5e:00:01:01,eth0
""".split())

WANTED = lines("""
link eth0 52:54:00:12:34:56 mtu 1500 up
address 198.51.100.176/32 dev eth0 proto 103
address 2001:db8:3:47:198:51:100:176/64 dev eth0 proto 103
route 198.51.100.176/29 dev eth0 proto 103 scope link
route 192.0.2.0/26 dev eth0 proto 103 scope link
route default via 192.0.2.1 dev eth0 proto 103
route 2001:db8:3:47::/64 dev eth0 proto 2 metric 256
neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 permanent proto 103
""")

SEED = FIXTURES / "seed"

COMMANDS = (FIXTURES / "seed" / "expected.txt").read_text().splitlines()


def folder(lab):
  return ["--metadata", FIXTURES / "seed"]


def iso(lab):
  lab.metadata((FIXTURES / "seed/network-config").read_text(),
               (FIXTURES / "seed/meta-data").read_text())
  return ["--metadata", iso_image(lab.folder / "seed", lab.folder / "seed.iso")]


def fat(lab):
  lab.metadata((FIXTURES / "seed/network-config").read_text(),
               (FIXTURES / "seed/meta-data").read_text())
  return ["--metadata", fat_image(lab.folder / "seed", lab.folder / "seed.img")]


def seed_below_root(lab):
  place = lab.root / "var/lib/cloud/seed/nocloud"
  place.mkdir(parents=True)
  for name in ("meta-data", "user-data", "network-config"):
    (place / name).write_bytes((FIXTURES / "seed" / name).read_bytes())
  return ["--cmdline", "quiet"]


def command_line(lab):
  return ["--cmdline", CMDLINE]


@pytest.mark.parametrize("source", [folder, iso, fat, seed_below_root, command_line])
def test_every_source_gives_the_same_guest(lab, source):
  result = lab.run("apply", *source(lab))
  assert (result.status, result.problems) == (0, [])
  assert result.changed == COMMANDS
  assert lab.state() == WANTED
  assert (lab.root / "etc/hostname").read_text() == "vm6\n"
  assert (lab.root / "etc/resolv.conf").read_text() == "nameserver 192.0.2.53\n"


def test_the_gateway_is_reached_over_both_families(lab):
  result = lab.apply(FIXTURES / "seed", "--wait-dad")
  assert (result.status, result.problems) == (0, [])
  assert lab.reaches("192.0.2.1")
  assert lab.reaches("2001:db8:3:47::1")


def test_without_the_neighbour_the_gateway_is_not_reached(lab):
  text = (FIXTURES / "seed/network-config").read_text()
  before, after = text.split("    neighbors:\n")
  seed = lab.metadata(before + after.split('"00:00:5e:00:01:01"\n')[1])
  assert lab.apply(seed).status == 0
  assert lab.state() == [line for line in WANTED if not line.startswith("neighbor")]
  assert not lab.reaches("192.0.2.1")


def test_interface_configures_that_link_only(lab):
  lab.add_nic("eth1", "52:54:00:00:00:02", peer="peer1", peer_mac="52:54:00:00:00:03")
  seed = lab.metadata("""\
version: 2
ethernets:
  eth0: {addresses: [192.0.2.10/26]}
  eth1: {addresses: [203.0.113.10/26]}
""")
  result = lab.apply(seed, "--interface", "eth1")
  assert (result.status, result.problems) == (0, [])
  assert lab.state() == lines("""
link eth0 52:54:00:12:34:56 mtu 1500 down
link eth1 52:54:00:00:00:02 mtu 1500 up
address 203.0.113.10/26 dev eth1 proto 103
route 203.0.113.0/26 dev eth1 proto 2 scope link src 203.0.113.10
""")
