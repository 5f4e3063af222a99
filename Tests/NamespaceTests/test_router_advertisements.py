"""Static IPv6 beside what a real router advertises."""

import contextlib
import subprocess

import kernel
from lab import inside, until

RADVD = """\
interface peer {
  AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4;
  prefix 2001:db8:3:47::/64 { AdvOnLink on; AdvAutonomous on; };
};
"""
CONFIG = 'addresses: ["2001:db8:3:47::10/64"]\ngateway6: "2001:db8:3:47::1"\n'


@contextlib.contextmanager
def router(lab):
  """radvd on the gateway's side, once the guest has heard of it (route protocol 9)."""
  configuration = lab.folder / "radvd.conf"
  configuration.write_text(RADVD)
  lab.ip("address add fe80::1/64 dev peer nodad", at=lab.gateway)
  lab.sysctl("net.ipv6.conf.all.forwarding", "1", at=lab.gateway)
  lab.ip("link set dev eth0 up")
  daemon = subprocess.Popen(
    [*inside(lab.gateway), "radvd", "--nodaemon", "--config", str(configuration),
     "--pidfile", str(lab.folder / "radvd.pid"), "--logmethod", "none"])
  try:
    until(lambda: defaults(lab))
    yield
  finally:
    daemon.terminate()
    daemon.wait()


def defaults(lab):
  return [route["protocol"] for route in kernel.ip(lab.guest, "-6", "route", "show", "default")]


def test_a_static_default_route_stands_beside_the_advertised_one(lab):
  with router(lab):
    result = lab.apply(lab.eth0(CONFIG), "--wait-dad")
    assert (result.status, result.problems) == (0, [])
    assert "ip -6 route append default via 2001:db8:3:47::1 dev eth0" in result.changed
    assert sorted(defaults(lab)) == ["103", "9"]
    # The advertised prefix still gives an address of its own.
    addresses = [address["local"]
                 for link in kernel.ip(lab.guest, "-6", "address", "show", "dev", "eth0")
                 for address in link["addr_info"] if not address["local"].startswith("fe80:")]
    assert len(addresses) == 2 and "2001:db8:3:47::10" in addresses
    again = lab.apply(lab.eth0(CONFIG))
    assert (again.status, again.changed) == (0, [])
    assert lab.run("down").status == 0
    assert defaults(lab) == ["9"]
