"""`watch` as a service: what its manager hears of it, signals, other runs beside it, idleness."""

import fcntl
import os
import pathlib
import shlex
import signal
import subprocess
import time

import pytest

import kernel
from kernel import lines
from lab import GUEST_MAC, LIMIT, inside, network_config, until
from test_seed_plan import SEED, WANTED
from watcher import Manager

ADDRESS = """
link eth0 52:54:00:12:34:56 mtu 1500 up
address {0}/26 dev eth0 proto 103
route 192.0.2.0/26 dev eth0 proto 2 scope link src {0}
"""


@pytest.fixture
def manager(lab):
  made = Manager(lab)
  yield made
  made.close()


def status(messages):
  """The last one told."""
  return [line for message in messages for line in message.splitlines()
          if line.startswith("STATUS=")][-1].removeprefix("STATUS=")


@pytest.mark.parametrize("abstract", [False, True])
def test_it_is_ready_once_the_network_is(lab, watch, abstract):
  manager = Manager(lab, abstract)
  watcher = watch("--metadata", SEED, environment=manager.environment)
  heard = manager.until("READY=1")
  assert lab.state() == WANTED
  assert status(heard) == "the network is as the metadata say"
  watcher.signal(signal.SIGTERM)
  assert manager.until("STOPPING=1") == ["STOPPING=1"]
  assert watcher.end() == 0
  manager.close()


def test_a_nic_that_is_not_there_delays_readiness_until_it_comes(lab, watch, manager):
  lab.ip("link set dev eth0 name tmp0")
  watcher = watch("--metadata", SEED, "--wait", 50, environment=manager.environment)
  assert status([manager.next()]) == "waits for network interfaces"
  watcher.until_sleeps_with_limit()
  lab.ip("link set dev tmp0 name eth0")
  assert status(manager.until("READY=1")) == "the network is as the metadata say"
  assert lab.state() == WANTED
  assert watcher.problems == []


def test_a_nic_that_never_comes_is_told_once_and_delays_nothing_else(lab, watch, manager):
  lab.ip("link set dev eth0 name tmp0")
  watcher = watch("--metadata", SEED, "--wait", 1, environment=manager.environment)
  problem = "eth0: no network interface of this name"
  assert status(manager.until("READY=1")) == f"not as the metadata say: {problem}"
  lab.ip("link set dev tmp0 up")
  lab.ip("link set dev tmp0 address 52:54:00:12:34:57")
  watcher.until_sleeps()
  assert watcher.problems == [f"guestagent: network: {problem}"]
  lab.ip("link set dev tmp0 down")
  lab.ip(f"link set dev tmp0 name eth0 address {GUEST_MAC}")
  until(lambda: lab.state() == WANTED)


def test_links_that_are_left_to_others_are_told(lab, watch, manager):
  for path, text in {"sbin/ifup": "",
                     "etc/network/interfaces": "auto eth0\niface eth0 inet dhcp\n"}.items():
    (lab.root / path).parent.mkdir(parents=True, exist_ok=True)
    (lab.root / path).write_text(text)
  before = lab.state()
  watch("--metadata", SEED, "--leave-managed", environment=manager.environment)
  assert status(manager.until("READY=1")) == (
    "the network is as the metadata say, but for links left to others")
  assert lab.state() == before


def test_reloading_is_told_with_the_time_and_reads_everything_again(lab, watch, manager):
  seed = lab.eth0("addresses: [192.0.2.10/26]\n", meta_data="local-hostname: one\n")
  watcher = watch("--metadata", seed, environment=manager.environment)
  manager.until("READY=1")
  assert lab.state() == lines(ADDRESS.format("192.0.2.10"))
  lab.eth0("addresses: [192.0.2.11/26]\n", meta_data="local-hostname: two\n")
  before = time.monotonic_ns() // 1000
  watcher.signal(signal.SIGHUP)
  heard = manager.until("READY=1")
  word, moment = heard[0].splitlines()
  assert word == "RELOADING=1"
  assert before <= int(moment.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000
  assert lab.state() == lines(ADDRESS.format("192.0.2.11"))
  assert (lab.root / "etc/hostname").read_text() == "two\n"
  assert watcher.problems == []


def test_metadata_that_cannot_be_used_leave_the_old_ones_in_force(lab, watch):
  seed = lab.eth0("addresses: [192.0.2.10/26]\n")
  watcher = watch("--metadata", seed)
  until(lambda: lab.state() == lines(ADDRESS.format("192.0.2.10")))
  (seed / "network-config").write_text("version: 2\nethernets: [\n")
  watcher.signal(signal.SIGHUP)
  watcher.until_says("the metadata are not used; nothing was changed", output=1)
  lab.ip("address del 192.0.2.10/26 dev eth0")
  until(lambda: lab.state() == lines(ADDRESS.format("192.0.2.10")))
  (seed / "network-config").write_text(network_config("addresses: [192.0.2.12/26]\n"))
  watcher.signal(signal.SIGHUP)
  until(lambda: lab.state() == lines(ADDRESS.format("192.0.2.12")))


def test_without_metadata_it_says_so_and_stays(lab, watch, manager):
  folder = lab.folder / "seed"
  folder.mkdir()
  watcher = watch("--metadata", folder, "--wait", 0, environment=manager.environment)
  assert status(manager.until("READY=1")) == "waits for metadata"
  assert watcher.problems == [
    "guestagent: no metadata found: "
    f"neither meta-data nor network-config nor openstack/ in {folder}"]
  lab.eth0("addresses: [192.0.2.10/26]\n")
  watcher.signal(signal.SIGHUP)
  until(lambda: lab.state() == lines(ADDRESS.format("192.0.2.10")))


def test_the_sign_of_life_comes_twice_in_the_time_it_is_waited_for(lab, watch, manager):
  watch("--metadata", SEED, environment=manager.environment | {"WATCHDOG_USEC": "200000"})
  manager.until("READY=1")
  start = time.monotonic()
  for _ in range(10):
    manager.until("WATCHDOG=1")
  took = time.monotonic() - start
  # Ten halves of 200 ms but for the first, which may be under way; a busy machine takes longer.
  assert took >= 0.85


def test_the_sign_of_life_of_another_process_is_not_given(lab, watch, manager):
  watcher = watch("--metadata", SEED, environment=manager.environment | {
    "WATCHDOG_USEC": "20000", "WATCHDOG_PID": "1"})
  manager.until("READY=1")
  watcher.until_sleeps()
  watcher.end()
  assert [message for message in manager.heard if "WATCHDOG" in message] == []
  assert manager.next() == "STOPPING=1"


def test_after_down_the_network_is_left_alone_until_apply(lab, watch, manager):
  watcher = watch("--metadata", SEED, environment=manager.environment)
  manager.until("READY=1")
  bare = ["link eth0 52:54:00:12:34:56 mtu 1500 down"]
  assert lab.run("down").status == 0
  manager.until("STATUS=the network is left alone since guestagent down")
  watcher.until_sleeps()
  assert lab.state() == bare
  lab.ip("link set dev eth0 mtu 1400")
  watcher.until_sleeps()
  lab.ip("link set dev eth0 mtu 1500")
  watcher.until_sleeps()
  assert lab.state() == bare
  assert lab.apply(SEED).status == 0
  manager.until("STATUS=the network is as the metadata say")
  lab.ip("route del default")
  until(lambda: lab.state() == WANTED)


def test_after_down_reloading_takes_the_network_up_again(lab, watch):
  watcher = watch("--metadata", SEED)
  until(lambda: lab.state() == WANTED)
  assert lab.run("down").status == 0
  watcher.signal(signal.SIGHUP)
  until(lambda: lab.state() == WANTED)
  assert not (lab.root / "run/guestagent/down").exists()


def test_a_watch_that_starts_after_down_leaves_the_network_alone(lab, watch, manager):
  assert lab.apply(SEED).status == 0
  assert lab.run("down").status == 0
  watch("--metadata", SEED, environment=manager.environment)
  heard = manager.until("READY=1")
  assert status(heard) == "the network is left alone since guestagent down"
  assert lab.state() == ["link eth0 52:54:00:12:34:56 mtu 1500 down"]


def test_a_watch_that_starts_after_down_works_from_the_next_apply_on(lab, watch):
  assert lab.apply(SEED).status == 0
  assert lab.run("down").status == 0
  watcher = watch("--metadata", SEED)
  watcher.until_sleeps()
  assert lab.apply(SEED).status == 0
  watcher.until_sleeps()
  lab.ip("route del default")
  until(lambda: lab.state() == WANTED, limit=20)


def test_apply_waits_until_watch_has_done_what_it_is_at(lab):
  path = lab.root / "run/guestagent/network.lock"
  path.parent.mkdir(parents=True)
  before = lab.state()
  with open(path, "w") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    process = lab.start("apply", "--metadata", SEED)
    folder = pathlib.Path("/proc") / str(process.pid) / "fd"
    until(lambda: process.poll() is None and any(
      os.path.samefile(path, entry) for entry in folder.iterdir() if entry.exists()), limit=20)
    assert lab.state() == before
  assert lab.finish(process).status == 0
  assert lab.state() == WANTED


def test_what_it_says_goes_into_no_file_of_its_own_where_its_outputs_are_closed(lab):
  words = [*inside(lab.guest), *lab.command("watch", "--metadata", SEED)]
  process = subprocess.Popen(["sh", "-c", f"exec {shlex.join(words)} <&- >&- 2>&-"])
  try:
    until(lambda: lab.state() == WANTED)
    # The lines that follow are said once the next harm is seen to.
    lab.ip("route del default")
    until(lambda: lab.state() == WANTED)
    process.terminate()
    assert process.wait(timeout=LIMIT) == 0
    for name in ("network.lock", "watch.lock"):
      assert (lab.root / "run/guestagent" / name).read_text() == str(process.pid)
  finally:
    process.kill()


def test_a_reader_that_does_not_read_keeps_nobody_waiting(lab):
  reader, writer = os.pipe()
  os.set_blocking(writer, False)
  with pytest.raises(BlockingIOError):
    while True:
      os.write(writer, bytes(4096))
  os.set_blocking(writer, True)
  process = subprocess.Popen([*inside(lab.guest), *lab.command("watch", "--metadata", SEED)],
                             stdin=subprocess.DEVNULL, stdout=writer, stderr=writer)
  try:
    until(lambda: lab.state() == WANTED, limit=20)
    lab.ip("route del default")
    until(lambda: lab.state() == WANTED, limit=20)
    process.terminate()
    assert process.wait(timeout=20) == 0
  finally:
    process.kill()
    os.close(reader)
    os.close(writer)


def test_the_end_of_children_reaches_it_though_its_starter_ignores_that_of_his(lab):
  ignoring = ["env", "--ignore-signal=CHLD", *lab.command("watch", "--metadata", SEED)]
  process = subprocess.Popen([*inside(lab.guest), *ignoring], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL)
  try:
    until(lambda: lab.state() == WANTED)
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    ignored = [line.split()[1] for line in text.splitlines() if line.startswith("SigIgn:")]
    assert int(ignored[0], 16) >> (signal.SIGCHLD - 1) & 1 == 0
  finally:
    process.kill()
    process.wait(timeout=LIMIT)


def test_a_second_watch_says_that_there_is_one_and_ends(lab, watching):
  result = lab.run("watch", "--metadata", SEED)
  assert (result.status, result.out) == (1, [])
  assert result.err == [
    "guestagent: watch: another one runs in this guest already: process "
    f"{watching.process.pid}"]
  watching.is_alive()


def test_idle_it_never_wakes_up(lab, watching):
  # Duplicate address detection ends, of both ends of the veth.
  until(lambda: not any(
    address.get("tentative") for link in kernel.ip(lab.guest, "address", "show")
    for address in link["addr_info"]))

  def woke_in_a_second():
    before = watching.number_in("status", "voluntary_ctxt_switches")
    time.sleep(1)
    return watching.number_in("status", "voluntary_ctxt_switches") - before

  # Whatever else happens in the machine, its devices' events are everybody's: one quiet second.
  until(lambda: watching.sleeps() and woke_in_a_second() == 0)
  if watching.is_static:
    assert watching.resident <= 1_500_000


def test_only_the_link_that_is_asked_for_is_watched(lab, watch):
  lab.add_nic("eth1", "52:54:00:00:00:02", peer="peer1", peer_mac="52:54:00:00:00:03")
  seed = lab.metadata("""\
version: 2
ethernets:
  eth0: {addresses: [192.0.2.10/26]}
  eth1: {addresses: [203.0.113.10/26]}
""")
  wanted = lines("""
link eth0 52:54:00:12:34:56 mtu 1500 down
link eth1 52:54:00:00:00:02 mtu 1500 up
address 203.0.113.10/26 dev eth1 proto 103
route 203.0.113.0/26 dev eth1 proto 2 scope link src 203.0.113.10
""")
  watch("--metadata", seed, "--interface", "eth1")
  until(lambda: lab.state() == wanted)
  lab.ip("link set dev eth1 down")
  until(lambda: lab.state() == wanted)


@pytest.mark.parametrize("words, problem", [
  (["--dry-run"], "--dry-run means nothing to watch"),
  (["--json"], "--json means nothing to watch"),
  (["--wait-dad"], "--wait-dad means nothing to watch"),
])
def test_what_means_nothing_to_it_is_refused(lab, words, problem):
  result = lab.run("watch", *words)
  assert (result.status, result.err) == (2, [f"guestagent: {problem}; see guestagent --help"])


@pytest.mark.parametrize("option", ["--no-grow", "--no-reread"])
def test_its_options_are_nobody_elses(lab, option):
  result = lab.run("apply", option)
  assert (result.status, result.err) == (
    2, [f"guestagent: {option} is for watch only; see guestagent --help"])
