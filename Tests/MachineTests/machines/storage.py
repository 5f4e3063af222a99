"""What the guest's storage is, by the kernel and by tools that are not the program's own."""

import hashlib
import json
import re

from .layouts import LVM
from .paths import run

# The best that can be done by hand, with the fewest processes, on the classic layout.
BY_HAND = {
    "sfdisk 2": "echo ', +' | /usr/sbin/sfdisk --quiet --no-reread --no-tell-kernel -N 2 /dev/vda",
    "sfdisk 5": "echo ', +' | /usr/sbin/sfdisk --quiet --no-reread --no-tell-kernel -N 5 /dev/vda",
    "partx": "/usr/sbin/partx -u /dev/vda",
    "pvresize": f"{LVM} pvresize --quiet --quiet /dev/vda5",
    "lvextend": f"{LVM} lvextend --quiet --quiet --extents +100%FREE vg0/root",
    "resize2fs": "/usr/sbin/resize2fs /dev/vg0/root",
}


def device_size(vm, name):
    """Bytes of a block device as the kernel has it."""
    return int(vm.run(f"cat /sys/class/block/{name}/size").stdout) * 512


def filesystem_size(vm, place, kind="ext4"):
    """Bytes that the filesystem mounted there takes of its device, by its own tools."""
    if kind == "btrfs":
        said = vm.run(f"/usr/sbin/btrfs filesystem show --raw {place}").stdout
        return int(re.search(r"devid +1 size (\d+) ", said)[1])
    if kind == "xfs":
        said = vm.run(f"/usr/sbin/xfs_io -r -c statfs {place}").stdout
        unit, count = r"geom.bsize = (\d+)", r"geom.datablocks = (\d+)"
    else:
        said = vm.run(
            f"/usr/sbin/dumpe2fs -h $(/usr/sbin/lsblk -no PATH,MOUNTPOINTS |"
            f" awk '$2 == \"{place}\" {{print $1}}')").stdout
        unit, count = r"\nBlock size: +(\d+)", r"\nBlock count: +(\d+)"
    return int(re.search(unit, said)[1]) * int(re.search(count, said)[1])


def volumes(vm):
    """Bytes of each logical volume, by LVM itself."""
    report = json.loads(vm.run(f"{LVM} lvs --reportformat json --units b --nosuffix").stdout)
    return {f"{volume['vg_name']}/{volume['lv_name']}": int(volume["lv_size"])
            for volume in report["report"][0]["lv"]}


def groups(vm):
    """Of each volume group its sequence number, extents and free extents, by LVM itself."""
    report = json.loads(vm.run(
        f"{LVM} vgs --reportformat json --options vg_name,vg_seqno,vg_extent_count,vg_free_count"
    ).stdout)
    return {group["vg_name"]: tuple(
        int(group[field]) for field in ["vg_seqno", "vg_extent_count", "vg_free_count"])
        for group in report["report"][0]["vg"]}


def physical_volumes(vm):
    """Of each physical volume the bytes of its device and of itself, by LVM itself."""
    report = json.loads(vm.run(
        f"{LVM} pvs --reportformat json --units b --nosuffix --options pv_name,dev_size,pv_size"
    ).stdout)
    return {volume["pv_name"]: (int(volume["dev_size"]), int(volume["pv_size"]))
            for volume in report["report"][0]["pv"]}


def sectors_written(vm, disk):
    """Sectors that the guest has written to a disk since it booted."""
    return int(vm.run(f"cat /sys/class/block/{disk}/stat").stdout.split()[6])


def files_are_whole(vm, place=""):
    """Whether the files that the layout was made with have their sums."""
    return vm.run(f"cd {place}/data && sha256sum -c -s sums").status == 0


def grow(vm, arguments=""):
    """`guestagent grow`: its exit status, the commands that it says it has done, and what else it
    said on standard error but for the messages of LVM."""
    outcome = vm.run(f"guestagent grow {arguments}")
    done = [line.removeprefix("changed: ") for line in outcome.stdout.splitlines()
            if line.startswith("changed: ")]
    return outcome.status, done, [line for line in outcome.stderr.splitlines()
                                  if not line.startswith("guestagent: lvm: ")]


def watch_lvm(vm):
    """From now on LVM's program leaves its words in /tmp/lvm each time it is started."""
    script = "#!/bin/busybox sh\\necho \"$@\" >>/tmp/lvm\\nexec /usr/sbin/kept/lvm \"$@\"\\n"
    done = vm.run(
        "mkdir /usr/sbin/kept && mv /usr/sbin/lvm /usr/sbin/kept/lvm &&"
        f" printf '{script}' >/usr/sbin/lvm && chmod +x /usr/sbin/lvm && touch /tmp/lvm")
    assert done.status == 0, done


def lvm_starts(vm):
    return vm.run("cat /tmp/lvm").stdout.splitlines()


def start_writer(vm, place):
    """Starts to write files there, until the guest ends or `stop_writer`."""
    command = f"sh /etc/writer {place} >/dev/null 2>/tmp/writer & echo $! >/tmp/writer.pid"
    assert vm.run(command).status == 0


def stop_writer(vm):
    vm.run("kill $(cat /tmp/writer.pid); sleep 0.2; sync")


def written_files(vm, place):
    """How many files of the writer's list there are, and the names of those that are not whole."""
    # A last line without its end was under way when the power went.
    vm.run(f"cd {place}/written && grep -E '^[0-9a-f]{{64}}  [0-9]+-[0-9]+$' sums >/tmp/sums")
    checked = vm.run(f"cd {place}/written && sha256sum -c /tmp/sums 2>&1").stdout.splitlines()
    return len(checked), [line for line in checked if not line.endswith(": OK")]


def table_is_clean(disk):
    """Whether sfdisk finds nothing to say about the image's partition table."""
    return "No errors detected." in run("sfdisk", "--verify", disk.image).splitlines()


def checksum(disk):
    """A sum over the whole image."""
    with open(disk.image, "rb") as image:
        return hashlib.file_digest(image, "sha256").hexdigest()
