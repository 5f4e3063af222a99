"""The build that has LVM as a library in its own process. GUESTAGENT_DAILY names it."""

import os
import pathlib

import pytest

from machines import guests, initramfs, storage
from machines.layouts import MIB
from machines.machine import Machine

DAILY = os.environ.get("GUESTAGENT_DAILY")


@pytest.mark.skipif(DAILY is None, reason="GUESTAGENT_DAILY names no build")
def test_the_root_filesystem_follows_its_disk_in_a_guest_without_lvms_program(
        debian_kernel, storage_guest, made_layouts, folder):
    daily = initramfs.programs([(pathlib.Path(DAILY), "/usr/sbin/guestagent")])
    [disk] = made_layouts.disks(guests.CLASSIC, folder)
    with Machine(
            debian_kernel, storage_guest + daily, storage=[disk], memory=768,
            words=guests.CLASSIC.kernel_words()) as vm:
        vm.wait_until_ready()
        judge(vm, disk)


def judge(vm, disk):
    assert vm.run("rm /usr/sbin/lvm").status == 0
    assert vm.run("grep -q liblvm2cmd /usr/sbin/guestagent").status == 0
    vm.resize(disk, 500 * MIB)
    status, done, said = storage.grow(vm)
    assert (status, done, said) == (0, [
        "growpart /dev/vda 5", "lvm pvresize /dev/vda5", "lvm lvextend --extents 93 vg0/root",
        "resize2fs /dev/vg0/root"], [])
    assert storage.device_size(vm, "vda5") == 434 * MIB
    assert storage.filesystem_size(vm, "/") == 372 * MIB
    assert storage.files_are_whole(vm)
    assert storage.writes_nothing(vm, [disk], lambda: vm.run("guestagent grow"))
