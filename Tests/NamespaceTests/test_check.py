"""`guestagent check` tells the faults of metadata, each with its place, as a compiler does."""

import json
import os
import pathlib
import random
import re
import subprocess

import pytest

import lab as laboratory

GOOD = """\
version: 2
ethernets:
  eth0:
    addresses: [192.0.2.10/26]
    routes: [{to: default, via: 192.0.2.1}]
"""
# A warning in line 4, an error in line 5.
FAULTY = """\
version: 2
ethernets:
  eth0:
\tadresses: []
    addresses: [192.0.2.10]
""".replace("\t", "    ")
WARNED = FAULTY.replace("192.0.2.10", "192.0.2.10/26, 192.0.2.10/32")

EXPECTED = """\
seed/network-config:4:5: warning: unknown key "adresses"
  hint: did you mean "addresses"?
        adresses: []
        ^
seed/network-config:5:17: error: addresses: "192.0.2.10" has no prefix length
  hint: write 192.0.2.10/32
        addresses: [192.0.2.10]
                    ^
"""


@pytest.fixture
def check(binary, tmp_path):
  """Run `guestagent check` where the files of the test are; what it printed, and its status."""
  def run(*words, **options):
    return subprocess.run([binary, "check", *map(str, words)], cwd=tmp_path, capture_output=True,
                          text=True, timeout=laboratory.LIMIT, stdin=subprocess.DEVNULL, **options)
  return run


@pytest.fixture
def seed(tmp_path):
  def make(network_config, meta_data="instance-id: i-1\nlocal-hostname: vm6\n", name="seed"):
    folder = tmp_path / name
    folder.mkdir()
    (folder / "user-data").write_text("")
    (folder / "meta-data").write_text(meta_data)
    (folder / "network-config").write_text(network_config)
    return folder
  return make


def test_findings_are_printed_as_compilers_print_them(check, seed):
  seed(FAULTY)
  result = check("seed")
  assert result.stdout == EXPECTED
  assert result.stderr == "guestagent: 1 error, 1 warning\n"
  assert result.returncode == 2


def test_where_all_is_well_nothing_is_printed(check, seed):
  seed(GOOD)
  for words in (["seed"], ["--strict", "seed"], ["seed/network-config", "seed/meta-data"]):
    result = check(*words)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("text, strict, status", [
  (GOOD, False, 0), (GOOD, True, 0), (WARNED, False, 0), (WARNED, True, 1), (FAULTY, False, 2),
  (FAULTY, True, 2),
])
def test_the_exit_status(check, seed, text, strict, status):
  seed(text)
  words = ["--strict"] if strict else []
  assert check("seed", *words).returncode == status
  assert check("seed", "--json", *words).returncode == status


def test_the_shape_of_json(check, seed):
  seed(GOOD)
  seed(FAULTY, name="other")
  result = check("seed", "other", "nowhere", "--json")
  assert json.loads(result.stdout) == [
    {"path": "seed", "kind": "nocloud", "findings": []},
    {"path": "other", "kind": "nocloud", "findings": [
      {"file": "other/network-config", "line": 4, "column": 5, "severity": "warning",
       "message": 'unknown key "adresses"', "hint": 'did you mean "addresses"?'},
      {"file": "other/network-config", "line": 5, "column": 17, "severity": "error",
       "message": 'addresses: "192.0.2.10" has no prefix length', "hint": "write 192.0.2.10/32"}]},
    {"path": "nowhere", "findings": [
      {"file": "nowhere", "severity": "error",
       "message": "cannot open nowhere: No such file or directory"}]}]
  assert (result.stderr, result.returncode) == ("", 2)


@pytest.mark.parametrize("make", [laboratory.iso_image, laboratory.fat_image])
def test_an_image_is_read_like_the_folder_that_it_was_made_of(check, seed, tmp_path, make):
  make(seed(FAULTY), tmp_path / "disk")
  result = check("disk")
  assert result.stdout == EXPECTED.replace("seed/", "disk/")
  assert result.returncode == 2


def test_an_image_whose_label_no_guest_looks_for(check, seed, tmp_path):
  laboratory.iso_image(seed(GOOD), tmp_path / "disk.iso")
  assert check("disk.iso", "--strict").stdout == ""
  (tmp_path / "disk.iso").unlink()
  laboratory.shell("genisoimage", "-quiet", "-o", str(tmp_path / "disk.iso"), "-V", "seed", "-J",
                   "-r", str(tmp_path / "seed"))
  result = check("disk.iso", "--strict")
  assert result.stdout == ('disk.iso: warning: its label is "seed": no guest looks for it\n'
                           "  hint: label it cidata\n")
  assert result.returncode == 1


def test_a_config_drive(check, tmp_path):
  folder = tmp_path / "drive/openstack/latest"
  folder.mkdir(parents=True)
  (folder / "meta_data.json").write_text('{"uuid": "i-1", "hostname": "vm6"}')
  (folder / "network_data.json").write_text(json.dumps({
    "links": [{"id": "tap0", "type": "phy", "ethernet_mac_address": "52:54:00:12:34:56"}],
    "networks": [{"id": "n0", "link": "tap0", "type": "ipv4", "ip_address": "192.0.2.10",
                  "netmask": "255.255.255.192", "gateway": "198.51.100.1"}]}))
  result = check("drive", "--json")
  (found,) = json.loads(result.stdout)
  assert (found["path"], found["kind"]) == ("drive", "config-drive")
  (finding,) = found["findings"]
  assert finding["file"] == "drive/openstack/latest/network_data.json"
  assert re.match("gateway 198.51.100.1 is in no network of ", finding["message"])
  (folder / "meta_data.json").write_text("{}")
  assert check("drive/openstack/latest/meta_data.json").stdout.startswith(
    'drive/openstack/latest/meta_data.json:1:1: error: "uuid" is missing')


@pytest.mark.parametrize("name, text, kind", [
  ("network-config", GOOD, "network-config"),
  ("50-cloud-init.yaml", "network:\n" + re.sub("^", "  ", GOOD, flags=re.M), "network-config"),
  ("meta-data", "instance-id: i-1\n", "meta-data"),
  ("user-data", "#cloud-config\n{}\n", "user-data"),
  ("guestagent.yaml", "grow: none\n", "guestagent.yaml"),
  ("cmdline", "root=/dev/vda1 ip=192.0.2.10::192.0.2.1:26::eth0:none\n", "cmdline"),
  ("words.txt", "root=/dev/vda1 ip=192.0.2.10::192.0.2.1:26::eth0:none\n", "cmdline"),
])
def test_a_single_file(check, tmp_path, name, text, kind):
  (tmp_path / name).write_text(text)
  result = check(name, "--json", "--strict")
  assert json.loads(result.stdout) == [{"path": name, "kind": kind, "findings": []}]
  assert result.returncode == 0


def test_a_word_of_the_kernel_command_line(check, tmp_path):
  (tmp_path / "cmdline").write_text("root=/dev/vda1 ip=192.0.2.10::192.0.2.1:99::eth0:none\n")
  assert check("cmdline").stdout.splitlines()[0].startswith("cmdline:1:16: error: ")


def test_all_findings_are_told_up_to_a_limit(check, seed):
  lines = "".join(f"    unknown{n}: 1\n" for n in range(300))
  seed("version: 2\nethernets:\n  eth0:\n" + lines)
  result = check("seed", "--json")
  findings = json.loads(result.stdout)[0]["findings"]
  assert len(findings) == 101
  assert findings[-1]["message"] == "more warnings follow, not shown"


def test_what_is_no_metadata_is_refused(check, tmp_path):
  (tmp_path / "letter").write_text("Dear reader,\n")
  (tmp_path / "empty").mkdir()
  with open(tmp_path / "sparse", "wb") as file:
    file.truncate(1 << 30)
  os.mkfifo(tmp_path / "pipe")
  result = check("letter", "empty", "sparse", "pipe", "/dev/zero", "")
  assert result.stdout.splitlines() == [
    "letter: error: is no metadata that is known",
    "  hint: name it as it will be named: network-config, meta-data, ...",
    "empty: error: holds no metadata: neither network-config nor meta-data nor a config drive",
    "sparse: error: is no image, and has more than the 8388608 bytes of metadata",
    "pipe: error: is neither a file nor a folder nor a block device",
    "/dev/zero: error: is neither a file nor a folder nor a block device",
    ": error: cannot open : No such file or directory"]
  assert result.returncode == 2


def test_a_pipe_in_a_folder_is_not_waited_for(check, seed, tmp_path):
  folder = seed(GOOD)
  (folder / "meta-data").unlink()
  os.mkfifo(folder / "meta-data")
  assert check("seed").returncode == 0


@pytest.mark.parametrize("words, complaint", [
  ([], "check needs the path of a folder, image or file"),
  (["seed", "--metadata", "x"], "--metadata means nothing to check"),
  (["seed", "--cmdline", "x"], "--cmdline means nothing to check"),
  (["seed", "--interface", "x"], "--interface means nothing to check"),
  (["seed", "--root", "x"], "--root means nothing to check"),
  (["seed", "--dry-run"], "--dry-run means nothing to check"),
])
def test_wrong_usage(check, words, complaint):
  result = check(*words)
  assert result.stderr == f"guestagent: {complaint}; see guestagent --help\n"
  assert (result.returncode, result.stdout) == (2, "")


def test_strict_is_for_check_only(lab):
  result = lab.run("config", "--strict")
  assert (result.status, result.err) == (
    2, ["guestagent: --strict is for check only; see guestagent --help"])


def test_the_terminal_obeys_no_metadata(check, seed):
  seed('version: 2\nethernets:\n  eth0: {mtu: "\x7f", dhcp4: "\u202e"}\n'.replace("\x7f", "\\e[2J"))
  result = check("seed")
  assert "\u202e" not in result.stdout
  assert "\x1b" not in result.stdout


def test_random_bytes_neither_crash_nor_hang_it(check, tmp_path):
  seed = random.randrange(1 << 32)
  print("seed", seed)
  source = random.Random(seed)
  names = ["network-config", "meta-data", "user-data", "network_data.json", "meta_data.json",
           "guestagent.yaml", "cmdline", "unnamed"]
  text = (GOOD + FAULTY + 'grow: none\nip=192.0.2.10::192.0.2.1:26 "').encode()
  for turn in range(25):
    paths = []
    for name in names:
      noise = source.randbytes(source.randrange(4000))
      if turn % 2:
        noise = bytearray(text)
        for _ in range(source.randrange(1, 9)):
          noise[source.randrange(len(noise))] = source.randrange(256)
      path = tmp_path / str(turn) / name
      path.parent.mkdir(exist_ok=True)
      path.write_bytes(noise)
      paths.append(path)
    for words in (paths, ["--json", *paths], [tmp_path / str(turn)]):
      result = check(*words, errors="replace")
      assert result.returncode in (0, 2), result.stderr
      if "--json" in words:
        assert len(json.loads(result.stdout)) == len(names)


def test_many_findings_in_one_long_line_take_no_long_time(check, tmp_path):
  routes = ", ".join(f"{{to: 10.{n >> 16}.{n >> 8 & 255}.{n & 255}, via: 192.0.2.{n % 250}}}"
                     for n in range(100_000))
  (tmp_path / "network-config").write_text(
    f"{{version: 2, ethernets: {{eth0: {{addresses: [192.0.2.1/26], routes: [{routes}]}}}}}}")
  result = check("network-config", "--json")
  assert result.returncode == 2
  assert len(json.loads(result.stdout)[0]["findings"]) > 100


def test_the_metadata_of_the_readme_are_clean(check, tmp_path):
  readme = (pathlib.Path(__file__).parents[2] / "README.md").read_text()
  pieces = re.findall(r"^```yaml\n(.*?)^```", readme, flags=re.MULTILINE | re.DOTALL)
  meta_data, network_config = pieces[:2]
  assert meta_data.startswith("instance-id:")
  assert network_config.startswith("version: 2")
  (tmp_path / "seed").mkdir()
  for name, text in ("meta-data", meta_data), ("network-config", network_config), ("user-data", ""):
    (tmp_path / "seed" / name).write_text(text)
  result = check("seed", "--strict")
  assert (result.returncode, result.stdout) == (0, "")
