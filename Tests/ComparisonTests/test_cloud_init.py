"""Random metadata, read by guestagent and by Debian's cloud-init, whose renderings for netplan and
networkd are compared with `guestagent config --json`. GUESTAGENT_SEED makes other metadata.

Where both differ on purpose, or cloud-init loses something on its way, `differences` says so:
each undoes one such difference, so that all the rest is compared.
"""

import copy
import json
import subprocess

import pytest

import cloud_init
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


@pytest.fixture(scope="module")
def readings(program, tmp_path_factory):
  """Of all cases: the case, guestagent's report and complaint, cloud-init's rendering."""
  folder = tmp_path_factory.mktemp("cases")
  cases = [
    metadata_cases.case(SEED, kind, number)
    for kind, count in COUNTS.items() for number in range(count)]
  renderings = cloud_init.render([case.for_cloud_init() for case in cases])
  return [
    (case, *read_by(program.path, case, folder), rendering)
    for case, rendering in zip(cases, renderings)]


def told(case, *rest):
  """What a failure prints: all that is needed to see it again."""
  return "\n".join([f"seed {SEED}, {case.kind} {case.number}", case.text, *map(str, rest)])


def facts(case, renderer, report, rendering):
  """What cloud-init and what guestagent configures."""
  read = {"netplan": rendered.of_netplan, "networkd": rendered.of_networkd}[renderer]
  return read(rendering[renderer]), rendered.of_guestagent(report, case.known_macs)


def undone(case, renderer, theirs, ours, but=None):
  """Both in the shape that must be equal, and the differences that were undone for it."""
  theirs, ours = copy.deepcopy(theirs), copy.deepcopy(ours)
  found = []
  for difference in DIFFERENCES:
    if difference is but or renderer not in difference.renderers:
      continue
    before = copy.deepcopy((theirs, ours))
    difference.undo(case, renderer, theirs, ours)
    if (theirs, ours) != before:
      found.append(difference)
  return shape(renderer, theirs), shape(renderer, ours), found


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


def comparable(readings):
  return [
    (case, report, rendering) for case, report, _, rendering in readings
    if report is not None and "error" not in rendering]


@pytest.mark.parametrize("renderer", KEYS)
@pytest.mark.parametrize("kind", COUNTS)
def test_what_is_configured_is_what_cloud_init_configures(readings, kind, renderer):
  compared = 0
  for case, report, rendering in comparable(readings):
    if case.kind != kind:
      continue
    theirs, ours, _ = undone(case, renderer, *facts(case, renderer, report, rendering))
    assert ours == theirs, told(case, json.dumps(report), rendering[renderer])
    compared += 1
  assert compared >= COUNTS[kind] * 0.8


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.name)
def test_each_difference_is_one(readings, difference):
  """Without it some case would fail: none of the list is stale."""
  for case, report, rendering in comparable(readings):
    for renderer in difference.renderers:
      both = facts(case, renderer, report, rendering)
      if difference in undone(case, renderer, *both)[2] and is_needed(
          difference, case, renderer, *both):
        return
  pytest.fail(f"seed {SEED}: {difference.name} was not met: {difference.reason}")


def is_needed(difference, case, renderer, theirs, ours):
  try:
    theirs, ours, _ = undone(case, renderer, theirs, ours, but=difference)
  except KeyError:
    # A link has not the name that the other differences know it by.
    return True
  return theirs != ours


def test_only_what_is_known_to_be_refused_is_refused(readings):
  met = set()
  for case, report, complaint, rendering in readings:
    known = refusals(case)
    refused = {
      who for who, text in (("guestagent", complaint), ("cloud-init", rendering.get("error")))
      if text}
    assert refused == set(known), told(case, complaint, rendering.get("error"))
    met |= refused
    for who, text in known.items():
      assert text in (complaint if who == "guestagent" else rendering["error"]), told(
        case, complaint, rendering.get("error"))
  assert met == {"guestagent", "cloud-init"}, f"seed {SEED}"


def test_what_is_printed_can_be_read_again(readings, program, tmp_path):
  for case, report, _, _ in readings:
    if report is None:
      continue
    files = {"network-config": json.dumps(version2(report)), "user-data": "",
             "meta-data": json.dumps({"instance-id": report["instance_id"]})}
    again, complaint = read_files(program.path, files, tmp_path / f"{case.kind}-{case.number}")
    assert again is not None, told(case, json.dumps(report), complaint)
    assert by_name(again) == by_name(report), told(case, json.dumps(report))


def by_name(report):
  """Without what a network-config of version 2 does not say: where it comes from, resolvers of
  the guest as a whole, in which order links of several kinds stand, and that a bridge with
  parameters has STP as the kernel has it, which is off."""
  links = {link["name"]: dict(link) for link in report["links"]}
  for link in links.values():
    if "ports" in link:
      link["ports"] = sorted(link["ports"])
    if link["kind"] == "bridge" and "parameters" in link:
      link["parameters"] = {"stp": False, **link["parameters"]}
  other = {
    key: value for key, value in report.items()
    if key not in ("links", "source", "warnings", "nameservers", "search")}
  return {**other, "links": links}
