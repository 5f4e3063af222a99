"""Host name and resolvers: files of the guest, replaced whole, and only when they differ."""

import os

import pytest

from lab import FIXTURES

SEED = FIXTURES / "seed"
RESOLV = "nameserver 192.0.2.53\n"
RESOLVED = "[Resolve]\nDNS=192.0.2.53\n"


def file(lab, path, text=None):
  place = lab.root / path
  if text is not None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
  return place


def link(lab, target):
  place = lab.root / "etc/resolv.conf"
  place.parent.mkdir(parents=True, exist_ok=True)
  place.symlink_to(target)
  return place


@pytest.mark.parametrize("before", [None, "debian\n", "", "vm60\n"])
def test_the_host_name_is_written(lab, before):
  place = file(lab, "etc/hostname", before)
  result = lab.apply(SEED)
  assert (result.status, result.err) == (0, [])
  assert "echo vm6 > /etc/hostname" in result.changed
  assert place.read_text() == "vm6\n"
  assert place.stat().st_mode & 0o777 == 0o644
  assert os.listdir(place.parent) != [] and not [
    name for name in os.listdir(place.parent) if name not in ("hostname", "resolv.conf")]


@pytest.mark.parametrize("before", ["vm6\n", "vm6", "# ours\n\nvm6\n"])
def test_the_same_host_name_is_left_alone(lab, before):
  place = file(lab, "etc/hostname", before)
  was = place.stat()
  result = lab.apply(SEED)
  assert "hostname" in result.unchanged
  assert (place.read_text(), place.stat().st_ino) == (before, was.st_ino)


def test_without_a_root_the_kernels_host_name_is_set_too(lab):
  """In a UTS and mount namespace of its own, /etc and /run are the test's."""
  file(lab, "etc/hostname", "debian\n")
  file(lab, "run/keep", "")
  script = ('mount --bind "$1/etc" /etc && mount --bind "$1/run" /run && shift && '
            'hostname debian && "$@" && "$@" && hostname')
  result = lab.run("apply", "--metadata", SEED, root=False,
                   within=["unshare", "--mount", "sh", "-c", script, "sh", str(lab.root)])
  assert (result.status, result.problems) == (0, [])
  assert "hostname vm6" in result.changed
  assert result.unchanged == ["eth0", "hostname", "resolvers"]
  assert result.out[-1] == "vm6"
  assert file(lab, "etc/hostname").read_text() == "vm6\n"


@pytest.mark.parametrize("before", [None, "nameserver 203.0.113.53\n", ""])
def test_the_resolvers_are_written(lab, before):
  place = file(lab, "etc/resolv.conf", before)
  result = lab.apply(SEED)
  assert (result.status, result.err) == (0, [])
  assert "printf 'nameserver 192.0.2.53\\n' > /etc/resolv.conf" in result.changed
  assert place.read_text() == RESOLV
  assert place.stat().st_mode & 0o777 == 0o644
  down = lab.run("down")
  assert (down.status, down.err) == (0, [])
  if before:
    assert place.read_text() == before
  elif before is None:
    assert not place.exists()


def test_search_domains_and_the_resolvers_of_all_links(lab):
  lab.add_nic("eth1", "52:54:00:00:00:02", peer="peer1", peer_mac="52:54:00:00:00:03")
  seed = lab.metadata("""\
version: 2
ethernets:
  eth0:
    addresses: [192.0.2.10/26]
    nameservers: {addresses: [192.0.2.53, "2001:db8::53"], search: [example.org, example.net]}
  eth1:
    addresses: [203.0.113.10/26]
    nameservers: {addresses: [192.0.2.53, 203.0.113.53], search: [example.net]}
""")
  result = lab.apply(seed)
  assert (result.status, result.err) == (0, [])
  assert file(lab, "etc/resolv.conf").read_text() == """\
nameserver 192.0.2.53
nameserver 2001:db8::53
nameserver 203.0.113.53
search example.org example.net
"""


def test_the_same_resolvers_are_left_alone(lab):
  place = file(lab, "etc/resolv.conf", RESOLV)
  was = place.stat().st_ino
  result = lab.apply(SEED)
  assert "resolvers" in result.unchanged
  assert place.stat().st_ino == was


def test_what_was_changed_since_is_not_put_back(lab):
  place = file(lab, "etc/resolv.conf", "nameserver 203.0.113.53\n")
  assert lab.apply(SEED).status == 0
  place.write_text("nameserver 203.0.113.54\n")
  assert lab.run("down").status == 0
  assert place.read_text() == "nameserver 203.0.113.54\n"


@pytest.mark.parametrize("target", [
  "../run/systemd/resolve/stub-resolv.conf",
  "/run/systemd/resolve/stub-resolv.conf",
  "/run/systemd/resolve/resolv.conf",
  "/usr/lib/systemd/resolv.conf",
])
@pytest.mark.parametrize("running", [False, True])
def test_resolved_gets_a_drop_in(lab, target, running):
  if running:
    file(lab, target.removeprefix("../").lstrip("/"), "nameserver 127.0.0.53\n")
  place = link(lab, target)
  result = lab.apply(SEED)
  assert (result.status, result.err) == (0, [])
  drop_in = file(lab, "run/systemd/resolved.conf.d/guestagent.conf")
  assert drop_in.read_text() == RESOLVED
  assert os.readlink(place) == target
  assert lab.apply(SEED).unchanged == ["eth0", "hostname", "resolvers"]
  assert lab.run("down").status == 0
  assert not drop_in.exists()
  assert os.readlink(place) == target


def test_a_dangling_link_is_replaced_by_a_file(lab):
  place = link(lab, "../run/nobody/resolv.conf")
  result = lab.apply(SEED)
  assert result.status == 0
  assert result.err == ["guestagent: note: resolvers: /etc/resolv.conf led to"
                        " ../run/nobody/resolv.conf, which is not there; it is replaced"]
  assert not place.is_symlink()
  assert place.read_text() == RESOLV


def test_another_programs_link_is_left_alone_and_said(lab):
  theirs = file(lab, "run/other/resolv.conf", "nameserver 203.0.113.53\n")
  place = link(lab, "../run/other/resolv.conf")
  result = lab.apply(SEED)
  assert result.status == 0
  assert result.err == ["guestagent: note: resolvers: /etc/resolv.conf is a symbolic link to"
                        " ../run/other/resolv.conf and is left to its owner"]
  assert os.readlink(place) == "../run/other/resolv.conf"
  assert theirs.read_text() == "nameserver 203.0.113.53\n"


def test_a_link_inside_the_root_does_not_lead_out_of_it(lab, tmp_path):
  """An absolute link below --root is the guest's, not the machine's."""
  outside = tmp_path / "outside"
  outside.write_text("nameserver 203.0.113.53\n")
  link(lab, str(outside))
  assert lab.apply(SEED).status == 0
  assert outside.read_text() == "nameserver 203.0.113.53\n"


def test_a_file_that_cannot_be_written_fails_alone(lab):
  (lab.root / "etc/hostname").mkdir(parents=True)
  result = lab.apply(SEED)
  assert result.status == 1
  assert len(result.err) == 1
  assert result.err[0].startswith("guestagent: hostname: echo vm6 > /etc/hostname: ")
  assert "ip route add default via 192.0.2.1 dev eth0" in result.changed
  assert file(lab, "etc/resolv.conf").read_text() == RESOLV
