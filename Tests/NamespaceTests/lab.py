"""A guest and its gateway: two network namespaces, a veth pair between them.

The guest has one NIC, eth0, down and bare. The gateway, 192.0.2.1/26 and 2001:db8:3:47::1/64 at
00:00:5e:00:01:01, answers no ARP that comes from an address outside its subnet (arp_ignore=2), as
the gateways of the providers do whose guests get a /32.
"""

import itertools
import json
import os
import pathlib
import subprocess
import time

import kernel

GUEST_MAC = "52:54:00:12:34:56"
GATEWAY_MAC = "00:00:5e:00:01:01"
FIXTURES = pathlib.Path(__file__).parent / "fixtures"
# Far above what any run needs; reached only by a program that hangs.
LIMIT = 60

numbers = itertools.count(1)


class Result:
  """What a run of guestagent left: exit status, what it said, line by line."""

  def __init__(self, ended, root):
    self.status = ended.returncode
    self.text = ended.stdout.replace(str(root), "")
    self.out = self.text.splitlines()
    self.err = ended.stderr.replace(str(root), "").splitlines()

  @property
  def json(self):
    return json.loads(self.text)

  @property
  def problems(self):
    """What it said besides notes, which tell of nothing wrong."""
    return [line for line in self.err if not line.startswith("guestagent: note: ")]

  @property
  def changed(self):
    return [line.removeprefix("changed: ") for line in self.out if line.startswith("changed: ")]

  @property
  def unchanged(self):
    return [line.removeprefix("unchanged: ") for line in self.out if line.startswith("unchanged: ")]

  def __repr__(self):
    return f"status {self.status}\n" + "\n".join([*self.out, *self.err])


class Lab:
  def __init__(self, binary, folder):
    self.binary = binary
    self.folder = pathlib.Path(folder)
    self.root = self.folder / "root"
    self.root.mkdir()
    number = next(numbers)
    self.guest = f"guestagent-{os.getpid()}-{number}-guest"
    self.gateway = f"guestagent-{os.getpid()}-{number}-gateway"
    self.monitors = []
    for namespace in (self.guest, self.gateway):
      shell("ip", "netns", "add", namespace)
    self.add_nic()
    self.sysctl("net.ipv4.conf.peer.arp_ignore", 2, at=self.gateway)
    # The gateway's own duplicate address detection would answer late.
    self.ip("link set dev peer addrgenmode none", at=self.gateway)
    self.ip("link set dev peer up", at=self.gateway)
    self.ip("address add 192.0.2.1/26 dev peer", at=self.gateway)
    self.ip("address add 2001:db8:3:47::1/64 dev peer nodad", at=self.gateway)
    self.ip("route add 198.51.100.176/32 dev peer", at=self.gateway)

  def add_nic(self, name="eth0", mac=GUEST_MAC, peer="peer", peer_mac=GATEWAY_MAC):
    shell("ip", "link", "add", "name", name, "netns", self.guest, "address", mac, "type", "veth",
          "peer", "name", peer, "netns", self.gateway, "address", peer_mac)

  def close(self):
    for monitor in self.monitors:
      monitor.close()
    for namespace in (self.guest, self.gateway):
      subprocess.run(["ip", "netns", "del", namespace], check=False, capture_output=True)

  # The program

  def command(self, *words, root=True):
    words = [str(word) for word in words]
    return [self.binary, *words, *(["--root", str(self.root)] if root else [])]

  def run(self, *words, root=True, within=(), at=None, limit=LIMIT):
    """Run the program in the guest: its network, and a host name that is nobody else's."""
    ended = subprocess.run([*inside(at or self.guest), *within, *self.command(*words, root=root)],
                           capture_output=True, text=True, timeout=limit, stdin=subprocess.DEVNULL)
    return Result(ended, self.root)

  def start(self, *words):
    return subprocess.Popen([*inside(self.guest), *self.command(*words)], text=True,
                            stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

  def finish(self, process):
    out, err = process.communicate(timeout=LIMIT)
    return Result(subprocess.CompletedProcess([], process.returncode, out, err), self.root)

  def apply(self, metadata, *words, **options):
    return self.run("apply", "--metadata", metadata, *words, **options)

  def trace(self, calls, *words):
    """The run's result, and the system calls of those names that it made, as strace tells them."""
    record = self.folder / "strace"
    result = self.run(*words, within=["strace", "-f", "-v", "-s", "4096", "-o", str(record),
                                      "-e", f"trace={calls}"])
    return result, record.read_text()

  # The world around it

  def ip(self, words, at=None):
    shell("ip", "-n", at or self.guest, *words.split())

  def sysctl(self, name, value=None, at=None):
    setting = name if value is None else f"{name}={value}"
    return shell("ip", "netns", "exec", at or self.guest, "sysctl", "-n", setting).strip()

  def state(self):
    return kernel.state(self.guest)

  def monitor(self):
    """Once the links that were set up are told to be so, which the kernel does some time later."""
    until(lambda: all(
      link["operstate"] == "UP" for link in kernel.ip(self.guest, "link", "show")
      if "LOWER_UP" in link["flags"] and "LOOPBACK" not in link["flags"]))
    self.monitors.append(kernel.Monitor(self.guest))
    return self.monitors[-1]

  def reaches(self, address):
    ended = subprocess.run(["ip", "netns", "exec", self.guest, "ping", "-c1", "-W5", address],
                           capture_output=True, timeout=LIMIT)
    return ended.returncode == 0

  # Metadata

  def metadata(self, network_config=None, meta_data="instance-id: i-1\n", name="seed"):
    """A seed folder of these files."""
    folder = self.folder / name
    folder.mkdir(exist_ok=True)
    (folder / "meta-data").write_text(meta_data)
    (folder / "user-data").write_text("")
    if network_config is not None:
      (folder / "network-config").write_text(network_config)
    return folder

  def eth0(self, lines, **options):
    """A seed folder whose network-config says this of eth0."""
    return self.metadata(network_config(lines), **options)


def network_config(lines, name="eth0"):
  """A network-config of one link; `lines` stand under its name."""
  indented = "".join(f"    {line}\n" for line in lines.strip("\n").splitlines())
  return f"version: 2\nethernets:\n  {name}:\n{indented}"


def inside(namespace):
  return ["ip", "netns", "exec", namespace, "unshare", "--uts", "--"]


def shell(*words):
  ended = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT)
  assert ended.returncode == 0, f"{' '.join(words)}: {ended.stderr}"
  return ended.stdout


def until(condition, limit=LIMIT):
  """Wait until the condition holds; what it answered."""
  end = time.monotonic() + limit
  while True:
    answer = condition()
    if answer:
      return answer
    assert time.monotonic() < end, f"not within {limit} s"
    time.sleep(0.005)


def iso_image(folder, path):
  names = sorted(str(file) for file in pathlib.Path(folder).iterdir())
  shell("genisoimage", "-quiet", "-output", str(path), "-volid", "cidata", "-joliet", "-rock",
        *names)
  return path


def fat_image(folder, path):
  with open(path, "wb") as file:
    file.truncate(4 << 20)
  shell("mkfs.vfat", "-n", "CIDATA", str(path))
  for file in sorted(pathlib.Path(folder).iterdir()):
    shell("mcopy", "-oi", str(path), str(file), "::")
  return path
