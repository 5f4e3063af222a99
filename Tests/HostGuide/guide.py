"""The blocks of the host guide, as they stand on its page, and where each of them is run.

The first line of a block names its language, its place and the block itself:

  host NAME     commands of the host
  machine NAME  commands of the host that need a kernel of their own
  guest NAME    commands of the guest
  file PATH     a file of the host, absolute or below the folder of the guests
  check NAME    a network-config, to be checked
  unrun NAME    commands that are run nowhere
"""

import dataclasses
import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parents[2] / "Packaging" / "HOST.md"
BLOCK = re.compile(r"^```(\w+) (\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACES = ["host", "machine", "guest", "file", "check", "unrun"]

# The three ways to the bridge, each from a host without one.
FORWARDING = ["/etc/sysctl.d/50-guests.conf", "forwarding"]
BY_HAND = ["bridge"]
IFUPDOWN = ["/etc/network/interfaces", "ifup"]
NETWORKD = [f"/etc/systemd/network/10-{name}" for name in ["br0.netdev", "br0.network",
                                                           "eth0.network"]]
BEHIND_ONE_MAC = ["/etc/sysctl.d/50-guests-routed.conf", "routed", "vm6-routed/network-config"]
METADATA = ["vm6/user-data", "vm6/meta-data", "vm6/network-config", "vm7/cmdline"]
MAKERS = ["cloud-localds", "xorriso", "genisoimage"]

IN_MACHINES = {
  *FORWARDING, *BY_HAND, *METADATA, "cloud-localds", "guests.xml", "libvirt-network", "lvcreate",
  "virt-install", "qemu", "lvextend", "blockresize", "block_resize", "status", "ksm"}

NOT_RUN = {
  "networkd": "systemd is not the first process here: the test starts networkd itself",
  "unlock": "an initramfs with dropbear belongs to a whole Debian guest",
}


@dataclasses.dataclass(frozen=True)
class Block:
  language: str
  place: str
  name: str
  text: str


class Guide:
  """The guide's blocks by name; remembers which of them have been asked for."""

  def __init__(self):
    found = [Block(*groups) for groups in BLOCK.findall(PAGE.read_text())]
    self.blocks = {block.name: block for block in found}
    assert len(self.blocks) == len(found), "two blocks have one name"
    assert {block.place for block in found} <= set(PLACES)
    self.used = set()

  def __getitem__(self, name):
    self.used.add(name)
    return self.blocks[name]
