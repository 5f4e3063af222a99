"""The services of the tarball under OpenRC, runit and System V's init themselves: in a root of
busybox and of that init's package, with processes and a network of its own."""

import shutil

import pytest

from roots import add_busybox, add_libraries, run_first, unpacked

WATCH = "watch --leave-managed"
APPLY = "apply --leave-managed"

# `heard N LINE` waits until the program has said a line so many times.
PROLOGUE = r"""
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


@pytest.fixture
def guest(root, tarball):
    """Makes a root of busybox, of packages and of the installed tarball, and runs a script in it
    as its first process."""

    def made(init, *packages):
        if packages:
            shutil.copytree(unpacked(*packages), root, symlinks=True, dirs_exist_ok=True)
            add_libraries(root)
        add_busybox(root)
        tarball.install(root, "--prefix=/usr", f"--init={init}")
        (root / "log").write_text("")
        (root / "status").write_text("0\n")
        return script

    def script(text):
        run_first(root, PROLOGUE + text)
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
expect 0 rc-service guestagent-watch reload; heard 1 HUP
kill -9 $(cat /pid); heard 2 "watch --leave-managed"
expect 0 rc-service guestagent-watch stop; heard 1 TERM
""")
    assert said == [APPLY, WATCH, APPLY, "HUP", WATCH, "TERM"]


def test_openrc_starts_what_needs_the_network_though_a_fault_ended_apply(guest, root):
    openrc = guest("openrc", "openrc", "librc1", "libeinfo1")
    server = root / "etc/init.d/server"
    server.write_text("#!/sbin/openrc-run\n"
                      "depend() { need net; }\nstart() { echo server >>/log; }\n")
    server.chmod(0o755)
    (root / "etc/runlevels/default/server").symlink_to("/etc/init.d/server")
    (root / "status").write_text("132\n")
    said = openrc("""
for level in sysinit boot default; do expect 0 openrc $level; done
heard 1 "watch --leave-managed"
expect 0 rc-service guestagent-watch stop
""")
    assert sorted(said) == sorted([APPLY, "server", WATCH, "TERM"])


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
