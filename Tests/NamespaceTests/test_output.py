"""What the program says and how it exits: a contract for people and for programs."""

import pytest

from lab import FIXTURES

SEED = FIXTURES / "seed"
COMMANDS = (SEED / "expected.txt").read_text().splitlines()


def objects(outcome):
  def steps(commands):
    return [{"command": command, "outcome": outcome} for command in commands]
  return [
    {"object": "eth0", "outcome": "changed", "steps": steps(COMMANDS[:7])},
    {"object": "hostname", "outcome": "changed", "steps": steps(COMMANDS[7:8])},
    {"object": "resolvers", "outcome": "changed", "steps": steps(COMMANDS[8:])},
  ]


def test_apply_in_json(lab):
  planned = lab.apply(SEED, "--dry-run", "--json")
  assert (planned.status, planned.err) == (0, [])
  assert planned.json == {
    "outcome": "changed", "objects": objects("planned"), "notes": [], "warnings": []}
  done = lab.apply(SEED, "--json", "--wait-dad")
  assert (done.status, done.err) == (0, [])
  assert done.json == {
    "outcome": "changed", "objects": objects("changed"), "notes": [], "warnings": []}
  again = lab.apply(SEED, "--json")
  assert (again.status, again.err) == (0, [])
  assert again.json == {
    "outcome": "unchanged",
    "objects": [{"object": name, "outcome": "unchanged", "steps": []}
                for name in ("eth0", "hostname", "resolvers")],
    "notes": [], "warnings": []}


def test_notes_and_warnings_in_json(lab):
  seed = lab.eth0("""
dhcp4: true
adresses: [192.0.2.10/26]
""")
  result = lab.apply(seed, "--json")
  assert (result.status, result.err) == (0, [])
  assert result.json["notes"] == [
    {"object": "eth0", "message": "dhcp4 is left to the guest's DHCP client"}]
  assert result.json["warnings"] == [
    {"where": "network-config:5:5",
     "message": 'unknown key "adresses"; did you mean "addresses"?'}]


def test_config_in_json(lab):
  result = lab.run("config", "--metadata", SEED, "--json")
  assert (result.status, result.err) == (0, [])
  assert result.json == {
    "source": f"nocloud:{SEED}",
    "instance_id": "i-vm6",
    "hostname": "vm6",
    "nameservers": [],
    "search": [],
    "links": [{
      "name": "eth0",
      "kind": "ethernet",
      "addresses": ["198.51.100.176/32", "2001:db8:3:47:198:51:100:176/64"],
      "routes": [{"to": "198.51.100.176/29", "scope": "link"},
                 {"to": "192.0.2.0/26", "scope": "link"},
                 {"to": "0.0.0.0/0", "via": "192.0.2.1"}],
      "neighbors": [{"to": "192.0.2.1", "lladdr": "00:00:5e:00:01:01"}],
      "nameservers": ["192.0.2.53"],
      "search": [],
    }],
    "warnings": [],
  }


def test_config_needs_no_privileges_and_looks_at_no_link(lab):
  result, record = lab.trace("socket,ioctl,openat,open", "config", "--metadata", SEED, "--json")
  assert result.status == 0
  assert "AF_NETLINK" not in record and "SIOC" not in record and "/sys/class/net" not in record
  unprivileged = lab.run("config", "--metadata", SEED, "--json", root=False,
                         within=["setpriv", "--reuid", "65534", "--regid", "65534",
                                 "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"])
  assert unprivileged.json == result.json


def test_texts_of_metadata_command_no_terminal(lab):
  """Nor do they forge a line of ours. Programs get them as they are."""
  name = "a\x1b[31mb\nguestagent: c\x7f\x9b\u202e"
  seed = lab.metadata(
    'version: 2\nethernets: {"a\\e[31mb\\nguestagent: c\\x7f\\x9b\\u202e": '
    "{match: {macaddress: 00:00:5e:00:01:99}, addresses: [192.0.2.10/24]}}\n")
  config = lab.run("config", "--metadata", seed)
  assert "link a?[31mb?guestagent: c???" in config.out
  done = lab.apply(seed, "--wait", "0")
  assert done.err == ["guestagent: network: a?[31mb?guestagent: c???: no network interface has"
                      " macaddress 00:00:5e:00:01:99"]
  told = lab.run("config", "--metadata", seed, "--json")
  assert [link["name"] for link in told.json["links"]] == [name]


def test_apply_without_privileges_names_what_was_refused(lab):
  result = lab.apply(SEED, within=["setpriv", "--bounding-set=-net_admin", "--inh-caps=-all"])
  assert result.status == 1
  assert result.err[0] == ("guestagent: network: eth0: ip link set dev eth0 up:"
                           " Operation not permitted")


def test_status_fits_80_columns_and_follows_the_guest(lab):
  missing = lab.run("status", "--metadata", SEED)
  assert missing.status == 1
  assert lab.apply(SEED, "--wait-dad").status == 0
  done = lab.run("status", "--metadata", SEED)
  assert (done.status, done.err) == (0, [])
  assert [line.split() for line in done.out if "neighbor" in line] == [
    ["neighbor", "192.0.2.1", "lladdr", "00:00:5e:00:01:01", "ok"]]
  lab.ip("neighbor del 192.0.2.1 dev eth0")
  lab.ip("address add 203.0.113.7/24 dev eth0")
  broken = lab.run("status", "--metadata", SEED)
  assert broken.status == 1
  assert ["neighbor", "192.0.2.1", "lladdr", "00:00:5e:00:01:01", "missing"] in [
    line.split() for line in broken.out]
  assert ["address", "203.0.113.7/24", "not", "ours"] in [line.split() for line in broken.out]
  for line in missing.out + done.out + broken.out:
    assert len(line) <= 80 and "\x1b" not in line


def test_status_of_long_items_fits_80_columns(lab):
  result = lab.run("status", "--metadata", lab.eth0("""
addresses: ["2001:db8:1111:2222:3333:4444:5555:6666/128"]
routes:
  - to: "2001:db8:aaaa:bbbb:cccc:dddd:eeee:0/112"
    via: "2001:db8:1111:2222:3333:4444:5555:7777"
    metric: 4000000000
    table: 4000000000
    mtu: 1300
neighbors: [{to: "2001:db8:1111:2222:3333:4444:5555:7777", lladdr: "00:00:5e:00:01:01"}]
"""))
  assert result.status == 1
  assert [line for line in result.out if len(line) > 80] == []


def test_status_in_json(lab):
  assert lab.apply(SEED, "--wait-dad").status == 0
  told = lab.run("status", "--metadata", SEED, "--json").json
  assert told["as_wanted"] is True
  assert told["hostname"] == {"wanted": "vm6", "present": "vm6"}
  assert (told["absent"], told["warnings"]) == ([], [])
  eth0 = [link for link in told["links"] if link["name"] == "eth0"][0]
  ours = [(item["kind"], item["text"]) for item in eth0["items"] if item["state"] == "as_wanted"]
  assert ours == [
    ("address", "198.51.100.176/32"),
    ("address", "2001:db8:3:47:198:51:100:176/64"),
    ("route", "198.51.100.176/29"),
    ("route", "192.0.2.0/26"),
    ("route", "default via 192.0.2.1"),
    ("neighbor", "192.0.2.1 lladdr 00:00:5e:00:01:01"),
  ]


def test_status_knows_routes_that_lead_to_no_link(lab):
  seed = lab.eth0("""
routes:
  - {to: 198.51.100.200/32, type: blackhole}
  - {to: "2001:db8:9::/48", type: unreachable}
""")
  assert lab.apply(seed).status == 0
  told = lab.run("status", "--metadata", seed)
  assert told.status == 0, told


def test_status_names_an_absent_link(lab):
  result = lab.run("status", "--metadata", lab.metadata(
    "version: 2\nethernets:\n  eth7: {addresses: [192.0.2.10/26]}\n"), "--json")
  assert result.status == 1
  assert result.json["absent"] == [
    {"name": "eth7", "reason": "no network interface of this name"}]


@pytest.mark.parametrize("words, complaint", [
  ([], "no command; expected apply, watch, down, config, status, diagnose, check, grow or growpart"),
  (["frobnicate"], 'unknown command "frobnicate"; expected apply, watch, down, config, status, diagnose, check, grow or growpart'),
  (["apply", "--frob"], 'unknown option "--frob"'),
  (["apply", "--wait"], "--wait needs a value"),
  (["apply", "--root", ""], "--root needs a value"),
  (["apply", "--metadata="], "--metadata needs a value"),
  (["down", "--interface", ""], "--interface needs a value"),
  (["apply", "--wait", "x"], '--wait "x" is not a number of seconds from 0 to 86400'),
  (["apply", "--wait", "-1"], '--wait "-1" is not a number of seconds from 0 to 86400'),
  (["apply", "--wait", "99999999999999999999"],
   '--wait "99999999999999999999" is not a number of seconds from 0 to 86400'),
  (["apply", "down"], 'unexpected "down" after the command'),
  (["apply", "--json=1"], "--json takes no value"),
  (["apply", "--restore"], "--restore is for grow only"),
  (["grow", "--root", "/nonexistent"],
   "grow with --root needs --dry-run: only the running guest grows"),
  (["grow", "--wait", "3"], "--wait means nothing to grow"),
  (["grow", "--interface", "eth0"], "--interface means nothing to grow"),
  (["grow", "--restore", "/"], '--restore does not go with "/"'),
  (["grow", "--restore", "--dry-run"], '--restore does not go with "--dry-run"'),
])
def test_wrong_usage(lab, words, complaint):
  before = lab.state()
  result = lab.run(*words, root=False)
  assert (result.status, result.out) == (2, [])
  assert result.err == [f"guestagent: {complaint}; see guestagent --help"]
  assert lab.state() == before


def test_help_and_version(lab):
  told = lab.run("--help", root=False)
  assert (told.status, told.err) == (0, [])
  for word in ("apply", "down", "config", "status", "--metadata", "--cmdline", "--interface",
               "--dry-run", "--json", "--wait", "--wait-dad", "--restore", "--root", "--version", "exit status"):
    assert word in told.text
  assert [line for line in told.out if len(line) > 80] == []
  version = lab.run("--version", root=False)
  assert (version.status, version.err) == (0, [])
  assert version.out[0].split()[0] == "guestagent"


def test_no_metadata(lab):
  before = lab.state()
  result = lab.run("apply", "--cmdline", "quiet root=/dev/vda1", "--wait", 0)
  assert (result.status, result.out) == (3, [])
  assert result.err == ["guestagent: no metadata found: no disk labelled cidata or config-2, no seed"
                        " folder, nothing from the host by fw_cfg, SMBIOS or credentials, no ip= on"
                        " the kernel command line"]
  assert lab.state() == before
