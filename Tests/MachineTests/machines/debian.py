"""Guests of Debian's own making: systemd, udev and / on a logical volume in the classic layout.

Nothing of this runs in a virtual machine: the root is made by mmdebstrap, packages are installed
in it by chroot, and the disk is written by mke2fs and by LVM on loop devices, which work without
the device-mapper as long as no volume is activated.
"""

import contextlib
import hashlib
import pathlib
import shutil
import tempfile
import time

from .guests import classic_table
from .initramfs import HERE
from .layouts import MIB
from .machine import Disk
from .paths import CACHE, alone, run

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
FILES = HERE / "debian-guest"

# What a Debian guest on a logical volume has, what the tests look on with, and what packages of
# ours depend on.
_PACKAGES = (
    "cloud-init,dbus,e2fsprogs,ifupdown,initramfs-tools,iproute2,iputils-ping,libmnl0,libyaml-0-2,"
    "linux-image-cloud-amd64,lvm2,procps,systemd-sysv,udev,zlib1g")
# Of one release: /etc/resolv.conf is a file in the one, and systemd-resolved's in the other.
_MORE_PACKAGES = {"trixie": ",systemd-resolved"}
# Modules of the guest's devices: what Debian's installer would have found.
_MODULES = ["virtio_pci", "virtio_blk", "virtio_net", "dm_mod", "ext4", "sr_mod", "ata_piix"]
_MOUNTED = {"proc": "proc", "sys": "sysfs"}

ROOT_DEVICE = "/dev/mapper/vg0-root"
WORDS = f"root={ROOT_DEVICE} ro quiet"

# In MiB. The partition of the physical volume starts at 66, its first extent one later.
DISK, ROOT, SWAP = 864, 700, 60
_FIRST_EXTENT = 67
_BOOT = 64


class Image:
    """A made disk with the kernel and the initramfs that boot it."""

    def __init__(self, folder):
        self._folder = folder
        # As the kernel of a Machine.
        self.image = folder / "vmlinuz"

    def initramfs(self, name="initrd"):
        """The one that Debian made, or one of another name that a script left in /boot."""
        return (self._folder / name).read_bytes()

    def disk(self, folder):
        """A fresh copy, sparse as it is."""
        run("cp", "--sparse=always", "--reflink=auto", self._folder / "disk.img", folder)
        return Disk(folder / "disk.img")


def image(release, packages=(), script="true", files=()):
    """The image of a release ("bookworm", "trixie") with these .deb files installed, and with
    what this line of shell has done in its root, where it finds these files in its folder; made
    once for as long as nothing changes."""
    root = _root(release)
    own = [path.read_bytes() for path in [*sorted(FILES.iterdir()), HERE / "guest-commands"]]
    sums = [(file.name, hashlib.sha256(file.read_bytes()).hexdigest())
            for file in [*packages, *files]]
    key = _key(root.stem, own, _MODULES, sums, script, DISK, ROOT, SWAP)
    folder = CACHE / "debian" / f"{release}-{key}"
    with alone(f"debian-{release}"):
        if not folder.exists():
            _remove_unused(folder.parent)
            with _folder_beside(folder) as made, tempfile.TemporaryDirectory(
                    prefix="root-", dir=folder.parent) as place:
                unpacked = pathlib.Path(place)
                run("tar", "--extract", "--numeric-owner", "--file", root, "--directory", unpacked)
                _change(unpacked, packages, script, files)
                _take_boot_files(unpacked, made)
                _write_disk(unpacked, made / "disk.img")
        folder.touch()
    return Image(folder)


def _remove_unused(parent):
    """Each build of the package makes new images; what nobody used for a day is in the way."""
    for folder in parent.iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > 24 * 3600:
            shutil.rmtree(folder)


def _root(release):
    """The archive of a root with Debian's packages, as mmdebstrap leaves it."""
    settings = FILES / "initramfs"
    packages = _PACKAGES + _MORE_PACKAGES.get(release, "")
    archive = CACHE / "debian" / f"{release}-{_key(packages, settings.read_bytes())}.tar"
    with alone(f"debian-{release}"):
        if not archive.exists():
            archive.parent.mkdir(parents=True, exist_ok=True)
            new = archive.with_suffix(".new")
            run("mmdebstrap", "--mode=root", "--variant=minbase", "--format=tar", "--quiet",
                f"--include={packages}", "--aptopt=APT::Install-Recommends \"false\"",
                "--dpkgopt=force-unsafe-io", *[
                    f"--dpkgopt=path-exclude=/usr/share/{folder}/*"
                    for folder in ["doc", "i18n/locales", "locale", "man"]],
                "--essential-hook=mkdir -p \"$1/etc/initramfs-tools/conf.d\"",
                f"--essential-hook=copy-in {settings} /etc/initramfs-tools/conf.d",
                release, new, f"deb [signed-by={KEYRING}] {mirror()} {release} main")
            new.rename(archive)
    return archive


def mirror():
    """Where this machine gets its own Debian release from."""
    codename = dict(
        line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines()
        if "=" in line)["VERSION_CODENAME"].strip('"')

    def known():
        return run(
            "apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages",
            "Origin: Debian", f"Codename: {codename}", "Component: main").splitlines()

    if not known():
        # A fresh image has no package lists, and apt names its sources only when it has them.
        run("apt-get", "--quiet=2", "update")
    return known()[0]


def _change(root, packages, script, files):
    """Installs the packages, runs the line of shell, and makes the initramfs that follows."""
    for unit in FILES.glob("*.service"):
        shutil.copy(unit, root / "etc/systemd/system")
    shutil.copy(HERE / "guest-commands", root / "usr/local/lib")
    shutil.copy(FILES / "cloud.cfg", root / "etc/cloud/cloud.cfg.d/90-guest.cfg")
    with open(root / "etc/initramfs-tools/modules", "a", encoding="ascii") as modules:
        modules.write("\n".join([*_MODULES, ""]))
    with contextlib.ExitStack() as mounts:
        for folder, kind in _MOUNTED.items():
            run("mount", "-t", kind, kind, root / folder)
            mounts.callback(run, "umount", root / folder)
        run("chroot", root, "sh", "-s", input=(FILES / "prepare").read_text())
        for file in [*packages, *files]:
            shutil.copy(file, root / "tmp")
        names = [f"/tmp/{package.name}" for package in packages]
        if names:
            run("chroot", root, "env", "DEBIAN_FRONTEND=noninteractive", "dpkg",
                "--force-unsafe-io", "--install", *names)
        run("chroot", root, "sh", "-ec", f"cd /tmp; {script}")
        run("chroot", root, "update-initramfs", "-u")
        for file in [*packages, *files]:
            (root / "tmp" / file.name).unlink()
        # From now on it is made when the guest asks for it, which takes an emulated one a minute.
        settings = root / "etc/initramfs-tools/update-initramfs.conf"
        settings.write_text("update_initramfs=no\nbackup_initramfs=no\n")


def _take_boot_files(root, made):
    for name in ["vmlinuz", "initrd"]:
        shutil.copy(next((root / "boot").glob(f"{name}*-amd64")), made / name)
    for path in (root / "boot").glob("*.img"):
        shutil.move(path, made)


def _write_disk(root, disk):
    """The installer's layout: p1 /boot, p2 extended, p5 a physical volume, / and swap on it."""
    with open(disk, "wb") as file:
        file.truncate(DISK * MIB)
    run("sfdisk", "--quiet", disk, input=classic_table(DISK))
    boot = root.with_name(root.name + "-boot")
    (root / "boot").rename(boot)
    (root / "boot").mkdir()
    try:
        _filesystem(boot, disk, 1, _BOOT)
    finally:
        shutil.rmtree(boot)
    _volumes(disk)
    _filesystem(root, disk, _FIRST_EXTENT, ROOT)
    swap = disk.with_name("swap")
    with open(swap, "wb") as file:
        file.truncate(SWAP * MIB)
    run("mkswap", swap)
    run("dd", f"if={swap}", f"of={disk}", "bs=1M", f"count={1}", "conv=notrunc", "status=none",
        f"seek={_FIRST_EXTENT + ROOT}")
    swap.unlink()


def _filesystem(folder, disk, start, size):
    run("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-d", folder,
        "-E", f"offset={start * MIB},lazy_itable_init=0,lazy_journal_init=0", disk,
        f"{size}M")


def _volumes(disk):
    """The volume group vg0 with root and swap_1, in this order from the first extent on."""
    start, end = 66 * MIB, (DISK - 1) * MIB
    device = run("losetup", "--find", "--show", "--offset", start, "--sizelimit", end - start,
                 disk).strip()
    configuration = (
        f"devices{{filter=[\"a|^{device}$|\",\"r|.*|\"] use_devicesfile=0}}"
        "global{activation=0}backup{backup=0 archive=0}")
    try:
        for command in [
                f"pvcreate {device}", f"vgcreate vg0 {device}",
                f"lvcreate -an -Zn -Wn --name root --size {ROOT}m vg0",
                f"lvcreate -an -Zn -Wn --name swap_1 --size {SWAP}m vg0"]:
            verb, *words = command.split()
            run("lvm", verb, "--config", configuration, *words)
    finally:
        run("losetup", "--detach", device)


@contextlib.contextmanager
def _folder_beside(folder):
    """An empty folder that gets this name when it is full: an interrupted run leaves none."""
    with tempfile.TemporaryDirectory(prefix="made-", dir=folder.parent) as place:
        made = pathlib.Path(place) / "image"
        made.mkdir()
        yield made
        made.rename(folder)


def _key(*parts):
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
