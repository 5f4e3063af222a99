"""Debian's cloud kernel and its modules, unpacked without being installed."""

import pathlib
import shutil
import tempfile

from .paths import CACHE, alone, run

# What a cloud guest's devices need, whichever way its disks and its NIC are attached.
MODULES = [
    "virtio_pci", "virtio_net", "virtio_blk", "virtio_scsi", "sd_mod", "sr_mod", "ata_piix",
    "qemu_fw_cfg"]

# What storage is made of beyond that, loaded when the guest first asks for it.
STORAGE_MODULES = [
    "dm_mod", "dm_crypt", "dm_snapshot", "dm_thin_pool", "dm_raid", "raid1", "dm_mirror",
    "xfs", "btrfs", "loop", "aesni_intel", "xts", "ecb", "algif_skcipher", "algif_hash",
    "crc32c_intel", "libcrc32c"]


# Readers of metadata disks, and the character sets that they ask for.
FILESYSTEM_MODULES = ["loop", "isofs", "vfat", "nls_cp437", "nls_ascii", "nls_utf8"]

# What links are made of, loaded when one is made.
LINK_MODULES = ["bonding", "8021q", "bridge", "dummy"]


class Kernel:
    """An unpacked linux-image package: `image` for QEMU, `modules` in the order to load them."""

    def __init__(self, folder):
        self.image = next((folder / "boot").glob("vmlinuz-*"))
        self._folder = next((folder / "lib" / "modules").iterdir())
        self._files = {file.stem.replace("-", "_"): file for file in folder.rglob("*.ko")}
        self.modules = self._in_order(MODULES)

    def storage_tree(self):
        """The files of /lib/modules from which modprobe loads what storage needs: path, content."""
        return self._tree(STORAGE_MODULES)

    def filesystem_tree(self):
        """The same for the filesystems of metadata disks."""
        return self._tree(FILESYSTEM_MODULES)

    def link_tree(self):
        """The same for links that are made."""
        return self._tree(LINK_MODULES)

    def _tree(self, names):
        with tempfile.TemporaryDirectory(prefix="modules-") as name:
            tree = pathlib.Path(name) / "lib" / "modules" / self._folder.name
            (tree / "kernel").mkdir(parents=True)
            for module in self._in_order(names):
                shutil.copy(module, tree / "kernel")
            for listing in ["modules.builtin", "modules.order"]:
                shutil.copy(self._folder / listing, tree)
            run("depmod", "--basedir", name, self._folder.name)
            return [(f"/{file.relative_to(name)}", file.read_bytes())
                    for file in sorted(tree.rglob("*")) if file.is_file()]

    def _in_order(self, names):
        """Files of modules, each after everything it depends on."""
        found = []
        for name in names:
            self._add(name, found)
        return found

    def _add(self, name, found):
        # A name without a file is built in.
        file = self._files.get(name)
        if file is None or file in found:
            return
        for other in run("modinfo", "--field", "depends", file).replace(",", " ").split():
            self._add(other.replace("-", "_"), found)
        found.append(file)


def debian_kernel():
    """The kernel that linux-image-cloud-amd64 stands for, fetched if it is not there yet."""
    folder = CACHE / "kernel"
    with alone("kernel"):
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
