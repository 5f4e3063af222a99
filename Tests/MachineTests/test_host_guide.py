"""The host guide with guests that are machines: libvirt, QEMU, volumes that grow, and merging.

The host is a namespace with libvirt's daemon in it. What differs from a host of the field: the
kernel here has no device-mapper, so that a loop device stands for a guest's volume, and the blocks
that make and extend volumes run in a guest, on a disk of its own. The guests' boot loaders are
left out: a program in the place of QEMU gives it the kernel, and the line on which tests speak to
a guest, beside the words of the guide.
"""

import contextlib
import pathlib
import stat
import subprocess
import sys

import pytest

from machines import guests, layouts, look, machine, paths, storage

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "HostGuide"))

import guide as host_guide
from topology import WORLD, WORLD6, Topology, until

GATEWAY, GATEWAY6 = "192.0.2.1", "2001:db8:3:47::1"
VM6, VM7 = "198.51.100.176", "198.51.100.177"
PREFIX6 = "2001:db8:3:47:198:51:100"

QEMU = """#!/bin/sh
case "$*" in
  *guest=vm6,*) set -- "$@" -kernel vmlinuz -initrd initrd.img \\
    -append "root=/dev/vg0/root net.ifnames=0 panic=-1" {vm6} ;;
  *"-name vm7 "*) set -- "$@" {vm7} \\
    -drive file={spare},format=raw,if=none,id=spare -device virtio-blk-pci,drive=spare ;;
esac
cd {home}
exec {programs}/bin/qemu-system-x86_64 "$@"
"""
LINE = "-chardev socket,id=commands,path={} -device isa-serial,chardev=commands,index=1"

# As root, as here nobody else may open the guests' disks; nothing of libvirt's leaves the host's
# mounts, and no control groups are made.
QEMU_CONF = """
user = "root"
group = "root"
cgroup_controllers = [ ]
namespaces = [ ]
security_driver = "none"
stdio_handler = "file"
"""


class Guest(machine.Machine):
    """A guest that the guide's commands start; only the line of commands is the test's."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        for name in ["console", "qemu-errors"]:
            (folder / name).touch()
        self._commands = machine.Line(folder / "commands")

    def wait_until_ready(self):
        self._commands.accept(machine.BOOT_LIMIT)
        super().wait_until_ready()

    def close(self):
        self._commands.close()


class Volume:
    """A guest's volume: a file under a loop device, /dev/vms/NAME to the host."""

    def __init__(self, host, name, image):
        self.image = image
        self.device = paths.run("losetup", "--find", "--show", image).strip()
        number = pathlib.Path(self.device).stat().st_rdev % 256
        host.run("sh", "-c", f"mkdir -p /dev/vms && mknod /dev/vms/{name} b 7 {number}")

    def extend(self, size):
        with open(self.image, "r+b") as image:
            image.truncate(size)
        paths.run("losetup", "--set-capacity", self.device)

    def close(self):
        paths.run("losetup", "--detach", self.device)


@pytest.fixture
def guide():
    """The guide, of which the test runs all that is to be run here."""
    made = host_guide.Guide()
    yield made
    assert made.used == host_guide.IN_MACHINES


@pytest.fixture
def site(binary, debian_kernel, storage_guest, made_layouts, folder):
    """The network, the host with libvirt's daemon, and what is to become its guests."""
    with contextlib.ExitStack() as stack:
        tools = folder / "tools"
        made = {name: Guest(folder / name) for name in ["vm6", "vm7"]}
        for guest in made.values():
            stack.callback(guest.close)
        write_tools(tools, folder)
        site = stack.enter_context(Topology(folder, binary.parent, tools=tools))
        (site.host.home / "vmlinuz").symlink_to(debian_kernel.image)
        (site.host.home / "initrd.img").write_bytes(storage_guest)
        for name, layout in [("vm6", guests.CLASSIC), ("vm7", guests.PLAIN_MBR)]:
            place = folder / f"disks-{name}"
            place.mkdir()
            [disk] = made_layouts.disks(layout, place)
            made[name].volume = Volume(site.host, name, disk.image)
            stack.callback(made[name].volume.close)
        site.vm6, site.vm7 = made["vm6"], made["vm7"]
        site.host.start("libvirtd")
        stack.callback(end_guests, site.host)
        until(lambda: subprocess.run(site.host.inside("virsh", "list"),
                                     capture_output=True).returncode == 0)
        yield site


def write_tools(tools, folder):
    """What lies over the files of this machine: the program in QEMU's place, and what the package
    of libvirt's system makes when it is installed."""
    program = tools / "usr" / "bin" / "qemu-system-x86_64"
    program.parent.mkdir(parents=True)
    program.write_text(QEMU.format(
        vm6=LINE.format(folder / "vm6/commands"), vm7=LINE.format(folder / "vm7/commands"),
        spare=folder / "spare", home=folder / "home", programs=folder / "mounts/usr"))
    program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    with open(folder / "spare", "wb") as disk:
        disk.truncate(40 << 30)
    for place in ["lib", "log", "cache"]:
        (tools / "var" / place / "libvirt").mkdir(parents=True)
    (tools / "etc" / "libvirt").mkdir(parents=True)
    (tools / "etc/libvirt/qemu.conf").write_text(QEMU_CONF)
    for name, lines in [("passwd", ["libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin"]),
                        ("group", ["libvirt-qemu:x:64055:", "kvm:x:64056:"])]:
        kept = [line for line in pathlib.Path("/etc", name).read_text().splitlines()
                if line.partition(":")[0] not in ["libvirt-qemu", "kvm"]]
        (tools / "etc" / name).write_text("\n".join([*kept, *lines, ""]))


def end_guests(host):
    """Ends the guests that run, and waits for it: their disks go next."""
    for pid in ["/run/libvirt/qemu/vm6.pid", "vm7/pid"]:
        host.run("sh", "-c", f'[ ! -e "{pid}" ] || {{ kill -9 "$(cat "{pid}")"; while kill -0'
                 f' "$(cat "{pid}")" 2>/dev/null; do sleep 0.05; done; }}')


def do(guide, host, names):
    for name in names:
        host.do(guide[name])


def run_all(vm, block):
    """Runs a block's commands in a guest, which takes one line at a time."""
    said = []
    for line in block.text.splitlines():
        outcome = vm.run(f"DM_DISABLE_UDEV=1 {line}")
        assert outcome.status == 0, (line, outcome)
        said.append(outcome.stdout)
    return "".join(said)


def test_two_guests_under_libvirt_and_qemu_are_reached_and_grow(guide, site):
    host = site.host
    host.ip("address add 192.0.2.10/26 dev eth0")
    host.ip("link set dev eth0 up")
    host.ip("route add default via 192.0.2.1")
    do(guide, host, [*host_guide.FORWARDING, *host_guide.BY_HAND, *host_guide.METADATA])
    do(guide, host, ["cloud-localds", "guests.xml", "libvirt-network", "qemu", "virt-install"])
    assert "guests" in host.run("virsh", "net-list")
    for vm in [site.vm7, site.vm6]:
        vm.wait_until_ready()
        outcome = vm.run("guestagent apply --wait-dad")
        assert (outcome.status, outcome.stderr) == (0, "")
    check_reach(site)
    check_change(guide, site)
    check_growth(guide, site)
    check_volumes_and_merging(guide, site.vm7)


def check_reach(site):
    assert look.addresses(site.vm6, 4) == [f"{VM6}/32"]
    assert look.addresses(site.vm7, 4) == [f"{VM7}/32"]
    for vm, other in [(site.vm6, 177), (site.vm7, 176)]:
        waited = vm.run("until /sbin/ip -6 route show default | grep -q .; do usleep 50000; done")
        assert waited.status == 0
        for address in [f"198.51.100.{other}", f"{PREFIX6}:{other}", GATEWAY, GATEWAY6, WORLD,
                        WORLD6]:
            assert look.reaches(vm, address, count=1), address
    for address in [VM6, VM7, f"{PREFIX6}:176", f"{PREFIX6}:177"]:
        assert site.world.reaches(address), address


def check_change(guide, site):
    """A metadata disk that is made anew while the guest runs."""
    changed = guide["vm6/network-config"].text.replace("192.0.2.53", "192.0.2.54")
    site.host.write("vm6/network-config", changed)
    site.host.do(guide["cloud-localds"])
    outcome = site.vm6.run("guestagent apply")
    assert (outcome.status, outcome.stdout, outcome.stderr) == (0, (
        "unchanged: eth0\nunchanged: hostname\n"
        "changed: printf 'nameserver 192.0.2.54\\nsearch example.org\\n' > /etc/resolv.conf\n"), "")


def check_growth(guide, site):
    """Partition and filesystem of vm7, and all of Debian's own layout in vm6: nobody in the guests
    does anything, where no udev is, but `guestagent watch`."""
    for vm, block, size in [(site.vm6, "blockresize", 872), (site.vm7, "block_resize", 999)]:
        assert vm.run("guestagent watch >/tmp/watch 2>&1 & echo $! >/tmp/watch.pid").status == 0
        vm.volume.extend(1000 * layouts.MIB)
        site.host.do(guide[block])
        waited = vm.run("until grep -q '^CHANGED   filesystem ' /tmp/watch; do usleep 50000; done")
        assert waited.status == 0
        assert storage.filesystem_size(vm, "/") == size * layouts.MIB
        run_all(vm, guide["status"])


def check_volumes_and_merging(guide, vm):
    """The guest's kernel has what the host's has not: device-mapper, and a memory of its own."""
    for command in ["pvcreate", "vgcreate", "lvcreate", "lvextend"]:
        assert vm.run(f"ln -s lvm /usr/sbin/{command}").status == 0
    assert vm.run("DM_DISABLE_UDEV=1 vgcreate vms /dev/vdb").status == 0
    run_all(vm, guide["lvcreate"])
    run_all(vm, guide["lvextend"])
    assert storage.volumes(vm) == {"vms/vm6": 30 << 30}
    assert "pages_sharing:" in run_all(vm, guide["ksm"])
