"""Where guestagent and cloud-init 22.4.2 differ, with the reason of each."""

import dataclasses
import typing

import rendered


@dataclasses.dataclass(frozen=True)
class Difference:
  name: str
  reason: str
  # Of (case, renderer, theirs, ours): changes links of one or both, so that they are alike.
  undo: typing.Callable
  # In which kinds of cases and by which renderer it is met.
  kinds: tuple
  renderers: tuple = ("netplan", "networkd")

  def concerns(self, case, renderer):
    return case.kind in self.kinds and renderer in self.renderers


def config(case):
  return case.data.get("network", case.data)


def items(case, *kinds):
  """Of version 1."""
  found = config(case)["config"] if case.kind == "v1" else []
  return [item for item in found if item["type"] in kinds]


def version2_links(case):
  """Section, identifier and settings of each."""
  if case.kind == "v2":
    for section in ("ethernets", "bonds", "bridges", "vlans"):
      for name, link in config(case).get(section, {}).items():
        yield section, link.get("set-name", name), link


def data_names(case):
  """The interface of each link of network_data.json, as cloud-init names it."""
  names = {}
  bonds = 0
  for link in case.data["links"]:
    if link["type"] == "bond":
      names[link["id"]] = f"bond{bonds}"
      bonds += 1
    elif link["type"] == "vlan":
      names[link["id"]] = f"{names[link['vlan_link']]}.{link['vlan_id']}"
    else:
      names[link["id"]] = case.known_macs[link["ethernet_mac_address"].lower()]
  return names


def network_types(case):
  """By the interface's name, what its subnets or networks are."""
  if case.is_network_data:
    names = data_names(case)
    found = {name: set() for name in names.values()}
    for network in case.data["networks"]:
      found[names[network["link"]]].add(network["type"])
    return found
  return {
    item["name"]: {subnet["type"] for subnet in item.get("subnets", [])}
    for item in items(case, "physical", "bond", "bridge", "vlan")}


def gateways_of_subnets(case):
  """By the interface's name; of subnets with addresses."""
  if case.is_network_data:
    names = data_names(case)
    found = {name: [] for name in names.values()}
    for network in case.data["networks"]:
      found[names[network["link"]]] += [network["gateway"]] if "gateway" in network else []
    return found
  return {
    item["name"]: [
      subnet["gateway"] for subnet in item.get("subnets", []) if "gateway" in subnet]
    for item in items(case, "physical", "bond", "bridge", "vlan")}


def drop(name, keys, *sides):
  for facts in sides:
    for key in keys:
      facts.get(name, {}).pop(key, None)


RESOLVERS = ("nameservers", "search")


# Resolvers


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
    for key in RESOLVERS:
      link[key] = link[key] + guest[key]


def drop_resolvers_of_interfaces(case, renderer, theirs, ours):
  for name in own_resolvers(case):
    drop(name, RESOLVERS, theirs, ours)


def drop_resolvers_without_addresses(case, renderer, theirs, ours):
  for _, name, link in version2_links(case):
    if not link.get("addresses"):
      drop(name, RESOLVERS, theirs, ours)


def drop_after_search_alone(case, renderer, theirs, ours):
  lost = set()
  for section, name, link in version2_links(case):
    if "nameservers" in link and "addresses" not in link["nameservers"]:
      lost.add(section)
    if section in lost and not link.get("addresses"):
      drop(name, RESOLVERS, theirs, ours)


def remove_services_of_networks(case, renderer, theirs, ours):
  if case.is_network_data:
    names = data_names(case)
    for network in case.data["networks"]:
      link = ours[names[network["link"]]]
      servers = {rendered.address(service["address"]) for service in network.get("services", [])}
      link["nameservers"] = [server for server in link["nameservers"] if server not in servers]


# Routes


def remove_routes_of_no_link(case, renderer, theirs, ours):
  for item in items(case, "route"):
    route = rendered.route(item["destination"], item["gateway"], item.get("metric"))
    holders = [link for link in ours.values() if route in link.get("routes", [])]
    if len(holders) == 1:
      for link in [*holders, *theirs.values()]:
        link["routes"] = [other for other in link["routes"] if other != route]


def forget_metrics(case, renderer, theirs, ours):
  if case.kind == "v2":
    for link in ours.values():
      link["routes"] = [(to, via, None) for to, via, _ in link.get("routes", [])]


def forget_routes_without_subnets(case, renderer, theirs, ours):
  for _, name, link in version2_links(case):
    if not link.get("addresses") and not link.get("dhcp4") and not link.get("dhcp6"):
      ours[name]["routes"] = []


def forget_routes_of_dhcp(case, renderer, theirs, ours):
  """Those that hang on the first subnet, where that is DHCP's."""
  for _, name, link in version2_links(case):
    if link.get("dhcp4") or link.get("dhcp6"):
      given = [rendered.route(route["to"], route.get("via")) for route in link.get("routes", [])]
      ours[name]["routes"] = [
        route for route in ours[name]["routes"] if route[:2] not in [other[:2] for other in given]]


def forget_gateways_without_addresses(case, renderer, theirs, ours):
  for _, name, link in version2_links(case):
    families = {6 if ":" in address else 4 for address in link.get("addresses", [])}
    for family in {4, 6} - families:
      gateway = link.get(f"gateway{family}")
      if gateway:
        lost = rendered.route(rendered.everything(gateway), gateway)
        ours[name]["routes"] = [route for route in ours[name]["routes"] if route != lost]


def undo_length_of_default_route(case, renderer, theirs, ours):
  for _, name, link in version2_links(case):
    for route in link.get("routes", []):
      if route["to"] == "::/0":
        wrong = rendered.route("::/64", route["via"])
        right = rendered.route("::/0", route["via"])
        theirs[name]["routes"] = [
          right if other == wrong else other for other in theirs[name]["routes"]]


def forget_earlier_gateways(case, renderer, theirs, ours):
  for name, gateways in gateways_of_subnets(case).items():
    for family in (":", "."):
      same = [gateway for gateway in gateways if family in gateway]
      lost = [rendered.route(rendered.everything(gateway), gateway) for gateway in same[:-1]]
      ours[name]["routes"] = [route for route in ours[name]["routes"] if route not in lost]


# Automatic addresses


def drop_accept_ra_without_dhcp6(case, renderer, theirs, ours):
  for name, link in theirs.items():
    if not link["dhcp6"]:
      drop(name, ["accept_ra"], theirs, ours)


def drop_accept_ra_of_made_links(case, renderer, theirs, ours):
  for section, name, link in version2_links(case):
    if section != "ethernets" and "accept-ra" in link:
      drop(name, ["accept_ra"], theirs, ours)


def ask_for_dhcp6(case, renderer, theirs, ours):
  for name, types in network_types(case).items():
    if types & {"ipv6_dhcpv6-stateful", "ipv6_dhcpv6-stateless"}:
      theirs[name]["dhcp6"] = True


def ask_no_dhcp6_for_slaac(case, renderer, theirs, ours):
  for name, types in network_types(case).items():
    if "ipv6_slaac" in types and not ours[name]["dhcp6"]:
      theirs[name]["dhcp6"] = False


def accept_ra_where_it_is_meant(case, renderer, theirs, ours):
  for name, types in network_types(case).items():
    if types & {"ipv6_slaac", "ipv6_dhcpv6-stateless"} and theirs[name].get("accept_ra", 0) is None:
      theirs[name]["accept_ra"] = True


def keep_accept_ra_beside_static6(case, renderer, theirs, ours):
  if not case.is_network_data:
    return
  for name, types in network_types(case).items():
    if types & {"ipv6", "static6"} and theirs[name].get("accept_ra") is False:
      automatic = {kind for kind in types if kind.startswith("ipv6_")}
      theirs[name]["accept_ra"] = True if automatic else None


# Links


def forget_macaddress(case, renderer, theirs, ours):
  for _, name, link in version2_links(case):
    if "macaddress" in link and "macaddress" not in link.get("match", {}):
      ours[name]["mac"] = None


def turn_stp_on(case, renderer, theirs, ours):
  for section, name, link in version2_links(case):
    if section == "bridges" and "parameters" in link:
      theirs[name]["parameters"] = {"stp": True, **theirs[name]["parameters"]}


def forget_loopback(case, renderer, theirs, ours):
  if items(case, "loopback"):
    del ours["lo"]


def name_vlans_by_parent(case, renderer, theirs, ours):
  if not case.is_network_data:
    return
  for name in list(ours):
    link = ours[name]
    if link.get("kind") == "vlan" and name == f"vlan{link['vlan_id']}":
      new = f"{link['parent']}.{link['vlan_id']}"
      ours[new] = ours.pop(name)
      for other in ours.values():
        if other.get("parent") == name:
          other["parent"] = new


NETPLAN, NETWORKD = ("netplan",), ("networkd",)
V1, V2, DATA = ("v1",), ("v2",), ("network-data",)

DIFFERENCES = [
  Difference(
    "names of VLANs", "the interface of a VLAN's parent that is found by hardware address is not "
    "known when network_data.json is read: guestagent calls the VLAN vlan<id>",
    name_vlans_by_parent, DATA),
  Difference(
    "services of networks", "cloud-init reads the resolvers of a network of network_data.json "
    "only since 24.3", remove_services_of_networks, DATA),
  Difference(
    "resolvers of the guest", "neither netplan nor networkd has resolvers that are of no link: "
    "cloud-init repeats them on each link, guestagent keeps them as what they are",
    spread_guest_resolvers, V1 + DATA),
  Difference(
    "resolvers of an interface", "cloud-init's renderer for netplan forgets version 1's "
    "nameserver that names an interface", drop_resolvers_of_interfaces, V1, NETPLAN),
  Difference(
    "resolvers without addresses", "inside cloud-init the resolvers of a link of version 2 are "
    "those of its first address", drop_resolvers_without_addresses, V2, NETPLAN),
  Difference(
    "search without resolvers", "cloud-init gives up on the resolvers of a section of version 2 "
    "at the first link that has search domains alone", drop_after_search_alone, V2, NETWORKD),
  Difference(
    "routes of no link", "cloud-init's renderer for netplan forgets version 1's route, networkd's "
    "repeats it on each link; guestagent gives it to the link that reaches its gateway",
    remove_routes_of_no_link, V1),
  Difference(
    "metrics of version 2", "cloud-init takes to and via alone from a route of version 2",
    forget_metrics, V2),
  Difference(
    "routes without subnets", "cloud-init forgets the routes of a link of version 2 that has "
    "neither addresses nor DHCP", forget_routes_without_subnets, V2),
  Difference(
    "routes beside DHCP", "cloud-init's renderer for netplan forgets the routes of a link of "
    "version 2 that has DHCP", forget_routes_of_dhcp, V2, NETPLAN),
  Difference(
    "gateways without addresses", "cloud-init forgets gateway4 and gateway6 of a link that has no "
    "address of their family", forget_gateways_without_addresses, V2),
  Difference(
    "default route of IPv6", "cloud-init 22.4 takes ::/0 of version 2 for ::/64",
    undo_length_of_default_route, V2),
  Difference(
    "several gateways", "cloud-init's renderer for netplan keeps one gateway of a link and family",
    forget_earlier_gateways, V1 + DATA, NETPLAN),
  Difference(
    "static IPv6 in network_data.json", "cloud-init turns router advertisements off beside a "
    "static IPv6 address; guestagent leaves them on, as they may be all that brings the default "
    "route", keep_accept_ra_beside_static6, DATA),
  Difference(
    "accept-ra without DHCPv6", "cloud-init's renderer for networkd says IPv6AcceptRA only beside "
    "DHCPv6", drop_accept_ra_without_dhcp6, V1 + V2 + DATA, NETWORKD),
  Difference(
    "accept-ra of made links", "cloud-init forgets accept-ra of VLANs, bonds and bridges of "
    "version 2", drop_accept_ra_of_made_links, V2),
  Difference(
    "DHCPv6 for ipv6_slaac", "cloud-init asks netplan for DHCPv6, which the router may then "
    "refuse; guestagent has router advertisements accepted", ask_no_dhcp6_for_slaac, V1 + DATA,
    NETPLAN),
  Difference(
    "DHCPv6 by other words", "cloud-init's renderer for networkd does not know "
    "ipv6_dhcpv6-stateful and ipv6_dhcpv6-stateless", ask_for_dhcp6, V1 + DATA, NETWORKD),
  Difference(
    "router advertisements meant", "ipv6_slaac and ipv6_dhcpv6-stateless are made of router "
    "advertisements: guestagent has them accepted whatever the kernel's default is",
    accept_ra_where_it_is_meant, V1 + DATA),
  Difference(
    "macaddress of version 2", "cloud-init forgets the hardware address that a link is to have",
    forget_macaddress, V2),
  Difference(
    "STP of version 2", "netplan has it on where a bridge has parameters and does not say "
    "otherwise, which cloud-init leaves to netplan", turn_stp_on, V2, NETPLAN),
  Difference(
    "loopback", "cloud-init's renderer for netplan forgets version 1's loopback",
    forget_loopback, V1, NETPLAN),
]


def refusals(case):
  """Who refuses the case, and in which words."""
  known = {}
  for _, _, link in version2_links(case):
    if any("/" not in address for address in link.get("addresses", [])):
      # Never guessed: netplan refuses it, cloud-init would take /24 or /64.
      known["guestagent"] = "has no prefix length; write "
    if any(route["to"] == "default" for route in link.get("routes", [])):
      known["cloud-init"] = "ValueError: Address default is not a valid ip address"
  return known
