"""Random metadata, as hosts could write it: one case, one file.

A case is given by its number and the seed alone, so that any of them can be made again. What
cloud-init gives up on, and what guestagent refuses, is given now and then, and said in the case.
"""

import dataclasses
import ipaddress
import json
import random

import yaml

DOMAINS = ["example.org", "example.net", "lab.example.com"]
NETMASKS = ["dotted", "length", "behind", "dotted-behind"]


@dataclasses.dataclass
class Case:
  number: int
  kind: str  # v1, v2, network-data
  data: dict
  # The NICs as cloud-init meets them, by hardware address.
  known_macs: dict
  text: str = ""

  @property
  def is_network_data(self):
    return self.kind == "network-data"

  def for_cloud_init(self):
    return {
      "text": self.text, "is_network_data": self.is_network_data, "known_macs": self.known_macs}


class Random(random.Random):
  """Draws what stands in metadata."""

  def __init__(self, seed):
    super().__init__(seed)
    self.drawn = set()

  def chance(self, share):
    return self.random() < share

  def once(self, draw):
    """What was not drawn before."""
    while (value := draw()) in self.drawn:
      pass
    self.drawn.add(value)
    return value

  def mac(self):
    def draw():
      return "52:54:" + ":".join(f"{self.randrange(256):02x}" for _ in range(4))
    address = self.once(draw)
    return address.upper() if self.chance(0.2) else address

  def network4(self):
    return self.choice(["192.0.2", "198.51.100", "203.0.113"])

  def ipv4(self):
    return self.once(lambda: f"{self.network4()}.{self.randrange(1, 255)}")

  def ipv6(self):
    return self.once(lambda: f"2001:db8:{self.randrange(16):x}::{self.randrange(1, 65536):x}")

  def length4(self):
    return self.choice([32, 32, 31, 29, 26, 24, 24, 25])

  def length6(self):
    return self.choice([128, 64, 64, 56, 48])

  def interface(self):
    """An address with its length, of either family."""
    if self.chance(0.6):
      return self.ipv4(), self.length4()
    return self.ipv6(), self.length6()

  def destination(self, family):
    """A network without host bits, or one address."""
    if family == 4:
      network = ipaddress.ip_network(f"{self.ipv4()}/{self.length4()}", strict=False)
    else:
      network = ipaddress.ip_network(f"{self.ipv6()}/{self.length6()}", strict=False)
    return str(network.network_address), network.prefixlen

  def gateway(self, family):
    return self.ipv4() if family == 4 else self.ipv6()

  def resolvers(self):
    count = self.randrange(1, 4)
    return [self.ipv4() if self.chance(0.7) else self.ipv6() for _ in range(count)]

  def domains(self):
    return self.sample(DOMAINS, self.randrange(1, 3))

  def mtu(self):
    return self.choice([1280, 1400, 1450, 1500, 9000])


def dotted(family, length):
  """The netmask as an address."""
  zero = "0.0.0.0" if family == 4 else "::"
  return str(ipaddress.ip_network(f"{zero}/{length}").netmask)


BOND_PARAMETERS = {
  # Modes, with what each of them takes.
  "802.3ad": {"lacp-rate": ["slow", "fast"], "ad-select": ["stable", "bandwidth", "count"],
              "mii-monitor-interval": [50, 100], "transmit-hash-policy": ["layer2", "layer3+4"],
              "min-links": [1, 2]},
  "active-backup": {"mii-monitor-interval": [100, 200], "up-delay": [200, 400],
                    "down-delay": [200, 400], "gratuitous-arp": [1, 3],
                    "fail-over-mac-policy": ["none", "active", "follow"],
                    "primary-reselect-policy": ["always", "better", "failure"]},
  "balance-rr": {"mii-monitor-interval": [100], "min-links": [1]},
  "balance-xor": {"transmit-hash-policy": ["layer2+3", "encap2+3"],
                  "mii-monitor-interval": [100]},
}
# Delays are of the monitor, which must be there.
NEEDS_MONITOR = {"up-delay", "down-delay"}
MODE_NUMBERS = {"balance-rr": 0, "active-backup": 1, "balance-xor": 2, "802.3ad": 4}
VERSION1_BOND = {
  "mode": "bond-mode", "lacp-rate": "bond-lacp-rate", "ad-select": "bond-ad-select",
  "mii-monitor-interval": "bond-miimon", "transmit-hash-policy": "bond-xmit-hash-policy",
  "min-links": "bond-min-links", "up-delay": "bond-updelay", "down-delay": "bond-downdelay",
  "gratuitous-arp": "bond-num-grat-arp", "fail-over-mac-policy": "bond-fail-over-mac",
  "primary-reselect-policy": "bond-primary-reselect", "primary": "bond-primary",
}
BRIDGE_PARAMETERS = {
  "ageing-time": [100, 300], "priority": [4096, 32768], "forward-delay": [2, 15],
  "hello-time": [1, 2], "max-age": [12, 20], "stp": [True, False],
}
VERSION1_BRIDGE = {
  "ageing-time": "bridge_ageing", "priority": "bridge_bridgeprio", "forward-delay": "bridge_fd",
  "hello-time": "bridge_hello", "max-age": "bridge_maxage", "stp": "bridge_stp",
}


def bond_parameters(draw, ports):
  mode = draw.choice(list(BOND_PARAMETERS))
  choices = BOND_PARAMETERS[mode]
  parameters = {"mode": mode}
  for key in draw.sample(list(choices), draw.randrange(len(choices) + 1)):
    parameters[key] = draw.choice(choices[key])
  if NEEDS_MONITOR & set(parameters):
    parameters.setdefault("mii-monitor-interval", 100)
  if mode == "active-backup" and ports and draw.chance(0.3):
    parameters["primary"] = draw.choice(ports)
  return parameters


def bridge_parameters(draw):
  keys = draw.sample(list(BRIDGE_PARAMETERS), draw.randrange(len(BRIDGE_PARAMETERS) + 1))
  return {key: draw.choice(BRIDGE_PARAMETERS[key]) for key in keys}


# Version 2


def v2(draw, number):
  data = {"version": 2, "ethernets": {}}
  known_macs = {}
  nics = []
  for index in range(draw.randrange(1, 5)):
    name = f"{draw.choice(['eth', 'ens', 'lan'])}{index}"
    link = {}
    if draw.chance(0.5):
      mac = draw.mac()
      link["match"] = {"macaddress": mac}
      known_macs[mac.lower()] = name
      if draw.chance(0.5):
        link["set-name"] = name if draw.chance(0.5) else f"new{index}"
        known_macs[mac.lower()] = link["set-name"]
    elif draw.chance(0.2):
      link["match"] = {"name": f"{name[:2]}*{index}"}
    if draw.chance(0.15):
      link["macaddress"] = draw.mac()
    data["ethernets"][name] = link
    # cloud-init knows ports and parents by the interface's name only.
    if link.get("set-name", name) == name and "name" not in link.get("match", {}):
      nics.append(name)
  ports = v2_made_links(draw, data, nics)
  for section in ("ethernets", "bonds", "bridges", "vlans"):
    for name, link in data.get(section, {}).items():
      if name not in ports:
        v2_settings(draw, link)
      elif draw.chance(0.3):
        link["mtu"] = draw.mtu()
  if draw.chance(0.5):
    data = {"network": data}
  return Case(number, "v2", data, known_macs)


def v2_made_links(draw, data, nics):
  """Bonds, bridges and VLANs over the NICs; the names of the ports."""
  free = list(nics)
  ports = set()
  parents = list(nics)
  for section, name in (("bonds", "bond0"), ("bridges", "br0")):
    if not draw.chance(0.25):
      continue
    own = [free.pop() for _ in range(min(len(free), draw.randrange(1, 3)))]
    ports.update(own)
    link = {"interfaces": own}
    parameters = bond_parameters(draw, own) if section == "bonds" else bridge_parameters(draw)
    if parameters:
      link["parameters"] = parameters
    data[section] = {name: link}
    parents.append(name)
  parents = [name for name in parents if name not in ports]
  if parents and draw.chance(0.35):
    data["vlans"] = {}
    for _ in range(draw.randrange(1, 3)):
      parent = draw.choice(parents)
      tag = draw.once(lambda: draw.randrange(1, 4095))
      name = draw.choice([f"{parent}.{tag}", f"vlan{tag}"])
      data["vlans"][name] = {"id": tag, "link": parent}
  return ports


def v2_settings(draw, link):
  if draw.chance(0.3):
    link["dhcp4"] = draw.chance(0.7)
  if draw.chance(0.15):
    link["dhcp6"] = draw.chance(0.7)
  addresses = [draw.interface() for _ in range(draw.choice([0, 1, 1, 1, 2, 3]))]
  if addresses:
    link["addresses"] = [f"{address}/{length}" for address, length in addresses]
  families = {6 if ":" in address else 4 for address, _ in addresses}
  for family in (4, 6):
    if draw.chance(0.3 if family in families else 0.03):
      link[f"gateway{family}"] = draw.gateway(family)
  if draw.chance(0.35):
    link["nameservers"] = {}
    if draw.chance(0.9):
      link["nameservers"]["addresses"] = draw.resolvers()
    if draw.chance(0.5):
      link["nameservers"]["search"] = draw.domains()
  routes = [v2_route(draw) for _ in range(draw.choice([0, 0, 1, 2, 3]))]
  if routes:
    link["routes"] = routes
  if draw.chance(0.3):
    link["mtu"] = draw.mtu()
  if draw.chance(0.15):
    link["accept-ra"] = draw.chance(0.5)
  if draw.chance(0.02) and addresses:
    # guestagent refuses to guess the length.
    link["addresses"][0] = addresses[0][0]


def v2_route(draw):
  family = draw.choice([4, 4, 6])
  address, length = draw.destination(family)
  route = {"to": f"{address}/{length}"}
  if draw.chance(0.3):
    route["to"] = "0.0.0.0/0" if family == 4 else "::/0"
    if draw.chance(0.03):
      route["to"] = "default"
  kind = draw.random()
  if kind < 0.75 or "/0" in route["to"] or route["to"] == "default":
    route["via"] = draw.gateway(family)
    if draw.chance(0.2):
      route["on-link"] = True
  elif kind < 0.9:
    route["scope"] = "link"
  else:
    route["type"] = draw.choice(["blackhole", "unreachable", "prohibit"])
  for key, values in (("metric", [10, 100, 1024]), ("table", [100, 200]), ("mtu", [1300])):
    if draw.chance(0.1):
      route[key] = draw.choice(values)
  return route


# Version 1


def v1(draw, number):
  items = []
  known_macs = {}
  nics = []
  for index in range(draw.randrange(1, 5)):
    item = {"type": "physical", "name": f"{draw.choice(['eth', 'ens', 'lan'])}{index}"}
    if draw.chance(0.6):
      item["mac_address"] = draw.mac()
      known_macs[item["mac_address"].lower()] = item["name"]
    nics.append(item["name"])
    items.append(item)
  ports = v1_made_links(draw, items, nics)
  for item in items:
    if item["name"] not in ports:
      v1_settings(draw, item)
    elif draw.chance(0.3):
      item["mtu"] = draw.mtu()
  if draw.chance(0.15):
    items.insert(0, {"type": "loopback", "name": "lo", "subnets": [{"type": "loopback"}]})
  if draw.chance(0.4):
    items.append(v1_nameserver(draw, items))
  if draw.chance(0.15):
    route = v1_global_route(draw, items)
    if route:
      items.append(route)
  data = {"version": 1, "config": items}
  if draw.chance(0.3):
    data = {"network": data}
  return Case(number, "v1", data, known_macs)


def v1_made_links(draw, items, nics):
  free = list(nics)
  ports = set()
  parents = list(nics)
  for kind, name in (("bond", "bond0"), ("bridge", "br0")):
    if not draw.chance(0.25):
      continue
    own = [free.pop() for _ in range(min(len(free), draw.randrange(1, 3)))]
    ports.update(own)
    item = {"type": kind, "name": name, f"{kind}_interfaces": own}
    if draw.chance(0.3):
      item["mac_address"] = draw.mac()
    if kind == "bond":
      item["params"] = v1_bond_parameters(draw, bond_parameters(draw, own))
    elif draw.chance(0.7):
      item["params"] = v1_bridge_parameters(draw, bridge_parameters(draw), own)
    items.append(item)
    parents.append(name)
  parents = [name for name in parents if name not in ports]
  while parents and draw.chance(0.3):
    parent = draw.choice(parents)
    tag = draw.once(lambda: draw.randrange(1, 4095))
    item = {"type": "vlan", "name": draw.choice([f"{parent}.{tag}", f"vlan{tag}"]),
            "vlan_link": parent, "vlan_id": tag}
    if draw.chance(0.2):
      item["mac_address"] = draw.mac()
    items.append(item)
  return ports


def v1_bond_parameters(draw, parameters):
  if draw.chance(0.3):
    parameters["mode"] = MODE_NUMBERS[parameters["mode"]]
  spell = draw.choice([lambda key: key, lambda key: key.replace("-", "_")])
  return {spell(VERSION1_BOND[key]): value for key, value in parameters.items()}


def v1_bridge_parameters(draw, parameters, ports):
  found = {VERSION1_BRIDGE[key]: value for key, value in parameters.items()}
  if "bridge_stp" in found and draw.chance(0.6):
    found["bridge_stp"] = "on" if found["bridge_stp"] else "off"
  if ports and draw.chance(0.3):
    found["bridge_pathcost"] = [f"{port} {draw.choice([10, 50, 100])}" for port in ports]
  if ports and draw.chance(0.2):
    found["bridge_portprio"] = [f"{ports[0]} {draw.choice([16, 28, 63])}"]
  for key, value in (("bridge_maxwait", 0), ("bridge_gcint", 2)):
    if draw.chance(0.2):
      found[key] = value
  return found


def v1_settings(draw, item):
  item["subnets"] = [v1_subnet(draw) for _ in range(draw.choice([0, 1, 1, 1, 2, 3]))]
  if not item["subnets"] and draw.chance(0.5):
    del item["subnets"]
  if draw.chance(0.3):
    item["mtu"] = draw.mtu()
  if draw.chance(0.1) and item["type"] == "physical":
    item["accept-ra"] = draw.chance(0.5)


def v1_subnet(draw):
  kind = draw.random()
  if kind < 0.2:
    return {"type": draw.choice(["dhcp", "dhcp4", "dhcp6"])}
  if kind < 0.28:
    return {"type": draw.choice(["ipv6_slaac", "ipv6_dhcpv6-stateless", "ipv6_dhcpv6-stateful"])}
  if kind < 0.32:
    return {"type": "manual"}
  address, length = draw.interface()
  family = 6 if ":" in address else 4
  subnet = {"type": "static6" if family == 6 and draw.chance(0.6) else "static"}
  subnet.update(spelled(draw, "address", address, length))
  if draw.chance(0.4):
    subnet["gateway"] = draw.gateway(family)
  if draw.chance(0.25):
    servers = draw.resolvers()
    subnet["dns_nameservers"] = servers if draw.chance(0.7) else " ".join(servers)
  if draw.chance(0.2):
    domains = draw.domains()
    subnet["dns_search"] = domains if draw.chance(0.7) else " ".join(domains)
  routes = [v1_route(draw) for _ in range(draw.choice([0, 0, 0, 1, 2]))]
  if routes:
    subnet["routes"] = routes
  return subnet


def spelled(draw, key, address, length):
  """An address with its netmask in one of its spellings, or without it at times."""
  family = 6 if ":" in address else 4
  if draw.chance(0.05):
    return {key: address}
  spelling = draw.choice(NETMASKS)
  if spelling == "dotted":
    return {key: address, "netmask": dotted(family, length)}
  if spelling == "length":
    return {key: address, "netmask": draw.choice([length, str(length)])}
  if spelling == "dotted-behind" and family == 4:
    return {key: f"{address}/{dotted(family, length)}"}
  return {key: f"{address}/{length}"}


def v1_route(draw, family=None):
  family = family or draw.choice([4, 4, 6])
  address, length = draw.destination(family)
  if draw.chance(0.2):
    address, length = ("0.0.0.0", 0) if family == 4 else ("::", 0)
  route = spelled(draw, draw.choice(["destination", "network"]), address, length)
  if length == 0 and not any("/" in str(value) for value in route.values()):
    # cloud-init takes a netmask of nought for none.
    route["netmask"] = dotted(family, 0)
  if length == 0 or draw.chance(0.85):
    route["gateway"] = draw.gateway(family)
  if draw.chance(0.2):
    route["metric"] = draw.choice([0, 10, 100, "200"])
  return route


def v1_nameserver(draw, items):
  servers = draw.resolvers()
  item = {"type": "nameserver", "address": servers if draw.chance(0.7) else servers[0]}
  if draw.chance(0.4):
    domains = draw.domains()
    item["search"] = domains if draw.chance(0.7) else domains[0]
  if draw.chance(0.3):
    item["interface"] = draw.choice([item["name"] for item in items])
  return item


def v1_global_route(draw, items):
  """A route of no link, whose gateway lies in a network of one link alone."""
  networks = [
    (item["name"], ipaddress.ip_interface(subnet["address"]).network)
    for item in items for subnet in item.get("subnets", [])
    if "/" in subnet.get("address", "") and ":" not in subnet["address"]]
  for name, network in networks:
    others = [other for holder, other in networks if holder != name]
    if network.prefixlen <= 30 and not any(network.overlaps(other) for other in others):
      to, length = draw.destination(4)
      gateway = str(network.network_address + 1)
      return {"type": "route", "destination": f"{to}/{length}", "gateway": gateway}
  return None


# OpenStack's network_data.json


def network_data(draw, number):
  links = []
  known_macs = {}
  for index in range(draw.randrange(1, 5)):
    mac = draw.mac()
    known_macs[mac.lower()] = f"enp{index}s1"
    link = {"id": f"tap{draw.randrange(16**8):08x}-{index}",
            "vif_id": f"vif-{index}",
            "type": draw.choice(["ovs", "bridge", "phy", "vif", "tap", None, "warp"]),
            "ethernet_mac_address": mac, "mtu": draw.choice([None, 1500, draw.mtu()])}
    if draw.chance(0.1):
      link["name"] = known_macs[mac.lower()] = f"net{index}"
    links.append(link)
  carriers = data_made_links(draw, links)
  networks = []
  for link in carriers:
    for _ in range(draw.choice([0, 1, 1, 2, 3])):
      networks.append(data_network(draw, link["id"], len(networks)))
  services = [{"type": "dns", "address": address} for address in draw.resolvers()]
  if draw.chance(0.3):
    services = []
  if draw.chance(0.3):
    draw.shuffle(networks)
  data = {"links": links, "networks": networks, "services": services}
  return Case(number, "network-data", data, known_macs)


def data_made_links(draw, links):
  """Adds bonds and VLANs; the links that are no ports."""
  carriers = list(links)
  if draw.chance(0.35):
    own = [carriers.pop() for _ in range(draw.randrange(1, 1 + min(2, len(carriers))))]
    parameters = {}
    for key, value in bond_parameters(draw, []).items():
      parameters[VERSION1_BOND[key].replace("-", "_")] = value
    bond = {"id": "bondlink", "type": "bond", "bond_links": [port["id"] for port in own],
            "ethernet_mac_address": own[0]["ethernet_mac_address"], **parameters}
    links.append(bond)
    carriers.append(bond)
  for parent in list(carriers):
    if draw.chance(0.25):
      tag = draw.once(lambda: draw.randrange(1, 4095))
      vlan = {"id": f"vlan-{tag}", "type": "vlan", "vlan_id": tag, "vlan_link": parent["id"],
              "vlan_mac_address": draw.mac()}
      links.append(vlan)
      carriers.append(vlan)
  return carriers


def data_network(draw, link, index):
  network = {"id": f"network{index}", "link": link, "network_id": f"{draw.randrange(16**8):08x}"}
  if draw.chance(0.35):
    network["type"] = draw.choice(
      ["ipv4_dhcp", "ipv4_dhcp", "ipv6_dhcp", "ipv6_slaac", "ipv6_dhcpv6-stateless",
       "ipv6_dhcpv6-stateful"])
    return network
  address, length = draw.interface()
  family = 6 if ":" in address else 4
  network["type"] = draw.choice([f"ipv{family}"] * 3 + ["static" if family == 4 else "static6"])
  network.update(spelled(draw, "ip_address", address, length))
  if draw.chance(0.1):
    network["gateway"] = draw.gateway(family)
  network["routes"] = [data_route(draw, family) for _ in range(draw.randrange(3))]
  if draw.chance(0.2):
    network["services"] = [{"type": "dns", "address": address} for address in draw.resolvers()]
  return network


def data_route(draw, family):
  address, length = draw.destination(family)
  if draw.chance(0.5):
    address, length = ("0.0.0.0", 0) if family == 4 else ("::", 0)
  return {"network": address, "netmask": dotted(family, length), "gateway": draw.gateway(family)}


GENERATORS = {"v1": v1, "v2": v2, "network-data": network_data}


def case(seed, kind, number):
  draw = Random(f"{seed} {kind} {number}")
  made = GENERATORS[kind](draw, number)
  if made.is_network_data or draw.chance(0.3):
    made.text = json.dumps(made.data)
  else:
    made.text = yaml.safe_dump(made.data, sort_keys=False)
  return made
