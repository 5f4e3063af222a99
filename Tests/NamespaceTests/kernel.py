"""What the kernel holds in a network namespace, as iproute2 sees it, one line an object.

Marks are numbers: `proto 103` is guestagent's, `proto 2` the kernel's. Left out is what the kernel
makes by itself for any link that is up: link-local addresses, their routes, the table `local`.
"""

import ctypes
import json
import os
import socket
import struct
import subprocess
import threading

OURS = "proto 103"

SCOPES = {"0": "", "253": " scope link", "254": " scope host"}
TYPES = {"1": "", "6": "blackhole ", "7": "unreachable ", "8": "prohibit ", "9": "throw "}

# Source: linux/rtnetlink.h, linux/if_addr.h, linux/netlink.h.
RTM_NEWADDR, RTM_GETADDR, NLMSG_DONE = 20, 22, 3
NLM_F_REQUEST, NLM_F_DUMP = 0x001, 0x300
IFA_ADDRESS, IFA_LOCAL, IFA_PROTO = 1, 2, 11
# The multicast groups of links, neighbours, addresses and routes of both families.
EVENTS = 0x1 | 0x4 | 0x10 | 0x40 | 0x100 | 0x400
CLONE_NEWNET = 0x40000000


def ip(namespace, *words):
  """iproute2's answer in JSON, numbers not translated into names."""
  command = ["ip", "-n", namespace, "-N", "-j", "-d", *words]
  answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
  return json.loads(answer or "[]")


def state(namespace):
  """All that is configured: links, addresses, routes, permanent neighbours; sorted lines."""
  return sorted(links(namespace) + addresses(namespace) + routes(namespace) + neighbors(namespace))


def lines(text):
  """A state written out in a test, to be compared with `state`."""
  return sorted(line for line in text.splitlines() if line)


def links(namespace):
  found = []
  for link in ip(namespace, "link", "show"):
    if link["ifname"] == "lo":
      continue
    up = "up" if "UP" in link["flags"] else "down"
    found.append(f"link {link['ifname']} {link['address']} mtu {link['mtu']} {up}")
  return found


def addresses(namespace):
  """IFA_PROTO is asked of the kernel itself: iproute2 shows it from 6.4 on."""
  found = []
  shown = ip(namespace, "address", "show")
  # Asked second: an address that comes in between has a mark and is not shown yet.
  marks = address_protocols(namespace)
  for link in shown:
    for address in link.get("addr_info", []):
      if link["ifname"] == "lo" or address["scope"] == "253" and address["family"] == "inet6":
        continue
      line = f"address {address['local']}/{address['prefixlen']} dev {link['ifname']}"
      line += SCOPES[address["scope"]]
      line += f" proto {marks[link['ifindex'], address['local']]}"
      if address.get("label", link["ifname"]) != link["ifname"]:
        line += f" label {address['label']}"
      for flag in ("deprecated", "nodad", "dadfailed", "noprefixroute", "dynamic"):
        line += f" {flag}" if address.get(flag) else ""
      found.append(line)
  return found


def routes(namespace):
  found = []
  for family in ("-4", "-6"):
    for route in ip(namespace, family, "route", "show", "table", "all"):
      if route["table"] == "255" or route["dst"] in ("fe80::/64", "ff00::/8"):
        continue
      line = f"route {TYPES[route['type']]}{destination(family, route['dst'])}"
      for word, key in (("via", "gateway"), ("dev", "dev")):
        line += f" {word} {route[key]}" if key in route else ""
      line += " onlink" if "onlink" in route["flags"] else ""
      line += f" table {route['table']}" if route["table"] != "254" else ""
      line += f" proto {route['protocol']}{SCOPES[route['scope']]}"
      line += f" src {route['prefsrc']}" if "prefsrc" in route else ""
      # IPv6 routes without a metric get the kernel's 1024 (IP6_RT_PRIO_USER).
      metric = route.get("metric", 0)
      line += f" metric {metric}" if metric not in (0, 1024) else ""
      for metrics in route.get("metrics", []):
        line += f" mtu {metrics['mtu']}" if "mtu" in metrics else ""
      found.append(line)
  return found


def destination(family, text):
  if text == "default":
    return text if family == "-4" else "default6"
  return text if "/" in text else text + ("/32" if family == "-4" else "/128")


def neighbors(namespace):
  """Permanent entries; learned ones come and go by themselves."""
  found = []
  for neighbor in ip(namespace, "neigh", "show", "nud", "all"):
    if "PERMANENT" in neighbor["state"]:
      mark = f" proto {neighbor['protocol']}" if "protocol" in neighbor else ""
      found.append(f"neighbor {neighbor['dst']} lladdr {neighbor['lladdr']}"
                   f" dev {neighbor['dev']} permanent{mark}")
  return found


def netlink_socket(namespace, groups=0):
  """A routing socket that lives in the namespace. Only the thread that opens it goes there."""
  opened = []

  def enter_and_open():
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{namespace}") as place:
      if libc.setns(place.fileno(), CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    made.bind((0, groups))
    opened.append(made)

  thread = threading.Thread(target=enter_and_open)
  thread.start()
  thread.join()
  return opened[0]


def messages(data):
  """The netlink messages in a datagram: type, payload."""
  while len(data) >= 16:
    length, kind = struct.unpack_from("=IH", data)
    yield kind, data[16:length]
    data = data[(length + 3) & ~3:]


def attributes(data):
  while len(data) >= 4:
    length, kind = struct.unpack_from("=HH", data)
    yield kind, data[4:length]
    data = data[(length + 3) & ~3:]


def address_protocols(namespace):
  """IFA_PROTO of each address, 0 where there is none, by link number and address."""
  found = {}
  with netlink_socket(namespace) as link:
    link.send(struct.pack("=IHHII8x", 24, RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, 1, 0))
    while True:
      for kind, payload in messages(link.recv(1 << 16)):
        if kind == NLMSG_DONE:
          return found
        if kind == RTM_NEWADDR:
          family, index = struct.unpack_from("=B3xI", payload)
          values = dict(attributes(payload[8:]))
          local = socket.inet_ntop(family, values.get(IFA_LOCAL, values[IFA_ADDRESS]))
          found[index, local] = values.get(IFA_PROTO, b"\0")[0]


class Monitor:
  """The kernel's own announcements of changes, told as `ip monitor` tells them.

  What a program has changed by the time it ends is in the socket's queue, so nothing is waited
  for. `ip monitor file` reads the record that rtmon(8) writes: the messages, end to end.
  """

  def __init__(self, namespace):
    self.namespace = namespace
    self.socket = netlink_socket(namespace, EVENTS)

  def changes(self, folder):
    record = bytearray()
    while True:
      try:
        record += self.socket.recv(1 << 16, socket.MSG_DONTWAIT)
      except BlockingIOError:
        break
    path = os.path.join(folder, "monitor")
    with open(path, "wb") as file:
      file.write(record)
    told = subprocess.run(["ip", "-n", self.namespace, "-N", "-o", "monitor", "file", path],
                          check=True, capture_output=True, text=True).stdout
    return [" ".join(line.split()) for line in told.splitlines()]

  def close(self):
    self.socket.close()


# What is ours, asked of the kernel without a process for each look. Source: linux/rtnetlink.h,
# linux/neighbour.h.
RTM_SETLINK, RTM_GETLINK, RTM_NEWROUTE, RTM_GETROUTE, RTM_NEWNEIGH, RTM_GETNEIGH = (
  19, 18, 24, 26, 28, 30)
RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_PRIORITY, RTA_TABLE = 1, 4, 5, 6, 15
NDA_DST, NDA_LLADDR, NDA_PROTOCOL = 1, 2, 12
NLM_F_ACK, NLMSG_ERROR, IFF_UP = 0x4, 2, 1
MARK = 103


def message(kind, flags, sequence, payload):
  return struct.pack("=IHHII", 16 + len(payload), kind, flags, sequence, 0) + payload


class Asker:
  """A routing socket of a namespace: what it has of ours, and links set up and down."""

  def __init__(self, namespace):
    self.socket = netlink_socket(namespace)
    self.sequence = 0

  def close(self):
    self.socket.close()

  def dump(self, kind, part):
    self.sequence += 1
    self.socket.send(message(kind, NLM_F_REQUEST | NLM_F_DUMP, self.sequence, part))
    while True:
      for kind, payload in messages(self.socket.recv(1 << 16)):
        if kind == NLMSG_DONE:
          return
        yield payload

  def ours(self):
    """Addresses, routes and neighbours with our mark, and whether their links are up."""
    found = set()
    for payload in self.dump(RTM_GETADDR, bytes(8)):
      values = dict(attributes(payload[8:]))
      if values.get(IFA_PROTO, b"\0")[0] == MARK:
        index = struct.unpack_from("=I", payload, 4)[0]
        found.add(("address", index, payload[1], values.get(IFA_LOCAL, values.get(IFA_ADDRESS))))
    for payload in self.dump(RTM_GETROUTE, bytes(12)):
      if payload[5] == MARK:
        values = dict(attributes(payload[12:]))
        found.add(("route", payload[1], *(values.get(key) for key in (
          RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_PRIORITY, RTA_TABLE))))
    for payload in self.dump(RTM_GETNEIGH, bytes(12)):
      values = dict(attributes(payload[12:]))
      if values.get(NDA_PROTOCOL, b"\0")[0] == MARK:
        found.add(("neighbor", payload[4:8], payload[8:10], values[NDA_DST], values[NDA_LLADDR]))
    for payload in self.dump(RTM_GETLINK, bytes(16)):
      index, flags = struct.unpack_from("=II", payload, 4)
      found.add(("link", index, flags & IFF_UP))
    return found

  def set_link(self, index, up):
    self.sequence += 1
    part = struct.pack("=BxHiII", 0, 0, index, IFF_UP if up else 0, IFF_UP)
    self.socket.send(message(RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK, self.sequence, part))
    kind, payload = next(messages(self.socket.recv(1 << 16)))
    assert kind == NLMSG_ERROR
    assert struct.unpack_from("=i", payload)[0] == 0

  def send(self, wanted):
    """Messages as they are, many at once; nobody answers."""
    self.socket.send(wanted)


def attribute(kind, payload):
  padding = -len(payload) % 4
  return struct.pack("=HH", 4 + len(payload), kind) + payload + bytes(padding)
