"""The growth policy as `config` tells it: from which source, and what is wrong with it."""

import pytest

from lab import network_config

NONE = "guestagent: {grow: none}\n"
SHARES = 'guestagent: {grow: ["/ 70%", "/srv:30%:max=20GB", reserve=1G]}\n'


def local_file(lab, text):
  path = lab.root / "etc/guestagent.yaml"
  path.parent.mkdir(parents=True, exist_ok=True)
  path.write_text(text)


def test_config_in_text(lab):
  seed = lab.metadata(meta_data=SHARES)
  local_file(lab, "grow: none\n")
  result = lab.run("config", "--metadata", seed)
  assert (result.status, result.err) == (0, [])
  assert result.out == [f"growth: nocloud:{seed} (not used: file:/etc/guestagent.yaml)",
                        "growth /:70%,/srv:30%:max=20G,reserve=1G"]


@pytest.mark.parametrize("words, growth", [
  ("guestagent.grow=none", {"volumes": []}),
  ("guestagent.grow=/dev/vg0/root", {"volumes": [{"volume": "vg0/root"}]}),
  ('guestagent.grow="/ 70%, /srv 30% max=20G,reserve=10%"',
   {"volumes": [{"volume": "/", "share": 70}, {"volume": "/srv", "share": 30, "max": 20 << 30}],
    "reserve": "10%"}),
  (r'guestagent.grow="/a\:b\ c,reserve=1G"',
   {"volumes": [{"volume": "/a:b c"}], "reserve": 1 << 30}),
])
def test_config_in_json(lab, words, growth):
  result = lab.run("config", "--cmdline", words, "--metadata", lab.metadata(meta_data=NONE), "--json")
  assert (result.status, result.err) == (0, [])
  assert result.json["growth"] == growth


@pytest.mark.parametrize("words, text, source", [
  ("guestagent.grow=none", None, "cmdline"),
  ("quiet", "grow: none\n", "file:/etc/guestagent.yaml"),
])
def test_a_policy_without_metadata_is_told_but_is_no_metadata(lab, words, text, source):
  if text:
    local_file(lab, text)
  told = lab.run("config", "--cmdline", words, "--wait", 0)
  assert (told.status, told.err) == (0, [])
  assert told.out == [f"growth: {source}", "growth none"]
  applied = lab.run("apply", "--cmdline", words, "--wait", 0)
  assert (applied.status, applied.out) == (3, [])
  assert applied.err == ["guestagent: no metadata found: no disk labelled cidata or config-2, no seed"
                        " folder, nothing from the host by fw_cfg, SMBIOS or credentials, no ip= on"
                        " the kernel command line"]


def test_a_policy_that_cannot_be_used_does_not_stop_the_network(lab):
  seed = lab.metadata(network_config("addresses: [192.0.2.10/26]"),
                      meta_data='guestagent: {grow: "/:101%"}\n')
  result = lab.apply(seed, "--dry-run")
  assert result.status == 0
  assert result.out == ["ip link set dev eth0 up", "ip address add 192.0.2.10/26 dev eth0"]
  assert result.err == ["guestagent: warning: meta-data:1:20: grow: expected a share from 1% to 100%,"
                        ' found "101%"']
  told = lab.run("config", "--metadata", seed, "--json")
  assert "growth" not in told.json
  assert told.json["warnings"] == [
    {"where": "meta-data:1:20", "message": 'grow: expected a share from 1% to 100%, found "101%"'}]


def test_a_file_that_cannot_be_read_does_not_stop_the_network(lab):
  (lab.root / "etc/guestagent.yaml").mkdir(parents=True)
  seed = lab.metadata(network_config("addresses: [192.0.2.10/26]"))
  result = lab.apply(seed, "--dry-run")
  assert result.status == 0
  assert result.out == ["ip link set dev eth0 up", "ip address add 192.0.2.10/26 dev eth0"]
  assert result.err == ["guestagent: warning: /etc/guestagent.yaml: cannot read"
                        " /etc/guestagent.yaml: Is a directory"]


@pytest.mark.parametrize("words, complaints", [
  (["--cmdline", "guestagent.grow=/:101%"],
   ['kernel command line: "guestagent.grow=/:101%": expected a share from 1% to 100%,'
    ' found "101%"', "the metadata are not used; nothing was changed"]),
  (["root"],
   ['unknown word "root"; expected none, a volume or reserve=<size>; see guestagent --help']),
  (["/:70%", "/srv", "--cmdline", "guestagent.grow=x"],
   ['"/srv" has no share, though another volume has: expected one for each or for none;'
    ' see guestagent --help']),
])
def test_grow_refuses_a_policy_that_cannot_be_used(lab, words, complaints):
  result = lab.run("grow", "--dry-run", *words)
  assert (result.status, result.out) == (2, [])
  assert result.err == [f"guestagent: {complaint}" for complaint in complaints]


def test_grow_needs_no_metadata_and_does_nothing_where_the_policy_is_none(lab):
  result = lab.run("grow", "--cmdline", "ip=broken guestagent.grow=none", root=False)
  assert (result.status, result.err) == (0, [])
  assert result.out == ["unchanged: storage (the policy is none)"]
