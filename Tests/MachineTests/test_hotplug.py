"""Devices that come after the program has started; it hears of them from the kernel."""

from machines import gateway, look, seeds

START = (
    "(guestagent apply --wait 60 >/tmp/apply.out 2>/tmp/apply.err; echo $? >/tmp/apply.status) &")

# A netlink socket of protocol 15 (NETLINK_KOBJECT_UEVENT) with a port of a process, whose owner
# then sleeps.
LISTENS = (
    "until awk '$2 == 15 && $3 != 0 { found = 1 } END { exit !found }' /proc/net/netlink"
    " && grep -q '^State:.S' /proc/$(pidof guestagent)/status;"
    " do [ ! -e /tmp/apply.status ] || exit 1; usleep 20000; done")

ENDED = "until [ -s /tmp/apply.status ]; do usleep 20000; done; cat /tmp/apply.status"


def check_ends_configured(vm):
    outcome = vm.run(ENDED)
    assert (outcome.stdout, vm.run("cat /tmp/apply.err").stdout) == ("0\n", "")
    assert look.network(vm) == look.planned()
    assert look.reaches(vm, gateway.ADDRESS)


def test_a_nic_plugged_in_while_the_program_waits_is_configured(boot, folder):
    image = seeds.iso(seeds.seed_folder(folder / "seed"), folder / "seed.iso")
    vm = boot(nic=False, disks=[("virtio-blk", image)])
    assert vm.run("ls /sys/class/net").stdout == "lo\n"
    vm.run(START)
    assert vm.run(LISTENS).status == 0
    vm.plug_nic()
    check_ends_configured(vm)


def test_a_metadata_disk_plugged_in_while_the_program_waits_is_read(boot, folder):
    image = seeds.iso(seeds.seed_folder(folder / "seed"), folder / "seed.iso")
    vm = boot()
    assert vm.run("ls /sys/block").stdout == ""
    vm.run(START)
    assert vm.run(LISTENS).status == 0
    vm.plug_disk(image)
    check_ends_configured(vm)


def test_without_any_metadata_the_wait_ends_with_its_own_status(boot):
    vm = boot()
    outcome = vm.run("guestagent apply --wait 1")
    assert (outcome.status, outcome.stdout) == (3, "")
    assert outcome.stderr.startswith("guestagent: ")
