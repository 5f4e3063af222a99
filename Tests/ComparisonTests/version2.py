"""A network-config of version 2 from what `guestagent config --json` prints."""

SECTIONS = {
  "ethernet": "ethernets", "vlan": "vlans", "bond": "bonds", "bridge": "bridges",
  "dummy": "dummy-devices",
}
# By the same name, but for hyphens, and the same value.
SAME = [
  "match", "set_name", "mtu", "macaddress", "neighbors", "dhcp4", "dhcp6", "accept_ra",
  "link_local", "ipv6_privacy", "ipv6_address_generation", "ipv6_mtu", "optional",
]
OF_PORTS = ("path_cost", "port_priority")


def hyphens(key):
  return key.replace("_", "-")


def version2(report):
  config = {"version": 2}
  for link in report["links"]:
    section = config.setdefault(SECTIONS[link["kind"]], {})
    section[link["name"]] = of_link(link, report)
  return config


def of_link(link, report):
  made = {hyphens(key): link[key] for key in SAME if key in link}
  options = link.get("address_options", {})
  made["addresses"] = [
    {address: options[address]} if address in options else address
    for address in link.get("addresses", [])]
  made["routes"] = [of_route(route) for route in link.get("routes", [])]
  made["nameservers"] = {
    "addresses": link.get("nameservers", []), "search": link.get("search", [])}
  if "activation" in link:
    made["activation-mode"] = link["activation"]
  if "parent" in link:
    made["link"], made["id"] = link["parent"], link["vlan_id"]
  if "ports" in link:
    made["interfaces"] = link["ports"]
  if link["kind"] in ("bond", "bridge"):
    parameters = {hyphens(key): value for key, value in link.get("parameters", {}).items()
                  if key not in OF_PORTS}
    for key in OF_PORTS:
      of_ports = {port["name"]: port["parameters"][key] for port in report["links"]
                  if port.get("controller") == link["name"] and key in port.get("parameters", {})}
      if of_ports and link["kind"] == "bridge":
        parameters[hyphens(key)] = of_ports
    if parameters and link["kind"] == "bridge":
      # On in version 2, where a bridge has parameters.
      parameters.setdefault("stp", False)
    made["parameters"] = parameters
  return made


def of_route(route):
  made = {hyphens(key): value for key, value in route.items()}
  if "via" not in route and "type" not in route and "scope" not in route:
    # Version 2 wants it said where all is on the link.
    made["scope"] = "link"
  return made
