"""growpart on devices: the kernel is told, others' locks and views of the disk are respected."""

import subprocess

import pytest

import disks
from disks import MiB


@pytest.mark.parametrize("layout, number", [("primary", 2), ("debian", 5), ("two-logicals", 6),
                                            ("gpt", 2)])
def test_the_kernel_takes_the_new_size(bench, layout, number):
  loop = bench.loop(bench.image(layout))
  container = loop.kernel(2)
  result = bench.growpart(loop.path, number)
  assert result.status == 0, result
  told = disks.change(result)
  assert loop.kernel(number) == (told[2], told[5]) == disks.partition(loop.path, number)
  if number > 4:
    assert loop.kernel(2) == container
  disks.verify(loop.path)


def test_a_mounted_partition_grows_under_its_mount(bench):
  loop = bench.loop(bench.image("debian", 64 * MiB))
  disks.shell("mkfs.ext4", "-q", f"{loop.path}p5")
  place = bench.folder / "mounted"
  loop.mount(5, place)
  (place / "file").write_bytes(b"kept" * 100000)
  loop.enlarge(200 * MiB)
  result, calls = bench.traced("ioctl", "growpart", loop.path, 5)
  assert disks.change(result)[5] == 382976
  assert loop.kernel(5) == (24576, 382976)
  # One request besides the questions: neither deleted nor added, the table not read again.
  requests = [line.split()[1].rstrip(",") for line in calls if ", BLK" in line]
  assert sorted({*requests}) == ["BLKGETSIZE64", "BLKPG", "BLKSSZGET"]
  [order] = [line for line in calls if "BLKPG" in line]
  assert "BLKPG_RESIZE_PARTITION" in order and f"start={24576 * 512}" in order
  assert f"length={382976 * 512}" in order and "pno=5" in order
  (place / "second").write_bytes(b"new" * 100000)
  assert (place / "file").read_bytes() == b"kept" * 100000
  assert disks.shell("blockdev", "--getsize64", f"{loop.path}p5") == f"{382976 * 512}\n"
  loop.enlarge(300 * MiB)
  assert disks.change(bench.growpart(loop.path, 5))[5] == 587776
  assert loop.kernel(5) == (24576, 587776)


@pytest.mark.parametrize("label", ["dos", "gpt"])
def test_sectors_of_4096_bytes(bench, label):
  image = bench.folder / "disk.img"
  with open(image, "wb") as file:
    file.truncate(64 * MiB)
  loop = bench.loop(image, sector_size=4096)
  disks.shell("sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", loop.path,
              stdin=f"label: {label}\n1 : start=256, size=2560\n2 : start=2816, size=5120\n")
  disks.shell("partx", "--add", loop.path)
  loop.enlarge(200 * MiB)
  result = bench.growpart(loop.path, 2)
  assert disks.change(result)[:6] == ("CHANGED", 2, 2816, 5120, 7935, 199 * 256 - 2816)
  assert loop.kernel(2) == (2816 * 8, (199 * 256 - 2816) * 8)
  assert disks.partition(loop.path, 2) == (2816, 199 * 256 - 2816)
  disks.verify(loop.path)
  assert bench.growpart(loop.path, 2).status == 1


@pytest.mark.parametrize("layout, number", [("debian", 5), ("gpt", 2)])
def test_a_physical_volume_grows_with_its_partition(bench, layout, number):
  loop = bench.loop(bench.image(layout))
  node = f"{loop.path}p{number}"
  disks.shell("lvm", "pvcreate", "--quiet", "--quiet", node)
  before = pv_size(node)
  result = bench.growpart(loop.path, number)
  assert result.status == 0, result
  assert (before, pv_size(node)) == (disks.change(result)[3] * 512, disks.change(result)[5] * 512)


def pv_size(node):
  """Bytes of the physical volume, as its label tells them."""
  return int(disks.shell("lvm", "pvs", "--noheadings", "--nosuffix", "--units", "b", "--options",
                         "pv_size", node))


def test_the_kernel_is_told_of_what_another_has_made(bench):
  loop = bench.loop(bench.image("debian"))
  assert bench.growpart("--update=off", loop.path, 5).status == 0
  line = "partition=5 start=24576 old: size=104448 end=129023 new: size=382976 end=407551\n"
  before = disks.content(loop.image)
  assert bench.growpart("--update=off", loop.path, 5).status == 1
  assert bench.growpart("--dry-run", loop.path, 5).told == (0, f"CHANGE: {line}")
  assert loop.kernel(5) == (24576, 104448)
  assert bench.growpart(loop.path, 5).told == (0, f"CHANGED: {line}")
  assert loop.kernel(5) == (24576, 382976)
  assert disks.content(loop.image) == before
  assert bench.growpart(loop.path, 5).status == 1


def test_update_off_leaves_the_kernel_alone(bench):
  loop = bench.loop(bench.image("primary"))
  before = loop.kernel(2)
  assert bench.growpart("--update", "off", loop.path, 2).status == 0
  assert loop.kernel(2) == before != disks.partition(loop.path, 2)


def test_the_container_alone_is_nothing_for_the_kernel(bench):
  loop = bench.loop(bench.image("debian"))
  before = loop.kernel(2)
  result, calls = bench.traced("ioctl", "growpart", loop.path, 2)
  assert disks.change(result)[5] == 382978
  assert loop.kernel(2) == before
  assert [line for line in calls if "BLKPG" in line] == []


def test_a_device_without_partitions_in_the_kernel_is_a_table(bench):
  loop = bench.loop(bench.image("primary"))
  disks.shell("partx", "--delete", loop.path)
  assert bench.growpart(loop.path, 2).status == 0
  assert loop.kernel(2) is None


def test_a_lock_that_another_holds_ends_in_a_failure(bench):
  loop = bench.loop(bench.image("debian"))
  before = disks.content(loop.image)
  holder = subprocess.Popen(["flock", loop.path, "sh", "-c", "echo; read line"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
  try:
    holder.stdout.readline()
    result = bench.growpart(loop.path, 5)
    assert result.told == (2, f"FAILED: {loop.path} is locked by another program, since 10 seconds"
                              " at least\n")
    assert bench.growpart("--dry-run", loop.path, 5).status == 0
  finally:
    holder.communicate(b"\n")
  assert disks.content(loop.image) == before
  assert bench.growpart(loop.path, 5).status == 0


def test_a_lock_that_is_given_up_in_time_is_waited_for(bench):
  loop = bench.loop(bench.image("debian"))
  holder = subprocess.Popen(["flock", loop.path, "sh", "-c", "echo; sleep 1"],
                            stdout=subprocess.PIPE)
  holder.stdout.readline()
  result = bench.growpart(loop.path, 5)
  assert result.status == 0 and holder.wait() == 0


def test_nothing_is_written_to_what_the_kernel_has_elsewhere(bench):
  loop = bench.loop(bench.image("primary"))
  disks.shell("delpart", loop.path, "2")
  disks.shell("addpart", loop.path, "2", "24576", "8192")
  before = disks.content(loop.image)
  result = bench.growpart(loop.path, 2)
  assert result.told == (2, "FAILED: the kernel has partition 2 at byte 12582912, the partition"
                            " table at 11534336\n")
  assert disks.content(loop.image) == before


def test_nothing_is_written_where_the_kernel_has_it_longer(bench):
  loop = bench.loop(bench.image("primary"))
  disks.shell("resizepart", loop.path, "2", "40960")
  before = disks.content(loop.image)
  result = bench.growpart(loop.path, 2)
  assert result.told == (2, "FAILED: the kernel has 20971520 bytes for partition 2, the partition"
                            " table only 10485760\n")
  assert (disks.content(loop.image), loop.kernel(2)) == (before, (22528, 40960))


def test_nothing_is_written_over_a_partition_that_only_the_kernel_has(bench):
  loop = bench.loop(bench.image("primary"))
  disks.shell("addpart", loop.path, "3", "204800", "8192")
  before = disks.content(loop.image)
  result = bench.growpart(loop.path, 2)
  assert result.told == (2, "FAILED: the kernel has partition 3 where the partition table has free"
                            " space\n")
  assert disks.content(loop.image) == before


def test_a_read_only_device_is_left(bench):
  loop = bench.loop(bench.image("primary"), read_only=True)
  before = disks.content(loop.image)
  result = bench.growpart(loop.path, 2)
  assert result.status == 2 and result.out.startswith("FAILED: cannot ")
  assert loop.path in result.out
  assert disks.content(loop.image) == before


def test_without_a_place_for_the_old_table_nothing_is_written(bench):
  loop = bench.loop(bench.image("primary"))
  (bench.run_folder / "tables").write_text("no folder")
  before = disks.content(loop.image)
  result = bench.growpart(loop.path, 2)
  assert result.status == 2
  assert result.out.startswith("FAILED: the present partition table could not be saved: cannot ")
  assert disks.content(loop.image) == before
