"""What `watch` keeps as the metadata say, and what it leaves alone."""

import os
import random
import signal
import time

import pytest

import kernel
from kernel import lines
from lab import until
from test_seed_plan import SEED, WANTED


def test_it_applies_as_apply_does_and_ends_without_touching_the_network(lab, watching):
  assert watching.changed == (SEED / "expected.txt").read_text().splitlines()
  assert watching.problems == []
  assert (lab.root / "etc/hostname").read_text() == "vm6\n"
  assert (lab.root / "etc/resolv.conf").read_text() == "nameserver 192.0.2.53\n"
  assert watching.end() == 0
  assert lab.state() == WANTED


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_either_signal_ends_it(lab, watching, number):
  watching.signal(number)
  assert watching.process.wait(timeout=60) == 0
  assert lab.state() == WANTED


HARM = {
  "link down": ["link set dev eth0 down"],
  "link down and up": ["link set dev eth0 down", "link set dev eth0 up"],
  "hardware address": ["link set dev eth0 down", "link set dev eth0 address 52:54:00:12:34:57",
                       "link set dev eth0 up", "link set dev eth0 address 52:54:00:12:34:56"],
  "IPv4 address": ["address del 198.51.100.176/32 dev eth0"],
  "IPv6 address": ["address del 2001:db8:3:47:198:51:100:176/64 dev eth0"],
  "all addresses": ["address flush dev eth0 scope global"],
  "default route": ["route del default"],
  "route on the link": ["route del 198.51.100.176/29"],
  "all routes": ["route flush table main proto 103"],
  "neighbour": ["neigh del 192.0.2.1 dev eth0"],
  "neighbour of another address":
    ["neigh replace 192.0.2.1 lladdr 52:54:00:00:00:09 dev eth0 nud permanent"],
  "neighbour no longer permanent":
    ["neigh replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud stale"],
}


def test_what_is_ours_is_put_back_and_what_is_not_is_left(lab, watching):
  lab.ip("link add name other type bridge")
  lab.ip("link set dev other up")
  lab.ip("address add 203.0.113.7/24 dev other")
  lab.ip("neigh add 203.0.113.9 lladdr 52:54:00:00:00:08 dev other nud permanent")
  theirs = [
    line for line in lab.state() if " other " in line and not line.startswith("route fe80")]
  assert len(theirs) == 4
  for harm, commands in HARM.items():
    for command in commands:
      lab.ip(command)
    try:
      until(lambda: lab.state() == sorted(WANTED + theirs), limit=20)
    except AssertionError:
      assert lab.state() == sorted(WANTED + theirs), harm
  # The kernel lets its neighbours go with a link's last address.
  lab.ip("address del 203.0.113.7/24 dev other")
  watching.until_sleeps()
  assert lab.state() == sorted(WANTED + [line for line in theirs if line.startswith("link")])
  assert watching.problems == []


def test_a_nic_that_is_unplugged_and_plugged_in_is_configured(lab, watching):
  for _ in range(3):
    lab.ip("link set dev peer down", at=lab.gateway)
    lab.ip("link del dev eth0")
    lab.add_nic()
    until(lambda: lab.state() == WANTED)
  watching.until_sleeps()
  assert watching.problems == []


MADE = """\
version: 2
ethernets:
  eth0: {}
bridges:
  br0:
    interfaces: [eth0]
    addresses: [198.51.100.2/24]
    routing-policy: [{from: 198.51.100.0/24, table: 77, priority: 777}]
"""


def test_a_link_that_was_made_and_its_port_and_rules_are_put_back(lab, watch):
  watcher = watch("--metadata", lab.metadata(MADE))

  def found():
    state = [line for line in lab.state() if not line.startswith("link")]
    links = [(link["ifname"], link.get("master"), "UP" in link["flags"])
             for link in kernel.ip(lab.guest, "link", "show") if link["ifname"] != "lo"]
    rules = [rule["src"] for rule in kernel.ip(lab.guest, "rule", "show")
             if rule["priority"] == 777]
    return state, sorted(links), rules

  wanted = (lines("""
address 198.51.100.2/24 dev br0 proto 103
route 198.51.100.0/24 dev br0 proto 2 scope link src 198.51.100.2
"""), [("br0", None, True), ("eth0", "br0", True)], ["198.51.100.0"])
  until(lambda: found() == wanted)
  watcher.until_sleeps()
  for command in ["link del dev br0", "link set dev eth0 nomaster", "rule del priority 777"]:
    lab.ip(command)
    until(lambda: found() == wanted)
  watcher.until_sleeps()
  assert watcher.problems == []


def set_up(asker, index, pause, random_pause):
  asker.set_link(index, False)
  if pause:
    time.sleep(random_pause)
  asker.set_link(index, True)


def test_a_thousand_flaps_leave_nothing_behind(lab, watching, asker):
  seed = int(os.environ.get("FLAP_SEED", time.time_ns() % 1_000_000))
  print(f"FLAP_SEED={seed}")
  chance = random.Random(seed)
  index = kernel.ip(lab.guest, "link", "show", "eth0")[0]["ifindex"]
  wanted = asker.ours()
  before = watching.resident, watching.descriptors
  took = []
  for _ in range(1000):
    # From a flap that nobody could see to one that is put right before it is over.
    set_up(asker, index, chance.random() < 0.3, chance.random() / 50)
    start = time.monotonic()
    until(lambda: asker.ours() == wanted)
    took.append(time.monotonic() - start)
  took.sort()
  print(f"put right after {took[500] * 1000:.1f} ms in the middle, {took[-1] * 1000:.1f} at most")
  until(lambda: lab.state() == WANTED)
  watching.until_sleeps()
  assert watching.problems == [] or all("not shown" in line for line in watching.problems)
  assert watching.descriptors == before[1]
  # Nothing is kept of a flap; a page or two of the heap are.
  assert watching.resident - before[0] <= 256 << 10
  if watching.is_static:
    assert watching.resident <= 1_500_000
  # Seven lines and more each time would be too many.
  assert len(watching.changed) < 7000
