"""What the kernel does of IPv6 by itself, whether a link is set up at all, and new names."""

import pytest

import kernel
from kernel import lines
from lab import GUEST_MAC, network_config

ADDRESS = "addresses: [192.0.2.10/26]\n"


def ipv6(lab, name):
  return lab.sysctl(f"net.ipv6.conf.eth0.{name}")


@pytest.mark.parametrize("wanted, before, value", [("true", 0, "2"), ("false", 2, "0")])
def test_temporary_addresses_as_told_and_as_before(lab, wanted, before, value):
  lab.sysctl("net.ipv6.conf.eth0.use_tempaddr", before)
  seed = lab.eth0(f"ipv6-privacy: {wanted}\n" + ADDRESS)
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  assert result.changed[0] == f"sysctl -w net.ipv6.conf.eth0.use_tempaddr={value}"
  assert ipv6(lab, "use_tempaddr") == value
  assert lab.apply(seed).changed == []
  assert lab.run("status", "--metadata", seed).status == 0
  # No longer told, it is as it was.
  assert lab.apply(lab.eth0(ADDRESS)).changed == [
    f"sysctl -w net.ipv6.conf.eth0.use_tempaddr={before}"]
  assert lab.apply(seed).status == 0
  assert lab.run("down").status == 0
  assert ipv6(lab, "use_tempaddr") == str(before)


def test_an_mtu_of_ipv6_alone(lab):
  seed = lab.eth0("mtu: 1400\nipv6-mtu: 1300\n" + ADDRESS)
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  assert result.changed == [
    "ip link set dev eth0 mtu 1400", "ip link set dev eth0 up",
    "sysctl -w net.ipv6.conf.eth0.mtu=1300", "ip address add 192.0.2.10/26 dev eth0"]
  assert ipv6(lab, "mtu") == "1300"
  assert lab.apply(seed).changed == []
  assert lab.run("down").status == 0
  assert ipv6(lab, "mtu") == "1500"


@pytest.mark.parametrize("secret, mode, notes", [
  (None, "random", ["guestagent: note: eth0: no stable_secret is set:"
                    " its IPv6 addresses change with each boot"]),
  ("2001:db8::1", "stable_secret", []),
])
def test_addresses_that_do_not_tell_the_hardware_address(lab, secret, mode, notes):
  if secret:
    # The kernel makes it the mode at once.
    lab.sysctl("net.ipv6.conf.eth0.stable_secret", secret)
    lab.ip("link set dev eth0 addrgenmode eui64")
  seed = lab.eth0("ipv6-address-generation: stable-privacy\n" + ADDRESS)
  result = lab.apply(seed)
  assert (result.status, result.err) == (0, notes)
  assert result.changed[0] == f"ip link set dev eth0 addrgenmode {mode}"
  found = kernel.ip(lab.guest, "link", "show", "dev", "eth0")[0]
  assert found["inet6_addr_gen_mode"] == mode
  again = lab.apply(seed)
  assert (again.status, again.changed, again.err) == (0, [], [])
  assert lab.apply(lab.eth0("ipv6-address-generation: eui64\n" + ADDRESS)).changed == [
    "ip link set dev eth0 addrgenmode eui64"]


def test_a_link_that_is_activated_by_hand(lab):
  seed = lab.eth0("activation-mode: manual\nroutes: [{to: default, via: 192.0.2.1}]\n" + ADDRESS)
  result = lab.apply(seed)
  assert (result.status, result.changed) == (0, ["ip address add 192.0.2.10/26 dev eth0"])
  assert result.err == ["guestagent: note: eth0: its routes are not added while it is down"]
  lab.ip("link set dev eth0 up")
  assert lab.apply(seed).changed == ["ip route add default via 192.0.2.1 dev eth0"]
  assert lab.apply(seed).changed == []
  assert lab.run("status", "--metadata", seed).status == 0
  assert lab.run("down").status == 0
  assert lab.state() == lines(f"link eth0 {GUEST_MAC} mtu 1500 up")


def test_a_link_that_is_to_be_off(lab):
  lab.ip("link set dev eth0 up")
  seed = lab.eth0("activation-mode: 'off'\n" + ADDRESS)
  result = lab.apply(seed)
  assert (result.status, result.problems) == (0, [])
  assert result.changed == ["ip link set dev eth0 down", "ip address add 192.0.2.10/26 dev eth0"]
  assert lab.apply(seed).changed == []
  assert lab.run("status", "--metadata", seed).status == 0
  assert lab.run("down").changed == [
    "ip address del 192.0.2.10/26 dev eth0", "ip link set dev eth0 up"]


def test_of_a_macvlan_and_its_nic_the_nic_is_meant(lab):
  lab.ip("link add link eth0 name mv0 address " + GUEST_MAC + " type macvlan mode bridge")
  seed = lab.metadata(network_config(f'match: {{macaddress: "{GUEST_MAC}"}}\n' + ADDRESS, "lan"))
  result = lab.apply(seed, "--wait", 0)
  assert (result.status, result.problems) == (0, [])
  assert "ip address add 192.0.2.10/26 dev eth0" in result.changed


def test_two_nics_of_one_hardware_address_are_ambiguous(lab):
  lab.add_nic("eth1", GUEST_MAC, "peer1", "52:54:00:00:01:02")
  seed = lab.metadata(network_config(f'match: {{macaddress: "{GUEST_MAC}"}}\n' + ADDRESS, "lan"))
  before = lab.state()
  result = lab.apply(seed, "--wait", 0)
  assert result.status == 1
  assert result.err == ["guestagent: network: lan: match fits eth0 and eth1;"
                        " make it fit one of them"]
  assert lab.state() == before
