"""A gateway outside the guest's /32, with and without the static neighbour."""

from machines import gateway, look, seeds


def test_a_gateway_that_answers_no_arp_is_reached_by_the_static_neighbour_only(
        boot, folder, provider):
    plain = seeds.seed_folder(folder / "plain", seeds.plan_without_neighbors())
    vm = boot(disks=[
        ("virtio-blk", seeds.iso(plain, folder / "plain.iso")),
        ("virtio-blk", seeds.iso(seeds.seed_folder(folder / "plan"), folder / "plan.iso"))])

    assert vm.run("guestagent apply --metadata /dev/vda").status == 0
    assert look.network(vm) == look.planned(neighbors=[])
    assert not look.reaches(vm, gateway.ADDRESS)
    assert not look.reaches(vm, gateway.BEYOND)

    # Only the difference is applied: the neighbour, over the entry that ARP left without answer.
    outcome = vm.run("guestagent apply --metadata /dev/vdb")
    assert (outcome.status, outcome.stdout) == (
        0,
        "changed: ip neighbor replace 192.0.2.1 lladdr 00:00:5e:00:01:01 dev eth0 nud permanent\n"
        "unchanged: hostname\nunchanged: resolvers\n")
    assert look.network(vm) == look.planned()
    assert look.reaches(vm, gateway.ADDRESS)
    assert look.reaches(vm, gateway.BEYOND)

    # A gateway that answers everybody needs no neighbour, and the plan takes it back.
    provider.answer_arp(everybody=True)
    outcome = vm.run("guestagent apply --metadata /dev/vda")
    assert outcome.stdout.splitlines()[0] == "changed: ip neighbor del 192.0.2.1 dev eth0"
    assert look.network(vm) == look.planned(neighbors=[])
    assert look.reaches(vm, gateway.ADDRESS)
    assert look.reaches(vm, gateway.BEYOND)
