"""`apply` that looks for its metadata, with a fault at each of its system calls: the network is on
a config drive, the host name among the credentials. Of what one of them would say, if it could be
read, nothing is taken away."""

import json

import pytest

import faults
import guest as guest_of
import scenario
import trial
from lab import GUEST_MAC

RESOLVERS = "printf 'nameserver 192.0.2.53\\n' > /etc/resolv.conf"
COMMANDS = (
  "ip link set dev eth0 up", "ip link set dev eth0 mtu 1400",
  "ip address add 198.51.100.176/32 dev eth0",
  "ip -6 address add 2001:db8:3:47:198:51:100:176/64 dev eth0",
  "ip route add 192.0.2.0/26 dev eth0", "ip route add default via 192.0.2.1 dev eth0",
  "hostname vm6", "echo vm6 > /etc/hostname")
NETWORK_DATA = {
  "links": [{"id": "eth0", "type": "phy", "ethernet_mac_address": GUEST_MAC, "mtu": 1400}],
  "networks": [
    {"link": "eth0", "type": "ipv4", "ip_address": "198.51.100.176/32", "routes": [
      {"network": "192.0.2.0/26", "gateway": "0.0.0.0"},
      {"network": "0.0.0.0/0", "gateway": "192.0.2.1"}]},
    {"link": "eth0", "type": "ipv6", "ip_address": "2001:db8:3:47:198:51:100:176/64"}],
  "services": [{"type": "dns", "address": "192.0.2.53"}],
}
FILES = {
  "lib/cloud/seed/config_drive/openstack/latest/meta_data.json": json.dumps({"uuid": "vm6"}),
  "lib/cloud/seed/config_drive/openstack/latest/network_data.json": json.dumps(NETWORK_DATA),
  "run/credentials/@system/guestagent.meta-data": "local-hostname: vm6\n",
  # Neither the machine's words nor its disks are the guest's.
  "cmdline": "quiet\n",
  "partitions": "major minor  #blocks  name\n\n",
}
PLACES = {"lib": "/var/lib", "cmdline": "/proc/cmdline", "partitions": "/proc/partitions"}


class Guest(guest_of.Guest):
  def __init__(self, lab):
    super().__init__(lab)
    for name, text in FILES.items():
      file = lab.folder / name
      file.parent.mkdir(parents=True, exist_ok=True)
      file.write_text(text)
    for name, place in PLACES.items():
      guest_of.bind(lab.folder / name, place)

  def source(self, seed, makes=False):
    effects = {command: scenario.EFFECTS[command] for command in COMMANDS}
    effects[RESOLVERS] = "/etc/resolv.conf: nameserver 192.0.2.53"
    return ["--wait", "0"], effects


@pytest.mark.parametrize("method", ["apply", "again"])
def test_a_source_that_cannot_be_read_takes_nothing_away(lab, injector, every, method):
  def choose(met):
    looks = [fault for fault in met if "config_drive" in fault.object]
    return met if every else faults.sample(looks, 40)
  told, count = trial.go_through(
    lab, injector, method, faults.errors, choose, method, guest_class=Guest)
  print(count, "faults")
  assert not told, "\n".join(told)
  assert count >= 40
