"""What may happen to the guest of namespace.py; each leaves it so that `watch` can put it right."""

import contextlib
import shutil
import signal
import subprocess

import kernel
import test_watch_storms as storms


# A link

def link_down(world):
  world.ip("link set dev eth0 down")


def link_flaps(world):
  index = storms.index_of(world.lab, "eth0")
  for _ in range(world.chance.randint(1, 10)):
    world.asker.set_link(index, False)
    world.pause(0.02)
    world.asker.set_link(index, True)


def carrier_flaps(world):
  peer = world.chance.choice(["peer", "peer1"])
  world.carrier(peer, "down")
  world.pause(0.3)
  world.carrier(peer, "up")


def mtu(world):
  world.ip(f"link set dev eth0 mtu {world.chance.randint(1300, 1500)}")


def hardware_address(world):
  world.ip(f"link set dev eth0 address 52:54:00:00:01:{world.chance.randrange(256):02x}")


def nic_replaced(world):
  name = world.chance.choice(["eth0", "eth1"])
  world.ip(f"link del dev {name}")
  world.pause(0.3)
  world.plug(name)


def nic_renamed(world):
  for command in ["eth0 down", "eth0 name tmp0", "tmp0 up", "tmp0 down", "tmp0 name eth0"]:
    world.ip(f"link set dev {command}")
    world.pause(0.05)


def bridge_gone(world):
  world.ip(world.chance.choice(["link del dev br0", "link set dev eth1 nomaster"]))


# What is ours

def address_deleted(world):
  host = world.values["host"]
  world.ip(world.chance.choice([
    "address del 198.51.100.176/32 dev eth0", "address flush dev eth0 scope global",
    f"address del 2001:db8:3:47:198:51:100:{host}/64 dev eth0"]))


def route_deleted(world):
  world.ip(world.chance.choice([
    "route del default", "route del 192.0.2.0/26", "route flush table main proto 103"]))


def neighbor_changed(world):
  world.ip("neigh " + world.chance.choice([
    "del 192.0.2.1 dev eth0", "flush dev eth0 nud permanent",
    "replace 192.0.2.1 lladdr 52:54:00:00:00:09 dev eth0 nud permanent",
    "replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud stale"]))


def rule_deleted(world):
  world.ip(f"rule del priority {world.values['rule']}")


def sysctl(world):
  """Of which nobody tells: it is seen with whatever happens next."""
  subprocess.run(["ip", "netns", "exec", world.lab.guest, "sysctl", "-qw",
                  "net.ipv6.conf.eth0.accept_ra=1"], capture_output=True, check=False)
  world.ip("route del default")


# What is somebody else's

def theirs_comes_or_goes(world):
  number = world.chance.randint(65, 80)
  address = f"address 198.51.100.{number}/32 dev other"
  route = f"route 203.0.113.{number}/32 dev other proto 99 scope link"
  neighbor = f"198.51.100.{number} lladdr 52:54:00:00:00:08 dev other"
  event, line, come, go = world.chance.choice([
    ("a", f"{address} proto 0", address.replace(" ", " add ", 1),
     address.replace(" ", " del ", 1)),
    ("r", route, route.replace(" ", " add ", 1), route.replace(" ", " del ", 1)),
    ("n", f"neighbor {neighbor} permanent", f"neigh add {neighbor} nud permanent",
     f"neigh del {neighbor}")])
  if world.theirs.pop((event, number), None) is not None:
    return world.ip(go)
  world.theirs[event, number] = line
  return world.ip(come)


def theirs_on_our_link(world):
  for word in ["add", "del"]:
    world.ip(f"address {word} 198.51.100.250/32 dev eth0")
    world.ip(f"route {word} 203.0.113.192/26 dev eth0")
    world.pause(0.1)


def storm(world):
  other, ours = (storms.index_of(world.lab, name) for name in ["other", "eth0"])
  numbers = range(world.chance.randint(100, 1000))
  # A socket of its own: what is refused, since a link is down, is answered.
  with contextlib.closing(kernel.Asker(world.lab.guest)) as asker:
    storms.send(asker, (storms.neighbor(other, number) for number in numbers))
    storms.send(asker, storms.routes_come_and_go(other, numbers))
    storms.send(asker, storms.routes_come_and_go(ours, numbers))
  world.ip("neigh del 203.0.113.77 dev other")


def overrun(world):
  """More events than the kernel has room for, since nobody reads them; then what nobody hears."""
  other = storms.index_of(world.lab, "other")
  world.watcher.signal(signal.SIGSTOP)
  before, number = storms.drops(world.lab, world.watcher), 0
  with contextlib.closing(kernel.Asker(world.lab.guest)) as asker:
    while storms.drops(world.lab, world.watcher) == before:
      storms.send(asker, (storms.neighbor(other, number + n) for n in range(5000)))
      number += 5000
  route_deleted(world)
  neighbor_changed(world)
  world.ip("neigh del 203.0.113.77 dev other")
  world.watcher.signal(signal.SIGCONT)


# Files, signals, other runs

def metadata_changed(world):
  world.variant = 1 - world.variant
  world.write_metadata()
  world.reload()


def metadata_broken(world):
  for text in ["version: 2\nethernets: [\n", "version: 2\nethernets: {eth0: {mtu: x}}\n"]:
    (world.lab.folder / "seed/network-config").write_text(text)
    world.reload()
    world.pause(0.1)
  world.write_metadata()
  world.reload()


def resolvers_overwritten(world):
  (world.lab.root / "etc/resolv.conf").write_text("nameserver 192.0.2.99\n")
  world.reload()


def reloads(world):
  for _ in range(world.chance.randint(1, 5)):
    world.reload()
    world.pause(0.01)


def records_wiped(world):
  """All that is kept below /run but the locks, which those hold who run."""
  for path in (world.lab.root / "run/guestagent").iterdir():
    if not path.name.endswith(".lock"):
      shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
  world.reload()


def others_run(world):
  seed = world.lab.folder / "seed"
  world.lab.run("watch", "--metadata", seed)
  if world.chance.random() < 0.5:
    world.lab.run("down")
  world.lab.apply(seed)


# Once at the start, then seldom.
RARE = [storm, overrun, others_run]
# Before and after these all is quiet, so that nothing else comes to help.
ALONE = [overrun]
EVENTS = [
  link_down, link_flaps, carrier_flaps, mtu, hardware_address, nic_replaced, nic_renamed,
  bridge_gone, address_deleted, route_deleted, neighbor_changed, rule_deleted, sysctl,
  theirs_comes_or_goes, theirs_on_our_link, storm, overrun, metadata_changed, metadata_broken,
  resolvers_overwritten, reloads, records_wiped, others_run]
