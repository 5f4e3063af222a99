"""Debian's own layout, MBR p1 /boot, p2 extended, p5 LVM: `guestagent grow` and its hindrances."""

from machines import guests, storage
from machines.layouts import MIB

STEPS = [
    "growpart /dev/vda 5",
    "lvm pvresize /dev/vda5",
    "lvm lvextend --extents 93 vg0/root",
    "resize2fs /dev/vg0/root",
]


def sizes(vm):
    return {
        "vda2": storage.device_size(vm, "vda2"),
        "vda5": storage.device_size(vm, "vda5"),
        "volumes": storage.volumes(vm),
        "/": storage.filesystem_size(vm, "/"),
    }


def expected(partition, root):
    """Sizes in MiB; the extended partition's own node is two sectors, whatever its size."""
    return {
        "vda2": 1024,
        "vda5": partition * MIB,
        "volumes": {"vg0/root": root * MIB, "vg0/swap_1": 60 * MIB},
        "/": root * MIB,
    }


def test_the_root_filesystem_follows_its_disk_and_a_second_run_touches_nothing(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
    assert sizes(vm) == expected(221, 160)
    vm.resize(disk, 500 * MIB)

    outcome = vm.run("guestagent grow --dry-run")
    assert (outcome.status, outcome.stdout.splitlines(), outcome.stderr) == (0, STEPS, "")
    assert sizes(vm) == expected(221, 160)

    storage.watch_lvm(vm)
    status, done, said = storage.grow(vm)
    assert (status, done, said) == (0, STEPS, [])
    starts = storage.lvm_starts(vm)
    assert 1 <= len(starts) <= 2, starts
    assert sizes(vm) == expected(434, 372)
    assert storage.files_are_whole(vm)
    vm.run("sync")
    assert storage.table_is_clean(disk)

    groups = storage.groups(vm)
    vm.run("rm /tmp/lvm; touch /tmp/lvm")
    assert storage.writes_nothing(vm, [disk], lambda: nothing_to_do(vm))
    assert storage.lvm_starts(vm) == []
    assert storage.groups(vm) == groups


def nothing_to_do(vm):
    assert storage.grow(vm) == (0, [], [])


def test_with_less_than_a_mib_nothing_is_written_and_no_lvm_is_started(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
    # The installer has left the last MiB; now a sector of it is missing.
    vm.resize(disk, 288 * MIB - 512)
    storage.watch_lvm(vm)
    assert storage.writes_nothing(vm, [disk], lambda: nothing_to_do(vm))
    assert storage.lvm_starts(vm) == []


def test_a_disk_that_another_program_has_locked_is_left_alone_and_waited_for(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
    vm.resize(disk, 500 * MIB)
    vm.run("/usr/sbin/flock --close /dev/vda sleep 1000 & echo $! >/tmp/holder; sleep 0.5")
    status, done, said = storage.grow(vm)
    assert (status, done, said) == (1, [], [
        "guestagent: growth: growpart /dev/vda 5: "
        "/dev/vda is locked by another program, since 10 seconds at least"])
    assert sizes(vm) == expected(221, 160)

    # One that lets go meanwhile is waited for.
    vm.run("kill $(cat /tmp/holder); /usr/sbin/flock --close /dev/vda sleep 3 &")
    status, done, said = storage.grow(vm)
    assert (status, done, said) == (0, STEPS, [])
    assert sizes(vm) == expected(434, 372)


def test_a_disk_that_the_host_has_made_smaller_is_reported_and_not_touched(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
    vm.resize(disk, 280 * MIB)

    def grow():
        status, done, said = storage.grow(vm)
        assert (status, done) == (1, [])
        assert len(said) == 1 and said[0].startswith("guestagent: growth: /: "), said

    assert storage.writes_nothing(vm, [disk], grow)
    assert storage.device_size(vm, "vda5") == 221 * MIB


def test_growth_after_growth_under_a_program_that_writes(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
    storage.start_writer(vm, "")
    for size, root in [(320, 192), (336, 208), (500, 372), (1000, 872)]:
        vm.resize(disk, size * MIB)
        status, done, said = storage.grow(vm)
        assert (status, said) == (0, [])
        assert len(done) == len(STEPS)
        assert sizes(vm) == expected(size - 66, root)
    storage.stop_writer(vm)
    count, broken = storage.written_files(vm, "")
    assert count > 0 and broken == []
    assert storage.files_are_whole(vm)
    assert storage.table_is_clean(disk)


def test_the_growth_of_a_scsi_disk_that_does_not_tell_its_size_is_found(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC, attachment="virtio-scsi")
    vm.resize(disk, 500 * MIB)
    status, done, said = storage.grow(vm)
    assert (status, done, said) == (0, [step.replace("vda", "sda") for step in STEPS], [])
    assert storage.device_size(vm, "sda5") == 434 * MIB
    assert storage.filesystem_size(vm, "/") == 372 * MIB


def test_an_nvme_disk_enlarged_while_the_guest_was_off(start, made_layouts, folder):
    [disk] = made_layouts.disks(guests.CLASSIC, folder, "nvme")
    with open(disk.image, "r+b") as image:
        image.truncate(500 * MIB)
    vm = start([disk], guests.CLASSIC.kernel_words())
    status, done, said = storage.grow(vm)
    assert (status, done, said) == (0, [
        "growpart /dev/nvme0n1 5", "lvm pvresize /dev/nvme0n1p5", *STEPS[2:]], [])
    assert storage.filesystem_size(vm, "/") == 372 * MIB


def test_without_its_lvm_program_the_partition_grows_and_one_line_says_what_is_missing(guest_with):
    vm, [disk] = guest_with(guests.CLASSIC)
    vm.resize(disk, 500 * MIB)
    vm.run("mv /usr/sbin/lvm /usr/sbin/kept-lvm")
    status, done, said = storage.grow(vm)
    assert (status, done) == (1, STEPS[:1])
    assert len(said) == 1 and said[0].startswith("guestagent: growth: lvm pvresize /dev/vda5: ")
    vm.run("mv /usr/sbin/kept-lvm /usr/sbin/lvm")
    status, done, said = storage.grow(vm)
    assert (status, done, said) == (0, STEPS[1:], [])
