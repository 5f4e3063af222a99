"""The build that has LVM as a library in its own process. GUESTAGENT_DAILY names it."""

import os
import pathlib

import pytest

from machines import guests, initramfs, storage
from machines.layouts import MIB

DAILY = os.environ.get("GUESTAGENT_DAILY")


@pytest.fixture(scope="module")
def storage_guest(storage_guest):
    return storage_guest + initramfs.programs([(pathlib.Path(DAILY), "/usr/sbin/guestagent")])


@pytest.mark.skipif(DAILY is None, reason="GUESTAGENT_DAILY names no build")
def test_the_root_filesystem_follows_its_disk_in_a_guest_without_lvms_program(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
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

    vm.run("sync")
    before = storage.checksum(disk)
    status, done, said = storage.grow(vm)
    vm.run("sync")
    assert (status, done, said) == (0, [], [])
    assert storage.checksum(disk) == before
