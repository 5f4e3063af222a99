"""A guest without systemd and udev, into which the tarball's own script has installed guestagent:
busybox' init starts it, mdev makes the devices, and `guestagent watch` does all the rest."""

import re

import pytest

from machines import busybox, gateway, look, machine, seeds, storage
from machines.layouts import MIB


@pytest.fixture
def boot_busybox(binary, debian_kernel, provider, folder, ended_with_the_test):
    """Boots the guest with a CD-ROM drive that holds the image: the machine and its disk."""

    def booted(image):
        (folder / "tarball").mkdir()
        disk = busybox.disk(busybox.tarball(binary, folder / "tarball"), folder)
        vm = machine.Machine(
            debian_kernel, busybox.start_initramfs(debian_kernel), provider, storage=[disk],
            disks=[("ide-cd", image)])
        return ended_with_the_test(vm), disk

    return booted


def wait(vm, condition):
    """Waits in the guest until a command is true."""
    command = f"n=0; until {condition}; do n=$((n+1)); [ $n -lt 600 ] || exit 1; usleep 50000; done"
    assert vm.run(command).status == 0, (condition, vm.run("dmesg | tail -30").stdout)


def watching(vm):
    return vm.run("pidof guestagent").stdout.split()


def test_the_tarball_in_a_guest_of_busybox_keeps_network_and_storage(boot_busybox, folder):
    first = seeds.iso(seeds.seed_folder(folder / "seed"), folder / "seed.iso")
    vm, disk = boot_busybox(first)
    assert look.network(vm) == look.planned()
    assert look.reaches(vm, gateway.ADDRESS)
    [process] = watching(vm)

    # The plan after the flap is complete with its last part, the neighbour.
    vm.run("/sbin/ip link set dev eth0 down; /sbin/ip link set dev eth0 up")
    wait(vm, "/sbin/ip neighbor show nud permanent | grep -q 192.0.2.1")
    assert look.network(vm) == look.planned()

    assert storage.filesystem_size(vm, "/") == 32 * MIB
    vm.resize(disk, 200 * MIB)
    wait(vm, "[ $(stat -fc %b /) -gt 100000 ]")
