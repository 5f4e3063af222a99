"""A guest of two NICs and a bridge in a network namespace, and all that may happen to it there.

Another bridge is somebody else's: what is put there must stay to the end.
"""

import signal
import subprocess
import time

import kernel
from lab import LIMIT, Lab
from watcher import Watcher

from .namespace_events import ALONE, EVENTS, RARE
from .samples import sample_here

MAC = "52:54:00:12:34:56"

NETWORK_CONFIG = """\
version: 2
ethernets:
  eth0:
    macaddress: "{mac}"
    mtu: {mtu}
    accept-ra: false
    addresses: [198.51.100.176/32, "2001:db8:3:47:198:51:100:{host}/64"]
    routes:
      - {{to: 198.51.100.{network}/29, scope: link}}
      - {{to: 192.0.2.0/26, scope: link}}
      - {{to: default, via: 192.0.2.1}}
    neighbors:
      - {{to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}}
    routing-policy: [{{from: 198.51.100.176, table: 77, priority: {rule}}}]
    nameservers: {{addresses: [192.0.2.{resolver}], search: [example.org]}}
  eth1: {{}}
bridges:
  br0: {{interfaces: [eth1], macaddress: "52:54:00:00:00:b0", addresses: [203.0.113.10/26]}}
"""

STATE = """\
link eth0 {mac} mtu {mtu} up
link eth1 {port} mtu 1500 up
link br0 52:54:00:00:00:b0 mtu 1500 up
link other 52:54:00:00:00:c0 mtu 1500 up
address 198.51.100.176/32 dev eth0 proto 103
address 2001:db8:3:47:198:51:100:{host}/64 dev eth0 proto 103
address 203.0.113.10/26 dev br0 proto 103
route 198.51.100.{network}/29 dev eth0 proto 103 scope link
route 192.0.2.0/26 dev eth0 proto 103 scope link
route default via 192.0.2.1 dev eth0 proto 103
route 2001:db8:3:47::/64 dev eth0 proto 2 metric 256
route 203.0.113.0/26 dev br0 proto 2 scope link src 203.0.113.10
neighbor 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 permanent proto 103
master of eth1: br0
rule {rule}
accept_ra 0
/etc/hostname vm{rule}
/etc/resolv.conf nameserver 192.0.2.{resolver}, search example.org
status as wanted
"""

# Two metadata, of which now one counts, now the other.
VARIANTS = [
  {"mac": MAC, "mtu": 1450, "host": 176, "network": 176, "rule": 777, "resolver": 53},
  {"mac": "52:54:00:12:34:58", "mtu": 1400, "host": 177, "network": 184, "rule": 778,
   "resolver": 54},
]


class Namespace:
  """The world of one run: `do` what an event says, `found` and `wanted`, and a `sample`."""

  IS_EMULATED = False
  # Seconds between two events, in the mean.
  PAUSE = 0.2
  EVENTS, RARE, ALONE = EVENTS, RARE, ALONE

  def __init__(self, binary, folder, chance):
    self.chance = chance
    self.lab = Lab(str(binary), folder)
    self.variant, self.theirs, self.port = 0, {}, ""
    self.plug("eth1")
    self.ip("link add name other type bridge")
    self.ip("link set dev other address 52:54:00:00:00:c0 up")
    self.carrier("peer", "up")
    self.asker = kernel.Asker(self.lab.guest)
    self.write_metadata()
    self.watcher = Watcher(self.lab, "--metadata", self.lab.folder / "seed")
    self.watcher.until_sleeps_with_limit()

  def close(self):
    self.watcher.kill()
    self.asker.close()
    self.lab.close()

  def said(self):
    """The end of what the watch said, for who has to find out what went wrong."""
    return [*self.watcher.lines()[-20:], *self.watcher.lines(1)[-20:]]

  # What is there and what should be

  @property
  def values(self):
    return VARIANTS[self.variant]

  def wanted(self):
    values = self.values | {"port": self.port}
    return sorted(STATE.format(**values).splitlines() + list(self.theirs.values()))

  def found(self):
    guest = self.lab.guest
    links = kernel.ip(guest, "link", "show")
    found = self.lab.state()
    found += [f"master of {link['ifname']}: {link['master']}" for link in links if "master" in link]
    found += [f"rule {rule['priority']}" for rule in kernel.ip(guest, "rule", "show")
              if 700 < rule["priority"] < 800]
    if any(link["ifname"] == "eth0" for link in links):
      found.append(f"accept_ra {self.lab.sysctl('net.ipv6.conf.eth0.accept_ra')}")
    for name in ["/etc/hostname", "/etc/resolv.conf"]:
      path = self.lab.root / name[1:]
      text = path.read_text() if path.exists() else "is not there"
      found.append(f"{name} {', '.join(text.splitlines())}")
    return sorted([*found, "status " + self.status()])

  def status(self):
    """By the program itself, where the watch runs."""
    ended = subprocess.run(
      ["nsenter", "-t", str(self.watcher.process.pid), "-n", "-u",
       *self.lab.command("status", "--json", "--metadata", self.lab.folder / "seed")],
      capture_output=True, text=True, timeout=LIMIT)
    return "as wanted" if ended.returncode == 0 else ended.stdout + ended.stderr

  def is_quiet(self):
    return self.watcher.sleeps(with_limit=True)

  def sample(self, seconds, events, quiet):
    self.watcher.is_alive()
    return sample_here(self.watcher.process.pid, seconds, events, quiet)

  def finish(self):
    """What is wrong with its end."""
    status = self.watcher.end()
    return [] if status == 0 else [f"watch ended with status {status}"]

  # Tools of the events

  def ip(self, words, at=None):
    """What is not there may be meant: another event may have taken it."""
    subprocess.run(["ip", "-n", at or self.lab.guest, *words.split()], capture_output=True,
                   check=False, timeout=LIMIT)

  def pause(self, most):
    time.sleep(self.chance.random() * most if self.chance.random() < 0.5 else 0)

  def carrier(self, peer, state):
    self.ip(f"link set dev {peer} {state}", at=self.lab.gateway)

  def plug(self, name):
    mac = self.chance.choice([MAC, f"52:54:00:00:00:{self.chance.randrange(256):02x}"])
    peer = {"eth0": "peer", "eth1": "peer1"}[name]
    self.lab.add_nic(name, mac, peer, "00:00:5e:00:01:0" + {"eth0": "1", "eth1": "2"}[name])
    if name == "eth1":
      self.port = mac
    self.carrier(peer, "up")

  def write_metadata(self):
    values = self.values
    self.lab.metadata(
      NETWORK_CONFIG.format(**values), f"instance-id: i\nlocal-hostname: vm{values['rule']}\n")

  def reload(self):
    self.watcher.signal(signal.SIGHUP)
