"""What stands beside `guestagent grow`: growpart, the way back, the storage tree, and who says what
grows. On Debian's own layout."""

import json
import re

from machines import guests, seeds, storage
from machines.layouts import MIB

GROWN = "partition=5 start=135168 old: size=452608 end=587775 new: size=886784 end=1021951"


def status(vm):
    """The storage tree; there are no metadata, which the exit status says."""
    outcome = vm.run("guestagent status")
    assert outcome.status == 3
    return outcome.stdout.splitlines()


def test_growpart_by_its_name_takes_container_and_physical_volume_along(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
    vm.resize(disk, 500 * MIB)
    vm.run("ln -s /usr/sbin/guestagent /tmp/growpart")
    outcome = vm.run("/tmp/growpart --dry-run /dev/vda 5")
    assert (outcome.status, outcome.stdout) == (0, f"CHANGE: {GROWN}\n")
    outcome = vm.run("/tmp/growpart /dev/vda 5")
    assert (outcome.status, outcome.stdout, outcome.stderr) == (0, f"CHANGED: {GROWN}\n", "")
    assert storage.device_size(vm, "vda5") == 433 * MIB
    assert storage.physical_volumes(vm) == {"/dev/vda5": (433 * MIB, 432 * MIB)}
    vm.run("sync")
    assert storage.table_is_clean(disk)
    outcome = vm.run("/tmp/growpart /dev/vda 5")
    assert (outcome.status, outcome.stdout, outcome.stderr) == (
        1, "NOCHANGE: partition 5 could only be grown by 2015 [fudge=2048]\n", "")


def test_the_tree_of_status_before_and_after(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
    vm.resize(disk, 500 * MIB)
    assert status(vm) == [
        "/dev/vda               500 MiB  disk",
        "  /dev/vda1           64.0 MiB  ext4 on /boot         [----------]   0%",
        "  /dev/vda2            221 MiB  extended partition                    +213 MiB",
        "    /dev/vda5          221 MiB  physical volume of vg0                +213 MiB",
        "vg0                    220 MiB  volume group, 0 B free                +212 MiB",
        "  vg0/root             160 MiB  ext4 on /             [----------]   3% +212 MiB",
        "  vg0/swap_1          60.0 MiB  swap"]
    assert storage.grow(vm)[0] == 0
    assert status(vm) == [
        "/dev/vda               500 MiB  disk",
        "  /dev/vda1           64.0 MiB  ext4 on /boot         [----------]   0%",
        "  /dev/vda2            434 MiB  extended partition",
        "    /dev/vda5          434 MiB  physical volume of vg0",
        "vg0                    432 MiB  volume group, 0 B free",
        "  vg0/root             372 MiB  ext4 on /             [----------]   1%",
        "  vg0/swap_1          60.0 MiB  swap"]


def test_a_long_growth_is_told_in_the_log(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
    vm.resize(disk, 400 << 30)
    code, done, said = storage.grow(vm)
    assert (code, done[-1]) == (0, "resize2fs /dev/vg0/root")
    told = [re.fullmatch(r"guestagent: growth: /: .* of 39[0-9] GiB, ([0-9]+)%", line)
            for line in said]
    assert said and all(told), said
    percents = [int(line[1]) for line in told]
    # A line for each tenth at most, and each further than the one before.
    assert percents == sorted(set(percents)) and len(percents) <= 10
    assert storage.files_are_whole(vm)


def test_a_table_that_was_overwritten_comes_back_to_the_byte(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
    vm.resize(disk, 500 * MIB)
    vm.run("sync")
    before = storage.checksum(disk)
    # As after a cut between table and kernel.
    assert vm.run("guestagent growpart --update off /dev/vda 5").status == 0
    assert storage.checksum(disk) != before
    outcome = vm.run("guestagent grow --restore")
    assert (outcome.status, outcome.stdout, outcome.stderr) == (
        0, "changed: partition table of /dev/vda, as it was before\n", "")
    assert storage.checksum(disk) == before
    assert storage.device_size(vm, "vda5") == 221 * MIB

    # Once the kernel has the partition in its new size, the way back is closed.
    status, done, said = storage.grow(vm)
    assert (status, len(done), said) == (0, 4, [])
    outcome = vm.run("guestagent grow --restore")
    assert (outcome.status, outcome.stdout, outcome.stderr) == (1, "", (
        "guestagent: growth: /dev/vda: the kernel uses partition 5 in its new size already\n"))
    assert storage.device_size(vm, "vda5") == 434 * MIB
    assert storage.files_are_whole(vm)


def test_a_policy_of_the_metadata_disk_counts_and_its_volume_need_not_be_mounted(
        guest_with, folder):
    seed = seeds.seed_folder(folder / "seed", hostname="vm6")
    with open(seed / "meta-data", "a", encoding="utf-8") as meta_data:
        meta_data.write("guestagent: {grow: vg0/srv}\n")
    image = seeds.iso(seed, folder / "seed.iso")
    vm, [disk] = guest_with(guests.SEVERAL, metadata=[("virtio-scsi-cd", image)])
    vm.run("umount /srv")
    vm.resize(disk, 500 * MIB)
    status, done, said = storage.grow(vm)
    assert (status, done, said) == (0, [
        "growpart /dev/vda 5", "lvm pvresize /dev/vda5", "lvm lvextend --extents 83 vg0/srv",
        "resize2fs /dev/vg0/srv"], [])
    assert vm.run("grep -c /srv /proc/mounts").stdout == "0\n"
    assert storage.volumes(vm) == {"vg0/root": 100 * MIB, "vg0/srv": 332 * MIB}
    assert vm.run("mount /dev/vg0/srv /srv").status == 0
    assert storage.filesystem_size(vm, "/srv") == 332 * MIB


def test_swap_and_f2fs_are_said_and_left(guest_with):
    vm, [disk] = guest_with(guests.SEVERAL)
    vm.run("umount /srv")
    vm.resize(disk, 500 * MIB)
    for maker, reason, sentence in [
            ("mkswap", "swap", "is swap: left as it is"),
            ("mkfs.f2fs -q -f", "filesystem-type", "f2fs is not grown by guestagent")]:
        assert vm.run(f"/usr/sbin/{maker} /dev/vg0/srv").status == 0

        def grow():
            assert storage.grow(vm, "vg0/srv") == (
                1, [], [f"guestagent: growth: vg0/srv: {sentence}"])

        assert storage.writes_nothing(vm, [disk], grow)
        refused = json.loads(vm.run("guestagent grow --json vg0/srv").stdout)["refused"]
        assert [refusal["reason"] for refusal in refused] == [reason]
