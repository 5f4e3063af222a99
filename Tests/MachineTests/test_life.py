"""What happens after the first apply: apply again, down, and router advertisements beside it."""

from machines import gateway, look, seeds

# Where a router's advertised prefix puts the guest: EUI-64 of its MAC 52:54:00:c6:33:b0.
SLAAC = "2001:db8:3:47:5054:ff:fec6:33b0/64"

WAIT_FOR_SLAAC = f"until /sbin/ip -6 address show dev eth0 | grep -q {SLAAC}; do usleep 50000; done"


def seeded(boot, folder):
    image = seeds.iso(seeds.seed_folder(folder / "seed"), folder / "seed.iso")
    return boot(disks=[("virtio-blk", image)])


def test_apply_again_changes_nothing_and_down_takes_back_everything(boot, folder):
    vm = seeded(boot, folder)
    before = look.network(vm)
    assert "state DOWN" in vm.run("/sbin/ip link show dev eth0").stdout

    assert vm.run("guestagent apply").status == 0
    resolvers = vm.run("cat /etc/resolv.conf").stdout
    assert resolvers == (
        "nameserver 192.0.2.53\nnameserver 2001:db8:3:47::53\nsearch example.org\n")

    outcome = vm.run("guestagent apply")
    assert (outcome.status, outcome.stdout, outcome.stderr) == (
        0, "unchanged: eth0\nunchanged: hostname\nunchanged: resolvers\n", "")
    assert look.network(vm) == look.planned()

    outcome = vm.run("guestagent down")
    assert (outcome.status, outcome.stderr) == (0, "")
    # The host name and the resolvers are the guest's; the network is what is taken back.
    assert look.network(vm) == before | {"hostname": "vm6"}
    assert "state DOWN" in vm.run("/sbin/ip link show dev eth0").stdout

    assert vm.run("guestagent apply").status == 0
    assert look.network(vm) == look.planned()


def test_the_static_ipv6_address_stands_beside_the_advertised_one(boot, folder, provider):
    provider.advertise()
    vm = seeded(boot, folder)
    outcome = vm.run("guestagent apply --wait-dad")
    assert (outcome.status, outcome.stderr) == (0, "")
    assert vm.run(WAIT_FOR_SLAAC).status == 0
    assert look.network(vm) == look.planned(addresses6=sorted([look.ADDRESSES6[0], SLAAC]))
    default = vm.run("/sbin/ip -6 route show default").stdout
    assert default.startswith("default via fe80::200:5eff:fe00:101 dev eth0 proto ra ")
    assert look.reaches(vm, gateway.ADDRESS6)

    assert vm.run("guestagent apply").stdout.splitlines()[0] == "unchanged: eth0"
    assert vm.run("guestagent down").status == 0
    assert look.ADDRESSES6[0] not in look.addresses(vm, 6)
