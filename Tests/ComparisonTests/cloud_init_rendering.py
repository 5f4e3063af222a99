"""Renders cases by Debian's cloud-init, in its own process and with its own code.

Standard input: a JSON list of {"text": ..., "is_network_data": ..., "known_macs": {mac: name}}.
Standard output: a JSON list of {"networkd": {interface: text}, "netplan": text}, or
{"error": text} where cloud-init gives up. cloud-init is found by PYTHONPATH.
"""

import json
import logging
import sys

import yaml
from cloudinit import net
from cloudinit.net import netplan, network_state, networkd
from cloudinit.sources.helpers import openstack


def network_config(case):
  if case["is_network_data"]:
    return openstack.convert_net_json(json.loads(case["text"]), case["known_macs"])
  config = yaml.safe_load(case["text"])
  return config.get("network", config)


def pretend_interfaces(known_macs):
  """Lets cloud-init see the case's NICs in place of this machine's."""
  by_mac = lambda *_, **__: dict(known_macs)
  net.get_interfaces_by_mac = network_state.get_interfaces_by_mac = by_mac
  net.get_ib_hwaddrs_by_interface = lambda: {}
  find = lambda mac: known_macs.get(mac.lower())
  net.find_interface_name_from_mac = network_state.find_interface_name_from_mac = find


# Only for its log, and most of the time it takes.
network_state.NetworkStateInterpreter.dump_network_state = lambda _: ""


def rendered(case):
  pretend_interfaces(case["known_macs"])
  state = network_state.parse_net_config_data(network_config(case))
  # netplan is handed version 2 as it is: what cloud-init itself understands of it is its inner
  # state, rendered as it renders version 1. Resolvers of links are the guest's there as well.
  understood = network_state.NetworkState(state._network_state, version=1)
  if state.version == 2:
    understood._network_state["dns"] = {}
  return {
    "networkd": networkd.Renderer()._render_content(state),
    "netplan": netplan.Renderer({"features": []})._render_content(understood),
  }


def main():
  logging.disable(logging.CRITICAL)
  results = []
  for case in json.load(sys.stdin):
    try:
      results.append(rendered(case))
    except Exception as error:  # whatever makes cloud-init give up
      results.append({"error": f"{type(error).__name__}: {error}"})
  json.dump(results, sys.stdout)


main()
