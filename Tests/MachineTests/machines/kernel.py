"""Debian's cloud kernel and its modules, unpacked without being installed."""

import shutil

from .paths import CACHE, run

# What a cloud guest's devices need, whichever way its disks and its NIC are attached.
MODULES = ["virtio_pci", "virtio_net", "virtio_blk", "virtio_scsi", "sd_mod", "sr_mod", "ata_piix"]


class Kernel:
    """An unpacked linux-image package: `image` for QEMU, `modules` in the order to load them."""

    def __init__(self, folder):
        self.image = next((folder / "boot").glob("vmlinuz-*"))
        self._files = {file.stem.replace("-", "_"): file for file in folder.rglob("*.ko")}
        self.modules = []
        for name in MODULES:
            self._add(name)

    def _add(self, name):
        """Appends a module after everything it depends on. A name without a file is built in."""
        file = self._files.get(name)
        if file is None or file in self.modules:
            return
        for other in run("modinfo", "--field", "depends", file).replace(",", " ").split():
            self._add(other.replace("-", "_"))
        self.modules.append(file)


def debian_kernel():
    """The kernel that linux-image-cloud-amd64 stands for, fetched if it is not there yet."""
    folder = CACHE / "kernel"
    if not folder.exists():
        _unpack(folder)
    return Kernel(folder)


def _unpack(folder):
    package = _versioned_package()
    download = CACHE / "kernel-download"
    shutil.rmtree(download, ignore_errors=True)
    (download / "unpacked").mkdir(parents=True)
    run("apt-get", "--quiet=2", "-o", "APT::Sandbox::User=root", "download", package, cwd=download)
    run("dpkg-deb", "--extract", next(download.glob("*.deb")), download / "unpacked")
    # Named at the end only, so that an interrupted download is not taken for a kernel.
    (download / "unpacked").rename(folder)
    shutil.rmtree(download)


def _versioned_package():
    def known():
        lines = run("apt-cache", "depends", "linux-image-cloud-amd64").splitlines()
        return [line.split()[-1] for line in lines if "Depends: linux-image-" in line]

    try:
        return known()[0]
    except (RuntimeError, IndexError):
        # A fresh image has no package lists.
        run("apt-get", "--quiet=2", "update")
        return known()[0]
