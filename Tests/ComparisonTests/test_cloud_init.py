"""Random metadata, read by guestagent and by Debian's cloud-init, whose renderings for netplan and
networkd are compared with `guestagent config --json`. GUESTAGENT_SEED makes other metadata.

Where both differ on purpose, or cloud-init loses something on its way, `differences` says so:
each undoes one such difference, so that all the rest is compared.
"""

import dataclasses
import json
import subprocess

import pytest

import cloud_init
import drawing
import metadata_cases
import rendered
from conftest import SEED
from differences import DIFFERENCES, refusals
from version2 import version2

COUNTS = {"v1": 220, "v2": 220, "network-data": 160}
# Not told by the format, or not by cloud-init's renderer of it.
KEYS = {
  "netplan": ["mac", "kind", "parent", "vlan_id", "ports", "parameters", "mtu", "addresses",
              "routes", "nameservers", "search", "dhcp4", "dhcp6", "accept_ra"],
  "networkd": ["mac", "mtu", "addresses", "routes", "nameservers", "search", "dhcp4", "dhcp6",
               "accept_ra"],
}


def read_by(binary, case, folder):
  """What guestagent makes of a case: its report, or what it complains of."""
  if case.is_network_data:
    files = {"openstack/latest/network_data.json": case.text,
             "openstack/latest/meta_data.json": json.dumps({"uuid": f"case-{case.number}"})}
  else:
    files = {"network-config": case.text, "user-data": "",
             "meta-data": f"instance-id: case-{case.number}\n"}
  return read_files(binary, files, folder / f"{case.kind}-{case.number}")


def read_files(binary, files, folder):
  for name, text in files.items():
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
  result = subprocess.run(
    [binary, "config", "--json", "--metadata", folder], capture_output=True, text=True,
    timeout=20)
  assert result.returncode in (0, 2), (result.returncode, result.stderr)
  return (json.loads(result.stdout), "") if result.returncode == 0 else (None, result.stderr)


READERS = {"netplan": rendered.of_netplan, "networkd": rendered.of_networkd}


@dataclasses.dataclass
class Reading:
  case: drawing.Case
  # guestagent's, or what it complains of.
  report: dict | None
  complaint: str
  # cloud-init's texts, or its error.
  rendering: dict
  # By renderer: what cloud-init configures, and guestagent.
  facts: dict = dataclasses.field(default_factory=dict)

  def __post_init__(self):
    if self.report is not None and "error" not in self.rendering:
      for renderer, read in READERS.items():
        self.facts[renderer] = (
          read(self.rendering[renderer]),
          rendered.of_guestagent(self.report, self.case.known_macs))

  def told(self, *rest):
    """What a failure prints: all that is needed to see it again."""
    case = self.case
    return "\n".join(
      [f"GUESTAGENT_SEED={SEED}, {case.kind} {case.number}", case.text, *map(str, rest)])


@pytest.fixture(scope="module")
def readings(program, tmp_path_factory):
  folder = tmp_path_factory.mktemp("cases")
  cases = [
    metadata_cases.case(SEED, kind, number)
    for kind, count in COUNTS.items() for number in range(count)]
  renderings = cloud_init.render([case.for_cloud_init() for case in cases])
  return [
    Reading(case, *read_by(program.path, case, folder), rendering)
    for case, rendering in zip(cases, renderings)]


def undone(case, renderer, theirs, ours, but=None):
  """Both in the shape that must be equal, and the differences that were undone for it."""
  theirs, ours = copied(theirs), copied(ours)
  found = []
  for difference in DIFFERENCES:
    if difference is but or not difference.concerns(case, renderer):
      continue
    before = copied(theirs), copied(ours)
    difference.undo(case, renderer, theirs, ours)
    if (theirs, ours) != before:
      found.append(difference)
  return shape(renderer, theirs), shape(renderer, ours), found


def copied(facts):
  return {name: dict(link) for name, link in facts.items()}


def shape(renderer, facts):
  return {
    name: {key: ordered(renderer, key, link[key]) for key in KEYS[renderer] if key in link}
    for name, link in facts.items() if name != rendered.GUEST}


def ordered(renderer, key, value):
  """Routes are a set, and networkd's file is sorted."""
  if key == "routes":
    return sorted(set(value), key=str)
  if key in ("addresses", "nameservers", "search"):
    once = list(dict.fromkeys(value))
    return sorted(once) if renderer == "networkd" else once
  return value


@pytest.mark.parametrize("renderer", KEYS)
@pytest.mark.parametrize("kind", COUNTS)
def test_what_is_configured_is_what_cloud_init_configures(readings, kind, renderer):
  compared = 0
  for reading in readings:
    if reading.case.kind != kind or not reading.facts:
      continue
    theirs, ours, _ = undone(reading.case, renderer, *reading.facts[renderer])
    assert ours == theirs, reading.told(json.dumps(reading.report), reading.rendering[renderer])
    compared += 1
  assert compared >= COUNTS[kind] * 0.8


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.name)
def test_each_difference_is_one(readings, difference):
  """Without it some case would fail: none of the list is stale."""
  for reading in readings:
    for renderer, both in reading.facts.items():
      if difference.concerns(reading.case, renderer) and is_needed(
          difference, reading.case, renderer, *both):
        return
  pytest.fail(f"GUESTAGENT_SEED={SEED}: not met: {difference.reason}")


def is_needed(difference, case, renderer, theirs, ours):
  try:
    theirs, ours, _ = undone(case, renderer, theirs, ours, but=difference)
  except KeyError:
    # A link has not the name that the other differences know it by.
    return True
  return theirs != ours


def test_only_what_is_known_to_be_refused_is_refused(readings):
  met = set()
  for reading in readings:
    said = {"guestagent": reading.complaint, "cloud-init": reading.rendering.get("error", "")}
    known = refusals(reading.case)
    assert {who for who in said if said[who]} == known.keys(), reading.told(said)
    for who, text in known.items():
      assert text in said[who], reading.told(said)
    met |= known.keys()
  assert met == {"guestagent", "cloud-init"}, f"GUESTAGENT_SEED={SEED}"


def test_what_is_printed_can_be_read_again(readings, program, tmp_path):
  for reading in readings:
    report = reading.report
    if report is None:
      continue
    files = {"network-config": json.dumps(version2(report)), "user-data": "",
             "meta-data": json.dumps({"instance-id": report["instance_id"]})}
    folder = tmp_path / f"{reading.case.kind}-{reading.case.number}"
    again, complaint = read_files(program.path, files, folder)
    assert again is not None, reading.told(json.dumps(report), complaint)
    assert by_name(again) == by_name(report), reading.told(json.dumps(report), json.dumps(again))


def by_name(report):
  """Without what a network-config of version 2 does not say: where it comes from, resolvers of
  the guest as a whole, in which order links of several kinds stand, and that a bridge has
  STP as the kernel has it, which is off."""
  links = {link["name"]: dict(link) for link in report["links"]}
  for link in links.values():
    if "ports" in link:
      link["ports"] = sorted(link["ports"])
    if link["kind"] == "bridge":
      link["parameters"] = {"stp": False, **link.get("parameters", {})}
  other = {
    key: value for key, value in report.items()
    if key not in ("links", "source", "warnings", "nameservers", "search")}
  return {**other, "links": links}
