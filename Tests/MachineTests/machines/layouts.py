"""Disks with what a guest's installer would have put on them, made once and then copied."""

import dataclasses
import hashlib

from .machine import Disk, Machine
from .paths import CACHE, run

MIB = 1 << 20

# There is no udev in these guests to make the nodes of volumes.
LVM = "DM_DISABLE_UDEV=1 /usr/sbin/lvm"

# Files whose sums are kept beside them, in the filesystem that a layout calls its root.
_FILES = (
    "mkdir -p /made/data /made/boot /made/srv && cd /made/data && for n in 1 2 3 4 5 6; do"
    " dd if=/dev/urandom of=file$n bs=700000 count=1 2>/dev/null; done &&"
    " sha256sum file* >sums && cd / && mkdir -p"
    + "".join(f" /made/{folder}" for folder in [
        "bin", "sbin", "lib", "lib64", "usr", "etc", "dev", "proc", "sys", "run", "tmp"]))


@dataclasses.dataclass(frozen=True)
class Layout:
    """What is on a guest's disks, and how it is made.

    `disks` are pairs of a size in MiB and a partition table as sfdisk reads it, "" for none.
    `commands` run in a guest with those disks as vda, vdb and so on; they end with the root
    filesystem mounted at /made. `root` is the device that holds it, `words` more of the kernel's
    command line, `mounts` what is mounted beside it: a device and a place, /boot or /srv. Starts and
    sizes in the table are counted in sectors of `sector_size` bytes.
    """

    name: str
    disks: tuple
    commands: tuple
    root: str
    words: str = ""
    mounts: tuple = ()
    sector_size: int = 512

    def kernel_words(self):
        return f"root={self.root} {self.words}".strip()


class Layouts:
    """Makes each layout's images once, and keeps them for as long as nothing about them changes."""

    def __init__(self, kernel, initramfs):
        self._kernel = kernel
        self._initramfs = initramfs

    def disks(self, layout, folder, attachment="virtio-blk"):
        """Fresh copies of a layout's disks, sparse as they are."""
        disks = []
        for image in self._images(layout):
            run("cp", "--sparse=always", image, folder / image.name)
            disks.append(Disk(folder / image.name, attachment, layout.sector_size))
        return disks

    def _images(self, layout):
        key = hashlib.sha256(f"{layout} {_FILES}".encode()).hexdigest()[:16]
        folder = CACHE / "layouts" / f"{layout.name}-{key}"
        names = [f"disk{place}.img" for place in range(len(layout.disks))]
        if not folder.exists():
            made = folder.with_suffix(".new")
            run("rm", "-rf", made)
            made.mkdir(parents=True)
            self._make(layout, [made / name for name in names])
            made.rename(folder)
        return [folder / name for name in names]

    def _make(self, layout, images):
        for image, (size, table) in zip(images, layout.disks):
            with open(image, "wb") as disk:
                disk.truncate(size * MIB)
            # Only the guest can tell sfdisk of other sectors than 512 bytes.
            if table and layout.sector_size == 512:
                run("sfdisk", "--quiet", image, input=table)
        disks = [Disk(image, sector_size=layout.sector_size) for image in images]
        commands = ["mkdir /made", *layout.commands, _FILES, "umount /made", "sync"]
        if layout.sector_size != 512:
            script = layout.disks[0][1].replace("\n", "\\n")
            commands.insert(0, f"printf '{script}' | /usr/sbin/sfdisk --quiet /dev/vda")
        with Machine(self._kernel, self._initramfs, storage=disks, memory=512) as vm:
            vm.wait_until_ready()
            for command in commands:
                outcome = vm.run(command)
                if outcome.status != 0:
                    raise RuntimeError(f"{layout.name}: {command}: {outcome}")
            # So that nothing is left in the guest's memory or half under way.
            vm.run(f"{LVM} vgchange -q -q --activate n; cryptsetup close vault; sync")
