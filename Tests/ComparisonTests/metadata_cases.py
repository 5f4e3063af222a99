"""Random metadata, as hosts could write it: one case, one file.

A case is given by its number and the seed alone, so that any of them can be made again. What
cloud-init gives up on, and what guestagent refuses, is drawn now and then (`differences.refusals`).
"""

import json

import yaml

from drawing import Random
from network_data_cases import network_data
from version1_cases import v1
from version2_cases import v2

GENERATORS = {"v1": v1, "v2": v2, "network-data": network_data}


def case(seed, kind, number):
  draw = Random(f"{seed} {kind} {number}")
  made = GENERATORS[kind](draw, number)
  if made.is_network_data or draw.chance(0.3):
    made.text = json.dumps(made.data)
  else:
    made.text = yaml.dump(made.data, Dumper=yaml.CSafeDumper, sort_keys=False)
  return made
