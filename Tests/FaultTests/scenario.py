"""One guest with a bit of everything, on a metadata disk, and what is to come of it.

eth0 is the guest's; eth1 is somebody else's, with an address, a route and a neighbour of his.
"""

from lab import iso_image

NETWORK_CONFIG = """\
version: 2
ethernets:
  eth0:
    mtu: 1400
    accept-ra: false
    addresses: [198.51.100.176/32, "2001:db8:3:47:198:51:100:176/64"]
    routes:
      - {to: 198.51.100.176/29, scope: link}
      - {to: 192.0.2.0/26, scope: link}
      - {to: default, via: 192.0.2.1}
      - {to: 203.0.113.64/26, via: 192.0.2.1, table: 100}
    routing-policy:
      - {from: 198.51.100.176/32, table: 100, priority: 1000}
    neighbors:
      - {to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}
    nameservers: {addresses: [192.0.2.53], search: [example.org]}
"""
# Also a link that is made: the kernel takes tens of milliseconds to let one go.
BRIDGE = """\
bridges:
  br0:
    addresses: [203.0.113.129/28]
"""
META_DATA = "instance-id: vm6\nlocal-hostname: vm6.example.org\n"

# Command that is told: what it makes of the guest.
EFFECTS = {
  "ip link add br0 type bridge": "link br0 ",
  "ip link set dev br0 up": "link br0 up ",
  "ip link set dev eth0 up": "link eth0 up ",
  "ip link set dev eth0 mtu 1400": "link eth0 up mtu 1400",
  "sysctl -w net.ipv6.conf.eth0.accept_ra=0": "accept_ra eth0 0",
  "ip address add 203.0.113.129/28 dev br0": "address 203.0.113.129/28 dev br0 proto 103",
  "ip address add 198.51.100.176/32 dev eth0": "address 198.51.100.176/32 dev eth0 proto 103",
  "ip -6 address add 2001:db8:3:47:198:51:100:176/64 dev eth0":
    "address 2001:db8:3:47:198:51:100:176/64 dev eth0 proto 103",
  "ip route add 198.51.100.176/29 dev eth0":
    "route 198.51.100.176/29 table 254 proto 103 type 1 dev eth0",
  "ip route add 192.0.2.0/26 dev eth0": "route 192.0.2.0/26 table 254 proto 103 type 1 dev eth0",
  "ip route add default via 192.0.2.1 dev eth0":
    "route default table 254 proto 103 type 1 via 192.0.2.1 dev eth0",
  "ip route add 203.0.113.64/26 via 192.0.2.1 dev eth0 table 100":
    "route 203.0.113.64/26 table 100 proto 103 type 1 via 192.0.2.1 dev eth0",
  "ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent":
    "neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 proto 103",
  "ip rule add from 198.51.100.176/32 lookup 100 priority 1000": "rule 1000 table 100 proto 103",
  "hostname vm6": "hostname vm6",
  "echo vm6 > /etc/hostname": "/etc/hostname: vm6",
  "printf 'nameserver 192.0.2.53\\nsearch example.org\\n' > /etc/resolv.conf":
    "/etc/resolv.conf: nameserver 192.0.2.53 | search example.org",
}
# A file as it was and as it is to be: nothing else is ever there.
WHOLE = [
  ("/etc/hostname: debian", "/etc/hostname: vm6"),
  ("/etc/resolv.conf: nameserver 203.0.113.53",
   "/etc/resolv.conf: nameserver 192.0.2.53 | search example.org"),
]


def effects(makes):
  return {command: effect for command, effect in EFFECTS.items() if makes or "br0" not in command}


def prepare(lab, makes=False):
  """The other's NIC; the metadata disk."""
  lab.add_nic("eth1", "52:54:00:00:00:02", peer="peer1", peer_mac="52:54:00:00:00:03")
  lab.ip("link set dev peer1 up", at=lab.gateway)
  # What the kernel gives it by itself comes late.
  lab.ip("link set dev eth1 addrgenmode none")
  lab.ip("link set dev eth1 up")
  lab.ip("address add 203.0.113.7/28 dev eth1")
  lab.ip("route add 198.51.100.0/28 via 203.0.113.1 dev eth1")
  lab.ip("neighbor add 203.0.113.2 lladdr 52:54:00:00:00:09 dev eth1 nud permanent")
  folder = lab.metadata(NETWORK_CONFIG + BRIDGE * makes, META_DATA)
  return iso_image(folder, lab.folder / "seed.iso")
