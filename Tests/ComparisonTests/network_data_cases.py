"""Random network_data.json, as OpenStack writes it."""

from drawing import VERSION1_BOND, Case, bond_parameters, dotted, spelled


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
