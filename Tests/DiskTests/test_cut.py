"""Changes that fail or are cut off at each of their calls, and the ways back and forward."""

import pytest

import disks
from disks import MiB

CASES = [("primary", 2), ("debian", 5), ("two-logicals", 6), ("gpt", 2)]


def injected(*faults):
  """Errors injected are those that glibc and musl have the same words for."""
  return ["strace", "-o", "/dev/null", "-e", "trace=pwrite64,fdatasync,ioctl",
          *(word for fault in faults for word in ("-e", f"inject={fault}"))]


def writes(bench, layout, number):
  """How many writes the change of this layout is made of: seen on a copy."""
  image = bench.image(layout, name="counted.img")
  result, calls = bench.traced("pwrite64,fdatasync", "growpart", image, number)
  assert result.status == 0
  names = [line.split("(")[0] for line in calls if line.startswith(("pwrite64", "fdatasync"))]
  assert names == ["pwrite64", "fdatasync"] * (len(names) // 2)
  return len(names) // 2


@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
@pytest.mark.parametrize("layout, number", CASES)
def test_a_failed_write_is_taken_back(bench, layout, number, call):
  count = writes(bench, layout, number)
  loop = bench.loop(bench.image(layout))
  before, kernel = disks.content(loop.image), loop.kernel(number)
  for position in range(1, count + 1):
    result = bench.growpart(loop.path, number,
                            within=injected(f"{call}:error=ENOSPC:when={position}"))
    assert result.told == (2, f"FAILED: cannot write {loop.path}: No space left on device; the"
                              " partition table was put back as it was\n")
    assert disks.content(loop.image) == before
    assert loop.kernel(number) == kernel
  assert bench.growpart(loop.path, number).status == 0


@pytest.mark.parametrize("layout, number", CASES)
def test_what_cannot_be_taken_back_at_once_can_be_later(bench, layout, number):
  count = writes(bench, layout, number)
  for position in range(1, count + 1):
    loop = bench.loop(bench.image(layout, name=f"disk{position}.img"))
    before = disks.content(loop.image)
    result = bench.growpart(loop.path, number,
                            within=injected(f"pwrite64:error=ENOSPC:when={position}+"))
    assert result.told == (2, f"FAILED: cannot write {loop.path}: No space left on device; the"
                              " partition table could not be put back as it was: cannot write"
                              f" {loop.path}: No space left on device\n")
    result = bench.restore()
    # The first write did not come to pass: all is as before.
    word = "unchanged" if position == 1 else "changed"
    assert result.status == 0 and result.out.startswith(f"{word}: "), result
    assert disks.content(loop.image) == before
    bench.close()
    bench.devices.clear()


@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
@pytest.mark.parametrize("layout, number", CASES)
def test_a_killed_change_is_taken_back_by_restore_or_finished_by_the_next(
    bench, layout, number, call):
  count = writes(bench, layout, number)
  after = disks.table(bench.folder / "counted.img")["partitions"]
  loop = bench.loop(bench.image(layout))
  before = disks.content(loop.image)
  old = disks.table(loop.path)["partitions"]
  for position in range(1, count + 1):
    fault = injected(f"{call}:signal=SIGKILL:when={position}")
    assert bench.growpart(loop.path, number, within=fault).status == -9
    # Neither more nor less than the old or the new size, whenever it was.
    sizes = {entry["node"]: entry["size"] for entry in disks.table(loop.path)["partitions"]}
    assert sizes[number] in {entry["size"] for entry in old + after if entry["node"] == number}
    assert bench.restore().status == 0
    assert disks.content(loop.image) == before
  for position in range(1, count + 1):
    fault = injected(f"{call}:signal=SIGKILL:when={position}")
    assert bench.growpart(loop.path, number, within=fault).status == -9
    result = bench.growpart(loop.path, number)
    assert result.status == 0, result
    sizes = {entry["node"]: entry["size"] for entry in disks.table(loop.path)["partitions"]}
    assert sizes == {entry["node"]: entry["size"] for entry in after}
    assert loop.kernel(number)[1] == sizes[number]
    disks.verify(loop.path)
    bench.close()
    bench.devices.clear()
    loop = bench.loop(bench.image(layout))


def test_a_kernel_that_refuses_leaves_a_table_that_is_right(bench):
  loop = bench.loop(bench.image("debian"))
  kernel = loop.kernel(5)
  twin = bench.loop(bench.image("debian", name="twin.img"))
  _, calls = bench.traced("ioctl", "growpart", twin.path, 5)
  requests = [line for line in calls if line.startswith("ioctl(")]
  [order] = [position for position, line in enumerate(requests, 1) if "BLKPG" in line]
  result = bench.growpart(loop.path, 5, within=injected(f"ioctl:error=EINVAL:when={order}"))
  assert result.told == (
    2, f"FAILED: cannot tell the kernel the size of partition 5 of {loop.path}: Invalid argument;"
       " the partition table is changed, and counts with the next start\n")
  assert loop.kernel(5) == kernel
  assert disks.partition(loop.path, 5) == (24576, 382976)
  disks.verify(loop.path)


def test_a_table_that_the_kernel_was_not_told_of_can_be_restored(bench):
  loop = bench.loop(bench.image("debian"))
  before = disks.content(loop.image)
  assert bench.growpart("--update=off", loop.path, 5).status == 0
  assert disks.content(loop.image) != before
  result = bench.restore()
  assert result.told == (0, f"changed: partition table of {loop.path}, as it was before\n")
  assert disks.content(loop.image) == before
  result = bench.restore()
  assert (result.status, result.err) == (
    1, "guestagent: growth: no partition table was saved since this start of the machine\n")


def test_a_partition_that_the_kernel_uses_is_not_made_shorter(bench):
  loop = bench.loop(bench.image("debian"))
  assert bench.growpart(loop.path, 5).status == 0
  before, kernel = disks.content(loop.image), loop.kernel(5)
  result = bench.restore()
  assert (result.status, result.out, result.err) == (
    1, "", f"guestagent: growth: {loop.path}: the kernel uses partition 5 in its new size"
           " already\n")
  assert (disks.content(loop.image), loop.kernel(5)) == (before, kernel)


def test_a_table_that_another_has_changed_since_is_not_restored(bench):
  loop = bench.loop(bench.image("debian"))
  assert bench.growpart("--update=off", loop.path, 5).status == 0
  disks.shell("sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", "--part-type", loop.path,
              "1", "82")
  before = disks.content(loop.image)
  result = bench.restore()
  assert (result.status, result.err) == (
    1, f"guestagent: growth: {loop.path}: {loop.path}: the sector at byte 0 was changed by another"
       " program since\n")
  assert disks.content(loop.image) == before


def test_another_disk_of_the_same_number_is_not_touched(bench):
  loop = bench.loop(bench.image("debian"))
  assert bench.growpart("--update=off", loop.path, 5).status == 0
  loop.enlarge(300 * MiB)
  before = disks.content(loop.image)
  result = bench.restore()
  assert (result.status, result.err) == (
    1, f"guestagent: growth: {loop.path}: {loop.path} is not the disk whose partition table was"
       " saved\n")
  assert disks.content(loop.image) == before


def test_a_damaged_backup_is_not_written(bench):
  loop = bench.loop(bench.image("debian"))
  assert bench.growpart("--update=off", loop.path, 5).status == 0
  [saved] = (bench.run_folder / "tables").iterdir()
  good, before = saved.read_bytes(), disks.content(loop.image)
  assert oct(saved.stat().st_mode & 0o777) == "0o600"
  damaged = [good[:length] for length in (0, 1, 11, 67, 68, len(good) - 1)] + [good + b"\0"] + [
    good[:at] + bytes([good[at] ^ 1]) + good[at + 1:] for at in (0, 8, 12, 36, 64, len(good) - 1)]
  for content in damaged:
    saved.write_bytes(content)
    result = bench.restore()
    assert (result.status, result.out) == (1, "")
    assert result.err == (f"guestagent: growth: /run/guestagent/tables/{saved.name}:"
                          f" /run/guestagent/tables/{saved.name} is damaged\n")
    assert disks.content(loop.image) == before
  saved.write_bytes(good)
  assert bench.restore().status == 0


def test_images_leave_nothing_under_run(bench):
  image = bench.image("debian")
  assert bench.growpart(image, 5).status == 0
  assert list(bench.run_folder.iterdir()) == []
