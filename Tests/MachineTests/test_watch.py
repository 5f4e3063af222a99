"""`watch` in guests without udev: what it hears of their disks from the kernel."""

import pytest

from machines import guests, look, seeds, storage
from machines.layouts import MIB

START = (
    "(guestagent watch {words} >/tmp/watch.out 2>/tmp/watch.err; echo $? >/tmp/watch.status) &")
END = "kill -TERM $(pidof guestagent); until [ -s /tmp/watch.status ]; do usleep 20000; done;" \
    " cat /tmp/watch.status"
SAYS = "until grep -q '{words}' /tmp/watch.out /tmp/watch.err; do usleep 50000; {meanwhile} done"

ADDRESS = "2001:db8:3:47:198:51:100:177/64"


def wait_until_it_says(vm, words, meanwhile=""):
    outcome = vm.run(SAYS.format(words=words, meanwhile=meanwhile))
    assert outcome.status == 0


def test_another_disc_is_read_and_one_that_is_taken_out_takes_nothing_along(boot, folder):
    first = seeds.iso(seeds.seed_folder(folder / "first"), folder / "first.iso")
    changed = seeds.seed_folder(folder / "second", hostname="vm7")
    config = changed / "network-config"
    config.write_text(config.read_text().replace(look.ADDRESSES6[0], ADDRESS))
    second = seeds.iso(changed, folder / "second.iso")

    vm = boot(disks=[("virtio-scsi-cd", first)])
    vm.run(START.format(words=""))
    wait_until_it_says(vm, "changed: .*resolv.conf")
    assert look.network(vm) == look.planned()

    vm.monitor("blockdev-change-medium", id="cd-disk0", filename=str(second), format="raw",
               **{"read-only-mode": "read-only"})
    wait_until_it_says(vm, "changed: .*vm7")
    assert look.network(vm) == look.planned(addresses6=[ADDRESS], hostname="vm7")

    # Of a tray that is open the drive says nothing.
    vm.monitor("blockdev-open-tray", id="cd-disk0", force=True)
    vm.monitor("blockdev-remove-medium", id="cd-disk0")
    vm.monitor("blockdev-close-tray", id="cd-disk0")
    wait_until_it_says(vm, "nocloud:/dev/sr0 is gone; what was read from it stays")
    vm.run("/sbin/ip link set dev eth0 down")
    # The last of the plan to be there again.
    vm.run("until /sbin/ip neighbor show nud permanent | grep -q . ; do usleep 20000; done")
    assert look.network(vm) == look.planned(addresses6=[ADDRESS], hostname="vm7")
    said = [line for line in vm.run("cat /tmp/watch.err").stdout.splitlines()
            if not line.startswith("guestagent: note: ")]
    assert said == ["guestagent: metadata: nocloud:/dev/sr0 is gone; what was read from it stays"]
    assert vm.run(END).stdout == "0\n"


# Of a SCSI disk that does not tell by itself the guest hears with the next command that it sends.
ASKS = "dd if=/dev/sda of=/dev/null bs=4096 count=1 iflag=direct 2>/dev/null;"


@pytest.mark.parametrize("attachment, disk, meanwhile, growths", [
    ("virtio-blk", "vda", "", [(400, 272), (500, 372)]),
    ("silent-scsi", "sda", ASKS, [(400, 272)])], ids=["virtio-blk", "silent-scsi"])
def test_a_disk_that_is_enlarged_is_grown_at_once(
        guest_with, attachment, disk, meanwhile, growths):
    vm, disks = guest_with(guests.GPT, attachment=attachment)
    vm.run(START.format(words="--wait 0"))
    wait_until_it_says(vm, "^NOCHANGE *filesystem")
    for size, volume in growths:
        vm.resize(disks[0], size * MIB)
        wait_until_it_says(vm, f"changed: lvm lvextend --extents {volume // 4} vg0/root", meanwhile)
        wait_until_it_says(vm, f"^CHANGED *filesystem .* {volume} MiB", meanwhile)
        assert storage.device_size(vm, f"{disk}2") == (size - 66) * MIB
        assert storage.filesystem_size(vm, "/") == volume * MIB
    # Its own changes of tables and volumes raise events, too, and come to an end.
    # The watch and the process that starts growth for it are left.
    vm.run("until [ $(pidof guestagent | wc -w) = 2 ]; do usleep 50000; done; usleep 700000")
    assert vm.run("pidof guestagent | wc -w").stdout == "2\n"
    assert int(vm.run("grep -c 'CHANGE *filesystem' /tmp/watch.out").stdout) <= 7
    assert vm.run("cat /tmp/watch.err").stdout.splitlines()[0].startswith(
        "guestagent: no metadata found: ")
    assert storage.files_are_whole(vm)
    assert vm.run(END).stdout == "0\n"
