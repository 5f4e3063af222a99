"""The kernel command line as guestagent reads it and as systemd's network generator does."""

import base64
import gzip
import random

import pytest

import networkd
from command_lines import command_line
from conftest import CASES, SEED

KEYS = ["parent", "vlan_id", "controller", "mtu", "macaddress", "dhcp4", "dhcp6"]


@pytest.fixture(scope="session")
def no_metadata(tmp_path_factory):
  """A seed that says nothing, so that no disk of this machine is looked at."""
  folder = tmp_path_factory.mktemp("seed")
  for name in ["meta-data", "user-data"]:
    (folder / name).write_text("")
  return folder


@pytest.fixture
def ours(program, no_metadata):
  def read(words):
    said = program.config(no_metadata, "--cmdline", " ".join(words))
    links = {}
    for link in said["links"]:
      links[link["name"]] = {
        "kind": link["kind"], "match": link.get("match", {}).get("macaddress"),
        **{key: link.get(key) for key in KEYS},
        "dhcp4": link.get("dhcp4", False), "dhcp6": link.get("dhcp6", False),
        "addresses": link["addresses"], "dns": link["nameservers"], "peer": None,
        "routes": [(route["to"], route.get("via")) for route in link["routes"]]}
      if link["kind"] == "bond":
        links[link["name"]]["parameters"] = link["parameters"]
    return networkd.canonical(links), said
  return read


@pytest.fixture
def theirs(tmp_path):
  return lambda words: networkd.canonical(networkd.links(networkd.generate(words, tmp_path)))


def without_device(words):
  """Destination and gateway of each rd.route= without a device."""
  fields = [word.split("=", 1)[1].split(":") for word in words if word.startswith("rd.route=")]
  return {(to, gateway) for to, gateway in (field for field in fields if len(field) == 2)}


def test_the_same_links(case, ours, theirs):
  words = command_line(case)
  text = " ".join(words)
  read, said = ours(words)
  generated = theirs(words)

  # Resolvers of the guest as a whole are beside the links here, and with each link there.
  everywhere = {word.split("=")[1] for word in words if word.startswith("nameserver=")}
  assert set(said["nameservers"]) == everywhere, text
  # An rd.route= without a device is of one link here, and of each that has a file there.
  for route in without_device(words):
    assert sum(route in link["routes"] for link in read.values()) == 1, text
    assert any(route in link["routes"] for link in generated.values()), text
    for link in [*read.values(), *generated.values()]:
      link["routes"].discard(route)
  for link in [*read.values(), *generated.values()]:
    link["dns"] -= everywhere
  for link in read.values():
    link.pop("parameters", None)
  assert read == generated, text
  # Whatever is left open has a warning; nothing is in these but which default route counts.
  assert all("both have a default route" in warning["message"] for warning in said["warnings"]), text


def test_each_word_is_among_the_cases():
  words = [word for number in range(CASES) for word in command_line(f"{SEED}-{number}")]
  for beginning in ["ip=[", "ip=192.0.2.2:", "ip=eth0:", "ip=dhcp", "rd.route=[", "rd.route=203",
                    "nameserver=", "ifname=", "vlan=vlan", "vlan=lan", "vlan=e", "bond=", "bridge="]:
    assert sum(word.startswith(beginning) for word in words) >= CASES // 100, beginning


STATIC = "ip=192.0.2.2:::24::eth0:none"


# What the two read differently on purpose: the words, the link, its part, what it is here and
# there; then why.
DIFFERENCES = [
  ("ip=192.0.2.2:::::eth0:none", "eth0", "addresses", {"192.0.2.2/24"}, {"192.0.2.2/32"},
   "without a netmask the kernel and NetworkManager take the class of the address; it is warned of"),
  ("ip=eth0:on", "eth0", "dhcp6", False, True,
   "on and any are of the kernel and of dracut, where they are DHCP for IPv4"),
  (f"{STATIC} ip=eth0:dhcp {STATIC}", "eth0", "dhcp4", True, False,
   "several words of one device add up, as the fields of the kernel do; there the last method wins"),
  (f"{STATIC} rd.route=203.0.113.5/24:192.0.2.1:eth0", "eth0", "routes",
   {("203.0.113.0/24", "192.0.2.1")}, {("203.0.113.5/24", "192.0.2.1")},
   "the kernel refuses a destination with host bits; networkd drops them later"),
  (f"{STATIC} ip=198.51.100.2:::24::eth1:none rd.route=203.0.113.0/24:192.0.2.1", "eth1", "routes",
   set(), {("203.0.113.0/24", "192.0.2.1")},
   "a route that has no device is of the one link that reaches its gateway"),
  (f"{STATIC} nameserver=192.0.2.53", "eth0", "dns", set(), {"192.0.2.53"},
   "resolvers without a device are of the guest as a whole"),
  (f"{STATIC} vlan=vlan010:eth0", "vlan010", "vlan_id", 10, 8,
   "numbers in names are decimal, as dracut and the kernel's vlan names have them"),
  (f"{STATIC} bond=bond0:eth1:mode=4,miimon=50", "bond0", "parameters",
   {"mode": "802.3ad", "mii_monitor_interval": 50}, None,
   "options of a bond are not read there"),
  ("ip=192.0.2.2:192.0.2.1::32::eth0:none", "eth0", "peer", None, "192.0.2.1",
   "the second field is the boot server for the kernel; it is warned of"),
]


@pytest.mark.parametrize("text, link, part, here, there, reason", DIFFERENCES)
def test_deliberate_differences(text, link, part, here, there, reason, ours, theirs):
  words = text.split()
  read = ours(words)[0]
  generated = theirs(words)
  assert (read[link].get(part), generated[link].get(part)) == (here, there), reason


# What is refused there and read here, since the kernel, dracut or NetworkManager define it.
READ_HERE_ALONE = [
  ("ip=52:54:00:12:34:56:dhcp", "a device by its hardware address: dracut"),
  ("ip=eth0:dhcp,dhcp6", "several methods: dracut"),
  ("ip=eth0:dhcp,1,ab", "a client identifier: the kernel"),
  ("ip=192.0.2.2:::24::eth0", "no method: the kernel"),
  ("ip=[2001:db8::2/64]::::::none", "the length within the brackets: NetworkManager"),
  ("ip=192.0.2.2:::24::eth0:none:192.0.2.53:192.0.2.54:192.0.2.55", "a time server: the kernel"),
  (f"{STATIC} bond=bond0", "ports that go without saying: dracut"),
  (f"{STATIC} nameserver=[2001:db8::53]", "a resolver in brackets: NetworkManager"),
  (f"{STATIC} vlan=eth0.0008:eth0", "a number that is not octal: dracut"),
  (f"{STATIC} vlan=v5:eth0", "a name of few letters: NetworkManager"),
]


@pytest.mark.parametrize("text, reason", READ_HERE_ALONE)
def test_words_that_are_read_here_alone(text, reason, ours, theirs):
  assert ours(text.split())[0], reason
  with pytest.raises(AssertionError, match="Failed to parse command line|Invalid argument"):
    theirs(text.split())


# What there is of the method alone, and here of router advertisements too.
@pytest.mark.parametrize("text, accepts", [("ip=eth0:auto6", True), ("ip=eth0:either6", True),
                                           ("ip=eth0:dhcp6", None)])
def test_router_advertisements(text, accepts, ours):
  assert ours([text])[1]["links"][0].get("accept_ra") == accepts


# The checksums of the shipped binary are not zlib's own: gzip's writer judges them.
@pytest.mark.parametrize("size", [0, 1, 100, 5000, 50_000])
@pytest.mark.parametrize("level", [0, 1, 9])
def test_gzip_of_a_network_config(size, level, program, no_metadata):
  generator = random.Random(size)
  text = "version: 2\n#" + "".join(generator.choice("abcdefgh ") for _ in range(size)) + "\n"
  packed = gzip.compress(text.encode(), level)

  def warnings(packed):
    word = "network-config=" + base64.b64encode(packed).decode()
    said = program.config(no_metadata, "--cmdline", "ip=eth0:dhcp " + word)
    return [warning["message"] for warning in said["warnings"]]

  assert warnings(packed) == []
  damaged = packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:]
  assert [line.rpartition(": gzip: ")[2] for line in warnings(damaged)] == \
    ["it is damaged; it is not used"]
