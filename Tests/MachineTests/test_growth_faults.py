"""Growth of the whole chain, from the partition to the root filesystem, with a fault each time.

GUESTAGENT_FAULTS says how many places there are to be, or `all`; a few by default.
"""

import os

import pytest

from machines import growth_faults, guests, storage
from machines.growth_faults import faults

# What the growth does, in contrast to what it looks at before.
DOES = {"pwrite64", "fdatasync", "ioctl", "vfork", "clone", "wait4", "memfd_create", "rename"}


def chosen(calls):
    """Cuts and errors by turns, most of them where something is done."""
    wanted = os.environ.get("GUESTAGENT_FAULTS", "12")
    met = [faults.kills(calls), faults.errors(calls)]
    if wanted == "all":
        # One errno of each call, and all of its cuts.
        first = {(fault.call, fault.place): fault for fault in reversed(met[1])}
        return [*met[0], *first.values()]
    quarter = int(wanted) // 4
    picked = []
    for kind in met:
        for does in (True, False):
            of_these = [fault for fault in kind if (fault.call in DOES) == does]
            picked += faults.sample(of_these, quarter)
    return picked


@pytest.mark.parametrize("layout, partition", [(guests.CLASSIC, "vda5")],
                         ids=lambda value: getattr(value, "name", None))
def test_a_fault_harms_nothing_and_the_next_run_completes(
        debian_kernel, storage_guest, made_layouts, folder, ended_with_the_test, layout, partition):
    [disk] = made_layouts.disks(layout, folder)
    growth = growth_faults.Growth(debian_kernel, storage_guest, folder, layout, disk, partition)
    ended_with_the_test(growth.vm)
    told = []
    for fault in chosen(growth.begin()):
        complaints = growth.disturbed(fault)
        told += complaints
        print(fault, "good" if not complaints else complaints, flush=True)
    assert not told, "\n".join(told)
    # What is asked of memory differs from run to run; whoever is at its end is not cut off.
    assert growth.met >= growth.count * 9 // 10 >= 10
    assert storage.files_are_whole(growth.vm)
