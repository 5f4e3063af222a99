"""What systemd's network generator makes of a kernel command line, read from its files."""

import ipaddress
import pathlib
import subprocess

GENERATOR = "/usr/lib/systemd/systemd-network-generator"


def generate(words, root):
  """The files that it writes, each a list of (section, [(key, value)])."""
  run = subprocess.run([GENERATOR, f"--root={root}", "--", *words], capture_output=True, text=True,
                       timeout=30)
  assert run.returncode == 0, run.stderr
  return {path.name: sections(path.read_text())
          for path in pathlib.Path(root, "run/systemd/network").iterdir()}


def sections(text):
  found = []
  for line in text.splitlines():
    if line.startswith("["):
      found.append((line.strip("[]"), []))
    elif line and not line.startswith("#"):
      found[-1][1].append(tuple(line.split("=", 1)))
  return found


def values(file, section, key):
  return [value for name, pairs in file if name == section for found, value in pairs if found == key]


def one(file, section, key):
  return (values(file, section, key) or [None])[0]


def links(files):
  """By name; of NICs without a name `*`."""
  found = {}

  def link(name):
    return found.setdefault(name, {
      "kind": "ethernet", "parent": None, "vlan_id": None, "controller": None, "mtu": None,
      "macaddress": None, "match": None, "dhcp4": False, "dhcp6": False, "addresses": [],
      "peer": None, "routes": [], "dns": []})

  for name, file in files.items():
    if name.endswith(".netdev"):
      made = link(one(file, "NetDev", "Name"))
      made["kind"] = one(file, "NetDev", "Kind")
      made["mtu"] = number(one(file, "NetDev", "MTUBytes"))
      made["vlan_id"] = number(one(file, "VLAN", "Id"))
  for name, file in files.items():
    if name.endswith(".network"):
      read_network(link, file)
  for name, file in files.items():
    if name.endswith(".link") and one(file, "Link", "Name") in found:
      found[one(file, "Link", "Name")]["match"] = one(file, "Match", "MACAddress")
  return found


def read_network(link, file):
  name = one(file, "Match", "Name") or "*"
  of = link(name)
  of["mtu"] = number(one(file, "Link", "MTUBytes")) or of["mtu"]
  of["macaddress"] = one(file, "Link", "MACAddress")
  dhcp = one(file, "Network", "DHCP")
  of["dhcp4"] = dhcp in ("yes", "ipv4")
  of["dhcp6"] = dhcp in ("yes", "ipv6")
  of["dns"] = values(file, "Network", "DNS")
  of["controller"] = one(file, "Network", "Bond") or one(file, "Network", "Bridge")
  for vlan in values(file, "Network", "VLAN"):
    link(vlan)["parent"] = name
  of["addresses"] = values(file, "Address", "Address")
  of["peer"] = one(file, "Address", "Peer")
  for section, pairs in file:
    if section == "Route":
      gateway = dict(pairs).get("Gateway")
      everything = "0.0.0.0/0" if gateway and ":" not in gateway else "::/0"
      of["routes"].append((dict(pairs).get("Destination", everything), gateway))


def number(text):
  return None if text is None else int(text)


def canonical(links):
  """For comparison: order and repetition mean nothing, text of addresses neither."""
  for link in links.values():
    link["addresses"] = {str(ipaddress.ip_interface(text)) for text in link["addresses"]}
    link["routes"] = {
      (str(ipaddress.ip_interface(to)), gateway and str(ipaddress.ip_address(gateway)))
      for to, gateway in link["routes"]}
    link["dns"] = {str(ipaddress.ip_address(text)) for text in link["dns"]}
  return links
