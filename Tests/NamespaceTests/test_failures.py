"""A step that fails is named; the others are done all the same."""

import json

from kernel import lines

LINK = "link eth0 52:54:00:12:34:56 mtu 1500 up\n"
CONFIGURED = LINK + """\
address 192.0.2.10/26 dev eth0 proto 103
route 192.0.2.0/26 dev eth0 proto 2 scope link src 192.0.2.10
"""


def test_a_source_address_that_is_not_there_fails_alone(lab):
  result = lab.apply(lab.eth0("""
addresses: [192.0.2.10/26]
routes:
  - {to: 203.0.113.0/24, via: 192.0.2.1, from: 198.51.100.99}
  - {to: default, via: 192.0.2.1}
neighbors: [{to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}]
"""))
  assert result.status == 1
  assert result.err == ["guestagent: network: eth0: ip route add 203.0.113.0/24 via 192.0.2.1"
                        " dev eth0 src 198.51.100.99: Invalid argument (Invalid prefsrc address)"]
  assert result.changed[-2:] == [
    "ip route add default via 192.0.2.1 dev eth0",
    "ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent"]
  assert lab.state() == lines(CONFIGURED + """\
route default via 192.0.2.1 dev eth0 proto 103
neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 permanent proto 103
""")


def test_a_foreign_route_of_the_same_key_is_left_and_named(lab):
  lab.ip("link set dev eth0 up")
  lab.ip("address add 203.0.113.7/24 dev eth0")
  lab.ip("route add default via 203.0.113.1 dev eth0")
  result = lab.apply(lab.eth0("""
addresses: [192.0.2.10/26]
routes:
  - {to: default, via: 192.0.2.1}
  - {to: 198.51.100.0/24, via: 192.0.2.1}
"""))
  assert result.status == 1
  assert result.err == [
    "guestagent: network: eth0: ip route add default via 192.0.2.1 dev eth0: File exists"]
  assert lab.state() == lines(CONFIGURED + """\
address 203.0.113.7/24 dev eth0 proto 0
route 203.0.113.0/24 dev eth0 proto 2 scope link src 203.0.113.7
route default via 203.0.113.1 dev eth0 proto 3
route 198.51.100.0/24 via 192.0.2.1 dev eth0 proto 103
""")


def test_one_links_failure_leaves_the_other_links(lab):
  lab.add_nic("eth1", "52:54:00:00:00:02", peer="peer1", peer_mac="52:54:00:00:00:03")
  seed = lab.metadata("""\
version: 2
ethernets:
  eth0:
    addresses: [192.0.2.10/26]
    routes: [{to: default, via: 192.0.2.1, from: 203.0.113.99}]
  eth1: {addresses: [203.0.113.10/26]}
""")
  result = lab.apply(seed)
  assert result.status == 1
  assert len(result.err) == 1
  assert "address 203.0.113.10/26 dev eth1 proto 103" in lab.state()


def test_an_mtu_that_the_nic_refuses(lab):
  result = lab.apply(lab.eth0("mtu: 65536\naddresses: [192.0.2.10/26]\n"))
  assert result.status in (1, 2)
  assert any("65536" in line for line in result.err)


def test_a_name_that_is_taken(lab):
  lab.add_nic("lan0", "52:54:00:00:00:02", peer="peer1", peer_mac="52:54:00:00:00:03")
  result = lab.apply(lab.eth0("""
match: {macaddress: "52:54:00:12:34:56"}
set-name: lan0
addresses: [192.0.2.10/26]
"""))
  assert result.status == 1
  assert result.err == [
    "guestagent: network: lan0: ip link set dev eth0 name lan0: File exists"]
  assert "address 192.0.2.10/26 dev eth0 proto 103" in lab.state()


def test_a_failure_in_json(lab):
  result = lab.apply(lab.eth0("""
addresses: [192.0.2.10/26]
routes: [{to: 203.0.113.0/24, via: 192.0.2.1, from: 198.51.100.99}]
"""), "--json")
  assert result.status == 1
  told = json.loads(result.text)
  assert told["outcome"] == "failed"
  step = told["objects"][0]["steps"][-1]
  assert step == {
    "command": "ip route add 203.0.113.0/24 via 192.0.2.1 dev eth0 src 198.51.100.99",
    "outcome": "failed", "error": "Invalid argument (Invalid prefsrc address)"}


def test_no_nic_of_that_name(lab):
  seed = lab.metadata("""\
version: 2
ethernets:
  eth0: {addresses: [192.0.2.10/26]}
  eth7: {addresses: [203.0.113.10/26]}
""")
  result = lab.apply(seed, "--wait", 0)
  assert result.status == 1
  assert result.err == ["guestagent: network: eth7: no network interface of this name"]
  assert lab.state() == lines(CONFIGURED)


def test_of_two_default_routes_that_the_kernel_takes_for_one_the_first_is_made(lab):
  """As hosts write them, one for each NIC: a warning, and no failure at each boot."""
  lab.ip("link add eth1 type veth peer name far1")
  seed = lab.metadata("""
version: 2
ethernets:
  eth0: {addresses: [192.0.2.10/26], gateway4: 192.0.2.1}
  eth1: {addresses: [203.0.113.10/24], gateway4: 203.0.113.1}
""")
  result = lab.apply(seed)
  assert result.status == 0
  assert len(result.problems) == 1 and '"eth0" gets it' in result.problems[0]
  assert [step for step in result.changed if "default" in step] == [
    "ip route add default via 192.0.2.1 dev eth0"]
  assert lab.apply(seed).changed == []
  assert lab.run("status", "--metadata", seed).status == 0
