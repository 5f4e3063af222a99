"""The ground that the other growth tests stand on: what Debian's tools make of these disks."""

from machines import guests, storage
from machines.layouts import MIB


def test_the_classic_layout_grown_by_hand_is_as_large_as_its_disk(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
    assert storage.device_size(vm, "vda5") == 221 * MIB
    assert storage.volumes(vm) == {"vg0/root": 160 * MIB, "vg0/swap_1": 60 * MIB}

    vm.resize(disk, 500 * MIB)
    for command in storage.BY_HAND.values():
        outcome = vm.run(command)
        assert (outcome.status, command) == (0, command)
    assert storage.device_size(vm, "vda5") == 434 * MIB
    assert storage.volumes(vm) == {"vg0/root": 372 * MIB, "vg0/swap_1": 60 * MIB}
    assert storage.device_size(vm, "dm-0") == 372 * MIB
    assert storage.filesystem_size(vm, "/") == 372 * MIB
    assert storage.files_are_whole(vm)
    assert vm.run("sync").status == 0
    assert storage.table_is_clean(disk)
