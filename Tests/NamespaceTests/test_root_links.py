"""Links in a guest's tree that lead out of it: below --root nothing of the machine's is read or
written by them, wherever they lie."""

import os

import pytest

from lab import until
from test_seed_plan import SEED, WANTED

SECRET = "nameserver 203.0.113.53\n"


@pytest.fixture
def outside(tmp_path):
  """The machine's, which a tree is not to reach."""
  folder = tmp_path / "outside"
  folder.mkdir()
  for name in ("file", "resolv.conf", "hostname", "links", "network.lock", "guestagent.yaml"):
    (folder / name).write_text(SECRET)
  return folder


def content(folder):
  return {str(path.relative_to(folder)): (path.read_text() if path.is_file() else None,
                                          path.stat().st_mode, path.stat().st_mtime_ns)
          for path in folder.rglob("*")}


def link(lab, place, target):
  path = lab.root / place
  path.parent.mkdir(parents=True, exist_ok=True)
  path.symlink_to(target)


def targets(lab, place, outside):
  """The same file outside, in the ways that a link has of saying it."""
  up = os.path.relpath(outside, (lab.root / place).parent)
  return {"absolute": str(outside), "relative": up, "through-proc": f"/proc/1/root{outside}",
          "far-up": "../" * 40 + str(outside).lstrip("/")}


WAYS = ["absolute", "relative", "through-proc", "far-up"]
FOLDERS = ["etc", "run", "run/guestagent", "run/systemd/resolved.conf.d"]
FILES = ["etc/resolv.conf", "etc/hostname", "etc/resolv.conf.guestagent-new",
         "etc/hostname.guestagent-new", "run/guestagent/links", "run/guestagent/network.lock",
         "run/guestagent/resolv.conf", "run/guestagent/resolv.conf.before",
         "run/guestagent/links.guestagent-new", "run/systemd/resolved.conf.d/guestagent.conf"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", FOLDERS + FILES)
def test_nothing_outside_is_written(lab, outside, place, way):
  if "resolved" in place:
    link(lab, "etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf")
  end = outside if place in FOLDERS else outside / "file"
  link(lab, place, targets(lab, place, end)[way])
  before = content(outside)
  applied = lab.apply(SEED)
  taken = lab.run("down")
  assert content(outside) == before, (applied, taken)
  # The links of the kernel are configured whatever becomes of the files.
  assert "ip link set dev eth0 up" in applied.changed


@pytest.mark.parametrize("way", WAYS)
def test_nothing_outside_is_removed(lab, outside, way):
  (lab.root / "run/guestagent").mkdir(parents=True)
  (outside / "down").write_text("")
  for place in ("run/guestagent/resolv.conf", "run/guestagent/down"):
    link(lab, place, targets(lab, place, outside / "resolv.conf")[way])
  before = content(outside)
  lab.apply(SEED)
  lab.run("down")
  assert content(outside) == before


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", ["etc/guestagent.yaml", "etc"])
def test_nothing_outside_is_read(lab, outside, place, way):
  """What it says would be told, or refused with its words."""
  (outside / "guestagent.yaml").write_text("grow: none\n")
  end = outside if place == "etc" else outside / "guestagent.yaml"
  link(lab, place, targets(lab, place, end)[way])
  told = lab.run("config", "--cmdline", "quiet", "--wait", 0)
  assert "none" not in told.text and "grow" not in " ".join(told.err), told


@pytest.mark.parametrize("way", WAYS)
def test_no_seed_outside_is_used(lab, tmp_path, way):
  seed = lab.metadata("version: 2\nethernets: {eth0: {addresses: [198.51.100.9/32]}}\n")
  place = "var/lib/cloud/seed/nocloud"
  link(lab, place, targets(lab, place, seed)[way])
  told = lab.run("config", "--cmdline", "quiet", "--wait", 0)
  assert "198.51.100.9" not in told.text and told.status == 3, told


def test_links_inside_lead_where_the_guest_has_them(lab):
  """Absolute ones begin at the tree's root, and none climbs above it."""
  (lab.root / "data/etc").mkdir(parents=True)
  link(lab, "etc", "/data/./etc")
  link(lab, "data/etc/resolv.conf", "../../../../../../data/resolv.conf")
  (lab.root / "data/resolv.conf").write_text("nameserver 192.0.2.53\nsearch example.org\n")
  link(lab, "run", "var/../data/run")
  (lab.root / "var").mkdir()
  (lab.root / "data/run").mkdir()
  result = lab.apply(SEED)
  assert result.status == 0, result
  assert lab.state() == WANTED
  assert (lab.root / "data/etc/hostname").read_text() == "vm6\n"
  assert (lab.root / "data/run/guestagent/links").exists()
  assert not (lab.root / "data/etc/hostname").is_symlink()


def test_links_without_end_are_given_up(lab):
  link(lab, "etc/hostname", "resolv.conf")
  link(lab, "etc/resolv.conf", "hostname")
  link(lab, "run", "run")
  result = lab.apply(SEED)
  assert lab.state() == WANTED
  assert any("cannot remove /run/guestagent/down" in line for line in result.err), result


def test_a_watch_below_a_root_writes_nothing_outside(lab, outside, watch):
  link(lab, "run/guestagent/watch.lock", str(outside / "file"))
  before = content(outside)
  watcher = watch("--metadata", SEED)
  until(lambda: watcher.process.poll() is not None or lab.state() == WANTED)
  assert content(outside) == before
