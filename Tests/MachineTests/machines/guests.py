"""The layouts of storage that guests are found with. Sizes are small: growth does not care."""

from .layouts import LVM, Layout

# Without lazy initialisation, so that nobody but the tests writes to an idle filesystem.
_EXT4 = "/usr/sbin/mkfs.ext4 -q -b 4096 -E lazy_itable_init=0,lazy_journal_init=0"
_MAKE = {"ext4": _EXT4, "xfs": "/usr/sbin/mkfs.xfs -q", "btrfs": "/usr/sbin/mkfs.btrfs -q"}
_BOOT = f"{_EXT4} /dev/vda1"
_CRYPTSETUP = "printf secret | /usr/sbin/cryptsetup"


def classic_table(size):
    """As Debian's installer partitions a disk of `size` MiB: the container starts two sectors
    before the logical partition, and the last MiB is left alone."""
    end = (size - 1) * 2048
    return (
        "label: dos\nlabel-id: 0x5eed0001\n"
        "1: start=2048, size=131072, type=83, bootable\n"
        f"2: start=135166, size={end - 135166}, type=5\n"
        f"5: start=135168, size={end - 135168}, type=8e\n")


_TWO_LOGICALS_TABLE = (
    "label: dos\nlabel-id: 0x5eed0002\n"
    "1: start=2048, size=131072, type=83, bootable\n"
    "2: start=135166, size=569346, type=f\n"
    "5: start=135168, size=65536, type=83\n"
    "6: start=202752, size=501760, type=8e\n")

_GPT_TABLE = (
    "label: gpt\nlabel-id: 5EED0003-0000-4000-8000-000000000000\n"
    "1: start=2048, size=131072, type=linux, name=boot, attrs=LegacyBIOSBootable\n"
    "2: start=133120, size={size}, type={type}, name=system\n")

# Debian's cloud image: the partition with the highest place has the lowest number.
_CLOUD_TABLE = (
    "label: gpt\nlabel-id: 5EED0004-0000-4000-8000-000000000000\n"
    "14: start=2048, size=6144, type=21686148-6449-6E6F-744E-656564454649\n"
    "15: start=8192, size=126976, type=uefi\n"
    "1: start=135168, size=387072, type=linux\n")


def _gpt_table(size, kind="lvm"):
    """The second partition reaches up to the backup table on a disk of `size` MiB."""
    return _GPT_TABLE.format(size=(size - 1) * 2048 - 133120, type=kind)


def _volumes(device, kind="ext4", size="160m", swap="60m"):
    """A volume group on that device with a root and a swap volume."""
    return (
        f"{LVM} vgcreate -q -q vg0 {device}",
        f"{LVM} lvcreate -q -q --name root --size {size} vg0",
        f"{LVM} lvcreate -q -q --name swap_1 --size {swap} vg0",
        f"{_MAKE[kind]} /dev/vg0/root",
        "/usr/sbin/mkswap /dev/vg0/swap_1",
        f"mount -t {kind} /dev/vg0/root /made",
    )


def _vault(kind):
    return (
        f"{_CRYPTSETUP} luksFormat --batch-mode --type {kind} --pbkdf pbkdf2"
        " --pbkdf-force-iterations 1000 --key-file - /dev/vda2",
        f"{_CRYPTSETUP} open --key-file - /dev/vda2 vault",
    )


ROOT = "/dev/vg0/root"
BOOT = (("/dev/vda1", "/boot"),)

CLASSIC = Layout(
    "classic", ((288, classic_table(288)),), (_BOOT, *_volumes("/dev/vda5")), ROOT, mounts=BOOT)

# What the root volume looks like after the first growth of its life: two segments around swap.
SEGMENTS = Layout(
    "segments", ((320, classic_table(320)),),
    (_BOOT, *_volumes("/dev/vda5", size="128m", swap="40m"),
     f"{LVM} lvextend -q -q --extents +100%FREE vg0/root", "/usr/sbin/resize2fs /dev/vg0/root"),
    ROOT, mounts=BOOT)

TWO_LOGICALS = Layout(
    "two-logicals", ((345, _TWO_LOGICALS_TABLE),),
    (_BOOT, f"{_EXT4} /dev/vda5", *_volumes("/dev/vda6")), ROOT,
    mounts=(*BOOT, ("/dev/vda5", "/srv")))

GPT = Layout("gpt", ((288, _gpt_table(288)),), (_BOOT, *_volumes("/dev/vda2")), ROOT, mounts=BOOT)

GPT_4K = Layout(
    "gpt-4k", ((288, (
        "label: gpt\nlabel-id: 5EED0005-0000-4000-8000-000000000000\n"
        "1: start=256, size=16384, type=linux\n2: start=16640, size=56832, type=lvm\n")),),
    (_BOOT, *_volumes("/dev/vda2")), ROOT, mounts=BOOT, sector_size=4096)

WHOLE_DISK = Layout("whole-disk", ((256, ""),), _volumes("/dev/vda"), ROOT)

PLAIN_MBR = Layout(
    "plain-mbr", ((256, "label: dos\n1: start=2048, size=520192, type=83, bootable\n"),),
    (f"{_EXT4} /dev/vda1", "mount /dev/vda1 /made"), "/dev/vda1")

PLAIN_GPT = Layout(
    "plain-gpt", ((256, _CLOUD_TABLE),),
    (f"{_EXT4} /dev/vda1", "mount /dev/vda1 /made"), "/dev/vda1")

TWO_DISKS = Layout(
    "two-disks", ((288, _gpt_table(288)), (128, "")),
    (_BOOT, f"{LVM} pvcreate -q -q /dev/vda2 /dev/vdb",
     *_volumes("/dev/vda2 /dev/vdb", size="280m")),
    ROOT, mounts=BOOT)

XFS = Layout(
    "xfs", ((520, classic_table(520)),),
    (_BOOT, *_volumes("/dev/vda5", "xfs", size="400m", swap="40m")), ROOT,
    "rootfstype=xfs", mounts=BOOT)

BTRFS = Layout(
    "btrfs", ((350, classic_table(350)),),
    (_BOOT, *_volumes("/dev/vda5", "btrfs", size="200m")), ROOT, "rootfstype=btrfs", mounts=BOOT)

PLAIN_BTRFS = Layout(
    "plain-btrfs", ((288, _gpt_table(288, "linux")),),
    (_BOOT, "/usr/sbin/mkfs.btrfs -q /dev/vda2", "mount -t btrfs /dev/vda2 /made"), "/dev/vda2",
    "rootfstype=btrfs", mounts=BOOT)

# LUKS1 keeps its key where the tool can read it back, LUKS2 in the kernel's keyring.
LUKS = Layout(
    "luks", ((320, _gpt_table(320, "linux")),),
    (_BOOT, *_vault("luks2"), *_volumes("/dev/mapper/vault")), ROOT, "unlock=/dev/vda2",
    mounts=BOOT)

PLAIN_LUKS = Layout(
    "plain-luks", ((320, _gpt_table(320, "linux")),),
    (_BOOT, *_vault("luks1"), f"{_EXT4} /dev/mapper/vault", "mount /dev/mapper/vault /made"),
    "/dev/mapper/vault", "unlock=/dev/vda2", mounts=BOOT)

SEVERAL = Layout(
    "several", ((288, classic_table(288)),),
    (_BOOT, f"{LVM} vgcreate -q -q vg0 /dev/vda5",
     f"{LVM} lvcreate -q -q --name root --size 100m vg0",
     f"{LVM} lvcreate -q -q --name srv --size 100m vg0",
     f"{_EXT4} /dev/vg0/root", f"{_EXT4} /dev/vg0/srv", "mount /dev/vg0/root /made"),
    ROOT, mounts=(*BOOT, ("/dev/vg0/srv", "/srv")))

RAID = Layout(
    "raid", ((288, _gpt_table(288)), (256, "")),
    (_BOOT, f"{LVM} vgcreate -q -q vg0 /dev/vda2 /dev/vdb",
     f"{LVM} lvcreate -q -q --type raid1 --mirrors 1 --nosync --name root --size 100m vg0",
     f"{_EXT4} /dev/vg0/root", "mount /dev/vg0/root /made"),
    ROOT, mounts=BOOT)

THIN = Layout(
    "thin", ((288, _gpt_table(288)),),
    (_BOOT, f"{LVM} vgcreate -q -q vg0 /dev/vda2",
     f"{LVM} lvcreate -q -q --type thin-pool --name pool --size 120m vg0",
     f"{LVM} lvcreate -q -q --thin --virtualsize 100m --name root vg0/pool",
     f"{_EXT4} /dev/vg0/root", "mount /dev/vg0/root /made"),
    ROOT, mounts=BOOT)

SNAPSHOT = Layout(
    "snapshot", ((288, _gpt_table(288)),),
    (_BOOT, f"{LVM} vgcreate -q -q vg0 /dev/vda2",
     f"{LVM} lvcreate -q -q --name root --size 100m vg0",
     f"{LVM} lvcreate -q -q --snapshot --name before --size 40m vg0/root",
     f"{_EXT4} /dev/vg0/root", "mount /dev/vg0/root /made"),
    ROOT, mounts=BOOT)
