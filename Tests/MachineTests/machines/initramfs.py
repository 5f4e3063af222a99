"""An initial file system in memory: a cpio archive of the "newc" kind, which the kernel unpacks.

Source: Documentation/driver-api/early-userspace/buffer-format.rst. Several archives one after
another are unpacked over each other, so a boot appends its own files to a common one.
"""

import os
import pathlib
import shutil
import stat

from .paths import REPOSITORY, run

HERE = pathlib.Path(__file__).parent

# Debian's tools for storage, and what their scripts need of a shell. They are this machine's.
STORAGE_TOOLS = [
    "lvm", "dmsetup", "mke2fs", "mkfs.ext4", "e2fsck", "resize2fs", "tune2fs", "dumpe2fs",
    "debugfs", "mkfs.xfs", "xfs_repair", "xfs_io", "btrfs", "mkfs.btrfs", "mkfs.f2fs", "cryptsetup",
    "sfdisk", "partx", "blockdev", "blkid", "lsblk", "mkswap", "losetup", "flock", "thin_check"]
GROWPART_TOOLS = [
    "growpart", "dash", "mawk", "cat", "dd", "grep", "mktemp", "mv", "printf", "readlink", "rm",
    "sed", "uname"]


class Archive:
    """Grows by `folder`, `file` and `device`; `bytes()` is the whole archive."""

    def __init__(self):
        self._parts = []
        self._folders = set()
        self._files = set()
        self._number = 0

    def folder(self, path):
        """Adds a folder and the folders above it."""
        path = path.strip("/")
        if path and path not in self._folders:
            self.folder(os.path.dirname(path))
            self._folders.add(path)
            self._entry(path, stat.S_IFDIR | 0o755)

    def file(self, path, content, mode=0o644):
        """Adds a file, given as bytes, with the folders above it; one that is there already is
        left out, since many programs load the same libraries."""
        path = path.strip("/")
        if path not in self._files:
            self._files.add(path)
            self.folder(os.path.dirname(path))
            self._entry(path, stat.S_IFREG | mode, content)

    def link(self, path, target):
        """Adds a symbolic link."""
        self.folder(os.path.dirname(path))
        self._entry(path.strip("/"), stat.S_IFLNK | 0o777, target.encode())

    def device(self, path, major, minor):
        """Adds a character device."""
        self.folder(os.path.dirname(path))
        self._entry(path.strip("/"), stat.S_IFCHR | 0o600, major=major, minor=minor)

    def bytes(self):
        trailer = Archive._packed("TRAILER!!!", [0] * 13, b"")
        return _padded(b"".join(self._parts) + trailer, 512)

    def _entry(self, name, mode, content=b"", major=0, minor=0):
        self._number += 1
        # inode, mode, owner, group, links, time, size, device (2), node's device (2)
        fields = [self._number, mode, 0, 0, 1, 0, len(content), 0, 0, major, minor, 0, 0]
        self._parts.append(Archive._packed(name, fields, content))

    @staticmethod
    def _packed(name, fields, content):
        encoded = name.encode() + b"\0"
        fields = fields[:11] + [len(encoded), 0]
        header = b"070701" + b"".join(b"%08x" % field for field in fields)
        return _padded(header + encoded, 4) + _padded(content, 4)


def _padded(content, unit):
    return content + b"\0" * (-len(content) % unit)


def lone_program(binary):
    """Nothing but the program and the places where /dev, /proc and /sys would be mounted."""
    archive = Archive()
    archive.device("/dev/console", 5, 1)
    archive.folder("/proc")
    archive.folder("/sys")
    archive.file("/guestagent", binary.read_bytes(), 0o755)
    return archive.bytes()


def guest(binary, kernel):
    """A small guest whose only agent is the program; busybox and iproute2 are there to look on."""
    return _guest(binary, kernel).bytes()


def link_guest(binary, kernel):
    """The guest with the modules of links that are made, which the kernel asks modprobe for."""
    archive = _guest(binary, kernel)
    archive.link("/sbin/modprobe", "/bin/busybox")
    for path, content in kernel.link_tree():
        archive.file(path, content)
    return archive.bytes()


def image_guest(binary, kernel, images):
    """The guest with the kernel's readers of metadata disks and list-images, which reads these."""
    archive = _guest(binary, kernel)
    archive.link("/sbin/modprobe", "/bin/busybox")
    for path, content in kernel.filesystem_tree():
        archive.file(path, content)
    archive.file("/etc/list-images", (HERE / "list-images").read_bytes())
    archive.file("/etc/images", images.encode())
    return archive.bytes()


def storage_guest(binary, kernel):
    """The guest with Debian's tools for storage beside the program. See storage-init.

    The script growpart and the tools that it calls are Debian's too, in /usr/bin, which is not in
    PATH: whoever measures it puts it there.
    """
    archive = _guest(binary, kernel)
    for script in ["storage-init", "writer"]:
        archive.file(f"/etc/{script}", (HERE / script).read_bytes())
    archive.file("/etc/mke2fs.conf", pathlib.Path("/etc/mke2fs.conf").read_bytes())
    for tool in STORAGE_TOOLS:
        add_program(archive, _installed(tool), f"/usr/sbin/{tool}")
    for tool in GROWPART_TOOLS:
        add_program(archive, _installed(tool), f"/usr/bin/{tool}")
    archive.link("/sbin/modprobe", "/bin/busybox")
    archive.file("/bin/sh", _installed("dash").read_bytes(), 0o755)
    archive.file("/usr/bin/awk", _installed("mawk").read_bytes(), 0o755)
    for path, content in kernel.storage_tree():
        archive.file(path, content)
    return archive.bytes()


def programs(pairs):
    """An archive to be appended to a guest's: programs of this machine and their places."""
    archive = Archive()
    for program, place in pairs:
        add_program(archive, program, place)
    return archive.bytes()


def _guest(binary, kernel):
    archive = Archive()
    archive.device("/dev/console", 5, 1)
    for folder in ["/proc", "/sys", "/run", "/tmp", "/root", "/var/lib"]:
        archive.folder(folder)
    archive.file("/init", (HERE / "guest-init").read_bytes(), 0o755)
    archive.file("/etc/guest-commands", (HERE / "guest-commands").read_bytes())
    archive.file("/bin/busybox", pathlib.Path("/usr/bin/busybox").read_bytes(), 0o755)
    add_program(archive, binary, "/usr/sbin/guestagent")
    add_program(archive, pathlib.Path("/usr/sbin/ip"), "/sbin/ip")
    protocols = REPOSITORY / "Packaging" / "rt_protos.d" / "guestagent.conf"
    archive.file("/etc/iproute2/rt_protos.d/guestagent.conf", protocols.read_bytes())
    for place, module in enumerate(kernel.modules):
        archive.file(f"/modules/{place:02}-{module.name}", module.read_bytes())
    return archive


def add_program(archive, program, place):
    """Adds a program of this machine with the shared libraries that it loads, if any."""
    archive.file(place, program.resolve().read_bytes(), 0o755)
    try:
        libraries = run("ldd", program)
    except RuntimeError as error:
        # A script, or a static program.
        if "not a dynamic executable" in str(error):
            return
        raise
    for line in libraries.splitlines():
        for word in line.split():
            if word.startswith("/"):
                library = pathlib.Path(word)
                # The loader looks there for what a program names by a folder of this machine.
                known = word.startswith(("/lib", "/usr/"))
                archive.file(word if known else f"/usr/lib/{library.name}",
                             library.resolve().read_bytes(), 0o755)


def _installed(tool):
    path = shutil.which(tool)
    if path is None:
        raise RuntimeError(f"{tool} is not installed: Packaging/install-dependencies machines")
    return pathlib.Path(path)
