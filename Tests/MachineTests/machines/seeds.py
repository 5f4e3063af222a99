"""Metadata disks, made by the tools with which people make them."""

import json
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


def config_drive(folder, mac):
    """A config drive's tree as OpenStack writes it: the plan's addresses and default route, which
    is all of the plan that its format can say. The NIC is named by its MAC."""
    drive = folder / "openstack" / "latest"
    drive.mkdir(parents=True)
    address, address6 = "198.51.100.176", "2001:db8:3:47:198:51:100:176"
    network = {
        "links": [{
            "id": "tap0f6f1a1c-aa", "vif_id": "0f6f1a1c-aa11-4d5c-9d0b-3f1f2f4d1e01", "type": "ovs",
            "mtu": 1500, "ethernet_mac_address": mac}],
        "networks": [
            {"id": "network0", "link": "tap0f6f1a1c-aa", "type": "ipv4", "ip_address": address,
             "netmask": "255.255.255.255", "network_id": "5f1c5f30-1ad1-4c2a-8ad3-0a54f1a3c001",
             "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "192.0.2.1"}],
             "services": [{"type": "dns", "address": "192.0.2.53"}]},
            {"id": "network1", "link": "tap0f6f1a1c-aa", "type": "ipv6", "ip_address": address6,
             "netmask": "ffff:ffff:ffff:ffff::", "routes": [],
             "network_id": "5f1c5f30-1ad1-4c2a-8ad3-0a54f1a3c002"}],
        "services": [{"type": "dns", "address": "192.0.2.53"}],
    }
    (drive / "network_data.json").write_text(json.dumps(network))
    (drive / "meta_data.json").write_text(json.dumps(
        {"uuid": "b0a6f3ae-8b7e-4a8e-9d5f-6ad7c2b1f5aa", "name": "vm6",
         "hostname": "vm6.example.org", "launch_index": 0, "availability_zone": "nova"}))
    return folder


def iso(folder, image, label="cidata"):
    """An ISO 9660 image with Joliet and Rock Ridge names, as cloud-localds makes it."""
    run("genisoimage", "-quiet", "-output", image, "-volid", label, "-joliet", "-rock", folder)
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
