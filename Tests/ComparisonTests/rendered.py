"""What is configured, in one shape whoever says it: by the interface's name a mapping with

  mac          by which the NIC is found, or which a made link is given
  kind, parent, vlan_id, ports, parameters
  mtu, addresses, routes, nameservers, search, dhcp4, dhcp6, accept_ra

of which a rendering has those keys that its format can say. Routes are (to, via, metric);
addresses of every kind are in their canonical spelling.
"""

import collections
import ipaddress

import yaml

# In the order of their numbers, which may stand for them.
BOND_MODES = ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad"]

# Of the resolvers and domains of the guest as a whole, beside the interfaces.
GUEST = "(guest)"


def interface(text):
  return str(ipaddress.ip_interface(text))


def address(text):
  return str(ipaddress.ip_address(text))


def network(text):
  return str(ipaddress.ip_network(text, strict=False))


def everything(gateway):
  return "::/0" if ":" in gateway else "0.0.0.0/0"


def route(to, via, metric=None):
  return (network(to), address(via) if via else None, int(metric) if metric is not None else None)


# guestagent config --json


def of_guestagent(report, known_macs):
  names = {link["name"]: interface_name(link, known_macs) for link in report["links"]}
  name = lambda link: names.get(link, link)
  facts = {GUEST: {
    "nameservers": report.get("nameservers", []), "search": report.get("search", [])}}
  for link in report["links"]:
    assert name(link["name"]) not in facts, "two links of one interface"
    facts[name(link["name"])] = of_link(link, report, name)
  return facts


def interface_name(link, known_macs):
  mac = link.get("match", {}).get("macaddress")
  return link.get("set_name") or known_macs.get(mac) or link["name"]


def of_link(link, report, name):
  parameters = dict(link.get("parameters", {}))
  if "primary" in parameters:
    parameters["primary"] = name(parameters["primary"])
  ports = sorted(name(port) for port in link.get("ports", []))
  if link["kind"] == "bridge":
    for key in ("path_cost", "port_priority"):
      of_ports = {
        name(port["name"]): port["parameters"][key] for port in report["links"]
        if port.get("controller") == link["name"] and key in port.get("parameters", {})}
      if of_ports:
        parameters[key] = of_ports
  return {
    "mac": link.get("match", {}).get("macaddress") or link.get("macaddress"),
    "kind": link["kind"],
    "parent": name(link["parent"]) if "parent" in link else None,
    "vlan_id": link.get("vlan_id"),
    "ports": ports,
    "parameters": parameters if link["kind"] in ("bond", "bridge") else {},
    "mtu": link.get("mtu"),
    "addresses": [interface(text) for text in link.get("addresses", [])],
    "routes": [route(r["to"], r.get("via"), r.get("metric")) for r in link.get("routes", [])],
    "nameservers": link.get("nameservers", []),
    "search": link.get("search", []),
    "dhcp4": link.get("dhcp4", False),
    "dhcp6": link.get("dhcp6", False),
    "accept_ra": link.get("accept_ra"),
  }


# cloud-init's netplan


def of_netplan(text):
  facts = {}
  config = yaml.safe_load(text)["network"]
  kinds = {"ethernets": "ethernet", "vlans": "vlan", "bonds": "bond", "bridges": "bridge"}
  for section, kind in kinds.items():
    for name, link in config.get(section, {}).items():
      facts[name] = of_netplan_link(kind, link)
  return facts


def of_netplan_link(kind, link):
  resolvers = link.get("nameservers", {})
  parameters = {key.replace("-", "_"): value for key, value in link.get("parameters", {}).items()}
  if isinstance(parameters.get("mode"), int):
    parameters["mode"] = BOND_MODES[parameters["mode"]]
  routes = [route(r["to"], r["via"], r.get("metric")) for r in link.get("routes", [])]
  for key in ("gateway4", "gateway6"):
    if key in link:
      routes.append(route(everything(link[key]), link[key]))
  return {
    "mac": lower(link.get("match", {}).get("macaddress") or link.get("macaddress")),
    "kind": kind,
    "parent": link.get("link"),
    "vlan_id": link.get("id"),
    "ports": sorted(link.get("interfaces", [])),
    "parameters": parameters,
    "mtu": link.get("mtu"),
    "addresses": [interface(text) for text in link.get("addresses", [])],
    "routes": routes,
    "nameservers": [address(text) for text in resolvers.get("addresses", [])],
    "search": resolvers.get("search", []),
    "dhcp4": link.get("dhcp4", False),
    "dhcp6": link.get("dhcp6", False),
    "accept_ra": link.get("accept-ra"),
  }


def lower(text):
  return text.lower() if text else text


# cloud-init's networkd


def of_networkd(files):
  return {name: of_network_file(text) for name, text in files.items()}


def of_network_file(text):
  sections = []
  for line in text.splitlines():
    if line.startswith("["):
      sections.append((line.strip("[]"), collections.defaultdict(list)))
    elif line:
      key, _, value = line.partition("=")
      sections[-1][1][key].append(value)

  def values(section, key):
    return [value for name, keys in sections if name == section for value in keys[key]]

  def single(section, key):
    found = values(section, key)
    assert len(found) <= 1, (section, key, found)
    return found[0] if found else None

  def words(key):
    return [word for value in values("Network", key) for word in value.split()]

  dhcp = single("Network", "DHCP")
  mtu = single("Link", "MTUBytes")
  accepts = single("Network", "IPv6AcceptRA")
  return {
    "mac": lower(single("Match", "MACAddress")),
    "mtu": int(mtu) if mtu else None,
    "addresses": [interface(text) for text in values("Address", "Address")],
    "routes": [of_route_section(keys) for name, keys in sections if name == "Route"],
    "nameservers": [address(text) for text in words("DNS")],
    "search": words("Domains"),
    "dhcp4": dhcp in ("ipv4", "yes"),
    "dhcp6": dhcp in ("ipv6", "yes"),
    "accept_ra": None if accepts is None else accepts == "True",
  }


def of_route_section(keys):
  (via,) = keys["Gateway"] or [None]
  (to,) = keys["Destination"] or [everything(via)]
  (metric,) = keys["Metric"] or [None]
  return route(to, via, metric)
