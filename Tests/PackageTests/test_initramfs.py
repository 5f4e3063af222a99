"""The initramfs: what Debian's own scripts there make of ours, and when the program comes along."""

import shutil
import stat

import pytest

from conftest import REPOSITORY, run
from roots import add_busybox, run_first, unpacked

OURS = REPOSITORY / "Packaging/initramfs-tools"

# What `configure_networking` would ask for a lease by, and what it calls besides.
STAND_INS = {
    "ipconfig": 'echo "ipconfig $*" >>/log; echo "DEVICE=eth0" >/run/net-eth0.conf',
    "wait-for-root": "exit 0",
    "guestagent": 'echo "guestagent $*" >>/log; exit "$(cat /status)"',
}

# The whole of what a Debian guest's initramfs does, of the network: ours in init-top, then what
# dropbear calls in init-premount, then ours in init-bottom.
BOOT = """
export PATH=/usr/local/sbin:/sbin:/usr/sbin:/bin:/usr/bin quiet=y DEVICE= IP= BOOTIF= starttime=0
ip link add eth0 type veth || exit 1
/NETWORK || exit 1
/scripts/init-top/guestagent
. /scripts/functions
configure_networking
/scripts/init-bottom/guestagent
ls /run/net-*.conf >>/log 2>/dev/null
exit 0
"""


@pytest.fixture
def boot(root):
    """Runs that with a program that ends so and leaves this network; what was called, and the
    files of configure_networking that are left for the guest."""

    def booted(status, network):
        core = unpacked("initramfs-tools-core")
        shutil.copytree(core / "usr/share/initramfs-tools/scripts", root / "scripts",
                        dirs_exist_ok=True)
        shutil.copytree(OURS / "scripts", root / "scripts", dirs_exist_ok=True)
        add_busybox(root)
        for name, text in STAND_INS.items():
            place = root / ("usr/sbin" if name == "guestagent" else "usr/local/sbin") / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"#!/bin/sh\n{text}\n")
            place.chmod(0o755)
        (root / "NETWORK").write_text(network)
        (root / "NETWORK").chmod(0o755)
        (root / "status").write_text(f"{status}\n")
        (root / "log").write_text("")
        run_first(root, BOOT)
        return (root / "log").read_text().splitlines()

    return booted


@pytest.mark.parametrize("network", [
    "ip link set eth0 up; ip address add 198.51.100.176/32 dev eth0\n"
    "ip route add 192.0.2.0/26 dev eth0",
    "ip link set eth0 up; ip -6 address add 2001:db8::1/64 dev eth0",
], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize("status", [0, 1])
def test_a_network_that_is_configured_is_not_asked_for_by_dhcp(boot, status, network):
    assert boot(status, f"#!/bin/sh -e\n{network}\n") == ["guestagent apply"]


# 132: a fault of its own ended it, SIGILL.
@pytest.mark.parametrize("status", [2, 3, 132])
def test_without_metadata_the_network_is_theirs(boot, status):
    called = boot(status, "#!/bin/sh\nip link set eth0 up\n")
    assert called[0] == "guestagent apply"
    assert called[1].startswith("ipconfig ")
    assert called[-1] == "/run/net-eth0.conf"


def test_a_link_that_is_left_to_dhcp_is_asked_for_by_it(boot):
    called = boot(0, "#!/bin/sh\nip link set eth0 up\n")
    assert called[1].startswith("ipconfig ")


@pytest.fixture
def hooks(root):
    """Runs our hook in a root with other hooks and this setting; what it has put into the
    initramfs."""

    def ran(other=None, setting=None):
        home = root / "usr/share/initramfs-tools"
        (home / "hooks").mkdir(parents=True)
        shutil.copy(OURS / "hooks/guestagent", home / "hooks")
        # What it uses of hook-functions, which would look at this machine's kernel.
        (home / "hook-functions").write_text(
            'copy_exec() { echo "program $1" >>/log; }\n'
            'manual_add_modules() { echo "modules $*" >>/log; }\n')
        add_busybox(root)
        for folder in ["etc/initramfs-tools/conf.d", "etc/initramfs-tools/hooks", "made"]:
            (root / folder).mkdir(parents=True)
        (root / "etc/guestagent.yaml").write_text("grow: none\n")
        if other:
            (home / "hooks" / other).write_text("")
            (home / "hooks" / other).chmod(0o755 | stat.S_IXUSR)
        if setting:
            (root / "etc/initramfs-tools/conf.d/guestagent").write_text(f"{setting}\n")
        (root / "log").write_text("")
        run("/usr/sbin/chroot", root, "/usr/share/initramfs-tools/hooks/guestagent",
            env={"DESTDIR": "/made", "CONFDIR": "/etc/initramfs-tools", "PATH": "/bin"})
        return (root / "log").read_text()

    return ran


@pytest.mark.parametrize(("other", "setting", "comes"), [
    (None, None, False), ("cryptroot", None, False), ("dropbear", None, True),
    ("clevis", None, True), ("dropbear", "GUESTAGENT=no", False), (None, "GUESTAGENT=yes", True)])
def test_the_program_comes_along_where_it_is_needed(hooks, root, other, setting, comes):
    log = hooks(other, setting)
    assert ("program /usr/sbin/guestagent\n" in log) == comes
    assert ("virtio_net" in log) == comes
    assert (root / "made/etc/guestagent.yaml").exists() == comes
