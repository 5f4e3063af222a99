"""Random network-config of version 2."""

from drawing import Case, bond_parameters, bridge_parameters


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
    if draw.chance(0.8):
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
