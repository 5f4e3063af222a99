"""What is wrong with a guest's network, asked of the network itself, and nothing changed by it."""

import contextlib
import subprocess
import sys
import time

import pytest

import kernel
from lab import GATEWAY_MAC, GUEST_MAC, inside, until
from test_router_advertisements import router

OTHER_MAC = "00:00:5e:00:01:09"
LINK = f"up, carrier, mtu 1500, {GUEST_MAC}"
# One of the eight addresses that the gateway routes to the guest's link.
ADDRESS = """
addresses: [198.51.100.176/32]
routes:
  - {to: 192.0.2.1/32, scope: link}
  - {to: default, via: 192.0.2.1}
"""
IPV6 = """
addresses: ["2001:db8:3:47::10/64"]
routes: [{to: default, via: "2001:db8:3:47::1"}]
accept-ra: false
"""
# Answers any question with an empty answer of the response code given.
RESPONDER = """
import socket, sys
served = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
served.bind((sys.argv[2], 53))
print(flush=True)
while True:
  question, asker = served.recvfrom(512)
  served.sendto(question[:2] + bytes([0x81, 0x80 | int(sys.argv[1])]) + question[4:], asker)
"""


@contextlib.contextmanager
def resolver(lab, code=0, address="192.0.2.1"):
  """A resolver on the gateway, which /etc/resolv.conf names."""
  name(lab, address)
  served = subprocess.Popen(
    [*inside(lab.gateway), sys.executable, "-c", RESPONDER, str(code), address],
    stdout=subprocess.PIPE)
  try:
    assert served.stdout.readline() == b"\n"
    yield
  finally:
    served.kill()
    served.wait()
    served.stdout.close()


def name(lab, *resolvers):
  (lab.root / "etc").mkdir(exist_ok=True)
  (lab.root / "etc/resolv.conf").write_text(
    "".join(f"nameserver {address}\n" for address in resolvers))


def configured(lab, lines=ADDRESS):
  """The guest as the metadata want it, once the kernel has done what it does by itself."""
  with_ipv6 = "::" in lines
  if not with_ipv6:
    lab.sysctl("net.ipv6.conf.eth0.disable_ipv6", 1)
  seed = lab.eth0(lines)
  assert lab.apply(seed, *(["--wait-dad"] if with_ipv6 else [])).status == 0
  until(lambda: kernel.ip(lab.guest, "link", "show", "eth0")[0]["operstate"] == "UP")
  return seed


def told(lab, *words, **options):
  """The findings as `state link subject text`, with what to do by the text; and the exit status."""
  result = lab.run("diagnose", "--json", *words, **options)
  assert result.err == []
  lines, hints = [], {}
  for finding in result.json:
    lines.append(" ".join([finding["state"], finding.get("link", "-"), finding["subject"],
                           finding["text"]]))
    hints[finding["text"]] = finding.get("hint")
  assert result.status == (1 if any(line.startswith("wrong") for line in lines) else 0)
  return lines, hints


def neighbor(lab, mac, address="192.0.2.1"):
  lab.ip(f"neigh replace {address} lladdr {mac} nud permanent dev eth0")


def everything(lab):
  """All that the kernel has, the neighbours that it learned too; but for its cache of multicast
  addresses (NOARP), which is no configuration."""
  shown = [subprocess.run(["ip", "-n", lab.guest, *words.split()], check=True, text=True,
                          capture_output=True).stdout
           for words in ("-d link show", "-N address show", "-4 route show table all",
                         "-6 route show table all", "rule show", "neigh show nud all",
                         "maddress show")]
  return [line for text in shown for line in text.splitlines() if "NOARP" not in line]


def test_all_is_right_and_nothing_is_changed(lab):
  lab.sysctl("net.ipv4.conf.peer.arp_ignore", 0, at=lab.gateway)
  seed = configured(lab)
  # With an entry for the gateway: without one, the question to a resolver makes the kernel learn.
  neighbor(lab, GATEWAY_MAC)
  with resolver(lab):
    before = everything(lab)
    lines, hints = told(lab, "--metadata", seed)
    assert everything(lab) == before
    without, _ = told(lab)
    assert everything(lab) == before
  assert lines == without == [
    f"ok eth0 link {LINK}",
    "ok eth0 address 198.51.100.176/32, no other host has it",
    "ok eth0 route default via 192.0.2.1",
    f"ok eth0 gateway 192.0.2.1 answers ARP as {GATEWAY_MAC}; the static neighbour is right, and"
    " not needed as long as it does",
    "ok - resolver 192.0.2.1 answers"]
  assert not any(hints.values())


def test_lines_for_a_person_are_aligned(lab):
  result = lab.run("diagnose")
  assert (result.status, result.err) == (1, [])
  assert result.out == [
    f"wrong   eth0  link down, no carrier, mtu 1500, {GUEST_MAC}",
    "              -> run ip link set dev eth0 up, or guestagent apply",
    "wrong   eth0  address it has none",
    "              -> give guestagent apply metadata",
    "wrong   -     resolver /etc/resolv.conf names none",
    "              -> add nameservers: {addresses: [<address>]} to the metadata"]


GATEWAYS = {
  "answers, no entry": (0, None, f"ok eth0 gateway 192.0.2.1 answers ARP as {GATEWAY_MAC}", None),
  "answers, wrong entry": (
    0, OTHER_MAC,
    f"wrong eth0 gateway 192.0.2.1 answers ARP as {GATEWAY_MAC}, the static neighbour says"
    f" {OTHER_MAC}",
    f'put neighbors: [{{to: "192.0.2.1", lladdr: "{GATEWAY_MAC}"}}] in the metadata'),
  "silent, right entry": (
    2, GATEWAY_MAC,
    f"ok eth0 gateway 192.0.2.1 answers pings, not ARP: the static neighbour {GATEWAY_MAC} is"
    " needed, and right", None),
  "silent, wrong entry": (
    2, OTHER_MAC,
    "wrong eth0 gateway 192.0.2.1 answers neither ARP nor pings through the static neighbour"
    f" {OTHER_MAC}",
    "ask whoever runs the network for its hardware address; a host that ignores pings looks the"
    " same"),
  "silent, no entry": (
    2, None,
    "wrong eth0 gateway 192.0.2.1 answers no ARP from 198.51.100.176: a static neighbour is needed",
    'add neighbors: [{to: "192.0.2.1", lladdr: <its hardware address>}] to the metadata'),
}


@pytest.mark.parametrize("case", GATEWAYS)
def test_is_the_static_neighbour_needed_and_right(lab, case):
  ignores, entry, line, hint = GATEWAYS[case]
  lab.sysctl("net.ipv4.conf.peer.arp_ignore", ignores, at=lab.gateway)
  configured(lab)
  if entry:
    neighbor(lab, entry)
  before = everything(lab)
  lines, hints = told(lab, "--interface", "eth0")
  assert everything(lab) == before
  assert [told for told in lines if " gateway " in told] == [line]
  assert hints[line.split(" gateway ")[1]] == hint


def test_a_gateway_that_ignores_pings_is_proved_by_a_resolver_behind_it(lab):
  lab.sysctl("net.ipv4.icmp_echo_ignore_all", 1, at=lab.gateway)
  lab.ip("link set dev lo up", at=lab.gateway)
  lab.ip("address add 203.0.113.53/32 dev lo", at=lab.gateway)
  configured(lab)
  neighbor(lab, GATEWAY_MAC)
  with resolver(lab, address="203.0.113.53"):
    lines, _ = told(lab)
  assert [line for line in lines if " gateway " in line] == [
    "ok eth0 gateway 192.0.2.1 answers no ARP, and 203.0.113.53 answers by way of it: the static"
    f" neighbour {GATEWAY_MAC} is needed, and right"]


def test_two_hosts_with_the_gateways_address(lab):
  lab.sysctl("net.ipv4.conf.peer.arp_ignore", 0, at=lab.gateway)
  lab.ip(f"link add link peer name twin address {OTHER_MAC} type macvlan", at=lab.gateway)
  lab.ip("link set dev twin up", at=lab.gateway)
  configured(lab)
  lines, hints = told(lab, "--interface", "eth0")
  found = [line for line in lines if " gateway " in line]
  assert len(found) == 1 and found[0].startswith("wrong eth0 gateway 192.0.2.1 answers ARP from ")
  assert GATEWAY_MAC in found[0] and OTHER_MAC in found[0]


def test_another_host_with_the_guests_address(lab):
  lab.sysctl("net.ipv4.conf.peer.arp_ignore", 0, at=lab.gateway)
  lab.ip("route del 198.51.100.176/32 dev peer", at=lab.gateway)
  lab.ip("address add 198.51.100.176/32 dev peer", at=lab.gateway)
  seed = configured(lab)
  lines, hints = told(lab, "--metadata", seed, "--interface", "eth0")
  text = f"198.51.100.176/32: another host on the link has it, at {GATEWAY_MAC}"
  assert f"wrong eth0 address {text}" in lines
  assert hints[text] == "end that host's use of it, or take another address"


def test_the_gateway_of_ipv6(lab):
  seed = configured(lab, IPV6)
  before = everything(lab)
  lines, _ = told(lab, "--metadata", seed, "--interface", "eth0")
  assert everything(lab) == before
  assert lines == [
    f"ok eth0 link {LINK}", "ok eth0 address 2001:db8:3:47::10/64",
    "ok eth0 route default via 2001:db8:3:47::1",
    f"ok eth0 gateway 2001:db8:3:47::1 answers ND as {GATEWAY_MAC}"]
  neighbor(lab, OTHER_MAC, "2001:db8:3:47::1")
  lines, _ = told(lab, "--interface", "eth0")
  assert lines[-1] == (f"wrong eth0 gateway 2001:db8:3:47::1 answers ND as {GATEWAY_MAC}, the"
                       f" static neighbour says {OTHER_MAC}")


def test_a_silent_gateway_of_ipv6_with_the_right_entry(lab):
  configured(lab, IPV6)
  neighbor(lab, GATEWAY_MAC, "2001:db8:3:47::1")
  # An address that is only routed to answers pings, and no solicitation.
  lab.ip("address del 2001:db8:3:47::1/64 dev peer", at=lab.gateway)
  lab.ip("link set dev lo up", at=lab.gateway)
  lab.ip("address add 2001:db8:3:47::1/128 dev lo", at=lab.gateway)
  lab.ip(f"neigh replace 2001:db8:3:47::10 lladdr {GUEST_MAC} nud permanent dev peer",
         at=lab.gateway)
  lab.ip("route add 2001:db8:3:47::/64 dev peer", at=lab.gateway)
  lines, _ = told(lab, "--interface", "eth0")
  assert lines[-1] == (
    "ok eth0 gateway 2001:db8:3:47::1 answers pings, not ND: the static neighbour"
    f" {GATEWAY_MAC} is needed, and right")


def test_no_carrier(lab):
  seed = configured(lab)
  lab.ip("link set dev peer down", at=lab.gateway)
  until(lambda: "LOWER_UP" not in kernel.ip(lab.guest, "link", "show", "eth0")[0]["flags"])
  lines, hints = told(lab, "--metadata", seed, "--interface", "eth0")
  text = f"up, no carrier, mtu 1500, {GUEST_MAC}"
  assert lines[0] == f"wrong eth0 link {text}"
  assert hints[text] == "look at the host's end of the NIC: it is down, or in no bridge"
  assert lines[-1] == "unknown eth0 gateway 192.0.2.1 not asked: the link has no carrier"


def test_not_yet_applied(lab):
  seed = lab.eth0(ADDRESS + 'neighbors: [{to: 192.0.2.1, lladdr: "00:00:5e:00:01:01"}]\n')
  lab.sysctl("net.ipv6.conf.eth0.disable_ipv6", 1)
  lab.ip("link set dev eth0 up")
  lines, hints = told(lab, "--metadata", seed, "--interface", "eth0")
  assert [line for line in lines if line.startswith("wrong")] == [
    "wrong eth0 address 198.51.100.176/32 is missing",
    "wrong eth0 route 192.0.2.1/32 is missing",
    "wrong eth0 route default via 192.0.2.1 is missing",
    f"wrong eth0 neighbor 192.0.2.1 lladdr {GATEWAY_MAC} is missing",
    # It is asked from the address that the link is to have.
    "wrong eth0 gateway 192.0.2.1 answers no ARP from 198.51.100.176: a static neighbour is needed"]
  assert hints["198.51.100.176/32 is missing"] == "run guestagent apply"
  assert [hint for text, hint in hints.items() if "a static neighbour is needed" in text] == [None]


def test_a_failed_detection_of_duplicates(lab):
  lab.ip("address add 2001:db8:3:47::10/64 dev peer nodad", at=lab.gateway)
  seed = lab.eth0(IPV6)
  assert lab.apply(seed, "--wait-dad").status == 1
  lines, _ = told(lab, "--metadata", seed, "--interface", "eth0")
  assert "wrong eth0 address 2001:db8:3:47::10/64: another host on the link has it" in lines


def test_no_route_to_the_gateway_any_more(lab):
  configured(lab)
  lab.ip("route del 192.0.2.1/32 dev eth0")
  lines, hints = told(lab, "--interface", "eth0")
  text = "default via 192.0.2.1: no route on the link covers the gateway"
  assert f"wrong eth0 route {text}" in lines
  assert hints[text] == "run ip route add 192.0.2.1/32 dev eth0"


def test_a_router_that_advertises_itself(lab):
  with router(lab):
    before = [line for line in lab.state() if not line.startswith("address")]
    lines, _ = told(lab, "--interface", "eth0")
    assert [line for line in lab.state() if not line.startswith("address")] == before
  assert "ok eth0 router fe80::1 advertises itself" in lines
  assert "ok eth0 route default via fe80::1" in lines
  assert [line for line in lines if line.startswith("ok eth0 gateway fe80::1 answers ND as ")]


def test_no_router_and_no_address_of_ipv6(lab):
  assert lab.apply(lab.eth0(ADDRESS)).status == 0
  until(lambda: not [1 for link in kernel.ip(lab.guest, "-6", "address", "show", "dev", "eth0")
                     for address in link["addr_info"] if address.get("tentative")])
  lines, _ = told(lab, "--interface", "eth0")
  assert "unknown eth0 router no router advertises itself" in lines


def test_a_resolver_that_does_not_resolve(lab):
  configured(lab)
  neighbor(lab, GATEWAY_MAC)
  with resolver(lab, code=2):
    assert told(lab)[0][-1] == "unknown - resolver 192.0.2.1 answers with response code 2"


def test_resolvers_that_do_not_answer(lab):
  configured(lab)
  neighbor(lab, GATEWAY_MAC)
  lab.ip("route add blackhole 203.0.113.53/32", at=lab.gateway)
  name(lab, "203.0.113.53", "192.0.2.1", "2001:db8::53")
  start = time.monotonic()
  lines, _ = told(lab)
  assert time.monotonic() - start < 3
  assert lines[-3:-1] == [
    "wrong - resolver 203.0.113.53 does not answer", "wrong - resolver 192.0.2.1 refuses"]
  assert lines[-1].startswith("wrong - resolver 2001:db8::53: not asked: ")
  # One that answers is enough.
  with resolver(lab):
    name(lab, "203.0.113.53", "192.0.2.1")
    assert told(lab)[0][-2:] == [
      "unknown - resolver 203.0.113.53 does not answer", "ok - resolver 192.0.2.1 answers"]


def test_without_the_right_to_ask(lab):
  configured(lab)
  lines, _ = told(lab, "--interface", "eth0",
                  within=["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"])
  assert "unknown eth0 gateway 192.0.2.1 not asked: that needs root (CAP_NET_RAW)" in lines


def test_metadata_of_a_nic_that_is_not_there(lab):
  seed = lab.metadata("""
version: 2
ethernets: {lan: {match: {macaddress: "52:54:00:00:00:01"}, addresses: [192.0.2.10/32]}}
""")
  lines, hints = told(lab, "--metadata", seed)
  text = "no network interface has macaddress 52:54:00:00:00:01"
  assert lines[0] == f"wrong lan link {text}"
  assert hints[text] == f"there is eth0 {GUEST_MAC}"


def test_faulty_metadata_and_a_link_that_is_not_there(lab):
  seed = lab.eth0("addresses: [192.0.2.10]\n")
  result = lab.run("diagnose", "--metadata", seed, "--interface", "eth7", "--json")
  assert [(found["state"], found["subject"]) for found in result.json] == [("wrong", "metadata")]
  assert '192.0.2.10' in result.json[0]["text"]
  result = lab.run("diagnose", "--interface", "eth7", "--json")
  assert (result.status, result.json) == (1, [
    {"state": "wrong", "link": "eth7", "subject": "link",
     "text": "no network interface of this name"}])


@pytest.mark.parametrize("words, complaint", [
  (["--wait", "3"], "--wait means nothing to diagnose"),
  (["--wait-dad"], "--wait-dad means nothing to diagnose"),
  (["--dry-run"], "--dry-run means nothing to diagnose"),
  (["--leave-managed"], "--leave-managed means nothing to diagnose"),
  (["--strict"], "--strict is for check only"),
  (["eth0"], 'unexpected "eth0" after the command'),
])
def test_wrong_usage(lab, words, complaint):
  result = lab.run("diagnose", *words)
  assert (result.status, result.err) == (2, [f"guestagent: {complaint}; see guestagent --help"])
