"""Links that are made: bridges in every kernel, VLANs and bonds where the kernel has them. All of
them are proved in a machine as well (MachineTests/test_made_links.py)."""

import subprocess

import pytest

import kernel
from kernel import lines
from lab import GUEST_MAC

OTHER_MAC = "52:54:00:00:00:02"

BRIDGE = f"""\
version: 2
ethernets:
  eth0: {{}}
  lan: {{match: {{macaddress: "{OTHER_MAC}"}}, set-name: lan0}}
bridges:
  br0:
    interfaces: [eth0, lan]
    mtu: 1400
    macaddress: "52:54:00:00:00:aa"
    addresses: [192.0.2.10/26]
    routes: [{{to: default, via: 192.0.2.1}}]
    neighbors: [{{to: 192.0.2.9, lladdr: "00:00:5e:00:01:09"}}]
    parameters: {{stp: false, forward-delay: 4, path-cost: {{lan: 50}}}}
"""

STEPS = [
  "ip link add br0 address 52:54:00:00:00:aa type bridge stp_state 0 forward_delay 400",
  "ip link set dev eth0 addrgenmode none",
  "ip link set dev eth0 master br0",
  "ip link set dev eth0 up",
  "ip link set dev eth1 addrgenmode none",
  "ip link set dev eth1 name lan0",
  "ip link set dev lan0 master br0",
  "bridge link set dev lan0 cost 50",
  "ip link set dev lan0 up",
  "ip link set dev br0 mtu 1400",
  "ip link set dev br0 up",
  "ip address add 192.0.2.10/26 dev br0",
  "ip route add default via 192.0.2.1 dev br0",
  "ip neighbor replace 192.0.2.9 lladdr 00:00:5e:00:01:09 dev br0 nud permanent",
]

DONE = f"""
link eth0 {GUEST_MAC} mtu 1500 up
link lan0 {OTHER_MAC} mtu 1500 up
link br0 52:54:00:00:00:aa mtu 1400 up
address 192.0.2.10/26 dev br0 proto 103
route default via 192.0.2.1 dev br0 proto 103
route 192.0.2.0/26 dev br0 proto 2 scope link src 192.0.2.10
neighbor 192.0.2.9 lladdr 00:00:5e:00:01:09 dev br0 permanent proto 103
"""


def link(lab, name):
  return kernel.ip(lab.guest, "link", "show", "dev", name)[0]


def names(lab):
  return sorted(link["ifname"] for link in kernel.ip(lab.guest, "link", "show"))


def makes(lab, *words):
  """Skips where the kernel has no links of this kind."""
  ended = subprocess.run(
    ["ip", "-n", lab.guest, "link", "add", "probe0", *words], capture_output=True, text=True)
  if ended.returncode:
    assert "Unknown device type" in ended.stderr or "not supported" in ended.stderr, ended.stderr
    pytest.skip(f"this kernel makes no {words[-1]}; MachineTests/test_made_links.py does")
  lab.ip("link del probe0")


def test_a_bridge_with_its_ports(lab):
  lab.add_nic("eth1", OTHER_MAC, "peer1", "52:54:00:00:01:02")
  before = lab.state()
  seed = lab.metadata(BRIDGE)
  assert lab.apply(seed, "--dry-run").out == STEPS
  assert lab.state() == before
  result = lab.apply(seed, "--wait", 0)
  assert (result.status, result.problems, result.changed) == (0, [], STEPS)
  assert lab.state() == lines(DONE)
  data = link(lab, "br0")["linkinfo"]["info_data"]
  assert (data["stp_state"], data["forward_delay"]) == (0, 400)
  port = link(lab, "lan0")
  assert (port["master"], port["linkinfo"]["info_slave_data"]["cost"]) == ("br0", 50)
  assert lab.reaches("192.0.2.1")
  again = lab.apply(seed, "--wait", 0)
  assert (again.status, again.changed, again.problems) == (0, [], [])
  assert lab.run("status", "--metadata", seed).status == 0
  down = lab.run("down")
  assert (down.status, down.problems) == (0, [])
  assert lab.state() == before
  assert names(lab) == ["eth0", "eth1", "lo"]
  assert not (lab.root / "run/guestagent/links").exists()


def test_parameters_are_changed_in_place_and_others_make_it_anew(lab):
  first = lab.metadata("""\
version: 2
ethernets: {eth0: {}}
bridges:
  br0:
    interfaces: [eth0]
    addresses: [192.0.2.10/26]
    parameters: {forward-delay: 4, priority: 4096, port-priority: {eth0: 7}}
""")
  assert lab.apply(first, "--wait", 0).status == 0
  index = link(lab, "br0")["ifindex"]
  text = (first / "network-config").read_text()
  (first / "network-config").write_text(
    text.replace("forward-delay: 4", "forward-delay: 5, hello-time: 3").replace(": 7", ": 8"))
  result = lab.apply(first, "--wait", 0)
  assert (result.status, result.problems) == (0, [])
  assert result.changed == [
    "bridge link set dev eth0 priority 8",
    "ip link set dev br0 type bridge forward_delay 500 hello_time 300"]
  assert link(lab, "br0")["ifindex"] == index
  # What was there before us comes back in place; what the kernel would choose, by a new bridge.
  (first / "network-config").write_text(text.replace(": 7", ": 8").replace(": 4,", ": 5,"))
  assert lab.apply(first, "--wait", 0).changed == [
    "ip link set dev br0 type bridge hello_time 200"]
  (first / "network-config").write_text(text.replace("priority: 4096, ", ""))
  result = lab.apply(first, "--wait", 0)
  assert (result.status, result.problems) == (0, [])
  assert result.changed[:2] == [
    "ip link del dev br0", "ip link add br0 type bridge forward_delay 400 stp_state 1"]
  data = link(lab, "br0")["linkinfo"]["info_data"]
  assert (data["priority"], data["forward_delay"]) == (32768, 400)
  assert link(lab, "eth0")["master"] == "br0"
  assert lab.apply(first, "--wait", 0).changed == []


def test_a_bridge_no_longer_named_goes_and_frees_its_port(lab):
  assert lab.apply(lab.metadata(
    "version: 2\nethernets: {eth0: {}}\nbridges: {br0: {interfaces: [eth0]}}\n"),
    "--wait", 0).status == 0
  result = lab.apply(lab.eth0("addresses: [192.0.2.10/26]\n"), "--wait", 0)
  assert (result.status, result.problems) == (0, [])
  assert result.changed == [
    "ip link del dev br0", "ip link set dev eth0 addrgenmode eui64",
    "ip address add 192.0.2.10/26 dev eth0"]
  assert names(lab) == ["eth0", "lo"]


def test_a_bridge_of_somebody_else_is_used_and_stays(lab):
  lab.ip("link add br0 type bridge forward_delay 700")
  lab.ip("link set br0 mtu 1300")
  before = lab.state()
  seed = lab.metadata("""\
version: 2
ethernets: {eth0: {}}
bridges: {br0: {interfaces: [eth0], mtu: 1400, parameters: {forward-delay: 4}}}
""")
  result = lab.apply(seed, "--wait", 0)
  assert (result.status, result.problems) == (0, [])
  assert link(lab, "br0")["linkinfo"]["info_data"]["forward_delay"] == 400
  assert link(lab, "eth0")["master"] == "br0"
  assert lab.run("down").status == 0
  assert link(lab, "br0")["linkinfo"]["info_data"]["forward_delay"] == 700
  assert "master" not in link(lab, "eth0")
  assert [line for line in lab.state() if "link br0" not in line] == [
    line for line in before if "link br0" not in line]
  assert link(lab, "br0")["mtu"] == 1300


def test_a_link_of_another_kind_is_in_the_way(lab):
  lab.ip("link add br0 type veth peer name br1")
  seed = lab.metadata("version: 2\nbridges: {br0: {addresses: [192.0.2.10/26]}}\n")
  before = lab.state()
  result = lab.apply(seed, "--wait", 0)
  assert result.status == 1
  assert result.err == ["guestagent: network: br0: a veth of this name is there that guestagent"
                        " did not make; no bridge is made"]
  assert lab.state() == before
  status = lab.run("status", "--metadata", seed)
  assert status.status == 1
  assert "a veth of this name is there" in status.text


def test_only_the_link_that_is_named(lab):
  seed = lab.metadata("version: 2\nbridges: {br0: {}, br1: {}}\n")
  result = lab.apply(seed, "--interface", "br1", "--wait", 0)
  assert (result.status, result.changed) == (0, ["ip link add br1 type bridge",
                                                 "ip link set dev br1 up"])
  assert names(lab) == ["br1", "eth0", "lo"]


def test_a_kind_that_the_kernel_does_not_make_is_said(lab):
  ended = subprocess.run(["ip", "-n", lab.guest, "link", "add", "probe0", "type", "dummy"],
                         capture_output=True)
  seed = lab.metadata("version: 2\ndummy-devices: {dummy0: {addresses: [192.0.2.10/32]}}\n")
  result = lab.apply(seed, "--wait", 0)
  if ended.returncode == 0:
    assert (result.status, result.problems) == (0, [])
    return
  assert result.status == 1
  # The words for EOPNOTSUPP are those of glibc or of musl.
  assert [line.replace(": Operation not", ": Not") for line in result.err] == [
    "guestagent: network: dummy0: ip link add dummy0 type dummy: Not supported"
    " (Unknown device type)"]


def test_vlans_on_a_nic_and_on_each_other(lab):
  makes(lab, "link", "eth0", "type", "vlan", "id", "9")
  seed = lab.metadata("""\
version: 2
ethernets: {eth0: {mtu: 1600}}
vlans:
  inner: {id: 6, link: eth0.5, addresses: [192.0.2.10/26]}
  eth0.5: {id: 5, link: eth0, mtu: 1600}
""")
  before = lab.state()
  planned = lab.apply(seed, "--dry-run").out
  result = lab.apply(seed, "--wait", 0)
  assert (result.status, result.problems, result.changed) == (0, [], planned)
  assert link(lab, "inner")["link"] == "eth0.5"
  assert link(lab, "eth0.5")["mtu"] == 1600
  assert lab.apply(seed, "--wait", 0).changed == []
  assert lab.run("down").status == 0
  assert lab.state() == before


def test_a_bond_of_two_nics(lab):
  makes(lab, "type", "bond")
  lab.add_nic("eth1", OTHER_MAC, "peer1", "52:54:00:00:01:02")
  seed = lab.metadata("""\
version: 2
ethernets: {eth0: {}, eth1: {}}
bonds:
  bond0:
    interfaces: [eth0, eth1]
    addresses: [192.0.2.10/26]
    parameters: {mode: active-backup, primary: eth1, mii-monitor-interval: 100}
""")
  before = lab.state()
  result = lab.apply(seed, "--wait", 0)
  assert (result.status, result.problems) == (0, [])
  assert (link(lab, "eth0")["master"], link(lab, "eth1")["master"]) == ("bond0", "bond0")
  assert lab.apply(seed, "--wait", 0).changed == []
  assert lab.run("down").status == 0
  assert lab.state() == before
