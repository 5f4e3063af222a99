"""A guest of two NICs and a bridge in a network namespace, and all that may happen to it there.

Another bridge is somebody else's: what is put there must stay to the end.
"""

import shutil
import signal
import subprocess
import time

import kernel
import test_watch_storms as storms
from lab import LIMIT, Lab
from watcher import Watcher

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

  # Seconds between two events, in the mean.
  PAUSE = 0.2

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

  def wanted(self):
    values = VARIANTS[self.variant] | {"port": self.port}
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
    values = VARIANTS[self.variant]
    self.lab.metadata(
      NETWORK_CONFIG.format(**values), f"instance-id: i\nlocal-hostname: vm{values['rule']}\n")

  def reload(self):
    self.watcher.signal(signal.SIGHUP)

  # Events: a link

  def link_down(self):
    self.ip("link set dev eth0 down")

  def link_flaps(self):
    index = storms.index_of(self.lab, "eth0")
    for _ in range(self.chance.randint(1, 10)):
      self.asker.set_link(index, False)
      self.pause(0.02)
      self.asker.set_link(index, True)

  def carrier_flaps(self):
    peer = self.chance.choice(["peer", "peer1"])
    self.carrier(peer, "down")
    self.pause(0.3)
    self.carrier(peer, "up")

  def mtu(self):
    self.ip(f"link set dev eth0 mtu {self.chance.randint(1300, 1500)}")

  def hardware_address(self):
    self.ip(f"link set dev eth0 address 52:54:00:00:01:{self.chance.randrange(256):02x}")

  def nic_replaced(self):
    name = self.chance.choice(["eth0", "eth1"])
    self.ip(f"link del dev {name}")
    self.pause(0.3)
    self.plug(name)

  def nic_renamed(self):
    for command in ["eth0 down", "eth0 name tmp0", "tmp0 up", "tmp0 down", "tmp0 name eth0"]:
      self.ip(f"link set dev {command}")
      self.pause(0.05)

  def bridge_gone(self):
    self.ip(self.chance.choice(["link del dev br0", "link set dev eth1 nomaster"]))

  # Events: what is ours

  def address_deleted(self):
    host = VARIANTS[self.variant]["host"]
    self.ip(self.chance.choice([
      "address del 198.51.100.176/32 dev eth0", "address flush dev eth0 scope global",
      f"address del 2001:db8:3:47:198:51:100:{host}/64 dev eth0"]))

  def route_deleted(self):
    self.ip(self.chance.choice([
      "route del default", "route del 192.0.2.0/26", "route flush table main proto 103"]))

  def neighbor_changed(self):
    self.ip("neigh " + self.chance.choice([
      "del 192.0.2.1 dev eth0", "flush dev eth0 nud permanent",
      "replace 192.0.2.1 lladdr 52:54:00:00:00:09 dev eth0 nud permanent",
      "replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud stale"]))

  def rule_deleted(self):
    self.ip(f"rule del priority {VARIANTS[self.variant]['rule']}")

  def sysctl(self):
    """Of which nobody tells: it is seen with whatever happens next."""
    subprocess.run(["ip", "netns", "exec", self.lab.guest, "sysctl", "-qw",
                    "net.ipv6.conf.eth0.accept_ra=1"], capture_output=True, check=False)
    self.ip("route del default")

  # Events: what is somebody else's

  def theirs_comes_or_goes(self):
    number = self.chance.randint(65, 80)
    address = f"address 198.51.100.{number}/32 dev other"
    route = f"route 203.0.113.{number}/32 dev other proto 99 scope link"
    neighbor = f"198.51.100.{number} lladdr 52:54:00:00:00:08 dev other"
    event, line, come, go = self.chance.choice([
      ("a", f"{address} proto 0", address.replace(" ", " add ", 1),
       address.replace(" ", " del ", 1)),
      ("r", route, route.replace(" ", " add ", 1), route.replace(" ", " del ", 1)),
      ("n", f"neighbor {neighbor} permanent", f"neigh add {neighbor} nud permanent",
       f"neigh del {neighbor}")])
    if self.theirs.pop((event, number), None) is not None:
      return self.ip(go)
    self.theirs[event, number] = line
    return self.ip(come)

  def theirs_on_our_link(self):
    for word in ["add", "del"]:
      self.ip(f"address {word} 198.51.100.250/32 dev eth0")
      self.ip(f"route {word} 203.0.113.192/26 dev eth0")
      self.pause(0.1)

  def storm(self):
    other, ours = (storms.index_of(self.lab, name) for name in ["other", "eth0"])
    numbers = range(self.chance.randint(100, 1000))
    storms.send(self.asker, (storms.neighbor(other, number) for number in numbers))
    storms.send(self.asker, storms.routes_come_and_go(other, numbers))
    storms.send(self.asker, storms.routes_come_and_go(ours, numbers))
    self.ip("neigh del 203.0.113.77 dev other")

  def overrun(self):
    """More events than the kernel has room for, since nobody reads them; then what nobody hears."""
    other = storms.index_of(self.lab, "other")
    self.watcher.signal(signal.SIGSTOP)
    before, number = storms.drops(self.lab, self.watcher), 0
    while storms.drops(self.lab, self.watcher) == before:
      storms.send(self.asker, (storms.neighbor(other, number + n) for n in range(5000)))
      number += 5000
    self.route_deleted()
    self.neighbor_changed()
    self.ip("neigh del 203.0.113.77 dev other")
    self.watcher.signal(signal.SIGCONT)

  # Events: files, signals, other runs

  def metadata_changed(self):
    self.variant = 1 - self.variant
    self.write_metadata()
    self.reload()

  def metadata_broken(self):
    for text in ["version: 2\nethernets: [\n", "version: 2\nethernets: {eth0: {mtu: x}}\n"]:
      (self.lab.folder / "seed/network-config").write_text(text)
      self.reload()
      self.pause(0.1)
    self.write_metadata()
    self.reload()

  def resolvers_overwritten(self):
    (self.lab.root / "etc/resolv.conf").write_text("nameserver 192.0.2.99\n")
    self.reload()

  def reloads(self):
    for _ in range(self.chance.randint(1, 5)):
      self.reload()
      self.pause(0.01)

  def records_wiped(self):
    """All that is kept below /run but the locks, which those hold who run."""
    for path in (self.lab.root / "run/guestagent").iterdir():
      if not path.name.endswith(".lock"):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    self.reload()

  def others_run(self):
    seed = self.lab.folder / "seed"
    self.lab.run("watch", "--metadata", seed)
    if self.chance.random() < 0.5:
      self.lab.run("down")
    self.lab.apply(seed)

  RARE = ["storm", "overrun", "others_run"]
  EVENTS = [
    link_down, link_flaps, carrier_flaps, mtu, hardware_address, nic_replaced, nic_renamed,
    bridge_gone, address_deleted, route_deleted, neighbor_changed, rule_deleted, sysctl,
    theirs_comes_or_goes, theirs_on_our_link, storm, overrun, metadata_changed, metadata_broken,
    resolvers_overwritten, reloads, records_wiped, others_run]
