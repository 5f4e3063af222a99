"""Growth in one guest that meets a fault each time its disk has become larger, and then completes.

The program alone is disturbed, by Tests/FaultTests/inject.c; what it starts, `lvm`, is not.
"""

import signal
import sys

from . import initramfs, storage
from .layouts import MIB
from .machine import Machine
from .paths import REPOSITORY

sys.path.append(str(REPOSITORY / "Tests" / "FaultTests"))

import faults  # noqa: E402

# What the disk becomes larger by before each growth: four of LVM's extents.
STEP = 16 * MIB
RECORD = "/run/record"


class Growth:
    """A guest of this layout; its root volume, on `partition`, takes all that is free."""

    def __init__(self, kernel, archive, folder, layout, disk, partition):
        self.injector = faults.Injector(folder)
        archive += initramfs.programs([(self.injector.program, "/usr/sbin/inject")])
        self.vm = Machine(kernel, archive, storage=[disk], words=layout.kernel_words(), memory=512)
        self.disk, self.partition, self.folder = disk, partition, folder
        self.size = layout.disks[0][0] * MIB
        self.count = self.met = 0

    def begin(self):
        """The calls of a growth, after one in quiet: from then on each is as large as its step."""
        self.enlarge()
        assert storage.grow(self.vm)[0] == 0
        self.enlarge()
        self.vm.run(f"/usr/sbin/inject -o {RECORD} -l /usr/sbin/guestagent grow")
        self.sizes = self.present()
        return self.read().calls

    def enlarge(self):
        self.size += STEP
        self.vm.resize(self.disk, self.size)

    def present(self):
        """Bytes of the partition and of the root filesystem."""
        return (storage.device_size(self.vm, self.partition), storage.filesystem_size(self.vm, "/"))

    def read(self, outcome=None):
        record = self.folder / "record"
        record.write_text(self.vm.run(f"cat {RECORD}").stdout)
        said = (outcome.stdout, outcome.stderr) if outcome else ("", "")
        return self.injector.read(record, *said)

    def disturbed(self, fault):
        """What is wrong after a growth that meets the fault, and after the next."""
        complaints = []
        self.count += 1
        self.enlarge()
        number = self.injector.numbers[fault.call]
        outcome = self.vm.run(f"/usr/sbin/inject -o {RECORD} -c {number} {' '.join(fault.options)}"
                              " /usr/sbin/guestagent grow")
        run = self.read(outcome)
        self.met += run.hit or run.signal == signal.SIGKILL
        if fault.kind != "kill":
            if run.signal is not None:
                complaints.append(f"ended by signal {run.signal}")
            elif run.status not in (0, 1) or run.status == 1 and not run.err:
                complaints.append(f"status {run.status} without a word")
        between = self.present()
        if any(now < before for now, before in zip(between, self.sizes)):
            complaints.append(f"smaller: {between} after {self.sizes}")
        wanted = tuple(size + STEP for size in self.sizes)
        if run.status == 0 and between != wanted:
            complaints.append(f"told success with {between} in place of {wanted}: {run}")
        if self.vm.run("sfdisk --verify /dev/vda").status != 0:
            complaints.append("sfdisk finds the table wrong")
        status, _, said = storage.grow(self.vm)
        if status != 0:
            complaints.append(f"the next run: {said}")
        if self.present() != wanted:
            complaints.append(f"the next run made {self.present()} in place of {wanted}")
        self.sizes = self.present()
        return [f"{fault}: {complaint}" for complaint in complaints]
