"""`guestagent grow` in every other layout that guests are found with."""

import pytest

from machines import guests, storage
from machines.layouts import MIB

BOTH = "guestagent.grow=/:70%,/srv:30%"


def lvm(volume, partition, extents, last):
    """The steps above the partition."""
    return [f"lvm pvresize {partition}", f"lvm lvextend --extents {extents} {volume}", last]


ROOT = "resize2fs /dev/vg0/root"

# Layout, new sizes of its disks, the steps, sizes of devices afterwards, type and size of /.
TABLE = [
    (guests.SEGMENTS, [420],
     ["growpart /dev/vda 5", *lvm("vg0/root", "/dev/vda5", 78, ROOT)],
     {"vda5": 354}, ("ext4", 312)),
    (guests.TWO_LOGICALS, [500],
     ["growpart /dev/vda 6", *lvm("vg0/root", "/dev/vda6", 85, ROOT)],
     {"vda5": 32, "vda6": 401}, ("ext4", 340)),
    (guests.GPT, [500],
     ["growpart /dev/vda 2", *lvm("vg0/root", "/dev/vda2", 93, ROOT)],
     {"vda1": 64, "vda2": 434}, ("ext4", 372)),
    (guests.GPT_4K, [500],
     ["growpart /dev/vda 2", *lvm("vg0/root", "/dev/vda2", 93, ROOT)],
     {"vda1": 64, "vda2": 434}, ("ext4", 372)),
    (guests.WHOLE_DISK, [400],
     lvm("vg0/root", "/dev/vda", 84, ROOT), {"vda": 400}, ("ext4", 336)),
    (guests.PLAIN_MBR, [400],
     ["growpart /dev/vda 1", "resize2fs /dev/vda1"], {"vda1": 399}, ("ext4", 399)),
    (guests.PLAIN_GPT, [400],
     ["growpart /dev/vda 1", "resize2fs /dev/vda1"],
     {"vda1": 333, "vda14": 3, "vda15": 62}, ("ext4", 333)),
    (guests.TWO_DISKS, [400, 256],
     ["growpart /dev/vda 2", "lvm pvresize /dev/vda2", "lvm pvresize /dev/vdb",
      "lvm lvextend --extents 131 vg0/root", ROOT],
     {"vda2": 334, "vdb": 256}, ("ext4", 524)),
    (guests.XFS, [700],
     ["growpart /dev/vda 5", *lvm("vg0/root", "/dev/vda5", 148, "xfs_growfs /")],
     {"vda5": 634}, ("xfs", 592)),
    (guests.BTRFS, [500],
     ["growpart /dev/vda 5",
      *lvm("vg0/root", "/dev/vda5", 93, "btrfs filesystem resize 1:max /")],
     {"vda5": 434}, ("btrfs", 372)),
    (guests.PLAIN_BTRFS, [400],
     ["growpart /dev/vda 2", "btrfs filesystem resize 1:max /"], {"vda2": 334}, ("btrfs", 334)),
    (guests.LUKS, [450],
     ["growpart /dev/vda 2", "cryptsetup resize vault",
      *lvm("vg0/root", "/dev/mapper/vault", 76, ROOT)],
     {"vda2": 384, "dm-0": 368}, ("ext4", 304)),
    (guests.PLAIN_LUKS, [450],
     ["growpart /dev/vda 2", "cryptsetup resize vault", "resize2fs /dev/mapper/vault"],
     {"vda2": 384, "dm-0": 382}, ("ext4", 382)),
]


@pytest.mark.parametrize("layout, disks, steps, devices, root", TABLE, ids=lambda value: getattr(
    value, "name", ""))
def test_the_root_filesystem_follows_its_disk(guest_with, layout, disks, steps, devices, root):
    vm, images = guest_with(layout)
    for image, size in zip(images, disks):
        vm.resize(image, size * MIB)
    outcome = vm.run("guestagent grow --dry-run")
    assert (outcome.status, outcome.stdout.splitlines(), outcome.stderr) == (0, steps, "")
    status, done, said = storage.grow(vm)
    assert (status, done, said) == (0, steps, [])
    assert {name: storage.device_size(vm, name) for name in devices} == {
        name: size * MIB for name, size in devices.items()}
    kind, size = root
    assert storage.filesystem_size(vm, "/", kind) == size * MIB
    assert storage.files_are_whole(vm)
    vm.run("sync")
    for image, (_, table) in zip(images, layout.disks):
        if table and layout.sector_size == 512:
            assert storage.table_is_clean(image)
    if layout.sector_size != 512:
        said = vm.run("/usr/sbin/sfdisk --verify /dev/vda").stdout.splitlines()
        assert "No errors detected." in said

    before = [storage.checksum(image) for image in images]
    status, done, said = storage.grow(vm)
    vm.run("sync")
    assert (status, done, said) == (0, [], [])
    assert [storage.checksum(image) for image in images] == before


@pytest.mark.parametrize("layout, reason", [
    (guests.RAID, "raid"), (guests.THIN, "thin"), (guests.SNAPSHOT, "snapshot"),
], ids=lambda value: getattr(value, "name", ""))
def test_a_chain_with_a_layer_that_is_not_understood_is_left_as_it_is(guest_with, layout, reason):
    vm, images = guest_with(layout)
    vm.run("sync")
    for image, (size, _) in zip(images, layout.disks):
        vm.resize(image, (size + 200) * MIB)
    before = [storage.sectors_written(vm, name) for name in ["vda", "vdb"][:len(images)]]
    table = vm.run("/usr/sbin/sfdisk --dump /dev/vda").stdout
    status, done, said = storage.grow(vm)
    assert (status, done) == (1, [])
    assert len(said) == 1 and said[0].startswith("guestagent: growth: /: "), said
    vm.run("sync")
    assert [storage.sectors_written(vm, name) for name in ["vda", "vdb"][:len(images)]] == before
    assert vm.run("/usr/sbin/sfdisk --dump /dev/vda").stdout == table
    assert f'"reason": "{reason}"' in vm.run("guestagent grow --json").stdout


def test_with_several_candidates_and_no_policy_the_group_grows_and_a_line_says_so(guest_with):
    vm, [disk] = guest_with(guests.SEVERAL)
    vm.resize(disk, 500 * MIB)
    status, done, said = storage.grow(vm)
    assert (status, done) == (0, ["growpart /dev/vda 5", "lvm pvresize /dev/vda5"])
    assert len(said) == 1 and said[0].startswith("guestagent: note: vg0: "), said
    assert storage.volumes(vm) == {"vg0/root": 100 * MIB, "vg0/srv": 100 * MIB}

    # Whom the command line names gets it.
    status, done, said = storage.grow(vm, "/srv")
    assert (status, done, said) == (
        0, ["lvm lvextend --extents 83 vg0/srv", "resize2fs /dev/vg0/srv"], [])
    assert storage.filesystem_size(vm, "/srv") == 332 * MIB


def test_shares_of_the_policy_are_handed_out(guest_with):
    vm, [disk] = guest_with(guests.SEVERAL, BOTH)
    vm.resize(disk, 500 * MIB)
    status, done, said = storage.grow(vm)
    assert (status, said) == (0, [])
    assert done == [
        "growpart /dev/vda 5", "lvm pvresize /dev/vda5", "lvm lvextend --extents 66 vg0/root",
        "lvm lvextend --extents 42 vg0/srv", "resize2fs /dev/vg0/root", "resize2fs /dev/vg0/srv"]
    assert storage.filesystem_size(vm, "/") == 264 * MIB
    assert storage.filesystem_size(vm, "/srv") == 168 * MIB


def test_an_mbr_reaches_its_limit_and_no_further(guest_with):
    """Of a sparse disk of 2.1 TiB; the filesystem is kept small, for the sake of time."""
    vm, [disk] = guest_with(guests.CLASSIC, "guestagent.grow=/:max=200M")
    vm.resize(disk, 2200 << 30)
    status, done, said = storage.grow(vm)
    assert (status, done) == (0, [
        "growpart /dev/vda 5", "lvm pvresize /dev/vda5", "lvm lvextend --extents 50 vg0/root",
        "resize2fs /dev/vg0/root"])
    assert "an MBR counts to 2^32 sectors" in " ".join(said)
    # Ends are multiples of a MiB.
    assert storage.device_size(vm, "vda5") == (1 << 41) - 66 * MIB
    assert storage.filesystem_size(vm, "/") == 200 * MIB
    vm.run("sync")
    assert storage.table_is_clean(disk)
    status, done, said = storage.grow(vm)
    assert (status, done) == (0, [])


def test_a_key_that_only_the_kernel_has_is_said_in_one_line(guest_with):
    vm, [disk] = guest_with(guests.LUKS, "keyring")
    vm.resize(disk, 450 * MIB)
    status, done, said = storage.grow(vm)
    assert (status, done) == (1, ["growpart /dev/vda 2"])
    assert len(said) == 1 and said[0].startswith("guestagent: growth: cryptsetup resize vault: ")
    assert storage.device_size(vm, "dm-0") == 238 * MIB
    # After who has the passphrase did that step, the rest follows.
    assert vm.run(
        "printf secret | /usr/sbin/cryptsetup resize --key-file - vault").status == 0
    status, done, said = storage.grow(vm)
    assert (status, done, said) == (0, lvm("vg0/root", "/dev/mapper/vault", 76, ROOT), [])
    assert storage.filesystem_size(vm, "/") == 304 * MIB
