"""A guest that is disturbed over and over: namespaces and files of its own, one process for all.

Whatever is given to `inside` runs in a child of the test that lives in the guest: its network, its
host name, its /etc and /run. What is there is asked of the kernel without a process for each look.
"""

import ctypes
import fcntl
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import traceback

import kernel
import scenario
from kernel import attributes, messages

# Source: linux/sched.h, linux/mount.h.
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWNET = 0x00020000, 0x04000000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
# Source: linux/rtnetlink.h, linux/if_link.h, linux/fib_rules.h, linux/neighbour.h.
RTM_GETLINK, RTM_GETADDR, RTM_GETROUTE, RTM_GETNEIGH, RTM_GETRULE = 18, 22, 26, 30, 34
IFLA_IFNAME, IFLA_MTU = 3, 4
RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_TABLE = 1, 4, 5, 15
FRA_PRIORITY, FRA_PROTOCOL, FRA_TABLE = 6, 21, 15
NUD_PERMANENT, RT_TABLE_LOCAL, RT_SCOPE_LINK, IFF_UP = 0x80, 255, 253, 1

HOSTNAME, RESOLV = "debian\n", "nameserver 203.0.113.53\n"
libc = ctypes.CDLL(None, use_errno=True)


def call(result, what):
  if result != 0:
    raise OSError(ctypes.get_errno(), what)


def bind(source, target):
  call(libc.mount(str(source).encode(), str(target).encode(), None, MS_BIND, None), "mount")


def inside(make, work):
  """Does the work in what is made, in a process of its own; the lines that it returned."""
  reader, writer = os.pipe()
  child = os.fork()
  if child == 0:
    status = 1
    try:
      os.close(reader)
      told = "\n".join(work(make()))
      status = 0
    except BaseException:
      told = traceback.format_exc()
    with os.fdopen(writer, "w") as end:
      end.write(told)
    os._exit(status)
  os.close(writer)
  with os.fdopen(reader) as end:
    told = end.read()
  _, status = os.waitpid(child, 0)
  assert status == 0, told
  return told.splitlines()


class Room:
  """A folder's /run and /etc in place of the machine's."""

  def __init__(self, folder):
    self.folder = folder
    self.etc, self.run = folder / "etc", folder / "run"
    call(libc.unshare(CLONE_NEWNS | CLONE_NEWUTS), "unshare")
    call(libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "mount")
    for place in (self.etc, self.run):
      place.mkdir(exist_ok=True)
      bind(place, f"/{place.name}")


class Guest(Room):
  def __init__(self, lab):
    with open(f"/run/netns/{lab.guest}") as place:
      call(libc.setns(place.fileno(), CLONE_NEWNET), "setns")
    super().__init__(lab.folder)
    self.binary = lab.binary
    self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    self.sequence = 0
    self.put_files()

  def put_files(self):
    """As they are when the guest has started."""
    shutil.rmtree(self.run / "guestagent", ignore_errors=True)
    for place in self.etc.iterdir():
      place.unlink()
    socket.sethostname(HOSTNAME.strip())
    (self.etc / "hostname").write_text(HOSTNAME)
    (self.etc / "resolv.conf").write_text(RESOLV)

  def put_network(self):
    """eth0 as it is when the guest has started, whatever was left there."""
    for words in ("link set dev eth0 down", "address flush dev eth0",
                  "neighbor flush dev eth0 nud all", "link set dev eth0 mtu 1500",
                  "rule del priority 1000", "link del dev br0"):
      subprocess.run(["ip", *words.split()], capture_output=True)
    pathlib.Path("/proc/sys/net/ipv6/conf/eth0/accept_ra").write_text("1\n")

  def source(self, seed, makes=False):
    """Where `apply` finds its metadata, in words, and what comes of them."""
    return ["--metadata", seed, "--wait", "2"], scenario.effects(makes)

  # Files

  def files(self):
    """What can be read below /etc and /run, and the host name, a line each."""
    found = [f"hostname {socket.gethostname()}"]
    for folder in (self.etc, self.run):
      for place in sorted(folder.rglob("*")):
        if place.is_file():
          name = place.relative_to(self.folder)
          found.append(f"/{name}: " + " | ".join(place.read_text().splitlines()))
    # Links are made anew with other numbers.
    names = {str(index): name for index, (name, *_) in self.links().items()}
    return [re.sub(r"\blink (\d+)", lambda number: f"link {names.get(number[1], number[1])}", line)
            for line in found]

  def is_locked(self):
    path = self.run / "guestagent/network.lock"
    if not path.exists():
      return False
    with open(path) as file:
      try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
      except BlockingIOError:
        return True
    return False

  # The network

  def dump(self, kind, part):
    self.sequence += 1
    flags = kernel.NLM_F_REQUEST | kernel.NLM_F_DUMP
    self.socket.send(kernel.message(kind, flags, self.sequence, part))
    while True:
      for kind, payload in messages(self.socket.recv(1 << 16)):
        if kind == kernel.NLMSG_DONE:
          return
        yield payload

  def links(self):
    found = {}
    for payload in self.dump(RTM_GETLINK, bytes(16)):
      values = dict(attributes(payload[16:]))
      index, flags = struct.unpack_from("=iI", payload, 4)
      found[index] = (values[IFLA_IFNAME].rstrip(b"\0").decode(), flags & IFF_UP,
                      struct.unpack("=I", values[IFLA_MTU])[0])
    return found

  def network(self):
    """All that is configured, sorted lines, without what the kernel makes by itself."""
    links = self.links()
    names = {index: name for index, (name, *_) in links.items()}
    found = [f"link {name} {'up' if up else 'down'} mtu {mtu}" for name, up, mtu in links.values()]
    for name in names.values():
      setting = pathlib.Path(f"/proc/sys/net/ipv6/conf/{name}/accept_ra").read_text().strip()
      found.append(f"accept_ra {name} {setting}")
    for payload in self.dump(RTM_GETADDR, bytes(8)):
      family, length, _, scope, index = struct.unpack_from("=BBBBI", payload)
      values = dict(attributes(payload[8:]))
      if scope == RT_SCOPE_LINK and family == socket.AF_INET6:
        continue
      address = text(family, values.get(kernel.IFA_LOCAL, values.get(kernel.IFA_ADDRESS)))
      mark = values.get(kernel.IFA_PROTO, b"\0")[0]
      found.append(f"address {address}/{length} dev {names[index]} proto {mark}")
    for payload in self.dump(RTM_GETROUTE, bytes(12)):
      family, length, _, _, table, protocol, _, kind = struct.unpack_from("=8B", payload)
      values = dict(attributes(payload[12:]))
      table = struct.unpack("=I", values[RTA_TABLE])[0] if RTA_TABLE in values else table
      to = f"{text(family, values[RTA_DST])}/{length}" if RTA_DST in values else "default"
      if table == RT_TABLE_LOCAL or to in ("fe80::/64", "ff00::/8"):
        continue
      line = f"route {to} table {table} proto {protocol} type {kind}"
      if RTA_GATEWAY in values:
        line += f" via {text(family, values[RTA_GATEWAY])}"
      if RTA_OIF in values:
        line += f" dev {names[struct.unpack('=i', values[RTA_OIF])[0]]}"
      found.append(line)
    for payload in self.dump(RTM_GETNEIGH, bytes(12)):
      family, index, state = struct.unpack_from("=B3xiH", payload)
      values = dict(attributes(payload[12:]))
      if state & NUD_PERMANENT:
        mark = values.get(kernel.NDA_PROTOCOL, b"\0")[0]
        address = values[kernel.NDA_LLADDR].hex(":")
        found.append(f"neighbor {text(family, values[kernel.NDA_DST])} lladdr {address}"
                     f" dev {names[index]} proto {mark}")
    for payload in self.dump(RTM_GETRULE, bytes(12)):
      values = dict(attributes(payload[12:]))
      mark = values.get(FRA_PROTOCOL, b"\0")[0]
      priority = struct.unpack("=I", values.get(FRA_PRIORITY, bytes(4)))[0]
      table = struct.unpack("=I", values[FRA_TABLE])[0]
      found.append(f"rule {priority} table {table} proto {mark}")
    return sorted(found)


def text(family, address):
  return socket.inet_ntop(family, address)
