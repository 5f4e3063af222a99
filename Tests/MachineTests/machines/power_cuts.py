"""Cuts the power of a guest in the middle of its growth, and looks at what is left.

One guest after another lives on the same disks: a boot finds what the last cut has left, finishes
the growth, has its disks enlarged again and grows, until the power goes. So a cut costs one boot.
QEMU is killed, hence a cut loses what the guest has not handed to its disks: Machine.cut_power.
"""

import dataclasses
import os
import time

from . import storage
from .layouts import LVM, MIB
from .machine import Machine
from .paths import run

# On the console, so that the steps it has told by then are known after the cut.
_GROWTH = "guestagent grow >/dev/console 2>&1"

_CHECKS = {
    "ext4": "/usr/sbin/e2fsck -fn {0}",
    "xfs": "/usr/sbin/xfs_repair -n {0}",
    "btrfs": "/usr/sbin/btrfs check --readonly {0}",
}

# A bound for a growth that has to be waited for, many times what it takes.
_LIMIT = 60


def _starts(lines, types):
    """Bytes at which partitions of these types start, by sfdisk's own words."""
    return [int(line.split("start=")[1].split(",")[0]) * 512
            for line in lines for kind in types if f"{kind}\n" in f"{line},".replace(",", "\n")]


@dataclasses.dataclass
class Result:
    """One cut: when it was, how far the growth had come, and what was wrong afterwards."""

    layout: str
    moment: str
    reached: str
    files: int
    complaints: list


class Chain:
    """Guest after guest on the disks of one layout. `random` decides when the power goes."""

    def __init__(self, kernel, initramfs, layout, disks, random):
        self._kernel = kernel
        self._initramfs = initramfs
        self._layout = layout
        self._disks = disks
        self._random = random
        self._kind = "ext4"
        for word in layout.words.split():
            if word.startswith("rootfstype="):
                self._kind = word.removeprefix("rootfstype=")
        self._sizes = [size for size, _ in layout.disks]
        self._duration = None

    def run(self, cuts):
        """As many cuts; yields the result of each as soon as the next boot has judged it."""
        # Part of the instants are spread over the time that growth takes, evenly but for chance.
        slots = list(range(cuts))
        self._random.shuffle(slots)
        with self._boot() as vm:
            vm.wait_until_ready()
            self._enter(vm)
            self._duration = self._timed_growth(vm)
            moment, reached = self._cut(vm, slots[0], cuts)
        for place in range(1, cuts + 1):
            with self._boot() as vm:
                vm.wait_until_ready()
                complaints = self._judge_at_rest(vm)
                self._enter(vm)
                files = self._judge(vm, complaints)
                yield Result(self._layout.name, moment, reached, files, complaints)
                if place < cuts:
                    moment, reached = self._cut(vm, slots[place], cuts)

    def _boot(self):
        return Machine(
            self._kernel, self._initramfs, storage=self._disks, memory=512,
            words=f"{self._layout.kernel_words()} root_later")

    def _enter(self, vm):
        vm.enter_root()
        for device, place in self._layout.mounts:
            vm.run(f"mount {device} {place}")

    def _enlarge(self, vm):
        for place, disk in enumerate(self._disks):
            self._sizes[place] += 4 * self._random.randint(8, 40)
            vm.resize(disk, self._sizes[place] * MIB)

    def _timed_growth(self, vm):
        self._enlarge(vm)
        start = time.monotonic()
        outcome = vm.run("guestagent grow")
        if outcome.status != 0:
            raise RuntimeError(f"{self._layout.name}: growth without a cut failed: {outcome}")
        return time.monotonic() - start

    def _cut(self, vm, slot, slots):
        """Enlarges, starts the growth and cuts: when that was, and the last step told by then."""
        storage.start_writer(vm, "")
        vm.run("until [ -s /written/sums ]; do usleep 20000; done")
        self._enlarge(vm)
        before = vm.console()
        sign = self._sign([None, "table", None, "volume group", None, None][slot % 6])
        seen = self._read(sign)
        start = time.monotonic()
        vm.start(_GROWTH)
        if sign:
            while self._read(sign) == seen:
                if time.monotonic() > start + _LIMIT:
                    raise RuntimeError(f"{self._layout.name}: no write of the {sign[0]} seen")
                time.sleep(0.0002)
            delay = self._random.choice([0, 0.001, 0.003, 0.01, 0.03])
            time.sleep(delay)
            moment = f"{delay * 1e3:.0f} ms after first write of the {sign[0]}"
        else:
            instant = self._duration * 1.1 * (slot + self._random.random()) / slots
            time.sleep(max(0, start + instant - time.monotonic()))
            moment = f"{instant:.3f} s of {self._duration:.3f}"
        vm.cut_power()
        told = vm.console().removeprefix(before)
        done = [line.removeprefix("changed: ") for line in told.splitlines()
                if line.startswith("changed: ")]
        return moment, done[-1] if done else "-"

    def _sign(self, what):
        """Where on the first disk the first write of a step is seen, if this layout has it."""
        lines = self._layout.disks[0][1].splitlines()
        if what == "table" and lines:
            container = _starts(lines, ["type=5", "type=f"])
            # Of a GPT the copy at the new end is written first.
            end = (self._sizes[0] * MIB - 33 * 512, 33 * 512)
            return what, [(0, 34 * 512), end] + [(start, 512) for start in container]
        if what == "volume group" and "unlock=" not in self._layout.words:
            volume = _starts(lines, ["type=8e", "type=lvm"])
            if "/vg0/" in self._layout.root:
                return what, [(start, MIB) for start in volume or [0]]
        return None

    def _read(self, sign):
        if sign is None:
            return b""
        descriptor = os.open(self._disks[0].image, os.O_RDONLY)
        try:
            return b"".join(os.pread(descriptor, length, start) for start, length in sign[1])
        finally:
            os.close(descriptor)

    def _judge_at_rest(self, vm):
        """What is wrong with table and filesystem before the growth goes on."""
        complaints = []
        vm.run("mkdir -p /made; modprobe dm-mod")
        if "unlock=" in self._layout.words:
            vm.run("printf secret | /usr/sbin/cryptsetup open --disable-keyring --key-file -"
                   " /dev/vda2 vault")
        root = self._layout.root
        if "/vg0/" in root:
            outcome = vm.run(f"{LVM} vgchange -q -q --activate y")
            if outcome.status != 0:
                complaints.append(f"vgchange: {outcome.stderr}")
        # Mounting replays the journal, as in every boot.
        for command in [
                f"mount -t {self._kind} {root} /made", "umount /made",
                _CHECKS[self._kind].format(root)]:
            outcome = vm.run(command, limit=300)
            if outcome.status != 0:
                complaints.append(f"{command}: {outcome.stdout}{outcome.stderr}")
        if "label: dos" in self._layout.disks[0][1] and not storage.table_is_clean(self._disks[0]):
            complaints.append("sfdisk --verify after the cut")
        return complaints

    def _judge(self, vm, complaints):
        """Files, the growth's end and the table then; how many files there were to check."""
        count, broken = storage.written_files(vm, "")
        complaints += [f"broken file: {line}" for line in broken]
        if not storage.files_are_whole(vm):
            complaints.append("a file of the layout is broken")
        outcome = vm.run("guestagent grow", limit=300)
        if outcome.status != 0:
            complaints.append(f"grow: status {outcome.status}: {outcome.stdout}{outcome.stderr}")
        outcome = vm.run("guestagent grow --dry-run")
        if (outcome.status, outcome.stdout) != (0, ""):
            complaints.append(f"grow is not done: {outcome.stdout}{outcome.stderr}")
        complaints += self._too_small(vm)
        vm.run("sync; rm -r /written; sync")
        for disk, (_, table) in zip(self._disks, self._layout.disks):
            if table and not storage.table_is_clean(disk):
                complaints.append("sfdisk --verify after the growth")
        return count

    def _too_small(self, vm):
        """Layers that do not have all of what they could have."""
        found = []
        listing = run("sfdisk", "--dump", self._disks[0].image) if self._layout.disks[0][1] else ""
        ends = [0]
        for line in listing.splitlines():
            if "start=" in line:
                start, size = (int(line.split(f"{word}=")[1].split(",")[0])
                               for word in ["start", "size"])
                ends.append(start + size)
        # A GPT's backup takes the last 33 sectors, and ends are multiples of a MiB.
        if listing and max(ends) < (self._sizes[0] - 1) * 2048:
            found.append(f"partitions end at {max(ends)} of {self._sizes[0] * 2048}")
        for group, (_, _, free) in storage.groups(vm).items():
            if free:
                found.append(f"{group} has {free} extents left")
        for name, (device, volume) in storage.physical_volumes(vm).items():
            # Less than an extent, beside the MiB in front.
            if device - volume >= 5 * MIB:
                found.append(f"{name} takes {volume} of {device}")
        device = int(vm.run(f"/usr/sbin/lsblk -bdno SIZE {self._layout.root}").stdout)
        size = storage.filesystem_size(vm, "/", self._kind)
        if size != device:
            found.append(f"/ has {size} of the {device} bytes of its device")
        return found
