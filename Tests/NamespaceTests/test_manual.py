"""The manual pages say what the program does: its options, its shapes of JSON, its example, and the
guest's own file."""

import html
import json
import pathlib
import re
import subprocess

import pytest

PAGE = pathlib.Path(__file__).parents[2] / "Packaging/man/guestagent.8"
FILE_PAGE = PAGE.with_name("guestagent.yaml.5")

# Every key of the configuration that network-config, version 2, can fill; of the parameters those
# that the page shows.
FULL = """
network:
  version: 2
  ethernets:
    lan:
      match: {name: "eth*", macaddress: "52:54:00:12:34:56", driver: veth}
      set-name: lan0
      mtu: 1400
      macaddress: "52:54:00:12:34:57"
      addresses: [192.0.2.10/26: {label: "lan0:web", lifetime: 0}]
      routes:
        - {to: 198.51.100.0/24, via: 192.0.2.2, on-link: true, metric: 10, table: 100,
           scope: global, from: 192.0.2.10, mtu: 1300}
        - {to: 203.0.113.0/24, type: blackhole}
      neighbors: [{to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}]
      nameservers: {addresses: [192.0.2.53], search: [example.org]}
      accept-ra: false
      link-local: [ipv6]
      optional: false
      dhcp4: false
      dhcp6: false
      wakeonlan: true
      routing-policy:
        - {from: 192.0.2.0/26, to: 198.51.100.0/24, table: 100, priority: 10, mark: 7,
           type-of-service: 16}
      ipv6-privacy: true
      ipv6-address-generation: eui64
      ipv6-mtu: 1280
      activation-mode: manual
    eth1: {}
  bonds:
    bond0:
      interfaces: [eth1]
      parameters:
        {mode: active-backup, primary: eth1, arp-interval: 100, arp-ip-targets: [192.0.2.1],
         all-members-active: true}
  vlans:
    vlan5: {id: 5, link: bond0}
"""
NAMES = "instance-id: i-vm6\nlocal-hostname: vm6.example.org\n"

# One link with a note and a warning, one that is not there, one that ifupdown configures.
FAULTY = """
version: 2
ethernets:
  eth0: {addresses: [192.0.2.10/26], mtu: 1400, dhcp4: true, wakeonlan: true}
  eth7: {addresses: [192.0.2.11/26]}
  eth8: {addresses: [192.0.2.12/26]}
"""
IFUPDOWN = {"sbin/ifup": "", "etc/network/interfaces": "auto eth8\niface eth8 inet dhcp\n"}


def mandoc(*words, page=PAGE):
  return subprocess.run(["mandoc", *words, str(page)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def sections():
  """The text of each section, by its heading."""
  text = re.sub(".\b", "", mandoc("-T", "ascii").stdout)
  parts = re.split(r"^([A-Z][A-Z -]+)$", text, flags=re.MULTILINE)
  return dict(zip(parts[1::2], parts[2::2]))


@pytest.fixture(scope="module")
def displays():
  return displays_of(PAGE)


def displays_of(page):
  """What stands in the page as it is, piece by piece."""
  pieces = re.findall(r"<pre>(.*?)</pre>", mandoc("-T", "html", page=page).stdout, flags=re.DOTALL)
  return [html.unescape(re.sub("<[^>]*>", "", piece)).strip("\n") + "\n" for piece in pieces]


@pytest.fixture(scope="module")
def shapes(displays):
  """The keys of each JSON display: config, apply and down, status, diagnose, grow."""
  return [keys(json.loads(piece)) for piece in displays if piece.startswith(("{", "[{"))]


def keys(value, path=""):
  """The path of every key, as `links[].name`; addresses are not keys."""
  if isinstance(value, list):
    return set().union(*(keys(item, path + "[]") for item in value))
  if not isinstance(value, dict):
    return set()
  found = set()
  for key, inner in value.items():
    place = f"{path}.<address>" if "/" in key else f"{path}.{key}"
    found |= {place} | keys(inner, place)
  return found


@pytest.mark.parametrize("page", [PAGE, FILE_PAGE], ids=lambda page: page.name)
def test_lint_finds_nothing(page):
  found = mandoc("-T", "lint", "-W", "warning", page=page)
  assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_every_option_of_the_help_is_documented_and_no_other(lab, sections):
  told = re.findall(r"^  (--[a-z-]+(?: [A-Z]+)?)(?:  |$)",
                    lab.run("--help", root=False).text, flags=re.MULTILINE)
  documented = re.findall(r"^     (--[a-z-]+(?: [a-z]+)?)(?:, -[a-zA-Z])?(?:  |$)",
                          sections["OPTIONS"], flags=re.MULTILINE)
  assert len(told) > 8
  assert sorted(option.lower() for option in told) == sorted(documented)


def test_every_command_of_the_help_is_documented_and_no_other(lab, sections):
  told = re.findall(r"guestagent ([a-z]+) +[\[DP]", lab.run("--help", root=False).text)
  assert told == re.findall(r"^     ([a-z]+) {2,}[A-Z]", sections["COMMANDS"], flags=re.MULTILINE)
  assert len(told) == 9


def test_the_shape_of_config(lab, shapes):
  seed = lab.metadata(FULL, meta_data=NAMES)
  result = lab.run("config", "--metadata", seed, "--json", "--cmdline",
                   "nameserver=192.0.2.54 guestagent.grow=/:70%:max=20G,/srv:30%,reserve=1G")
  assert (result.status, result.err) == (0, [])
  assert keys(result.json) == shapes[0]


def test_the_parameters_are_documented_and_no_other(lab):
  keys = (PAGE.parents[2] / "Sources/Configuration/LinkParameter.swift").read_text()
  keys = enum_words(keys.split("enum Key")[1].split("\n  }\n")[0])
  part = PAGE.read_text().split("\n.It of a bond\n")[1].split("\n.Ss Version 1\n")[0]
  told = set(re.findall(r"[a-z]+(?:-[a-z]+)*", " ".join(
    line for line in re.findall(r"^\.Li (.*)$", part, flags=re.MULTILINE))))
  assert told == {key.replace("_", "-") for key in keys}
  assert len(keys) > 25


@pytest.mark.parametrize(
  "page, start", [(PAGE, ".Sh SOURCES AND PRECEDENCE"), (FILE_PAGE, ".Ss sources")],
  ids=lambda value: getattr(value, "name", ""))
def test_every_source_is_documented_in_its_order_and_no_other(page, start):
  names = PAGE.parents[2] / "Sources/Metadata/SourceName.swift"
  text = names.read_text().split("enum SourceName")[1]
  order = [word.split(" = ")[-1].strip('"').lower()
           for word in re.findall(r"^ *case (.*)$", text, flags=re.MULTILINE)]
  part = page.read_text().split(f"{start}\n")[1].split(".El")[0]
  assert re.findall(r"^\.It Li (.*)$", part, flags=re.MULTILINE) == order
  assert len(order) == 6


def test_the_words_of_the_command_line_are_documented_and_no_other():
  source = PAGE.parents[2] / "Sources/Metadata/CommandLine/KernelCommandLine.swift"
  cases = re.findall(r'^    case ((?:"[^"]+",? ?)+):', source.read_text(), flags=re.MULTILINE)
  known = {word for case in cases for word in re.findall(r'"([^"]+)"', case)}
  page = PAGE.read_text().split(".Ss Kernel command line")[1].split(".Sh NETWORK-CONFIG")[0]
  items, rest = page.split("\n.El\n")
  told = set(re.findall(r"\b([A-Za-z][A-Za-z0-9.-]*)=", items + rest.split("\n.Pp\n")[0]))
  # The policy is read elsewhere, and an option of a bond is no word.
  assert told == known | {"guestagent.grow", "miimon"}


def test_the_shape_of_apply(lab, shapes):
  result = lab.apply(lab.metadata(FAULTY), "--json", "--wait", 0,
                     within=["setpriv", "--bounding-set=-net_admin", "--inh-caps=-all"])
  assert result.status == 1
  assert keys(result.json) == shapes[1]


def put_disk(root):
  """One disk, all of it the root filesystem, as the kernel's files show it."""
  folder = root / "sys/devices/virtual/block/vda"
  for name, text in {
      "uevent": "MAJOR=254\nMINOR=0\nDEVNAME=vda\nDEVTYPE=disk\n", "size": "131072\n",
      "ro": "0\n", "queue/logical_block_size": "512\n"}.items():
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
  for link in ["sys/dev/block/254:0", "sys/class/block/vda"]:
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to("/" / folder.relative_to(root))
  (root / "proc/self").mkdir(parents=True)
  (root / "proc/self/mountinfo").write_text("27 1 254:0 / / rw - ext4 /dev/vda rw\n")
  (root / "dev").mkdir()
  subprocess.run(["mkfs.ext4", "-q", root / "dev/vda", "64M"], check=True)


def test_every_reason_to_refuse_is_documented_and_no_other():
  sources = pathlib.Path(__file__).parents[2] / "Sources/Growth"
  refusals, layers = (sources / "Refusal.swift", sources / "StorageFound.swift")
  code = refusals.read_text().split("public var code")[1].split("private static")[0]
  reasons = set(re.findall(r': "([a-z-]+)"', code)) | set(re.findall(r'\?\? "([a-z-]+)"', code))
  states = refusals.read_text().split("enum GroupState")[1].split("}")[0]
  reasons |= {f"group-{word}" for word in enum_words(states)}
  reasons |= enum_words(layers.read_text().split("enum ForeignLayer")[1].split("}")[0])
  page = PAGE.read_text().split(".Sh REFUSALS")[1].split(".Sh ")[0]
  told = re.findall(r"^\.It Li (.*)$", page, flags=re.MULTILINE)
  told = {word for line in told for word in line.split(" , ")}
  assert told == reasons
  assert len(reasons) > 25


def enum_words(text):
  """The raw values of an enum's cases."""
  words = set()
  for case in re.findall(r"^ *case (.*)$", text, flags=re.MULTILINE):
    for item in case.split(", "):
      words.add(item.split(' = ')[-1].strip('"'))
  return words


def test_the_shape_of_status(lab, shapes):
  put_disk(lab.root)
  for path, text in IFUPDOWN.items():
    (lab.root / path).parent.mkdir(parents=True, exist_ok=True)
    (lab.root / path).write_text(text)
  result = lab.run("status", "--metadata", lab.metadata(FAULTY, meta_data=NAMES), "--json",
                   "--leave-managed")
  assert result.status == 1
  assert keys(result.json) == shapes[2]


def test_the_shape_of_diagnose(lab, shapes):
  result = lab.run("diagnose", "--metadata", lab.metadata(FAULTY), "--json")
  assert result.status == 1
  assert keys(result.json) == shapes[3]


def test_the_states_and_subjects_of_diagnose_are_documented_and_no_other():
  source = PAGE.parents[2] / "Sources/Agent/Diagnose/Finding.swift"
  states, subjects = (
    enum_words(part.split("}")[0]) for part in re.split("enum .*\\{", source.read_text())[1:])
  page = PAGE.read_text().split(".Sh DIAGNOSE\n")[1].split(".Sh ")[0]
  start, items = page.split(".Bl ")
  items = items.split("\n.El\n")[0]
  assert states == set(re.findall(r"^\.Li ([a-z]+)(?: [;,])?$", start, flags=re.MULTILINE))
  told = re.findall(r"^\.It Li (.*)$", items, flags=re.MULTILINE)
  assert {word for line in told for word in line.split(" , ")} == subjects
  assert (len(states), len(subjects)) == (3, 9)


def test_the_example(lab, displays):
  first = next(place for place, piece in enumerate(displays) if piece.startswith("instance-id"))
  meta_data, network_config, plan, _, words = displays[first:first + 5]
  folder = lab.metadata(network_config, meta_data=meta_data)
  # The page breaks one line; the host name of the kernel stays with --root.
  commands = plan.replace(" \\\n   ", "").splitlines()[1:]
  assert commands.pop(5) == "hostname vm6"
  for source in (["--metadata", folder], ["--cmdline", words]):
    result = lab.run("apply", "--dry-run", *source)
    assert (result.status, result.out, result.err) == (0, commands, [])


def test_the_policies_on_the_command_line(lab, displays):
  words = next(piece for piece in displays if piece.startswith("guestagent.grow=")).splitlines()
  folder = lab.metadata(meta_data="")
  told = [lab.run("config", "--metadata", folder, "--cmdline", word) for word in words]
  assert [result.err for result in told] == [[]] * len(words)
  assert [result.out[1] for result in told] == [
    "growth none", "growth vg0/root", "growth /:70%,/srv:30%,reserve=1G",
    "growth /:70%,/srv:30%,reserve=1G", "growth /:max=20G"]


def test_the_policies_in_yaml(lab, displays):
  texts = [piece for piece in displays if piece.startswith("grow:")]
  folder = lab.metadata(meta_data="")
  told = []
  (lab.root / "etc").mkdir()
  for text in texts:
    (lab.root / "etc/guestagent.yaml").write_text(text)
    told.append(lab.run("config", "--metadata", folder))
  assert [result.err for result in told] == [[]] * len(texts)
  assert [result.out[1] for result in told] == [
    "growth /:70%,/srv:30%", "growth /:70%,/srv:30%,reserve=1G",
    "growth /:70%:max=20G,/srv:30%,reserve=1G"]


def test_the_keys_of_the_guests_file_are_documented_and_no_other():
  sources = PAGE.parents[2] / "Sources/Metadata/Growth/GrowthYAML.swift"
  top, policy, volume = (
    known.split() for known in re.findall(r'known: wordList\("(.*)"\)', sources.read_text()))
  text = FILE_PAGE.read_text()
  first = text.split(".Ss sources\n")[0]
  growth = text.split(".Ss grow\n")[1].split(".Ss Errors\n")[0]
  assert sorted(re.findall(r"^\.It Li (.*)$", first, flags=re.MULTILINE)) == sorted(top)
  told = re.findall(r"^\.It Li (.*)$", growth, flags=re.MULTILINE)
  assert sorted(told) == sorted(["none", *policy, *volume])


def test_the_examples_of_the_guests_file(lab):
  folder = lab.root / "var/lib/cloud/seed/nocloud"
  folder.mkdir(parents=True)
  (folder / "meta-data").write_text("instance-id: vm6\n")
  (folder / "user-data").touch()
  (lab.root / "etc").mkdir()
  told = []
  for text in displays_of(FILE_PAGE):
    (lab.root / "etc/guestagent.yaml").write_text(text)
    result = lab.run("config")
    assert (result.status, result.err) == (0, []), text
    told.append([line for line in result.out if line.startswith("growth ")])
  assert told == [
    [], ["growth /:max=20G"], ["growth /:70%,/srv:30%,reserve=1G"],
    ["growth /:70%:max=20G,/srv:30%,reserve=1G"]]
