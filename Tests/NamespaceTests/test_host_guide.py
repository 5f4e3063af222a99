"""The host guide, run as it stands: gateway, host and guests, and the world behind the gateway."""

import concurrent.futures
import contextlib
import pathlib
import re
import subprocess
import sys

import kernel
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "HostGuide"))

import guide as host_guide
from guide import BEHIND_ONE_MAC, BY_HAND, FORWARDING, IFUPDOWN, MAKERS, METADATA, NETWORKD
from topology import ADDRESSES, GATEWAY_MAC, HOST_MAC, WORLD, WORLD6, Topology, shell, until

GATEWAY, GATEWAY6 = "192.0.2.1", "2001:db8:3:47::1"
HOST, HOST6 = "192.0.2.10", "2001:db8:3:47::10"

NEEDED = ("192.0.2.1 answers pings, not ARP: the static neighbour 00:00:5e:00:01:01 is needed, and"
          " right")

# What the three ways to the bridge must come to; the route's protocol is the way's own.
BRIDGED = """
address 192.0.2.10/26 dev br0
address 2001:db8:3:47::10/64 dev br0
route 192.0.2.0/26 dev br0
route 198.51.100.176/29 dev br0
route 2001:db8:3:47::/64 dev br0
route default via 192.0.2.1 dev br0
route default6 via fe80::200:5eff:fe00:101 dev br0
"""


# What is run here: the blocks of all tests.
RUN = set()


def runs(*names):
  """Marks a test that runs these blocks, and no others."""
  RUN.update(names)
  return lambda test: setattr(test, "blocks", set(names)) or test


@pytest.fixture
def guide(request):
  made = host_guide.Guide()
  yield made
  assert made.used == request.function.blocks


@pytest.fixture
def topology(binary, tmp_path):
  with contextlib.ExitStack() as stack:
    yield lambda **options: stack.enter_context(
      Topology(tmp_path, pathlib.Path(binary).parent, **options))


def do(guide, host, names):
  for name in names:
    host.do(guide[name])


def v6(address):
  return f"2001:db8:3:47:{address.replace('.', ':')}"


class Guests:
  """Guests of a host, each configured by the program from what the guide says."""

  def __init__(self, topology, binary):
    self.topology = topology
    self.binary = binary
    self._applying = {}

  def start(self, address, *source):
    guest = self.topology.guest(f"vm{address.rpartition('.')[2]}")
    root = self.topology.folder / guest.name
    root.mkdir()
    self._applying[address] = subprocess.Popen(
      guest.inside("unshare", "--uts", self.binary, "apply", "--root", str(root), "--wait-dad",
                   *map(str, source)),
      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

  def seeded(self, address, network_config):
    """A guest with that text, which is vm6's, for another address."""
    folder = self.topology.folder / f"seed-{address}"
    folder.mkdir()
    own = network_config.replace("100.176/32", f"{address[-7:]}/32").replace(v6("198.51.100.176"),
                                                                             v6(address))
    (folder / "network-config").write_text(own)
    (folder / "meta-data").write_text(f"instance-id: {address}\n")
    (folder / "user-data").write_text("")
    self.start(address, "--metadata", folder)

  def ready(self):
    """The guests by address, once they are configured and know the way out over IPv6."""
    ready = {}
    for address, process in self._applying.items():
      said, _ = process.communicate(timeout=60)
      assert process.returncode == 0, said
      guest = self.topology.guests[f"vm{address.rpartition('.')[2]}"]
      assert kernel.ip(guest.name, "-4", "address", "show", "dev", "eth0")[0]["addr_info"][0][
        "local"] == address
      until(lambda: kernel.ip(guest.name, "-6", "route", "show", "default"))
      ready[address] = guest
    return ready


def diagnosis(guide, guests, address):
  """What the guide's command says in a guest, which here is told where its files are."""
  site = guests.topology
  guest = site.guests[f"vm{address.rpartition('.')[2]}"]
  [command] = guide["diagnose"].text.splitlines()
  ended = subprocess.run(
    guest.inside("env", f"PATH={site.programs}:/usr/bin", *command.split(),
                 "--metadata", str(site.host.home / "vm6-seed.iso"),
                 "--root", str(site.folder / guest.name)),
    capture_output=True, text=True, timeout=60)
  assert ended.returncode in [0, 1], ended.stderr
  return ended.stdout.splitlines()


def all_reach(pairs):
  """Who does not reach what; asked all at once."""
  with concurrent.futures.ThreadPoolExecutor(8) as pool:
    answers = pool.map(lambda pair: pair[0].reaches(pair[1]), pairs)
  return [(place.name, address) for (place, address), answer in zip(pairs, answers) if not answer]


def everybody(topology, guests):
  """Guest to guest, to the host, the gateway and the world, and the world to each guest."""
  outside = [HOST, GATEWAY, GATEWAY6, WORLD, WORLD6]
  pairs = [(guest, other) for guest in guests.values() for other in outside]
  for address, guest in guests.items():
    pairs += [(guest, other) for other in guests if other != address]
    pairs += [(guest, v6(other)) for other in guests if other != address]
    pairs += [(topology.world, address), (topology.world, v6(address)), (topology.host, address)]
  return pairs


def plain(namespace):
  """Addresses and routes of a namespace without marks, protocols and sources."""
  shown = kernel.addresses(namespace) + kernel.routes(namespace)
  return sorted({re.sub(r" (proto \d+|scope link|src \S+|metric \d+|onlink)", "", line)
                 for line in shown})


def bridged(topology):
  """Whether the host is as each of the three ways must leave it."""
  wanted = kernel.lines(BRIDGED)
  with contextlib.suppress(AssertionError):
    until(lambda: plain(topology.host.name) == wanted, 10)
  assert plain(topology.host.name) == wanted
  links = {link["ifname"]: link for link in kernel.ip(topology.host.name, "link", "show")}
  assert links["eth0"]["master"] == "br0" and links["br0"]["address"] == HOST_MAC
  assert not any(address in str(kernel.ip(topology.host.name, "address")) for address in ADDRESSES)


def test_each_block_of_the_guide_has_its_place_and_is_run_or_has_a_reason_why_not():
  guide = host_guide.Guide()
  run = RUN | host_guide.IN_MACHINES
  assert set(guide.blocks) == run | set(host_guide.NOT_RUN)
  assert not run & set(host_guide.NOT_RUN)
  assert (len(run), len(host_guide.NOT_RUN)) == (35, 2)
  for block in guide.blocks.values():
    if block.language == "sh" and block.place != "file":
      shell("bash", "-n", "-c", block.text)
  # Every fenced block is one of them, but for the drawing of the addresses.
  assert len(re.findall("^```", host_guide.PAGE.read_text(), re.MULTILINE)) == 2 * (
    len(guide.blocks) + 1)


@runs(*FORWARDING, *BY_HAND, *METADATA, "check", "cloud-localds", "diagnose", "look")
def test_all_eight_addresses_are_guests_behind_a_gateway_that_routes_them(guide, topology, binary):
  site = topology()
  host = site.host
  host.ip("address add 192.0.2.10/26 dev eth0")
  host.ip("link set dev eth0 up")
  host.ip("route add default via 192.0.2.1")
  do(guide, host, FORWARDING + BY_HAND)
  bridged(site)

  do(guide, host, METADATA)
  host.do(guide["check"])
  host.do(guide["cloud-localds"])
  network_config = guide["vm6/network-config"].text
  guests = Guests(site, binary)
  guests.start(ADDRESSES[0], "--metadata", host.home / "vm6-seed.iso")
  guests.start(ADDRESSES[1], "--cmdline", " ".join(guide["vm7/cmdline"].text.split()))
  for address in ADDRESSES[2:]:
    guests.seeded(address, network_config)
  ready = guests.ready()
  assert list(ready) == ADDRESSES
  assert all_reach(everybody(site, ready)) == []
  bridged(site)

  # The static neighbour is what it takes: the gateway answers nobody of the /29.
  guest = ready[ADDRESSES[0]]
  said = diagnosis(guide, guests, ADDRESSES[0])
  assert f"ok      eth0  gateway {NEEDED}" in said
  assert NEEDED in host_guide.PAGE.read_text()
  # No resolver is there.
  assert [line for line in said if line.startswith("wrong")] == [
    "wrong   -     resolver 192.0.2.53 does not answer"]
  guest.ip("neighbor del 192.0.2.1 dev eth0")
  assert not guest.reaches(WORLD, seconds=1)
  assert ("wrong   eth0  gateway 192.0.2.1 answers no ARP from 198.51.100.176: a static neighbour"
          " is needed") in diagnosis(guide, guests, ADDRESSES[0])
  guest.ip(f"neighbor replace 192.0.2.1 lladdr {GATEWAY_MAC} dev eth0 nud permanent")
  assert guest.reaches(WORLD)

  counters = dict(zip(*[line.split() for line in host.run("cat", "/proc/net/snmp").splitlines()
                        if line.startswith("Icmp:")]))
  assert counters["OutRedirects"] == "0"
  shell(*host.command(guide["look"]))


def two_guests(guide, topology, binary):
  """Guests with the first and the last address of the /29."""
  guests = Guests(topology, binary)
  for address in [ADDRESSES[0], ADDRESSES[7]]:
    guests.seeded(address, guide["vm6/network-config"].text)
  return guests.ready()


@runs(*IFUPDOWN, "asks", "vm6/network-config")
def test_ifupdown_makes_the_bridge_and_guests_answer_a_gateway_that_asks(guide, topology, binary):
  site = topology(asked=True, answers=True)
  # Without the block that lets the host forward.
  do(guide, site.host, IFUPDOWN)
  bridged(site)
  ready = two_guests(guide, site, binary)
  asks = subprocess.Popen(site.host.command(guide["asks"]), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
  try:
    until(lambda: "listening on" in asks.stderr.readline())
    assert all_reach(everybody(site, ready)) == []
    said, _ = asks.communicate(timeout=20)
  finally:
    asks.kill()
    asks.wait()
  assert f"{GATEWAY_MAC} > " in said and "who-has 198.51.100." in said


@runs(*FORWARDING, *NETWORKD, "vm6/network-config")
def test_networkd_makes_the_bridge(guide, topology, binary):
  site = topology()
  host = site.host
  do(guide, host, FORWARDING + NETWORKD)
  host.run("install", "-d", "-o", "systemd-network", "-g", "systemd-network", "/run/systemd/netif")
  # Where /sys is read-only networkd does not wait for udev, which nobody runs here.
  host.start("unshare", "--mount", "sh", "-c",
             "mount -o remount,bind,ro /sys && exec /lib/systemd/systemd-networkd")
  bridged(site)
  assert all_reach(everybody(site, two_guests(guide, site, binary))) == []


def behind_one_mac_address(guide, site, binary, *more):
  host = site.host
  host.ip("address add 192.0.2.10/26 dev eth0")
  host.ip("address add 2001:db8:3:47::10/64 dev eth0 nodad")
  host.ip("link set dev eth0 up")
  host.ip("route add default via 192.0.2.1")
  do(guide, host, [*BEHIND_ONE_MAC, *more])
  shell(binary, "check", "--strict", host.home / "vm6-routed/network-config")
  guests = Guests(site, binary)
  for address in ADDRESSES[:2]:
    guests.seeded(address, guide["vm6-routed/network-config"].text)
  ready = guests.ready()
  until(lambda: kernel.ip(host.name, "-6", "route", "show", "default"))
  assert all_reach(everybody(site, ready)) == []
  # All that is on the cable but for the gateway, which hears its own advertisements.
  neighbors = kernel.ip(site.gateway.name, "neigh", "show", "dev", "cable")
  assert {neighbor.get("lladdr") for neighbor in neighbors} - {GATEWAY_MAC} == {HOST_MAC}


@runs(*BEHIND_ONE_MAC, "proxy-ndp")
def test_behind_one_mac_address_the_host_routes(guide, topology, binary):
  behind_one_mac_address(guide, topology(), binary, "proxy-ndp")


@runs(*BEHIND_ONE_MAC, "proxy-arp", "proxy-ndp")
def test_behind_one_mac_address_the_host_answers_a_gateway_that_asks(guide, topology, binary):
  behind_one_mac_address(guide, topology(asked=True), binary, "proxy-arp", "proxy-ndp")


@runs(*METADATA, *MAKERS)
def test_each_maker_makes_the_same_metadata_disk(guide, topology, binary):
  host = topology().host
  do(guide, host, METADATA)
  found = []
  for maker in MAKERS:
    host.do(guide[maker])
    found.append(shell(binary, "config", "--json", "--metadata", host.home / "vm6-seed.iso"))
    (host.home / "vm6-seed.iso").unlink()
  assert len(set(found)) == 1 and '"vm6.example.org"' in found[0]


@runs("match-driver")
def test_a_driver_may_be_matched(guide, binary, tmp_path):
  (tmp_path / "network-config").write_text(guide["match-driver"].text)
  shell(binary, "check", tmp_path)
