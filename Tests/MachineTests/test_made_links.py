"""Bonds, VLANs, bridges and dummies, made in a real guest out of the kernel's modules."""

import json
import shlex

MACS = ["52:54:00:00:00:01", "52:54:00:00:00:02", "52:54:00:00:00:03"]

CONFIGURATION = """\
version: 2
ethernets:
  first: {match: {macaddress: "52:54:00:00:00:01"}, set-name: lan0, mtu: 1600}
  eth1: {}
  eth2: {mtu: 1400}
bonds:
  bond0:
    interfaces: [first, eth1]
    mtu: 1600
    macaddress: "52:54:00:00:00:aa"
    addresses: [192.0.2.10/26, "2001:db8::10/64"]
    routes: [{to: default, via: 192.0.2.1}]
    parameters:
      mode: active-backup
      primary: eth1
      mii-monitor-interval: 100
      up-delay: 200
      all-members-active: true
vlans:
  bond0.5: {id: 5, link: bond0, addresses: [198.51.100.10/26]}
  inner: {id: 6, link: bond0.5, mtu: 1300}
  lower: {id: 7, link: eth2, mtu: 1400}
dummy-devices:
  dummy0: {addresses: [203.0.113.10/32]}
bridges:
  br0:
    interfaces: [lower]
    addresses: [203.0.113.130/25]
    parameters: {stp: true, forward-delay: 5, priority: 8192, path-cost: {lower: 50}}
"""



def write(vm, configuration):
  """A seed folder in the guest, and what it was called."""
  for name, text in [
      ("meta-data", "instance-id: i-1\n"), ("user-data", ""), ("network-config", configuration)]:
    quoted = shlex.quote(text.replace("\\", "\\\\").replace("\n", "\\n"))
    vm.run(f"mkdir -p /tmp/seed; printf %b {quoted} > /tmp/seed/{name}")
  return "--metadata /tmp/seed"


def links(vm):
  """What ip tells of each link, by name, its numbers of kinds spelled out."""
  return {link["ifname"]: link for link in json.loads(vm.run("/sbin/ip -d -j link").stdout)}


def bonding(vm, bond, *names):
  return [vm.run(f"cat /sys/class/net/{bond}/bonding/{name}").stdout.strip() for name in names]


def addresses(vm):
  text = vm.run("/sbin/ip -o address show scope global").stdout
  return sorted(" ".join(line.split()[1:4]) for line in text.splitlines())


def changed(outcome):
  return [line.removeprefix("changed: ") for line in outcome.stdout.splitlines()
          if line.startswith("changed: ")]



def test_links_are_made_changed_and_taken_back(boot_with_ports):
  vm = boot_with_ports(*MACS)
  before = {name: (link["address"], link["mtu"], link["flags"], link.get("master"))
            for name, link in links(vm).items()}
  seed = write(vm, CONFIGURATION)

  # The dry run tells of links that are not there what is done then.
  planned = vm.run(f"guestagent apply {seed} --dry-run")
  assert (planned.status, planned.stderr) == (0, "")
  assert set(links(vm)) == set(before)
  outcome = vm.run(f"guestagent apply {seed}")
  assert (outcome.status, outcome.stderr) == (0, "")
  assert changed(outcome) == planned.stdout.splitlines()

  there = links(vm)
  assert {name: there[name].get("master") for name in there} == {
    "lo": None, "lan0": "bond0", "eth1": "bond0", "eth2": None, "bond0": None, "bond0.5": None,
    "inner": None, "lower": "br0", "br0": None, "dummy0": None}
  assert {name: there[name].get("link") for name in ("bond0.5", "inner", "lower")} == {
    "bond0.5": "bond0", "inner": "bond0.5", "lower": "eth2"}
  assert {name: there[name]["linkinfo"]["info_data"]["id"]
          for name in ("bond0.5", "inner", "lower")} == {"bond0.5": 5, "inner": 6, "lower": 7}
  assert {name: link["mtu"] for name, link in there.items()} == {
    "lo": 65536, "lan0": 1600, "eth1": 1600, "eth2": 1400, "bond0": 1600, "bond0.5": 1600,
    "inner": 1300, "lower": 1400, "br0": 1400, "dummy0": 1500}
  assert {name: there[name]["address"] for name in ("bond0", "lan0", "eth1")} == {
    "bond0": "52:54:00:00:00:aa", "lan0": "52:54:00:00:00:aa", "eth1": "52:54:00:00:00:aa"}
  assert all("UP" in link["flags"] for link in there.values())
  assert bonding(
    vm, "bond0", "mode", "primary", "miimon", "updelay", "all_slaves_active") == [
      "active-backup 1", "eth1", "100", "200", "1"]
  data = there["br0"]["linkinfo"]["info_data"]
  assert (data["stp_state"], data["forward_delay"], data["priority"]) == (1, 500, 8192)
  assert there["lower"]["linkinfo"]["info_slave_data"]["cost"] == 50
  assert addresses(vm) == [
    "bond0 inet 192.0.2.10/26", "bond0 inet6 2001:db8::10/64", "bond0.5 inet 198.51.100.10/26",
    "br0 inet 203.0.113.130/25", "dummy0 inet 203.0.113.10/32"]
  default = vm.run("/sbin/ip route show default").stdout.strip()
  assert default == "default via 192.0.2.1 dev bond0 proto guestagent"

  # A tentative address is no difference that applying could mend, but it is one.
  again = vm.run(f"guestagent apply {seed} --wait-dad")
  assert (again.status, changed(again)) == (0, [])
  assert vm.run(f"guestagent status {seed}").status == 0

  # In place, as far as the kernel allows it.
  indices = {name: link["ifindex"] for name, link in links(vm).items()}
  text = CONFIGURATION.replace("mii-monitor-interval: 100", "mii-monitor-interval: 200")
  text = text.replace("primary: eth1", "primary: first")
  text = text.replace("forward-delay: 5", "forward-delay: 6")
  outcome = vm.run(f"guestagent apply {write(vm, text)}")
  assert (outcome.status, outcome.stderr) == (0, "")
  assert changed(outcome) == [
    "ip link set dev bond0 type bond miimon 200 primary lan0",
    "ip link set dev br0 type bridge forward_delay 600"]
  assert bonding(vm, "bond0", "primary", "miimon") == ["lan0", "200"]
  assert {name: link["ifindex"] for name, link in links(vm).items()} == indices

  # Another mode and another number are links made anew, and what is on them comes with them.
  text = text.replace("mode: active-backup", "mode: balance-xor").replace("id: 7", "id: 8")
  text = text.replace("      primary: first\n", "")
  outcome = vm.run(f"guestagent apply {write(vm, text)}")
  assert (outcome.status, outcome.stderr) == (0, "")
  assert bonding(vm, "bond0", "mode", "miimon") == ["balance-xor 2", "200"]
  there = links(vm)
  assert (there["lan0"]["master"], there["eth1"]["master"]) == ("bond0", "bond0")
  assert there["lower"]["linkinfo"]["info_data"]["id"] == 8
  assert there["lower"]["master"] == "br0"
  assert addresses(vm) == [
    "bond0 inet 192.0.2.10/26", "bond0 inet6 2001:db8::10/64", "bond0.5 inet 198.51.100.10/26",
    "br0 inet 203.0.113.130/25", "dummy0 inet 203.0.113.10/32"]
  again = vm.run(f"guestagent apply {write(vm, text)}")
  assert (again.status, changed(again)) == (0, [])

  # A port that is none any more is free, and what is no longer named is gone.
  text = """\
version: 2
ethernets: {eth1: {addresses: [192.0.2.11/26]}, eth2: {}}
bonds: {bond0: {interfaces: [eth2], parameters: {mode: balance-xor, mii-monitor-interval: 200}}}
"""
  outcome = vm.run(f"guestagent apply {write(vm, text)}")
  assert (outcome.status, outcome.stderr) == (0, "")
  there = links(vm)
  assert {name: there[name].get("master") for name in there if name != "lo"} == {
    "eth0": None, "eth1": None, "eth2": "bond0", "bond0": None}
  assert addresses(vm) == ["eth1 inet 192.0.2.11/26"]
  again = vm.run(f"guestagent apply {write(vm, text)}")
  assert (again.status, changed(again)) == (0, [])

  outcome = vm.run("guestagent down")
  assert (outcome.status, outcome.stderr) == (0, "")
  assert {name: (link["address"], link["mtu"], link["flags"], link.get("master"))
          for name, link in links(vm).items()} == before
  # The record is gone; the mark is for a watch, which is to leave the network alone.
  assert vm.run("ls /run/guestagent").stdout == "down\nnetwork.lock\n"


def test_what_somebody_else_made_is_used_and_stays(boot_with_ports):
  vm = boot_with_ports(*MACS)
  for command in [
      "link add bond7 type bond mode balance-rr", "link set eth0 up",
      "address add 203.0.113.7/24 dev eth0", "link add link eth2 name eth2.5 type vlan id 6",
      "link add br7 type dummy"]:
    assert vm.run(f"/sbin/ip {command}").status == 0
  seed = write(vm, """\
version: 2
ethernets: {eth0: {}, eth2: {}}
bonds:
  bond7:
    interfaces: [eth0]
    addresses: [192.0.2.10/26]
    parameters: {mode: balance-rr, mii-monitor-interval: 100}
vlans: {eth2.5: {id: 5, link: eth2}}
bridges: {br7: {interfaces: []}}
""")
  outcome = vm.run(f"guestagent apply {seed}")
  assert outcome.status == 1
  assert sorted(outcome.stderr.splitlines()) == [
    "guestagent: network: br7: a dummy of this name is there that guestagent did not make;"
    " no bridge is made",
    "guestagent: network: eth2.5: a vlan of this name with another id or link is there"
    " that guestagent did not make"]
  assert links(vm)["eth0"]["master"] == "bond7"
  assert bonding(vm, "bond7", "miimon") == ["100"]
  outcome = vm.run("guestagent down")
  assert (outcome.status, outcome.stderr) == (0, "")
  there = links(vm)
  for name in ("eth0", "eth1", "eth2", "bond7", "eth2.5", "br7"):
    assert there[name].get("master") is None, name
  assert bonding(vm, "bond7", "miimon") == ["0"]
  # A bond lets its port go down; it was up before.
  assert "UP" in there["eth0"]["flags"]


def test_a_bond_of_two_nics_is_found_again_by_their_own_addresses(boot_with_ports):
  vm = boot_with_ports(*MACS[:2])
  seed = write(vm, """\
version: 2
ethernets:
  a: {match: {macaddress: "52:54:00:00:00:01"}}
  b: {match: {macaddress: "52:54:00:00:00:02"}}
bonds: {team: {interfaces: [a, b], parameters: {mode: 802.3ad, lacp-rate: fast}}}
vlans: {team.9: {id: 9, link: team, addresses: [192.0.2.10/26]}}
""")
  outcome = vm.run(f"guestagent apply {seed}")
  assert (outcome.status, outcome.stderr) == (0, "")
  there = links(vm)
  # One address on all four, and yet each NIC is known.
  assert len({there[name]["address"] for name in ("eth0", "eth1", "team", "team.9")}) == 1
  again = vm.run(f"guestagent apply {seed}")
  assert (again.status, again.stderr, changed(again)) == (0, "", [])
  assert bonding(vm, "team", "lacp_rate") == ["fast 1"]
