"""Packaging/demo's second half: shows one guest from its metadata to the ping that proves it, and
from a larger disk to a larger root filesystem.

Exit status 0 if everything that is promised was seen, 1 if not.
"""

import pathlib
import sys
import tempfile

from machines import (
    gateway, guests, initramfs, kernel, layouts, look, paths, seeds, storage)
from machines.machine import Machine

RESOLVERS = "nameserver 192.0.2.53\nnameserver 2001:db8:3:47::53\nsearch example.org\n"

# The disk is enlarged to this many MiB; the root volume gets all but 66 MiB in front, the one that
# holds LVM's own data, and swap.
LARGER = 2048
ROOT = LARGER - 66 - 2 - 60


class Show:
    """Commands of the guest with their output, and a list of what was not as promised."""

    def __init__(self, vm):
        self._vm = vm
        self.missed = []

    def command(self, command, shown=None, status=0):
        print(f"\nvm6# {shown or command}", flush=True)
        outcome = self._vm.run(command)
        print(outcome.stdout + outcome.stderr, end="", flush=True)
        if outcome.status != status:
            self.missed.append(f"{shown or command}: status {outcome.status}, not {status}")
        return outcome.stdout

    def expect(self, claim, holds):
        if not holds:
            self.missed.append(claim)


def show(vm):
    """The session in the guest."""
    seen = Show(vm)
    plan = seen.command("guestagent apply --dry-run").splitlines()
    done = seen.command("guestagent apply --wait-dad").splitlines()
    seen.expect("apply did what its plan said", done == [f"changed: {step}" for step in plan])
    seen.command("/sbin/ip address show dev eth0", "ip address show dev eth0")
    seen.command("/sbin/ip route", "ip route")
    seen.command("/sbin/ip neighbor", "ip neighbor")
    resolvers = seen.command("cat /etc/resolv.conf")
    seen.command("guestagent status")
    seen.expect("the kernel holds the plan and nothing else", look.network(vm) == look.planned())
    seen.expect("the resolvers are in place", resolvers == RESOLVERS)
    seen.command(f"ping -c 3 -W 2 {gateway.ADDRESS}")
    seen.command(f"ping -c 3 -W 2 {gateway.BEYOND}")
    seen.command(f"ping -c 3 -W 2 {gateway.ADDRESS6}")
    again = seen.command("guestagent apply")
    seen.expect("apply again changed nothing", again and "\nchanged" not in "\n" + again)

    print("\nWithout its static neighbour the same guest is cut off:")
    seen.command(f"/sbin/ip neighbor del {gateway.ADDRESS} dev eth0",
                 f"ip neighbor del {gateway.ADDRESS} dev eth0")
    seen.command(f"ping -c 2 -W 2 {gateway.ADDRESS}", status=1)
    seen.command("guestagent apply")
    seen.command(f"ping -c 3 -W 2 {gateway.ADDRESS}")
    return seen.missed


def show_growth(vm, disk):
    """The host enlarges the disk of the running guest."""
    seen = Show(vm)
    print("\nThe guest's disk has Debian's own layout, with / on a logical volume:")
    seen.command("guestagent status")
    print(f"\nThe host enlarges the disk of the running machine to {LARGER} MiB.", flush=True)
    vm.resize(disk, LARGER * layouts.MIB)
    before = seen.command("guestagent status")
    seen.expect("the tree shows what could be had", " +1.7 GiB" in before)
    plan = seen.command("guestagent grow --dry-run").splitlines()
    done = seen.command("guestagent grow").splitlines()
    seen.expect("grow did what its plan said",
                done[:len(plan)] == [f"changed: {step}" for step in plan])
    after = seen.command("guestagent status")
    seen.expect("there is nothing left to be had", after and " +" not in after)
    seen.command("df -h /")
    seen.expect(f"/ has {ROOT} MiB", storage.filesystem_size(vm, "/") == ROOT * layouts.MIB)
    seen.expect("the files are whole", storage.files_are_whole(vm))
    again = seen.command("guestagent grow")
    seen.expect("grow again changed nothing", "changed: " not in again)
    return seen.missed


def main():
    binary = paths.portable_binary()
    debian = kernel.debian_kernel()
    archive = initramfs.storage_guest(binary, debian)
    with tempfile.TemporaryDirectory(prefix="demo-") as name:
        folder = pathlib.Path(name)
        image = seeds.iso(seeds.seed_folder(folder / "seed"), folder / "seed.iso")
        print("The metadata disk, label cidata, holds meta-data and network-config:\n")
        print((paths.SEED / "meta-data").read_text())
        print((paths.SEED / "network-config").read_text())
        print("The gateway answers no ARP from outside its own subnet, 192.0.2.0/26.")
        print(f"Booting a virtual machine whose only agent is {binary.name}, "
              f"{binary.stat().st_size} bytes.", flush=True)
        with gateway.Gateway(folder) as provider:
            [disk] = layouts.Layouts(debian, archive).disks(guests.CLASSIC, folder)
            with Machine(
                    debian, archive, provider, disks=[("virtio-blk", image)], storage=[disk],
                    words=guests.CLASSIC.kernel_words(), memory=512) as vm:
                vm.wait_until_ready()
                missed = show(vm) + show_growth(vm, disk)
    for claim in missed:
        print(f"demo: not so: {claim}", file=sys.stderr)
    print("\ndemo: " + ("FAILED" if missed else
                        "the guest has its whole plan, reaches a gateway that answers it no ARP,\n"
                        "and its root filesystem has followed its disk"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
