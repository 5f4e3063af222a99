"""A guest in QEMU, without udev: NIC, disk and CD-ROM as its host changes them, and what happens
inside meanwhile. `watch` runs there as in a guest of the tarball, growth with it."""

import contextlib

from machines import gateway, guests, initramfs, kernel, layouts, look, machine, seeds, storage

from .samples import sample

MIB = layouts.MIB

NETWORK_CONFIG = """\
version: 2
ethernets:
  eth0:
    addresses: [198.51.100.176/32, "2001:db8:3:47:198:51:100:{host}/64"]
    routes:
      - {{to: 198.51.100.176/29, scope: link}}
      - {{to: 192.0.2.0/26, scope: link}}
      - {{to: default, via: 192.0.2.1}}
    neighbors:
      - {{to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}}
    nameservers: {{addresses: [192.0.2.{resolver}]}}
"""
# Two discs, of which now one is in the drive, now the other.
VARIANTS = [
  {"hostname": "vm6", "host": 176, "resolver": 53},
  {"hostname": "vm7", "host": 177, "resolver": 54},
]

# What starts it, so that its end is told.
START = (
  "(guestagent watch >/tmp/watch.out 2>/tmp/watch.err & echo $! >/tmp/watch.pid; wait $!;"
  " echo $? >/tmp/watch.status) &")
PROCESS = "p=$(cat /tmp/watch.pid);"
SAMPLE = (
  f"{PROCESS} cat /proc/$p/status && echo -- && cat /proc/$p/schedstat && echo -- &&"
  " cat /proc/$p/task/$p/children && echo -- &&"
  # One that is closed while it is listed is no fault.
  " { ls -l /proc/$p/fd 2>/dev/null || [ -e /proc/$p ]; }")
END = f"{PROCESS} kill $p; until [ -s /tmp/watch.status ]; do usleep 20000; done;" \
  " cat /tmp/watch.status"

NO_NIC = "[ ! -e /sys/class/net/eth0 ]"

# The swap volume, what is before the second partition and at the end of the disk, and the physical
# volume's head: what the root filesystem of this layout does not get.
TAKEN = 128
STEP, LARGEST = 4, 4096
FIRST_SIZE = 288
# Of ext4's last group: what is smaller than what the group itself takes is left, with a note.
GROUP, LEAST = 128, 8


class MachineGuest:
  """The world of one run: `do` what an event says, `found` and `wanted`, and a `sample`."""

  IS_EMULATED = True
  # Seconds between two events, in the mean.
  PAUSE = 1.0

  def __init__(self, binary, folder, chance):
    self.chance = chance
    self.variant, self.size, self.is_out = 0, FIRST_SIZE, False
    self.running = contextlib.ExitStack()
    try:
      self._boot(binary, folder)
      self.plug()
      self.vm.run(START)
      self.until("[ -s /tmp/watch.pid ]")
    except BaseException:
      self.close()
      raise

  def _boot(self, binary, folder):
    debian = kernel.debian_kernel()
    archive = initramfs.storage_guest(binary, debian)
    self.discs = []
    for values in VARIANTS:
      name = values["hostname"]
      seed = seeds.seed_folder(folder / name, NETWORK_CONFIG.format(**values), name)
      self.discs.append(seeds.iso(seed, folder / f"{name}.iso"))
    self.disks = layouts.Layouts(debian, archive).disks(guests.GPT, folder)
    provider = self.running.enter_context(gateway.Gateway(folder))
    self.vm = self.running.enter_context(machine.Machine(
      debian, archive, provider, nic=False, disks=[("virtio-scsi-cd", self.discs[0])],
      storage=self.disks, words=guests.GPT.kernel_words(), memory=512))
    self.vm.wait_until_ready()
    self.vm.monitor("netdev_add", type="tap", id="nic", ifname=gateway.CABLE, script="no",
                    downscript="no")

  def close(self):
    self.running.close()

  def said(self):
    return self.vm.run("tail -n 20 /tmp/watch.out; tail -n 20 /tmp/watch.err").stdout.splitlines()

  # What is there and what should be

  def wanted(self):
    values = VARIANTS[self.variant]
    plan = look.planned(
      addresses6=[look.ADDRESSES6[0].replace(":176/", f":{values['host']}/")],
      hostname=values["hostname"])
    sizes = {"disk": self.size, "partition": self.size - 66, "filesystem": self.size - TAKEN}
    return sorted([
      *(f"{name} {value}" for name, value in plan.items()),
      *(f"{name} {size * MIB}" for name, size in sizes.items()),
      f"resolv.conf nameserver 192.0.2.{values['resolver']}",
      # Without a disc there are no metadata to compare with.
      "status " + ("no metadata" if self.is_out else "as wanted")])

  def found(self):
    sizes = {
      "disk": storage.device_size(self.vm, "vda"),
      "partition": storage.device_size(self.vm, "vda2"),
      "filesystem": storage.filesystem_size(self.vm, "/")}
    return sorted([
      *(f"{name} {value}" for name, value in look.network(self.vm).items()),
      *(f"{name} {size}" for name, size in sizes.items()),
      "resolv.conf " + self.vm.run("cat /etc/resolv.conf").stdout.strip(),
      "status " + self.status()])

  def status(self):
    outcome = self.vm.run("guestagent status --json")
    if outcome.status == 3:
      return "no metadata"
    return "as wanted" if outcome.status == 0 else outcome.stdout + outcome.stderr

  def is_quiet(self):
    """Whether it sleeps, as it does nearly always, and no growth runs."""
    # Its child starts each growth, as one of its own.
    answer = self.vm.run(
      f"{PROCESS} for c in $(cat /proc/$p/task/$p/children); do cat /proc/$c/task/$c/children;"
      " done; grep -c '^State:.S' /proc/$p/status")
    return answer.stdout.split() == ["1"]

  def sample(self, seconds, events, quiet):
    outcome = self.vm.run(SAMPLE)
    if outcome.status != 0:
      raise RuntimeError(f"watch does not run: {outcome.stderr}")
    status, schedstat, children, links = outcome.stdout.split("--\n")
    links = [line.split(" -> ")[1] for line in links.splitlines() if " -> " in line]
    return sample(seconds, events, quiet, status, schedstat, children, links)

  def finish(self):
    """What is wrong with its end, and with the files on the disk that was grown."""
    found = []
    if not look.reaches(self.vm, gateway.ADDRESS):
      found.append("the gateway is not reached")
    if not storage.files_are_whole(self.vm):
      found.append("a file of the disk is broken")
    status = self.vm.run(END).stdout.strip()
    if status != "0":
      found.append(f"watch ended with status {status}")
    return found

  # Tools of the events

  def until(self, condition):
    assert self.vm.run(f"until {condition}; do usleep 50000; done").status == 0

  def ip(self, words):
    """What is not there may be meant: another event may have taken it."""
    self.vm.run(f"/sbin/ip {words}")

  def plug(self):
    mac = self.chance.choice([machine.MAC, f"52:54:00:00:00:{self.chance.randrange(256):02x}"])
    self.vm.monitor("device_add", driver="virtio-net-pci", id="nic0", netdev="nic", mac=mac,
                    romfile="")

  def insert(self, variant):
    self.variant, self.is_out = variant, False
    self.vm.monitor("blockdev-change-medium", id="cd-disk0", filename=str(self.discs[variant]),
                    format="raw", **{"read-only-mode": "read-only"})

  # Events: what the host does

  def nic_replaced(self):
    # A guest that is busy may miss that it was asked to let go.
    gone = f"for _ in $(seq 200); do {NO_NIC} && exit; usleep 50000; done; exit 1"
    for _ in range(5):
      with contextlib.suppress(machine.MachineError):
        self.vm.monitor("device_del", id="nic0")
      if self.vm.run(gone).status == 0:
        break
    else:
      raise RuntimeError("the guest does not let go of its NIC")
    while any(device["name"] == "nic0" for device in self.vm.monitor(
        "qom-list", path="/machine/peripheral")):
      self.vm.run("usleep 20000")
    self.plug()

  def carrier_flaps(self):
    for _ in range(self.chance.randint(1, 5)):
      for up in [False, True]:
        self.vm.monitor("set_link", name="nic0", up=up)
        self.vm.run(f"usleep {self.chance.randrange(300_000)}")

  def disk_grows(self):
    for _ in range(self.chance.randint(1, 3)):
      if self.size < LARGEST:
        self.size += STEP * self.chance.randint(1, 3)
        while 0 < (self.size - TAKEN) % GROUP < LEAST:
          self.size += STEP
        self.vm.resize(self.disks[0], self.size * MIB)

  def disc_changed(self):
    self.insert(1 - self.variant)

  def disc_taken_out(self):
    """Once it was read; else nobody would know what was on it."""
    if self.is_out:
      return self.insert(self.variant)
    self.until(f"[ $(hostname) = {VARIANTS[self.variant]['hostname']} ]")
    self.vm.monitor("blockdev-open-tray", id="cd-disk0", force=True)
    self.vm.monitor("blockdev-remove-medium", id="cd-disk0")
    self.vm.monitor("blockdev-close-tray", id="cd-disk0")
    self.is_out = True
    return None

  # Events: what happens inside

  def link_flaps(self):
    self.ip("link set dev eth0 down")
    if self.chance.random() < 0.5:
      self.ip("link set dev eth0 up")

  def address_deleted(self):
    self.ip(self.chance.choice([
      "address del 198.51.100.176/32 dev eth0", "address flush dev eth0 scope global"]))

  def route_deleted(self):
    self.ip(self.chance.choice([
      "route del default", "route del 192.0.2.0/26", "route flush table main proto 103"]))

  def neighbor_changed(self):
    self.ip("neigh " + self.chance.choice([
      "del 192.0.2.1 dev eth0",
      "replace 192.0.2.1 lladdr 52:54:00:00:00:09 dev eth0 nud permanent"]))

  def theirs_on_our_link(self):
    for word in ["add", "del"]:
      self.ip(f"address {word} 198.51.100.250/32 dev eth0")

  def resolvers_overwritten(self):
    self.vm.run(f"echo nameserver 192.0.2.99 >/etc/resolv.conf; {PROCESS} kill -HUP $p")

  def reloads(self):
    """Growth runs then, too."""
    for _ in range(self.chance.randint(1, 3)):
      self.vm.run(f"{PROCESS} kill -HUP $p")

  def others_run(self):
    self.vm.run("guestagent watch; guestagent grow; guestagent apply --wait 0")

  EVENTS = [
    nic_replaced, carrier_flaps, disk_grows, disc_changed, disc_taken_out, link_flaps,
    address_deleted, route_deleted, neighbor_changed, theirs_on_our_link, resolvers_overwritten,
    reloads, others_run]
  # Once at the start, then seldom: each takes seconds of the guest's processor.
  RARE = [others_run, reloads]
  ALONE = []
