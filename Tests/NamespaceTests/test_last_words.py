"""A fault of the program's own: one line that says what it was at, an end by the signal, which
whoever started it sees, and nothing that the next run could not complete.

Faults are signals that strace sends when a system call is made on a path, or at its nth time."""

import os
import re
import signal

import pytest

from lab import until
from test_seed_plan import SEED, WANTED

LINE = re.compile(
  r"guestagent: (?P<command>\w+): stopped by a fault of its own"
  r" \((?P<signal>\w+)(?: at program offset 0x[0-9a-f]+)?\) while (?P<activity>.*);"
  r" what was done until then stays: see guestagent status; please report this line")

# Of the C libraries one opens by the one, one by the other.
OPEN = "?open,openat"

TRAP = "SIGILL" if os.uname().machine == "x86_64" else "SIGTRAP"


def last_words(lines):
  """Command, signal and activity of the one line that there is."""
  found = [LINE.fullmatch(line) for line in lines if "fault of its own" in line]
  assert len(found) == 1 and found[0], lines
  return found[0].group("command", "signal", "activity")


def faulty(lab, name, call, *words, path=None, when=1):
  """The result of a run that gets the signal at a system call."""
  return lab.run(*words, within=[
    "strace", "-qq", "-o", "/dev/null", *(["-P", str(path)] if path else []),
    "-e", f"inject={call}:signal={name}:when={when}"])


@pytest.mark.parametrize("name, call, place, when, activity", [
  (TRAP, "read", SEED / "network-config", 1, f"reading the metadata in {SEED}"),
  ("SIGSEGV", "sendto", None, 1, "looking at the network"),
  ("SIGABRT", "recvmmsg", None, 1, "configuring the link eth0"),
  # Below a root by its last name alone.
  (TRAP, OPEN, "resolv.conf.guestagent-new", 1, "telling the resolvers"),
])
def test_apply_says_what_it_was_at_and_the_next_run_completes(
    lab, name, call, place, when, activity):
  result = faulty(lab, name, call, "apply", "--metadata", SEED, path=place, when=when)
  assert last_words(result.err) == ("apply", name, activity)
  assert result.status == -signal.Signals[name]
  again = lab.apply(SEED)
  assert (again.status, again.problems) == (0, [])
  assert lab.state() == WANTED


def test_grow_says_what_it_was_at_and_lets_go_of_its_lock(lab):
  """Before it has looked at anything that it could grow; with a /run of its own."""
  script = (
    "mount -t tmpfs tmpfs /run\n"
    f"strace -qq -o /dev/null -P /proc/self/mountinfo -e 'inject={OPEN}:signal={TRAP}' \"$@\"\n"
    "echo $?\n"
    "exec flock --nonblock --conflict-exit-code 9 /run/guestagent/grow.lock true\n")
  result = lab.run("grow", root=False, within=["unshare", "--mount", "sh", "-c", script, "sh"])
  assert last_words(result.err) == ("grow", TRAP, "looking at the storage")
  assert result.out[-1] == str(128 + signal.Signals[TRAP])
  assert result.status == 0, result


def test_watch_says_what_it_was_at_and_another_takes_its_place(lab, watch, watching):
  os.kill(watching.process.pid, signal.SIGSEGV)
  assert watching.process.wait(timeout=10) == -signal.SIGSEGV
  assert last_words(watching.lines(1)) == ("watch", "SIGSEGV", "waiting for events")
  assert lab.state() == WANTED
  watch("--metadata", SEED).until_sleeps()
  assert lab.state() == WANTED


def test_what_others_have_named_stays_on_the_one_line(lab):
  place = lab.folder / "a\nb\x1b[31m"
  place.mkdir()
  result = faulty(lab, TRAP, OPEN, "config", "--metadata", place, path=place / "meta-data")
  command, _, activity = last_words(result.err)
  assert (command, activity) == ("config", f"reading the metadata in {lab.folder}/a?b?[31m")


def test_a_count_that_is_larger_than_its_buffer_ends_in_a_trap(lab):
  """The checks of bounds are in the program that is shipped: strace answers in place of the kernel
  that a datagram has more bytes than there is room for."""
  result = lab.run("status", "--metadata", SEED, within=[
    "strace", "-qq", "-o", "/dev/null", "-e", "inject=recvmsg:retval=99999:when=1"])
  assert last_words(result.err) == ("status", TRAP, "looking at the network")
  assert result.status == -signal.Signals[TRAP]


def test_without_memory_it_says_so_or_what_it_was_at(lab):
  """With a little less address space than it needs, which is found by trying."""
  text = "version: 2\nethernets:\n" + "".join(
    f"  eth{number}: {{addresses: [192.0.2.1/24]}}\n" for number in range(5000))
  seed = lab.metadata(text)

  def config(kibibytes):
    return lab.run("config", "--metadata", seed, within=["prlimit", f"--as={kibibytes << 10}"])

  short, enough = 256, 1 << 18
  while enough - short > 64:
    middle = (short + enough) // 2
    if config(middle).status == 0:
      enough = middle
    else:
      short = middle
  for kibibytes in range(short - 128, short - 1024, -256):
    result = config(kibibytes)
    if result.status in (1, 2):
      assert any("memory" in line for line in result.err), result
    else:
      command, name, activity = last_words(result.err)
      assert (command, result.status) == ("config", -signal.Signals[name])
      assert activity.startswith("parsing the metadata of ")
