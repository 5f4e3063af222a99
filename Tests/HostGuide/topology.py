"""The network around a host: the world, the provider's gateway and the host, each a namespace.

    world eth0 ----- outside gateway cable ----- eth0 host

The host has its own mounts besides: what the guide writes into /etc, and what daemons leave in
/run and /var, is gone with it.
"""

import itertools
import os
import pathlib
import shutil
import subprocess
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
# What is fetched and unpacked, never installed, so that none of it acts on this machine.
FETCHED = REPOSITORY / ".build-host"
PACKAGES = ["bridge-utils", "ifupdown"]

GATEWAY_MAC = "00:00:5e:00:01:01"
HOST_MAC = "52:54:00:00:00:10"
ADDRESSES = [f"198.51.100.{number}" for number in range(176, 184)]
WORLD, WORLD6 = "203.0.113.1", "2001:db8:ffff::1"
LIMIT = 60

# More often than a router would, so that nobody waits for it; radvd takes such intervals only
# beside the option of Mobile IPv6 that tells them.
RADVD = """\
interface cable {
  AdvSendAdvert on; AdvIntervalOpt on;
  MinRtrAdvInterval 0.3; MaxRtrAdvInterval 0.5; MinDelayBetweenRAs 0.1;
  prefix 2001:db8:3:47::/64 { AdvOnLink on; AdvAutonomous off; };
};
"""

# The host's mounts: $1 is a folder for them, $2 holds what lies over this machine's etc, var and
# usr; $1/usr keeps the programs that lie below. /dev is the host's own, for volumes that are made
# there, without /dev/kvm: machines are emulated, wherever the tests run.
MOUNTS = """
set -eu
mount -t tmpfs tmpfs "$1"
for place in etc var; do
  mkdir "$1/$place" "$1/$place-work"
  mount -t overlay -o "lowerdir=$2/$place:/$place,upperdir=$1/$place,workdir=$1/$place-work" \
    overlay /$place
done
mkdir "$1/usr"
mount --bind /usr "$1/usr"
mount -t overlay -o "lowerdir=$2/usr:/usr" overlay /usr
mount -t tmpfs tmpfs /run
mkdir /run/network /run/lock
mkdir -p "$1/dev/net" "$1/dev/pts" "$1/dev/shm"
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty "$1/dev"
[ ! -e /dev/net/tun ] || cp -a /dev/net/tun "$1/dev/net"
mount --bind /dev/pts "$1/dev/pts"
ln -s pts/ptmx /proc/self/fd "$1/dev"
mount --rbind "$1/dev" /dev
ip link set dev lo up
echo ready
exec sleep infinity
"""

numbers = itertools.count(1)


def shell(*words, **options):
  ended = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                         timeout=LIMIT, **options)
  assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"
  return ended.stdout


def until(condition, limit=LIMIT):
  """Wait until the condition holds; what it answered."""
  end = time.monotonic() + limit
  while not (answer := condition()):
    assert time.monotonic() < end, f"not within {limit} s"
    time.sleep(0.02)
  return answer


def fetched():
  """Folders of the packages' files, below usr and etc as in a system of today."""
  if not FETCHED.exists():
    making = FETCHED.with_name(f".build-host-{os.getpid()}")
    (making / "packages").mkdir(parents=True)
    download = ["apt-get", "--quiet=2", "-o", "APT::Sandbox::User=root", "download", *PACKAGES]
    if subprocess.run(download, cwd=making / "packages").returncode != 0:
      # A fresh image has no package lists.
      shell("apt-get", "--quiet=2", "update")
      shell(*download, cwd=making / "packages")
    for package in (making / "packages").iterdir():
      shell("dpkg-deb", "--extract", package, making)
    for place in ["lib", "sbin"]:
      if (making / place).is_dir():
        shutil.copytree(making / place, making / "usr" / place, symlinks=True, dirs_exist_ok=True)
    (making / "var").mkdir(exist_ok=True)
    try:
      making.rename(FETCHED)
    except OSError:
      # Another run was quicker.
      shutil.rmtree(making)
  return FETCHED


class Namespace:
  """A network namespace; `run` runs words in it."""

  def __init__(self, name):
    self.name = f"host-guide-{os.getpid()}-{next(numbers)}-{name}"
    shell("ip", "netns", "add", self.name)
    self.ip("link set dev lo up")
    # Nobody looks for duplicate addresses: it would take the most time of all, and others prove it.
    for which in ["all", "default"]:
      shell("ip", "netns", "exec", self.name, "sysctl", "-qw",
            f"net.ipv6.conf.{which}.dad_transmits=0")

  def inside(self, *words):
    return ["ip", "netns", "exec", self.name, *words]

  def run(self, *words):
    return shell(*self.inside(*words))

  def ip(self, words):
    return shell("ip", "-n", self.name, *words.split())

  def sysctl(self, setting):
    self.run("sysctl", "-qw", setting)

  def reaches(self, address, seconds=4):
    """Whether a ping is answered, in which time a neighbour is asked for more than once."""
    return subprocess.run(self.inside("ping", "-c", "1", "-W", str(seconds), address),
                          capture_output=True, timeout=LIMIT).returncode == 0

  def close(self):
    shell("ip", "netns", "delete", self.name)


class Host(Namespace):
  """The host: a namespace with mounts of its own, in whose folder `home` its commands run."""

  def __init__(self, folder, programs, tools=None):
    super().__init__("host")
    self.home = folder / "home"
    self.home.mkdir()
    self.mounts = folder / "mounts"
    self.mounts.mkdir()
    self._path = f"{programs}:{os.environ['PATH']}"
    self._holder = subprocess.Popen(
      [*super().inside("unshare", "--mount"), "bash", "-c", MOUNTS, "bash",
       str(self.mounts), str(tools or fetched())],
      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    self._started = []
    if self._holder.stdout.readline() != "ready\n":
      self.close()
      raise AssertionError("the host's mounts cannot be made")

  def inside(self, *words):
    return ["nsenter", f"--target={self._holder.pid}", "--net", "--mount", f"--wd={self.home}",
            "env", f"PATH={self._path}", *words]

  def write(self, path, text):
    """Writes a file, absolute or below the host's folder."""
    shell(*self.inside("sh", "-c", 'mkdir -p "$(dirname "$1")" && cat >"$1"', "sh", path),
          input=text)

  def do(self, block):
    """A block of the guide as it stands: a file is written, commands are run."""
    if block.place == "file":
      return self.write(block.name, block.text)
    return shell(*self.command(block))

  def command(self, block):
    """The words that run a block's commands; the first that fails ends them."""
    return self.inside("bash", "-e", "-u", "-o", "pipefail", "-c", block.text)

  def start(self, *words):
    """Starts a daemon, which ends with the host."""
    self._started.append(subprocess.Popen(
      self.inside(*words), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
      stderr=subprocess.DEVNULL))

  def close(self):
    # What stands before a daemon's own name (nsenter, env) has become the daemon by exec. Nothing
    # that it would leave in order outlives the host.
    for process in [*self._started, self._holder]:
      process.kill()
      process.wait()
    self._holder.stdout.close()
    super().close()


class Topology:
  """`asked`: the gateway asks for each address of the /29 on the cable; else it is routed to the
  host. `answers`: it answers ARP from outside its own subnet too."""

  def __init__(self, folder, programs, asked=False, answers=False, tools=None):
    self.folder = pathlib.Path(folder)
    self.programs = programs
    self.guests = {}
    self._made = []
    self._radvd = None
    try:
      self._build(asked, answers, tools)
    except BaseException:
      self.close()
      raise

  def __enter__(self):
    return self

  def __exit__(self, *_):
    self.close()

  def close(self):
    if self._radvd:
      self._radvd.terminate()
      self._radvd.wait()
    for namespace in reversed(self._made):
      namespace.close()

  def _add(self, namespace):
    self._made.append(namespace)
    return namespace

  def _build(self, asked, answers, tools):
    self.world = self._add(Namespace("world"))
    self.gateway = self._add(Namespace("gateway"))
    self.host = self._add(Host(self.folder, self.programs, tools))
    # A new namespace has what this machine's is set to.
    shell("ip", "netns", "exec", self.host.name, "sysctl", "-qw", "net.ipv4.ip_forward=0",
          "net.ipv4.conf.all.send_redirects=1", "net.ipv4.conf.default.send_redirects=1")
    self._cable(self.world, "eth0", "02:00:00:00:00:01", self.gateway, "outside",
                "02:00:00:00:00:02")
    self._cable(self.gateway, "cable", GATEWAY_MAC, self.host, "eth0", HOST_MAC)
    for place, link in [(self.world, "eth0"), (self.gateway, "outside"), (self.gateway, "cable")]:
      place.ip(f"link set dev {link} up")
    self.world.ip(f"address add {WORLD}/24 dev eth0")
    self.world.ip(f"address add {WORLD6}/64 dev eth0 nodad")
    gateway = self.gateway
    gateway.ip("address add 203.0.113.254/24 dev outside")
    gateway.ip("address add 2001:db8:ffff::fe/64 dev outside nodad")
    gateway.ip("address add 192.0.2.1/26 dev cable")
    gateway.ip("address add 2001:db8:3:47::1/64 dev cable nodad")
    self.world.ip("route add default via 203.0.113.254")
    self.world.ip("route add ::/0 via 2001:db8:ffff::fe")
    gateway.ip("route add 198.51.100.176/29 " + ("dev cable" if asked else "via 192.0.2.10"))
    for setting in ["ipv4.ip_forward=1", "ipv6.conf.all.forwarding=1",
                    f"ipv4.conf.cable.arp_ignore={0 if answers else 2}"]:
      gateway.sysctl(f"net.{setting}")
    configuration = self.folder / "radvd.conf"
    configuration.write_text(RADVD)
    self._radvd = subprocess.Popen(
      gateway.inside("radvd", "--nodaemon", "--logmethod", "none", "--config", str(configuration),
                     "--pidfile", str(self.folder / "radvd.pid")))

  def _cable(self, here, name, mac, there, other, other_mac):
    shell("ip", "link", "add", "name", name, "netns", here.name, "address", mac, "type", "veth",
          "peer", "name", other, "netns", there.name, "address", other_mac)

  def guest(self, name):
    """Plugs a guest into br0 as a hypervisor does, with the tap's end `name`; it is bare."""
    guest = self._add(Namespace(name))
    shell("ip", "link", "add", "name", "eth0", "netns", guest.name, "type", "veth",
          "peer", "name", name, "netns", self.host.name)
    self.host.ip(f"link set dev {name} master br0 up")
    self.guests[name] = guest
    return guest
