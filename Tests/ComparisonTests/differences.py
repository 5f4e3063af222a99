"""Where guestagent and cloud-init 22.4.2 differ, with the reason of each."""

import dataclasses
import typing

import rendered


@dataclasses.dataclass(frozen=True)
class Difference:
  name: str
  reason: str
  # Of (case, renderer, theirs, ours): changes one or both, so that they are alike.
  undo: typing.Callable
  renderers: tuple = ("netplan", "networkd")


def links(facts):
  return [link for name, link in facts.items() if name != rendered.GUEST]


def config(case):
  return case.data.get("network", case.data)


def items(case, kind):
  """Of version 1."""
  found = config(case).get("config", []) if case.kind == "v1" else []
  return [item for item in found if item["type"] == kind]


def own_resolvers(case):
  return {item["interface"] for item in items(case, "nameserver") if "interface" in item}


def spread_guest_resolvers(case, renderer, theirs, ours):
  guest = ours[rendered.GUEST]
  for name, link in ours.items():
    if name == rendered.GUEST:
      continue
    if renderer == "netplan" and (
        not link["addresses"] or link["nameservers"] or link["search"]):
      continue
    if renderer == "networkd" and name in own_resolvers(case):
      continue
    link["nameservers"] = link["nameservers"] + guest["nameservers"]
    link["search"] = link["search"] + guest["search"]


DIFFERENCES = [
  Difference(
    "resolvers of the guest", "neither netplan nor networkd has resolvers that are of no link: "
    "cloud-init repeats them on each link, guestagent keeps them as what they are",
    spread_guest_resolvers),
]


def refusals(case):
  return {}
