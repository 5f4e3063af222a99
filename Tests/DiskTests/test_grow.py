"""grow on loop devices: what is named, what is foreseen and what is then done."""

import json
import os
import pathlib
import re

import pytest

import disks
from disks import MiB


def layers(result):
  return [(layer["kind"], layer["before"], layer["after"], layer["outcome"])
          for layer in json.loads(result.out)["layers"]]


@pytest.mark.parametrize("layout, number", [("primary", 2), ("debian", 5), ("gpt", 2)])
def test_a_dry_run_foretells_each_layer(bench, layout, number):
  loop = bench.loop(bench.image(layout, size=64 * MiB))
  # As large as btrfs wants it.
  bench.growpart(loop.path, number)
  disks.shell("mkfs.btrfs", "--mixed", "--quiet", f"{loop.path}p{number}")
  place = bench.folder / "mounted"
  loop.mount(number, place)
  # The kernel refuses btrfs a size below 256 MiB.
  loop.enlarge(400 * MiB)
  before = disks.content(loop.image)
  foretold = bench.run("grow", place, "--dry-run", "--json")
  assert disks.content(loop.image) == before
  done = bench.run("grow", place, "--json")
  assert (foretold.status, done.status) == (0, 0), (foretold, done)
  assert layers(foretold) == layers(done)
  assert {outcome for *_, outcome in layers(done)} == {"CHANGED"}
  disks.verify(loop.path)
  assert [outcome for *_, outcome in layers(bench.run("grow", place, "--json"))] == (
    ["NOCHANGE"] * len(layers(done)))


def test_a_table_is_mended_as_foretold(bench):
  loop = bench.loop(bench.image("gpt"))
  # As after a cut: the table is changed, one copy is not whole, the kernel was not told.
  assert bench.growpart(loop.path, 2, "--update", "off").status == 0
  disks.shell("dd", "if=/dev/zero", f"of={loop.path}", "bs=512", "seek=1", "count=1",
              "conv=notrunc", "status=none")
  foretold = bench.run("grow", f"{loop.path}p2", "--dry-run")
  assert foretold.out.splitlines() == [
    f"partx --update --nr 2 {loop.path}", f"sgdisk --move-second-header {loop.path}"]
  done = bench.run("grow", f"{loop.path}p2")
  assert [line for line in done.out.splitlines() if line.startswith("changed")] == [
    f"changed: {line}" for line in foretold.out.splitlines()]
  disks.verify(loop.path)


def test_status_shows_what_a_named_device_would_gain(bench):
  loop = bench.loop(bench.image("gpt"))
  result = bench.run("status", "--cmdline", f"guestagent.grow={loop.path}p2")
  # From 11 MiB to the last whole MiB before the backup GPT.
  [line] = [line for line in result.out.splitlines() if f"{loop.path}p2" in line]
  assert line.split() == [f"{loop.path}p2", "10.0", "MiB", "partition", "+178", "MiB"]


def test_an_extended_partition_grows_by_its_name(bench):
  loop = bench.loop(bench.image("debian"))
  result = bench.run("grow", f"{loop.path}p2")
  assert (result.status, result.err) == (0, ""), result
  assert result.out.splitlines()[0] == f"changed: growpart {loop.path} 2"
  assert disks.partition(loop.path, 2) == (24574, 200 * MiB // 512 - 24574)
  again = bench.run("grow", f"{loop.path}p2")
  assert (again.status, again.err) == (0, ""), again
  assert "changed:" not in again.out


def test_a_disk_is_not_what_grows(bench):
  loop = bench.loop(bench.image("gpt"))
  result = bench.run("grow", loop.path)
  assert result.told == (1, "")
  assert result.err == (f"guestagent: growth: {loop.path}: holds nothing itself: "
                        "name what is on it\n")


UNIT = pathlib.Path(__file__).parents[2] / "Packaging/systemd/guestagent-grow.service"


def test_a_mount_point_of_another_user_alone_grows_with_what_the_service_may(bench):
  loop = bench.loop(bench.image("gpt", size=400 * MiB))
  bench.growpart(loop.path, 2)
  disks.shell("mkfs.btrfs", "--mixed", "--quiet", f"{loop.path}p2")
  place = bench.folder / "mounted"
  loop.mount(2, place)
  os.chown(place, 65534, 65534)
  os.chmod(place, 0o700)
  loop.enlarge(500 * MiB)
  [names] = re.findall(r"^CapabilityBoundingSet=(.+)$", UNIT.read_text(), re.MULTILINE)
  kept = ",".join(f"+{name.removeprefix('CAP_').lower()}" for name in names.split())
  result = bench.run("grow", place, "--json", within=["setpriv", f"--bounding-set=-all,{kept}"])
  assert result.status == 0, result
  assert {outcome for *_, outcome in layers(result)} == {"CHANGED"}
