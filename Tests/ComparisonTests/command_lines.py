"""Random kernel command lines of words that dracut defines, as both readers take them.

What they read differently is left out here and stands in test_command_line.py, each with its
reason.
"""

import random

NICS = ["eth0", "eth1", "ens3", "enp1s0f1", "lan0", "netboot"]
METHODS = ["none", "off", "dhcp", "dhcp6", "either6"]


class Device:
  """A device with networks of its own: of the documentation prefixes, number by number."""

  def __init__(self, name, number):
    self.name = name
    self.number = number

  def ipv4(self, rest):
    return f"{('192.0.2', '198.51.100', '203.0.113')[self.number % 3]}.{self.number // 3 * 64 + rest}"

  def ipv6(self, rest):
    return f"2001:db8:{self.number:x}::{rest:x}"


class Maker:
  def __init__(self, case):
    self.random = random.Random(case)
    self.words = []
    self.gateways = []
    self.mac = 0

  def chance(self, share):
    return self.random.random() < share

  def hardware_address(self):
    self.mac += 1
    text = f"52:54:00:{self.random.randrange(256):02x}:00:{self.mac:02x}"
    return text.upper() if self.chance(0.2) else text

  def make(self):
    names = self.random.sample(NICS, self.random.randint(1, 4))
    if len(names) == 1 and self.chance(0.5):
      self.ip_words(Device("", 0))
    else:
      free = list(names)
      made = [self.made_link(names, free) for _ in range(self.random.randint(0, 3))]
      devices = [Device(name, number) for number, name in enumerate(free + [m for m in made if m])]
      self.random.shuffle(devices)
      for device in devices[:self.random.randint(1, len(devices))]:
        self.ip_words(device)
      self.routes(devices)
    for _ in range(self.random.randint(0, 3)):
      self.words.append("nameserver=" + self.random.choice(["192.0.2.53", "203.0.113.53",
                                                            "2001:db8::53", "2001:db8::54"]))
    self.words += self.random.sample(["quiet", "rd.neednet=1", "net.ifnames=0", "root=/dev/vda1"], 2)
    self.random.shuffle(self.words)
    return self.words

  def made_link(self, names, free):
    """Adds a vlan=, bond= or bridge=; its name, or `None`."""
    kind = self.random.choice(["vlan", "bond", "bridge"])
    if kind == "vlan":
      parent = self.random.choice(names)
      number = self.random.choice([1, 5, 100, 4094])
      name = self.random.choice([f"{parent}.{number}", f"vlan{number}", f"lan{number}"])
      if any(word.startswith(f"vlan={name}:") for word in self.words) or len(name) > 15:
        return None
      self.words.append(f"vlan={name}:{parent}")
      return name
    name = "bond0" if kind == "bond" else "br0"
    ports = self.random.sample(free, self.random.randint(1, len(free))) if free else []
    if not ports or any(word.startswith(f"{kind}=") for word in self.words):
      return None
    for port in ports:
      free.remove(port)
    word = f"{kind}={name}:{','.join(ports)}"
    if kind == "bond" and self.chance(0.6):
      word += self.random.choice([":mode=active-backup", ":mode=4,miimon=50", ""])
      if word.count(":") == 2 and self.chance(0.5):
        word += f":{self.random.choice([1400, 9000])}"
    self.words.append(word)
    return name

  def ip_words(self, device):
    if device.name and self.chance(0.2) and device.name in NICS:
      self.words.append(f"ifname={device.name}:{self.hardware_address()}")
    if not device.name and self.chance(0.3):
      self.words.append("ip=" + self.random.choice(METHODS[2:]))
      return
    if device.name and self.chance(0.3):
      tail = ""
      if self.chance(0.5):
        tail = f":{self.random.choice([1280, 1500, 9000])}"
        if self.chance(0.4):
          tail += ":" + self.hardware_address().lower()
      self.words.append(f"ip={device.name}:{self.random.choice(METHODS)}{tail}")
      return
    method = self.random.choice(METHODS[:2]) if self.chance(0.8) else "dhcp"
    tails = 0
    for count, make in ((self.random.randint(0, 2), self.static4), (self.random.randint(0, 2), self.static6)):
      for rest in range(count):
        tails += 1
        self.words.append("ip=" + make(device, rest + 2, method, self.tail(tails)))
    if not tails:
      self.words.append("ip=" + self.static4(device, 2, method, self.tail(1)))

  def static4(self, device, rest, method, tail):
    length = self.random.choice([26, 28, 30, 32])
    mask = self.random.choice([str(length), {26: "255.255.255.192", 28: "255.255.255.240",
                                             30: "255.255.255.252", 32: "255.255.255.255"}[length]])
    gateway = ""
    if self.chance(0.5):
      gateway = device.ipv4(1)
      self.gateways.append((device.name, gateway))
    return (f"{device.ipv4(rest)}::{gateway}:{mask}:{self.host()}:{device.name}:{method}{tail}")

  def static6(self, device, rest, method, tail):
    gateway = ""
    if self.chance(0.5):
      gateway = f"[{device.ipv6(1)}]" if self.chance(0.5) else "[fe80::1]"
    length = self.random.choice([48, 64, 127, 128])
    return (f"[{device.ipv6(rest)}]::{gateway}:{length}:{self.host()}:{device.name}:{method}{tail}")

  def host(self):
    return self.random.choice(["", "", "web-1", "db.example.com"])

  def tail(self, number):
    """What follows the method; an MTU and a hardware address once for a device."""
    if number == 1 and self.chance(0.3):
      mtu = self.random.choice(["1280", "1500", "9000"])
      return f":{mtu}" + (":" + self.hardware_address().lower() if self.chance(0.3) else "")
    if self.chance(0.4):
      servers = self.random.sample(["192.0.2.51", "198.51.100.51", "[2001:db8::51]"], 2)
      return ":" + ":".join(servers[:self.random.randint(1, 2)])
    return ""

  def routes(self, devices):
    for number in range(self.random.randint(0, 3)):
      device = self.random.choice(devices)
      if self.chance(0.5):
        gateway = self.random.choice(["", device.ipv4(7), device.ipv4(9)])
        net = f"203.0.113.{128 + 16 * number}/{self.random.choice([28, 30, 32])}"
      else:
        gateway = self.random.choice(["", f"[{device.ipv6(7)}]", "[fe80::7]"])
        net = f"[2001:db8:{0xff00 + number:x}::/{self.random.choice([48, 64])}]"
      self.words.append(f"rd.route={net}:{gateway}:{device.name}")
    if self.gateways and self.chance(0.3):
      # Without a device, by a gateway that one link uses.
      self.words.append(f"rd.route=203.0.113.112/28:{self.random.choice(self.gateways)[1]}")


def command_line(case):
  """The words of one case; the same for the same case."""
  return Maker(case).make()
