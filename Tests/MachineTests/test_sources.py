"""The same plan, wherever the metadata is: the guest is configured and reaches the world."""

import pytest

from machines import gateway, look, seeds

DISKS = [
    ("virtio-blk", seeds.iso),
    ("virtio-scsi-cd", seeds.iso),
    ("ide-cd", seeds.iso),
    ("virtio-blk", seeds.fat),
    ("virtio-blk", seeds.fat_partition),
]

# The seed's plan in the words of dracut, and the one word that dracut has not.
COMMAND_LINE = " ".join([
    "ip=198.51.100.176::192.0.2.1:255.255.255.255:vm6:eth0:none",
    "ip=[2001:db8:3:47:198:51:100:176]:::64::eth0:none",
    "rd.route=198.51.100.176/29::eth0",
    "rd.route=192.0.2.0/26::eth0",
    "nameserver=192.0.2.53",
    "guestagent.neighbor=192.0.2.1,00:00:5e:00:01:01,eth0",
])


def check_configured(vm):
    outcome = vm.run("guestagent apply")
    assert (outcome.status, outcome.stderr) == (0, "")
    assert look.network(vm) == look.planned()
    assert look.reaches(vm, gateway.ADDRESS)
    assert look.reaches(vm, gateway.BEYOND)


@pytest.mark.parametrize(
    "attachment, maker", DISKS, ids=[f"{maker.__name__}-on-{where}" for where, maker in DISKS])
def test_a_metadata_disk_configures_the_guest(boot, folder, attachment, maker):
    image = maker(seeds.seed_folder(folder / "seed"), folder / "image")
    check_configured(boot(disks=[(attachment, image)]))


def test_the_kernel_command_line_alone_configures_the_guest(boot):
    vm = boot(words=COMMAND_LINE)
    check_configured(vm)
    assert vm.run("cat /etc/resolv.conf").stdout == "nameserver 192.0.2.53\n"


def test_of_two_disks_with_the_label_the_last_by_name_is_taken_and_the_other_named(boot, folder):
    first = seeds.iso(seeds.seed_folder(folder / "a", hostname="not-this-one"), folder / "a.iso")
    second = seeds.iso(seeds.seed_folder(folder / "b"), folder / "b.iso")
    vm = boot(disks=[("virtio-blk", first), ("virtio-blk", second)])
    outcome = vm.run("guestagent apply")
    assert outcome.status == 0
    assert len(outcome.stderr.splitlines()) == 1
    assert outcome.stderr.startswith("guestagent: warning: ")
    assert "/dev/vda" in outcome.stderr and "/dev/vdb" in outcome.stderr
    assert look.network(vm) == look.planned()
