"""Random network-config of version 1."""

import ipaddress

from drawing import (
  MODE_NUMBERS, VERSION1_BOND, VERSION1_BRIDGE, Case, bond_parameters, bridge_parameters, dotted,
  spelled)


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
