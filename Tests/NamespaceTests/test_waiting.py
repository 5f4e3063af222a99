"""A NIC that comes late is waited for, on the kernel's word and not for ever."""

import json
import pathlib
import time

from kernel import lines
from lab import GUEST_MAC, shell, until

WANTED = """
link eth0 52:54:00:12:34:56 mtu 1500 up
address 192.0.2.10/26 dev eth0 proto 103
route 192.0.2.0/26 dev eth0 proto 2 scope link src 192.0.2.10
"""


def sleeps(process):
  """Whether the program itself (not what starts it) sleeps in a system call."""
  place = pathlib.Path("/proc") / str(process.pid)
  if (place / "comm").read_text().strip() != "guestagent":
    return False
  assert process.poll() is None, "ended before the NIC came"
  return (place / "stat").read_text().rsplit(")", 1)[1].split()[0] == "S"


def replace_nic(lab):
  lab.ip("link set dev peer down", at=lab.gateway)
  lab.ip("link del dev eth0")


def test_a_link_that_udev_has_done_with_is_not_waited_for(lab):
  """udev's files as it leaves them, below a /run of the guest's own."""
  [link] = json.loads(shell("ip", "-n", lab.guest, "-json", "link", "show", "dev", "eth0"))
  script = ("mount -t tmpfs tmpfs /run && mkdir -p /run/udev/data && touch /run/udev/control &&"
            f" echo I:1 > /run/udev/data/n{link['ifindex']} && exec \"$@\"")
  result = lab.run("apply", "--metadata", lab.eth0("addresses: [192.0.2.10/26]\n"), "--wait", 1,
                   within=["unshare", "--mount", "sh", "-c", script, "sh"])
  assert (result.status, result.err) == (0, [])
  assert lab.state() == lines(WANTED)


def test_a_nic_that_comes_late_is_configured(lab):
  replace_nic(lab)
  process = lab.start("apply", "--metadata", lab.eth0("addresses: [192.0.2.10/26]\n"),
                      "--wait", 50)
  until(lambda: sleeps(process))
  lab.add_nic()
  result = lab.finish(process)
  assert (result.status, result.err) == (0, [])
  assert lab.state() == lines(WANTED)


def test_a_nic_that_gets_its_name_late_is_configured(lab):
  replace_nic(lab)
  lab.add_nic("tmp0", GUEST_MAC)
  process = lab.start("apply", "--metadata", lab.eth0("addresses: [192.0.2.10/26]\n"),
                      "--wait", 50)
  until(lambda: sleeps(process))
  lab.ip("link set dev tmp0 name eth0")
  result = lab.finish(process)
  assert (result.status, result.err) == (0, [])
  assert lab.state() == lines(WANTED)


def test_other_links_are_not_kept_waiting(lab):
  seed = lab.metadata("""\
version: 2
ethernets:
  eth0: {addresses: [192.0.2.10/26]}
  eth1: {addresses: [203.0.113.10/26]}
""")
  process = lab.start("apply", "--metadata", seed, "--wait", 50)
  until(lambda: lab.state() == lines(WANTED))
  lab.add_nic("eth1", "52:54:00:00:00:02", peer="peer1", peer_mac="52:54:00:00:00:03")
  result = lab.finish(process)
  assert (result.status, result.err) == (0, [])
  assert "address 203.0.113.10/26 dev eth1 proto 103" in lab.state()


def test_the_limit_is_kept(lab):
  replace_nic(lab)
  started = time.monotonic()
  result = lab.apply(lab.eth0("addresses: [192.0.2.10/26]\n"), "--wait", 1)
  took = time.monotonic() - started
  assert result.status == 1
  assert result.err == ["guestagent: network: eth0: no network interface of this name"]
  assert 1 <= took < 5


def test_waiting_burns_no_time(lab):
  replace_nic(lab)
  result, record = lab.trace("all", "apply", "--metadata",
                             lab.eth0("addresses: [192.0.2.10/26]\n"), "--wait", 2)
  assert result.status == 1
  assert "nanosleep" not in record
  # From the first wait on; before it the loader brings in the shared libraries of the one build.
  waiting = record[record.index("poll("):]
  assert len(waiting.splitlines()) < 100


def test_an_empty_machine_is_not_waited_for_longer_than_told(lab):
  started = time.monotonic()
  result = lab.run("apply", "--cmdline", "quiet", "--wait", 1)
  assert result.status == 3
  assert 1 <= time.monotonic() - started < 5


def test_a_nic_that_udev_has_not_finished_with_is_not_touched(lab):
  # What tells that udev runs; that it has finished with a NIC, /run/udev/data would tell.
  control = lab.root / "run/udev/control"
  control.parent.mkdir(parents=True)
  control.touch()
  before = lab.state()
  result = lab.apply(lab.eth0("addresses: [198.51.100.176/32]\n"), "--wait", 1)
  assert result.status == 1
  assert result.err == ["guestagent: network: eth0: udev is not done with it after 1 s"]
  assert lab.state() == before
  control.unlink()
  assert lab.apply(lab.eth0("addresses: [198.51.100.176/32]\n")).status == 0


def test_a_pattern_that_is_left_to_dhcp_may_fit_no_nic(lab):
  """As images for every host have it: whatever the NIC is called, a DHCP client is to serve it."""
  seed = lab.metadata("""
version: 2
ethernets:
  all-en: {match: {name: "en*"}, dhcp4: true}
  all-eth: {match: {name: "eth*"}, dhcp4: true, dhcp6: true}
""")
  started = time.monotonic()
  result = lab.apply(seed, "--wait", 20)
  assert (result.status, result.problems) == (0, [])
  assert time.monotonic() - started < 10
  assert lab.run("status", "--metadata", seed).status == 0
