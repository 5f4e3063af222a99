"""A guest of busybox: its init, mdev in place of udev, / on a partition, guestagent by its tarball.

Everything is made on this machine: the root is a folder in which the tarball's script installs,
which mke2fs writes into the disk.
"""

import pathlib

from . import initramfs
from .layouts import MIB
from .machine import Disk
from .paths import REPOSITORY, run

FILES = initramfs.HERE / "busybox-guest"

# In MiB.
_START, _SIZE = 1, 32


class Tree:
    """A folder to be filled as an Archive of initramfs.py is."""

    def __init__(self, folder):
        self.folder = folder

    def file(self, path, content, mode=0o644):
        place = self.folder / path.strip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(mode)

    def link(self, path, target):
        place = self.folder / path.strip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)


def tarball(binary, folder):
    """The unpacked tarball with this binary in it."""
    environment = {"GUESTAGENT_BINARY": str(binary)}
    archive = _run_with(environment, REPOSITORY / "Packaging" / "build", "tarball").split()[-1]
    run("tar", "--extract", "--file", REPOSITORY / archive, "--directory", folder)
    return next(folder.iterdir())


def _run_with(environment, *command):
    return run("env", *[f"{name}={value}" for name, value in environment.items()], *command)


def start_initramfs(kernel):
    """The initramfs that mounts / and goes on there."""
    archive = initramfs.Archive()
    archive.device("/dev/console", 5, 1)
    for folder in ["/proc", "/root"]:
        archive.folder(folder)
    archive.file("/init", (FILES / "init").read_bytes(), 0o755)
    archive.file("/bin/busybox", pathlib.Path("/usr/bin/busybox").read_bytes(), 0o755)
    for place, module in enumerate(kernel.modules):
        archive.file(f"/modules/{place:02}-{module.name}", module.read_bytes())
    return archive.bytes()


def disk(unpacked, folder):
    """The guest's disk, in which the tarball has installed itself."""
    root = folder / "root"
    tree = Tree(root)
    busybox = pathlib.Path("/usr/bin/busybox")
    tree.file("/bin/busybox", busybox.read_bytes(), 0o755)
    for applet in run(busybox, "--list").split():
        if applet != "busybox":
            tree.link(f"/bin/{applet}", "busybox")
    tree.link("/sbin/init", "/bin/busybox")
    initramfs.add_program(tree, pathlib.Path("/usr/sbin/ip"), "/sbin/ip")
    tree.file("/etc/inittab", (FILES / "inittab").read_bytes())
    tree.file("/etc/rcS", (FILES / "rcS").read_bytes())
    tree.file("/usr/local/lib/guest-commands", (initramfs.HERE / "guest-commands").read_bytes())
    for name in ["dev", "proc", "sys", "run", "tmp", "root"]:
        (root / name).mkdir(exist_ok=True)
    _run_with({"DESTDIR": root}, unpacked / "install", "--prefix=/usr")

    image = folder / "disk.img"
    with open(image, "wb") as file:
        file.truncate((_START + _SIZE) * MIB)
    run("sfdisk", "--quiet", image, input=f"label: dos\nstart={_START}MiB, type=83\n")
    run("mke2fs", "-q", "-F", "-t", "ext4", "-d", root, "-E",
        f"root_owner=0:0,offset={_START * MIB},lazy_itable_init=0", image, f"{_SIZE}M")
    return Disk(image)
