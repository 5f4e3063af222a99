"""Roots of guests: folders with busybox and with the files of Debian packages, in which a script
runs as the first process."""

import os
import pathlib
import re
import shutil

from conftest import REPOSITORY, run

CACHE = REPOSITORY / ".build-packages"
BUSYBOX = pathlib.Path("/usr/bin/busybox")


def unpacked(*packages):
    """Folder of Debian packages' files, which are not installed."""
    folder = CACHE / "-".join(packages)
    if not folder.exists():
        download = CACHE / f"{folder.name}.download"
        shutil.rmtree(download, ignore_errors=True)
        (download / "files").mkdir(parents=True)
        get = ["apt-get", "--quiet=2", "-o", "APT::Sandbox::User=root"]
        if run(*get, "download", *packages, cwd=download, check=False).returncode != 0:
            # A fresh image has no package lists.
            run("apt-get", "--quiet=2", "update")
            run(*get, "download", *packages, cwd=download)
        for package in download.glob("*.deb"):
            run("dpkg-deb", "--extract", package, download / "files")
        (download / "files").rename(folder)
        shutil.rmtree(download)
    return folder


def add_libraries(root):
    """The shared libraries of this machine that its programs load and that it does not have."""
    own = ":".join(str(path) for path in [root / "lib", *root.glob("lib/*-linux-gnu")])
    for folder in ["sbin", "usr/bin", "lib/rc/bin", "lib/rc/sbin"]:
        for program in (root / folder).glob("*"):
            environment = os.environ | {"LD_LIBRARY_PATH": own}
            said = run("ldd", program, check=False, env=environment).stdout
            for name in re.findall(r"(/\S+) \(0x", said):
                place = root / name.lstrip("/")
                if not name.startswith(str(root)) and not place.exists():
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(name, place)


def add_busybox(root):
    """Its programs, where the root has none of that name, and the folders of a guest."""
    for folder in ["bin", "sbin", "usr/sbin", "proc", "dev", "sys", "run", "tmp", "etc", "var/log"]:
        (root / folder).mkdir(parents=True, exist_ok=True)
    shutil.copy(BUSYBOX, root / "bin")
    for applet in run(BUSYBOX, "--list").stdout.split():
        if not (root / "bin" / applet).exists():
            (root / "bin" / applet).symlink_to("busybox")


def run_first(root, script):
    """Runs a script as the first process, with processes and a network of its own: nothing of it
    outlives it."""
    (root / "script").write_text(
        "mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t tmpfs run /run\n"
        "mount -t tmpfs dev /dev; mknod /dev/null c 1 3; mknod /dev/console c 5 1\n" + script)
    run("timeout", "--signal=KILL", 60, "unshare", "--mount", "--pid", "--fork", "--kill-child",
        "--net", "--uts", "--ipc", "/usr/sbin/chroot", root, "/bin/sh", "/script",
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
