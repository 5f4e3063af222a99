"""Which NIC is meant, and what is set on the link itself."""

import pytest

from kernel import lines
from lab import GUEST_MAC, network_config

ADDRESS = "addresses: [192.0.2.10/26]\n"
CONFIGURED = """
address 192.0.2.10/26 dev {name} proto 103
route 192.0.2.0/26 dev {name} proto 2 scope link src 192.0.2.10
"""


@pytest.mark.parametrize("match", [
  '{macaddress: "52:54:00:12:34:56"}',
  '{name: "eth?"}',
  '{name: "e*"}',
  '{driver: veth}',
  '{driver: [virtio_net, "ve*"]}',
  '{macaddress: "52:54:00:12:34:56", name: "e*", driver: veth}',
])
def test_a_nic_is_found_by(lab, match):
  seed = lab.metadata(network_config(f"match: {match}\n" + ADDRESS, name="lan"))
  result = lab.apply(seed, "--wait", 0)
  assert (result.status, result.problems) == (0, [])
  assert lab.state() == lines(
    f"link eth0 {GUEST_MAC} mtu 1500 up" + CONFIGURED.format(name="eth0"))


@pytest.mark.parametrize("match, words", [
  ('{macaddress: "52:54:00:00:00:99"}', "macaddress 52:54:00:00:00:99"),
  ('{name: "en*"}', "name en*"),
  ('{driver: virtio_net}', "driver virtio_net"),
  ('{name: "eth0", driver: virtio_net}', "name eth0 and driver virtio_net"),
])
def test_a_nic_that_fits_only_in_part_is_left_alone(lab, match, words):
  seed = lab.metadata(network_config(f"match: {match}\n" + ADDRESS, name="lan"))
  before = lab.state()
  result = lab.apply(seed, "--wait", 0)
  assert result.status == 1
  assert result.err == [f"guestagent: network: lan: no network interface has {words}"]
  assert lab.state() == before


def test_the_nic_gets_its_name_mtu_and_hardware_address(lab):
  seed = lab.metadata(network_config(f"""
match: {{macaddress: "{GUEST_MAC}"}}
set-name: lan0
mtu: 1400
macaddress: "52:54:00:aa:bb:cc"
""" + ADDRESS))
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  assert result.changed == [
    "ip link set dev eth0 name lan0",
    "ip link set dev lan0 mtu 1400",
    "ip link set dev lan0 address 52:54:00:aa:bb:cc",
    "ip link set dev lan0 up",
    "ip address add 192.0.2.10/26 dev lan0",
  ]
  wanted = lines("link lan0 52:54:00:aa:bb:cc mtu 1400 up" + CONFIGURED.format(name="lan0"))
  assert lab.state() == wanted
  # Neither the name nor the address that the match speaks of is there any more.
  again = lab.apply(seed, "--wait", 0)
  assert (again.status, again.changed, again.err) == (0, [], [])
  assert lab.state() == wanted


def test_two_nics_exchange_their_names(lab):
  lab.add_nic("eth1", "52:54:00:00:00:02", "peer1", "52:54:00:00:01:02")
  before = lab.state()
  seed = lab.metadata(f"""
version: 2
ethernets:
  a: {{match: {{macaddress: "{GUEST_MAC}"}}, set-name: eth1}}
  b: {{match: {{macaddress: "52:54:00:00:00:02"}}, set-name: eth0, accept-ra: false}}
""")
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  names = {line.split()[2]: line.split()[1] for line in lab.state() if line.startswith("link")}
  assert names == {GUEST_MAC: "eth1", "52:54:00:00:00:02": "eth0"}
  assert lab.sysctl("net.ipv6.conf.eth0.accept_ra") == "0"
  assert lab.sysctl("net.ipv6.conf.eth1.accept_ra") == "1"
  again = lab.apply(seed)
  assert (again.status, again.out) == (0, ["unchanged: eth1", "unchanged: eth0"])
  assert lab.run("down").status == 0
  assert lab.state() == before


def test_a_nic_that_is_up_is_renamed_and_keeps_what_it_has(lab):
  lab.ip("link set dev eth0 up")
  lab.ip("address add 203.0.113.7/24 dev eth0")
  seed = lab.metadata(network_config(f"""
match: {{macaddress: "{GUEST_MAC}"}}
set-name: lan0
""" + ADDRESS))
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  assert lab.state() == lines(f"link lan0 {GUEST_MAC} mtu 1500 up" + """
address 203.0.113.7/24 dev lan0 proto 0
route 203.0.113.0/24 dev lan0 proto 2 scope link src 203.0.113.7
""" + CONFIGURED.format(name="lan0"))


def test_a_new_hardware_address_of_a_link_that_is_up_loses_nothing_wanted(lab):
  """The kernel flushes permanent neighbours at a change of the hardware address."""
  text = ADDRESS + """
neighbors: [{to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}]
"""
  assert lab.apply(lab.eth0(text)).status == 0
  result = lab.apply(lab.eth0(text + 'macaddress: "52:54:00:aa:bb:cc"\n'))
  assert (result.status, result.problems) == (0, [])
  assert lab.state() == lines("""
link eth0 52:54:00:aa:bb:cc mtu 1500 up
neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 permanent proto 103
""" + CONFIGURED.format(name="eth0"))


@pytest.mark.parametrize("key, value", [("accept-ra: false", "0"), ("accept-ra: true", "1")])
def test_router_advertisements_are_accepted_as_told(lab, key, value):
  lab.sysctl("net.ipv6.conf.eth0.accept_ra", 1 - int(value))
  result = lab.apply(lab.eth0(key + "\n" + ADDRESS))
  assert (result.status, result.problems) == (0, [])
  assert result.changed[0] == f"sysctl -w net.ipv6.conf.eth0.accept_ra={value}"
  assert lab.sysctl("net.ipv6.conf.eth0.accept_ra") == value


@pytest.mark.parametrize("value", ["0", "1", "2"])
def test_router_advertisements_are_left_as_they_are_when_nothing_is_told(lab, value):
  lab.sysctl("net.ipv6.conf.eth0.accept_ra", value)
  result = lab.apply(lab.eth0("addresses: ['2001:db8:3:47::10/64']\n"))
  assert (result.status, result.problems) == (0, [])
  assert lab.sysctl("net.ipv6.conf.eth0.accept_ra") == value


def test_a_router_that_forwards_accepts_advertisements_all_the_same(lab):
  lab.sysctl("net.ipv6.conf.eth0.forwarding", 1)
  result = lab.apply(lab.eth0("accept-ra: true\n" + ADDRESS))
  assert (result.status, result.problems) == (0, [])
  assert lab.sysctl("net.ipv6.conf.eth0.accept_ra") == "2"


def link_local(lab):
  import kernel
  return [address["local"] for link in kernel.ip(lab.guest, "-6", "address", "show", "dev", "eth0")
          for address in link["addr_info"] if address["local"].startswith("fe80:")]


def test_no_link_local_address_where_none_is_wanted(lab):
  result = lab.apply(lab.eth0("link-local: []\n" + ADDRESS))
  assert (result.status, result.problems) == (0, [])
  assert result.changed[0] == "ip link set dev eth0 addrgenmode none"
  assert link_local(lab) == []


def test_a_link_local_address_where_nothing_is_told(lab):
  assert lab.apply(lab.eth0(ADDRESS)).status == 0
  assert link_local(lab) == ["fe80::5054:ff:fe12:3456"]


def test_an_optional_nic_is_no_failure_and_not_waited_for(lab):
  seed = lab.metadata("""\
version: 2
ethernets:
  eth0: {addresses: [192.0.2.10/26]}
  eth7: {optional: true, addresses: [203.0.113.10/26]}
""")
  result = lab.apply(seed, "--wait", 30, limit=15)
  assert result.status == 0
  assert lab.state() == lines(
    f"link eth0 {GUEST_MAC} mtu 1500 up" + CONFIGURED.format(name="eth0"))


def test_dhcp_is_left_to_the_client_and_the_static_part_done(lab):
  result = lab.apply(lab.eth0("dhcp4: true\n" + ADDRESS))
  assert result.status == 0
  assert result.err == ["guestagent: note: eth0: dhcp4 is left to the guest's DHCP client"]
  assert lab.state() == lines(
    f"link eth0 {GUEST_MAC} mtu 1500 up" + CONFIGURED.format(name="eth0"))


def test_two_patterns_for_one_nic(lab):
  seed = lab.metadata("""\
version: 2
ethernets:
  first: {match: {name: "eth*"}, addresses: [192.0.2.10/26]}
  second: {match: {name: "e*"}, addresses: [203.0.113.10/26]}
""")
  result = lab.apply(seed, "--wait", 0)
  assert result.status == 1
  assert result.err == [
    "guestagent: network: second: network interface eth0 is already configured as first"]
  assert lab.state() == lines(
    f"link eth0 {GUEST_MAC} mtu 1500 up" + CONFIGURED.format(name="eth0"))


def test_one_address_and_a_pattern_for_two_nics(lab):
  lab.add_nic("eth1", "52:54:00:00:00:02", peer="peer1", peer_mac="52:54:00:00:00:03")
  seed = lab.metadata(network_config('match: {name: "eth*"}\n' + ADDRESS, name="lan"))
  before = lab.state()
  result = lab.apply(seed, "--wait", 0)
  assert result.status == 1
  assert result.err == ["guestagent: network: lan: match fits eth0 and eth1;"
                        " make it fit one of them"]
  assert lab.state() == before


def test_a_pattern_without_an_address_serves_all_that_fit(lab):
  lab.add_nic("eth1", "52:54:00:00:00:02", peer="peer1", peer_mac="52:54:00:00:00:03")
  result = lab.apply(lab.metadata(network_config('match: {name: "eth*"}\nmtu: 1400\n', name="lan")))
  assert (result.status, result.problems) == (0, [])
  assert lab.state() == lines("""
link eth0 52:54:00:12:34:56 mtu 1400 up
link eth1 52:54:00:00:00:02 mtu 1400 up
""")
