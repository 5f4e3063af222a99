"""The other end of the guest's cable: a network namespace that models the provider's gateway."""

import itertools
import os
import subprocess

from .paths import run

CABLE = "cable"
ADDRESS = "192.0.2.1"
MAC = "00:00:5e:00:01:01"
BEYOND = "203.0.113.1"
PREFIX6 = "2001:db8:3:47::/64"
ADDRESS6 = "2001:db8:3:47::1"

_numbers = itertools.count(1)

# Every three seconds, so that a test does not depend on the solicitation alone.
_RADVD = f"""
interface {CABLE} {{
  AdvSendAdvert on;
  MinRtrAdvInterval 3;
  MaxRtrAdvInterval 4;
  prefix {PREFIX6} {{ AdvOnLink on; AdvAutonomous on; }};
}};
"""


class Gateway:
    """A namespace with a tap device, which QEMU opens as the peer of the guest's NIC.

    It holds 192.0.2.1/26 and reaches the guest's addresses over the cable. With `answers_arp`
    false it ignores, like some providers' gateways, who asks from outside its own subnet:
    `arp_ignore=2`. Behind it, 203.0.113.1 stands for the rest of the world.
    """

    def __init__(self, folder, answers_arp=False):
        self.namespace = f"gateway-{os.getpid()}-{next(_numbers)}"
        self._folder = folder
        self._answers_arp = answers_arp
        self._radvd = None

    def __enter__(self):
        run("ip", "netns", "add", self.namespace)
        try:
            self._build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._radvd:
            self._radvd.terminate()
            self._radvd.wait()
        run("ip", "netns", "delete", self.namespace)

    def inside(self, *command):
        """The words that run a command in the gateway."""
        return ["ip", "netns", "exec", self.namespace, *command]

    def run(self, *command):
        return run(*self.inside(*command))

    def answer_arp(self, everybody):
        """Whether it answers everybody who asks for its address, or its own subnet only."""
        ignore = 0 if everybody else 2
        self.run("sysctl", "-qw", f"net.ipv4.conf.{CABLE}.arp_ignore={ignore}")

    def advertise(self):
        """Sends IPv6 router advertisements of 2001:db8:3:47::/64 until the gateway goes away."""
        self.run("sysctl", "-qw", "net.ipv6.conf.all.forwarding=1")
        configuration = self._folder / "radvd.conf"
        configuration.write_text(_RADVD)
        self._radvd = subprocess.Popen(
            self.inside(
                "radvd", "--nodaemon", "--logmethod", "none",
                "--config", str(configuration), "--pidfile", str(self._folder / "radvd.pid")))

    def _build(self):
        self.run("ip", "link", "set", "dev", "lo", "up")
        self.run("ip", "tuntap", "add", "dev", CABLE, "mode", "tap")
        self.run("sysctl", "-qw", f"net.ipv6.conf.{CABLE}.accept_dad=0")
        self.run("ip", "link", "set", "dev", CABLE, "address", MAC, "up")
        self.run("ip", "address", "add", f"{ADDRESS}/26", "dev", CABLE)
        self.run("ip", "address", "add", f"{ADDRESS6}/64", "dev", CABLE, "nodad")
        self.run("ip", "address", "add", f"{BEYOND}/32", "dev", "lo")
        self.run("ip", "route", "add", "198.51.100.176/29", "dev", CABLE)
        self.answer_arp(self._answers_arp)
