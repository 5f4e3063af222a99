"""The Debian package: what is in it, what it needs, and what dpkg does with it."""

import os
import pathlib
import re
import subprocess

import pytest

# Every file, and whether it can be run. debhelper of later releases has no /lib.
FILES = {
  "etc/guestagent.yaml": False,
  "etc/iproute2/rt_protos.d/guestagent.conf": False,
  "lib/systemd/system/guestagent-grow.path": False,
  "lib/systemd/system/guestagent-grow.service": False,
  "lib/systemd/system/guestagent-watch.service": False,
  "lib/systemd/system/guestagent.service": False,
  "lib/udev/rules.d/85-guestagent.rules": False,
  "usr/sbin/guestagent": True,
  "usr/share/bash-completion/completions/guestagent": False,
  "usr/share/doc/guestagent/README.Debian": False,
  "usr/share/doc/guestagent/changelog.gz": False,
  "usr/share/doc/guestagent/copyright": False,
  "usr/share/fish/vendor_completions.d/guestagent.fish": False,
  "usr/share/initramfs-tools/hooks/guestagent": True,
  "usr/share/initramfs-tools/scripts/init-bottom/guestagent": True,
  "usr/share/initramfs-tools/scripts/init-top/guestagent": True,
  "usr/share/man/man5/guestagent.yaml.5.gz": False,
  "usr/share/man/man8/guestagent.8.gz": False,
  "usr/share/zsh/vendor-completions/_guestagent": False,
}
CONFFILES = {"/etc/guestagent.yaml", "/etc/iproute2/rt_protos.d/guestagent.conf"}
UNITS = ["guestagent-grow.path", "guestagent-grow.service", "guestagent-watch.service",
         "guestagent.service"]
# The upstream version that Debian 12 has of each; Debian 13 has them by the same names, and newer.
NEEDED = {"libc6": "2.36", "liblvm2cmd2.03": "2.03.16", "libmnl0": "1.0.4", "libudev1": "252",
          "libyaml-0-2": "0.2.5", "zlib1g": "1:1.2.13"}
LIBRARIES = {"libc.so.6", "liblvm2cmd.so.2.03", "libm.so.6", "libmnl.so.0", "libudev.so.1",
             "libyaml-0.so.2", "libz.so.1"}


def output(*words, **more):
  return subprocess.run(words, check=True, capture_output=True, text=True, **more).stdout


def field(package, name):
  return output("dpkg-deb", "--field", package, name).strip()


def test_it_has_these_files_of_root_and_no_other(deb):
  found = {}
  for line in output("dpkg-deb", "--contents", deb).splitlines():
    mode, owner, _, _, _, path = line.split(maxsplit=5)
    assert owner == "root/root", line
    if mode.startswith("d"):
      assert mode == "drwxr-xr-x", line
      continue
    assert mode in ("-rw-r--r--", "-rwxr-xr-x"), line
    path = path.removeprefix("./")
    found[re.sub("^usr/lib/(systemd|udev)/", r"lib/\1/", path)] = mode == "-rwxr-xr-x"
  assert found == FILES


def test_it_needs_what_both_releases_have(deb):
  found = {}
  for item in field(deb, "Depends").split(", "):
    name, version = re.fullmatch(r"(\S+)(?: \(>= (\S+)\))?", item).groups()
    found[name] = version
  assert set(found) == set(NEEDED)
  for name, version in found.items():
    if version:
      subprocess.run(
        ["dpkg", "--compare-versions", version, "le", NEEDED[name] + "-1"], check=True)


def test_its_settings_are_conffiles(deb):
  assert set(output("dpkg-deb", "--info", deb, "conffiles").split()) == CONFFILES


def test_lintian_finds_neither_errors_nor_warnings(deb):
  changes = deb.with_suffix(".changes")
  found = subprocess.run(
    ["lintian", "--allow-root", "--fail-on", "error,warning", changes], capture_output=True,
    text=True)
  assert (found.returncode, found.stdout) == (0, "")


def test_the_binary_is_the_distributions(deb, unpacked, binary):
  version = field(deb, "Version")
  assert output(binary, "--version") == f"guestagent {re.sub('[+~].*', '', version)}\n"
  headers = output("readelf", "--wide", "--file-header", "--program-headers", "--dynamic", binary)
  assert set(re.findall(r"\(NEEDED\).*\[(.*)\]", headers)) == LIBRARIES
  assert re.search(r"Type: +DYN ", headers)
  assert " GNU_RELRO " in headers and "BIND_NOW" in headers
  assert re.search(r" GNU_STACK .* RW +0", headers)
  assert not re.search(r"RPATH|RUNPATH|TEXTREL", headers)
  assert str(pathlib.Path.cwd()).encode() not in binary.read_bytes()


def test_what_units_and_rules_run_is_in_it(unpacked):
  commands = set()
  for path in UNITS + ["../../udev/rules.d/85-guestagent.rules"]:
    text = (unpacked / "lib/systemd/system" / path).read_text()
    commands |= set(re.findall(r"/usr/s?bin/guestagent|/usr/local\S*", text))
  assert commands == {"/usr/sbin/guestagent"}


@pytest.fixture
def system(tmp_path):
  """A folder that dpkg takes for the whole system; of the real one nothing is touched."""
  root = tmp_path / "root"
  for folder in ["info", "updates", "triggers"]:
    (root / "var/lib/dpkg" / folder).mkdir(parents=True)
  (root / "var/lib/dpkg/status").touch()
  (root / "var/lib/dpkg/available").touch()

  def dpkg(*words):
    # Scripts run outside the folder, and there must see no systemd.
    subprocess.run(
      ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs tmpfs /run && exec "$@"', "sh", "dpkg",
       f"--root={root}", "--force-depends", "--force-script-chrootless", "--force-confdef",
       "--force-confold", *words],
      check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})

  dpkg.root = root
  return dpkg


def files(root):
  """Below `root`, without dpkg's own."""
  return {str(path.relative_to(root)) for path in root.rglob("*")
          if not path.is_dir() and not path.is_relative_to(root / "var/lib/dpkg")}


def enabled(root):
  return sorted(path.name for path in root.glob("etc/systemd/system/*.wants/*"))


def test_a_life(deb, upgrade, system):
  root = system.root
  system("--install", deb)
  assert enabled(root) == UNITS
  assert set(FILES) <= files(root)

  (root / "etc/guestagent.yaml").write_text("grow: none\n")
  # As `systemctl disable` does.
  (root / "etc/systemd/system/multi-user.target.wants/guestagent-watch.service").unlink()
  system("--install", upgrade)
  assert field(upgrade, "Version") in (root / "var/lib/dpkg/status").read_text()
  assert (root / "etc/guestagent.yaml").read_text() == "grow: none\n"
  assert enabled(root) == [unit for unit in UNITS if unit != "guestagent-watch.service"]

  (root / "run/guestagent").mkdir(parents=True)
  (root / "run/guestagent/links").touch()
  system("--remove", "guestagent")
  left = files(root)
  assert {"etc/guestagent.yaml", "run/guestagent/links"} <= left
  assert not {path for path in left if path.startswith(("usr/", "lib/"))}

  system("--purge", "guestagent")
  assert files(root) == set()
  assert not (root / "run/guestagent").exists()
