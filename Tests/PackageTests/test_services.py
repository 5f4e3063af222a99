"""The services of the tarball under OpenRC, runit and System V's init themselves: in a root of
busybox and of that init's package, with processes and a network of its own."""

import os
import pathlib
import re
import shutil

import pytest

from conftest import REPOSITORY, run

CACHE = REPOSITORY / ".build-packages"
BUSYBOX = pathlib.Path("/usr/bin/busybox")

WATCH = "watch --leave-managed"
APPLY = "apply --leave-managed"

# Runs as the first process. `heard N LINE` waits until the program has said a line so many times.
PROLOGUE = r"""
mount -t proc proc /proc; mount -t tmpfs run /run; mount -t tmpfs dev /dev
mknod /dev/null c 1 3; mknod /dev/console c 5 1
heard() {
  n=0
  until [ "$(grep -cxF "$2" /log)" -ge "$1" ]; do
    n=$((n + 1)); [ $n -lt 400 ] || { echo "not heard: $2"; cat /log; exit 1; }
    usleep 50000
  done
}
expect() {
  wanted=$1; shift; "$@"; status=$?
  [ $status -eq $wanted ] || { echo "$*: $status"; exit 1; }
}
"""


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
            said = run("ldd", program, check=False, env=os.environ | {"LD_LIBRARY_PATH": own}).stdout
            for name in re.findall(r"(/\S+) \(0x", said):
                place = root / name.lstrip("/")
                if not name.startswith(str(root)) and not place.exists():
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(name, place)


@pytest.fixture
def guest(root, tarball):
    """Makes a root of busybox, of packages and of the installed tarball, and runs a script in it
    as its first process."""

    def made(init, *packages):
        if packages:
            shutil.copytree(unpacked(*packages), root, symlinks=True, dirs_exist_ok=True)
            add_libraries(root)
        for folder in ["bin", "proc", "dev", "run", "tmp", "etc", "var/log"]:
            (root / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(BUSYBOX, root / "bin")
        for applet in run(BUSYBOX, "--list").stdout.split():
            if not (root / "bin" / applet).exists():
                (root / "bin" / applet).symlink_to("busybox")
        tarball.install(root, "--prefix=/usr", f"--init={init}")
        (root / "log").write_text("")
        (root / "status").write_text("0\n")
        return script

    def script(text):
        (root / "script").write_text(PROLOGUE + text)
        # Nothing of it outlives its first process.
        done = run(
            "timeout", "--signal=KILL", 60, "unshare", "--mount", "--pid", "--fork", "--kill-child",
            "--net", "--uts", "--ipc", "chroot", root, "/bin/sh", "/script", check=False,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        assert done.returncode == 0, done.stdout + done.stderr
        return (root / "log").read_text().splitlines()

    return made


def test_system_v_s_init_starts_it_once_and_stops_it(guest):
    said = guest("sysvinit")("""
apply=/etc/rc2.d/S08guestagent watch=/etc/rc2.d/S20guestagent-watch
expect 0 $apply start
echo 3 >/status; expect 0 $apply start
echo 1 >/status; expect 1 $apply start
expect 0 $apply stop
expect 3 $watch status
expect 0 $watch start
heard 1 "watch --leave-managed"
expect 0 $watch status
expect 0 $watch start
expect 0 $watch reload; heard 1 HUP
expect 0 $watch restart; heard 1 TERM; heard 2 "watch --leave-managed"
kill -9 $(cat /pid); while [ -d /proc/$(cat /pid) ]; do usleep 20000; done
expect 1 $watch status
expect 0 $watch start; heard 3 "watch --leave-managed"
expect 0 $watch stop; heard 2 TERM
expect 3 $watch status
expect 2 $watch
""")
    assert said == [APPLY, APPLY, APPLY, WATCH, "HUP", "TERM", WATCH, WATCH, "TERM"]


def test_openrc_runs_it_and_has_it_back(guest):
    said = guest("openrc", "openrc", "librc1", "libeinfo1")("""
for level in sysinit boot default; do expect 0 openrc $level; done
heard 1 "watch --leave-managed"
expect 0 rc-service guestagent stop
echo 3 >/status; expect 0 rc-service guestagent start; expect 0 rc-service guestagent stop
echo 1 >/status; expect 1 rc-service guestagent start
expect 0 rc-service guestagent-watch reload; heard 1 HUP
kill -9 $(cat /pid); heard 2 "watch --leave-managed"
expect 0 rc-service guestagent-watch stop; heard 1 TERM
""")
    assert said == [APPLY, WATCH, APPLY, APPLY, "HUP", WATCH, "TERM"]


def test_runit_runs_it_and_has_it_back(guest):
    said = guest("runit", "runit")("""
PATH=/usr/bin:$PATH watch=/etc/sv/guestagent-watch
runsvdir /etc/runit/runsvdir/default &
heard 1 "watch --leave-managed"
until sv status $watch | grep -q '^run:.*; run: log:'; do usleep 50000; done
kill -9 $(cat /pid); heard 2 "watch --leave-managed"
expect 0 sv hup $watch; heard 1 HUP
expect 0 sv down $watch; heard 1 TERM
""")
    assert said == [WATCH, WATCH, "HUP", "TERM"]
