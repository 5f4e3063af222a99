"""Metadata disks, made by the tools with which people make them."""

import shutil

from .paths import SEED, run


def seed_folder(folder, network_config=None, hostname=None):
    """A NoCloud folder with the plan, or with another network-config or host name in it."""
    shutil.copytree(SEED, folder)
    if network_config is not None:
        (folder / "network-config").write_text(network_config)
    if hostname is not None:
        (folder / "meta-data").write_text(f"instance-id: {hostname}\nlocal-hostname: {hostname}\n")
    (folder / "user-data").write_text("#cloud-config\n")
    return folder


def plan_without_neighbors():
    """The plan's network-config as every other tool understands it: no static neighbour."""
    return (SEED / "network-config").read_text().split("    neighbors:")[0]


def iso(folder, image):
    """An ISO 9660 image with Joliet and Rock Ridge names, as cloud-localds makes it."""
    run("genisoimage", "-quiet", "-output", image, "-volid", "cidata", "-joliet", "-rock", folder)
    return image


def fat(folder, image):
    """A FAT file system over a whole disk of 4 MiB."""
    run("mkfs.vfat", "-n", "CIDATA", "-C", image, 4096)
    _fill(folder, image)
    return image


def fat_partition(folder, image):
    """A disk of 8 MiB whose only partition, 1 MiB from the start, is a FAT file system."""
    with open(image, "wb") as disk:
        disk.truncate(8 << 20)
    run("sfdisk", "--quiet", image, input="label: dos\nstart=2048, type=c\n")
    run("mkfs.vfat", "-n", "CIDATA", "--offset", 2048, image, 7168)
    _fill(folder, f"{image}@@1M")
    return image


def _fill(folder, image):
    run("mcopy", "-i", image, *sorted(folder.iterdir()), "::")
