"""What random metadata are made of: addresses of the documentation's ranges, and parameters of
bonds and bridges that go together."""

import dataclasses
import ipaddress
import random

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
