"""`guestagent growpart` beside cloud-utils' growpart, on images: words, exit status, tables."""

import pytest

import disks
from disks import MiB


def aligned(end):
  """The last sector that we take where growpart takes `end`: ours lies before a whole MiB."""
  return (end + 1) // 2048 * 2048 - 1


@pytest.mark.parametrize("size", [200 * MiB, 200 * MiB + 512 * 777])
@pytest.mark.parametrize("layout, number", [("primary", 2), ("gpt", 2), ("debian", 2),
                                            ("two-logicals", 2)])
@pytest.mark.parametrize("options", [[], ["--free-percent=10"], ["--free-percent", "33"],
                                     ["--fudge", "5000000"], ["--update", "off"], ["-u", "on"],
                                     ["--update=force"]])
def test_grows_as_growpart_does(bench, layout, number, size, options):
  image = bench.image(layout, size)
  before = disks.table(image)
  copy = bench.copy(image)
  theirs = disks.change(bench.theirs(*options, copy, number))
  result = bench.growpart(*options, image, number)
  assert result.status == 0
  ours = disks.change(result)
  assert ours[:5] == theirs[:5]
  assert ours[6] == aligned(theirs[6])
  assert ours[5] == ours[6] - ours[2] + 1
  assert disks.with_size(disks.table(image), {}) == disks.with_size(before, {number: ours[5]})
  assert disks.table(image).get("lastlba") == disks.table(copy).get("lastlba")
  disks.verify(image)


@pytest.mark.parametrize("layout", ["primary", "gpt"])
@pytest.mark.parametrize("number, options", [
  (1, []),
  (2, ["--fudge", "99999999999"]),
  (2, ["--free-percent=90"]),
  (2, ["--dry-run", "--free-percent=90"]),
])
def test_nothing_to_do_in_the_same_words(bench, layout, number, options):
  image = bench.image(layout)
  before = disks.content(image)
  theirs = bench.theirs(*options, bench.copy(image), number)
  ours = bench.growpart(*options, image, number)
  assert ours.told == theirs.told
  assert ours.status == 1 and ours.out.startswith("NOCHANGE: ") and ours.err == ""
  assert disks.content(image) == before


@pytest.mark.parametrize("layout, number", [("primary", 2), ("gpt", 2), ("debian", 5)])
def test_a_second_run_is_told_the_same_and_opens_nothing_for_writing(bench, layout, number):
  image = bench.image(layout)
  assert bench.growpart(image, number).status == 0
  before = (disks.content(image), image.stat().st_mtime_ns)
  ours, calls = bench.traced("openat,open,pwrite64", "growpart", image, number)
  assert ours.told == bench.theirs(bench.copy(image), number).told
  assert ours.status == 1
  assert [line for line in calls if "O_RDWR" in line or "O_WRONLY" in line] == []
  assert [line for line in calls if "pwrite64" in line] == []
  assert (disks.content(image), image.stat().st_mtime_ns) == before


@pytest.mark.parametrize("option", ["-N", "--dry-run"])
@pytest.mark.parametrize("layout, number", [("primary", 2), ("gpt", 2), ("debian", 2)])
def test_a_dry_run_tells_and_writes_nothing(bench, layout, number, option):
  image = bench.image(layout)
  before = disks.content(image)
  theirs = disks.change(bench.theirs(option, image, number))
  result = bench.growpart(option, image, number)
  assert result.status == 0
  ours = disks.change(result)
  assert (ours[0], ours[:5]) == ("CHANGE", theirs[:5])
  assert ours[6] == aligned(theirs[6])
  old, new = result.err.split("# === new sfdisk -d ===\n")
  assert old.startswith("# === old sfdisk -d ===\nlabel: ")
  line = f"{image}{number} : start={ours[2]:12}, size={{:12}}"
  assert line.format(ours[3]) in old.splitlines()
  assert line.format(ours[5]) in new.splitlines()
  assert disks.content(image) == before


def test_the_dry_run_of_a_logical_shows_its_container(bench):
  image = bench.image("debian")
  result = bench.growpart("-N", image, 5)
  assert disks.change(result) == ("CHANGE", 5, 24576, 104448, 129023, 382976, 407551)
  new = result.err.split("# === new sfdisk -d ===\n")[1].splitlines()
  assert f"{image}2 : start=       24574, size=      382978" in new
  assert f"{image}5 : start=       24576, size=      382976" in new


@pytest.mark.parametrize("layout, number", [("debian", 5), ("two-logicals", 6)])
def test_a_logical_partition_grows_with_its_container(bench, layout, number):
  image = bench.image(layout)
  before = disks.table(image)
  assert bench.theirs(bench.copy(image), number).status == 2
  result = bench.growpart(image, number)
  assert result.status == 0
  start, end = disks.change(result)[2], disks.change(result)[6]
  container = disks.partition(image, 2)[0]
  assert (end + 1) % 2048 == 0
  assert disks.table(image) == disks.with_size(
    before, {2: end + 1 - container, number: end + 1 - start})
  disks.verify(image)


def test_a_logical_partition_before_another_ends_before_its_boot_record(bench):
  image = bench.image("two-logicals")
  record = 67584 - 2048
  result = bench.growpart(image, 5)
  assert result.told == (1, "NOCHANGE: partition 5 is size 40960. it cannot be grown\n")
  assert record == 24576 + 40960


def test_their_growpart_goes_on_from_ours(bench):
  image = bench.image("debian")
  assert bench.growpart(image, 2).status == 0
  assert bench.theirs(image, 5).status in (0, 2)
  image = bench.image("debian")
  assert bench.theirs(image, 2).status == 0
  assert disks.change(bench.growpart(image, 5))[6] == 407551
  disks.verify(image)


@pytest.mark.parametrize("words", [
  ["no-such-file", "1"],
  ["disk.img", "one"],
  ["disk.img", "1x"],
  ["disk.img", "9"],
  ["disk.img", "0"],
  ["disk.img", "99999999999999999999"],
  ["disk.img", "1", "2"],
  ["--frob", "disk.img", "1"],
  ["--free-percent=0", "disk.img", "1"],
  ["--free-percent=100", "disk.img", "1"],
  ["--free-percent", "ten", "disk.img", "1"],
  ["--update=maybe", "disk.img", "1"],
  ["-u", "maybe", "disk.img", "1"],
])
def test_refusals_in_the_same_words(bench, words):
  image = bench.image("primary")
  before = disks.content(image)
  ours = bench.growpart(*words)
  assert ours.told == bench.theirs(*words).told
  assert (ours.status, ours.err) == (2, "")
  assert ours.out.startswith("FAILED: ")
  assert disks.content(image) == before


@pytest.mark.parametrize("words", [[], ["disk.img"]])
def test_missing_arguments_show_the_usage(bench, words):
  bench.image("primary")
  ours, theirs = bench.growpart(*words), bench.theirs(*words)
  assert ours.told == theirs.told == (2, "")
  assert ours.err.splitlines()[0] == theirs.err.splitlines()[0]
  assert ours.err.splitlines()[-1] == theirs.err.splitlines()[-1]


def test_help_is_for_standard_output(bench):
  ours = bench.growpart("--help")
  assert (ours.status, ours.err) == (0, "")
  for word in ("--free-percent", "--fudge", "--dry-run", "--verbose", "--update"):
    assert word in ours.out and word in bench.theirs("--help").out


def test_it_is_growpart_by_its_name(bench):
  image = bench.image("primary")
  (bench.folder / "growpart").symlink_to(bench.binary)
  bench.binary = str(bench.folder / "growpart")
  assert disks.change(bench.run(image, 2))[0] == "CHANGED"
  assert bench.run(image, 2).status == 1


def test_links_to_a_disk_are_followed(bench):
  image = bench.image("primary")
  (bench.folder / "by-id").symlink_to("disk.img")
  theirs = bench.theirs("by-id", 7)
  assert bench.growpart("by-id", 7).told == theirs.told
  assert disks.change(bench.growpart("by-id", 2))[0] == "CHANGED"
  disks.verify(image)


def test_a_small_fudge_gets_what_a_mebibyte_would_lose(bench):
  image = bench.image("primary")
  assert bench.growpart(image, 2).status == 0
  result = bench.growpart("--fudge", 0, image, 2)
  end = disks.change(result)[6] + 1
  assert end % 8 == 0 and 200 * 2048 - 33 - 8 < end <= 200 * 2048 - 33
  assert bench.growpart("--fudge", 4096, image, 2).status == 1


@pytest.mark.parametrize("content", [b"", b"\0" * 512, b"\0" * MiB, b"\x55\xaa" * 40960],
                         ids=["empty", "a sector", "zeros", "signatures"])
def test_no_table_is_a_failure(bench, content):
  image = bench.folder / "disk.img"
  image.write_bytes(content)
  ours = bench.growpart(image, 1)
  assert ours.told == (2, f"FAILED: {image}: no partition table (MBR or GPT)\n")
  assert ours.err == ""
  assert image.read_bytes() == content


@pytest.mark.parametrize("layout", ["primary", "gpt"])
def test_a_disk_that_became_smaller_is_left(bench, layout):
  image = bench.image(layout, 20 * MiB)
  before = disks.content(image)
  result = bench.growpart(image, 2)
  assert result.status == 2 and result.out.startswith("FAILED: ")
  assert disks.content(image) == before


def test_an_mbr_beyond_its_addressing_says_so(bench):
  image = bench.image("primary", 3 << 40)
  result = bench.growpart(image, 2)
  assert result.status == 0
  assert disks.change(result)[6] == (1 << 32) - 1
  assert result.err == ("WARNING: MBR/dos partitioned disk is larger than 2TB."
                        " Additional space will go unused.\n")
  assert bench.growpart(image, 2).status == 1
