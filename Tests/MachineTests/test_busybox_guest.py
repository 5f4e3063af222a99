"""A guest without systemd and udev, into which the tarball's own script has installed guestagent:
busybox' init starts it, mdev makes the devices, and `guestagent watch` does all the rest."""

import pytest

from machines import busybox, gateway, look, machine, seeds
from machines.layouts import MIB


@pytest.fixture
def boot_busybox(binary, debian_kernel, provider, folder, ended_with_the_test):
    """Boots the guest with this image in its CD-ROM drive: the machine and its disk."""

    def booted(image):
        (folder / "tarball").mkdir()
        disk = busybox.disk(busybox.tarball(binary, folder / "tarball"), folder)
        vm = machine.Machine(
            debian_kernel, busybox.start_initramfs(debian_kernel), provider, storage=[disk],
            disks=[("ide-cd", image)])
        return ended_with_the_test(vm), disk

    return booted


def wait(vm, condition):
    """Waits in the guest until a command succeeds."""
    done = vm.run(
        f"n=0; until {condition}; do n=$((n + 1)); [ $n -lt 600 ] || exit 1; usleep 50000; done")
    assert done.status == 0, f"{condition}\n{vm.console()}"


def wait_for_space(vm, mebibytes):
    """Waits until / has so many MiB, of which its own tables take a few."""
    wait(vm, f"[ $(stat -fc %b /) -gt {(mebibytes - 24) * 1024} ]")


def test_the_tarball_in_a_guest_of_busybox_keeps_network_and_storage(boot_busybox, folder):
    vm, disk = boot_busybox(seeds.iso(seeds.seed_folder(folder / "seed"), folder / "seed.iso"))
    assert look.network(vm) == look.planned()
    assert look.reaches(vm, gateway.ADDRESS)
    # Without udev.
    assert vm.run("ls /run/udev").status != 0

    # Complete again with its last part, the neighbour.
    vm.run("/sbin/ip link set dev eth0 down; /sbin/ip link set dev eth0 up")
    wait(vm, "/sbin/ip neighbor show nud permanent | grep -q 192.0.2.1")
    assert look.network(vm) == look.planned()

    vm.resize(disk, 100 * MIB)
    wait_for_space(vm, 100)

    changed = seeds.seed_folder(folder / "other", hostname="other")
    vm.monitor(
        "blockdev-change-medium", device="disk0", format="raw", force=True,
        filename=str(seeds.iso(changed, folder / "other.iso")))
    wait(vm, "[ $(cat /proc/sys/kernel/hostname) = other ]")
    assert look.network(vm) == look.planned(hostname="other")

    # The init has it back, whatever ends it.
    process = vm.run("pidof guestagent").stdout.strip()
    vm.run("kill -9 $(pidof guestagent)")
    wait(vm, f"pidof guestagent | grep -qvx '{process}'")

    # A guest that does without the daemon, by mdev's line.
    vm.run("sed -i '/respawn.*guestagent/d' /etc/inittab; kill -HUP 1; killall guestagent")
    wait(vm, "! pidof guestagent")
    vm.run("cp /usr/share/doc/guestagent/mdev.conf /etc/mdev.conf; killall mdev; mdev -d")
    vm.resize(disk, 200 * MIB)
    wait_for_space(vm, 200)
