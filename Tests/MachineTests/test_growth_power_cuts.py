"""A few power cuts in the middle of growth; Tests/Benchmarks/power-cuts makes many."""

import random

import pytest

from machines import guests, power_cuts

CUTS = 3


@pytest.mark.parametrize(
    "layout", [guests.CLASSIC, guests.GPT, guests.XFS], ids=lambda layout: layout.name)
def test_after_a_power_cut_all_is_whole_and_the_growth_completes(
        debian_kernel, storage_guest, made_layouts, folder, layout):
    disks = made_layouts.disks(layout, folder)
    # Always the same instants; where they fall in the growth is up to the machine's speed.
    chance = random.Random(f"3 {layout.name}")
    chain = power_cuts.Chain(debian_kernel, storage_guest, layout, disks, chance)
    results = list(chain.run(CUTS))
    assert [result.complaints for result in results] == [[]] * CUTS, results
    assert all(result.files > 0 for result in results), results
