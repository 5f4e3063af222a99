"""An initial file system in memory: a cpio archive of the "newc" kind, which the kernel unpacks.

Source: Documentation/driver-api/early-userspace/buffer-format.rst. Several archives one after
another are unpacked over each other, so a boot appends its own files to a common one.
"""

import os
import pathlib
import stat

from .paths import REPOSITORY, run

GUEST_INIT = pathlib.Path(__file__).with_name("guest-init")


class Archive:
    """Grows by `folder`, `file` and `device`; `bytes()` is the whole archive."""

    def __init__(self):
        self._parts = []
        self._folders = set()
        self._number = 0

    def folder(self, path):
        """Adds a folder and the folders above it."""
        path = path.strip("/")
        if path and path not in self._folders:
            self.folder(os.path.dirname(path))
            self._folders.add(path)
            self._entry(path, stat.S_IFDIR | 0o755)

    def file(self, path, content, mode=0o644):
        """Adds a file, given as bytes, with the folders above it."""
        self.folder(os.path.dirname(path))
        self._entry(path.strip("/"), stat.S_IFREG | mode, content)

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
    archive = Archive()
    archive.device("/dev/console", 5, 1)
    for folder in ["/proc", "/sys", "/run", "/tmp", "/root", "/var/lib"]:
        archive.folder(folder)
    archive.file("/init", GUEST_INIT.read_bytes(), 0o755)
    archive.file("/bin/busybox", pathlib.Path("/usr/bin/busybox").read_bytes(), 0o755)
    archive.file("/usr/sbin/guestagent", binary.read_bytes(), 0o755)
    _add_dynamic(archive, "/usr/sbin/ip", "/sbin/ip")
    protocols = REPOSITORY / "Packaging" / "rt_protos.d" / "guestagent.conf"
    archive.file("/etc/iproute2/rt_protos.d/guestagent.conf", protocols.read_bytes())
    for place, module in enumerate(kernel.modules):
        archive.file(f"/modules/{place:02}-{module.name}", module.read_bytes())
    return archive.bytes()


def _add_dynamic(archive, program, place):
    """Adds a program of this machine with the shared libraries that it loads."""
    archive.file(place, pathlib.Path(program).resolve().read_bytes(), 0o755)
    for line in run("ldd", program).splitlines():
        for word in line.split():
            if word.startswith("/"):
                archive.file(word, pathlib.Path(word).resolve().read_bytes(), 0o755)
