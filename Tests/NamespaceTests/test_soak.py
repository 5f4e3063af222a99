"""A short run of Tests/Benchmarks/soak, and what it would not let pass."""

import dataclasses
import pathlib
import subprocess
import sys

import pytest

BENCHMARKS = pathlib.Path(__file__).resolve().parents[1] / "Benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from soaking import verdict  # noqa: E402
from soaking.samples import sample  # noqa: E402


def test_of_random_events_nothing_is_kept_and_the_state_is_right(binary):
  ended = subprocess.run(
    [sys.executable, "-B", BENCHMARKS / "soak", "--seconds", "15", "--binary", binary, "namespace"],
    capture_output=True, text=True, timeout=300)
  print(ended.stdout, ended.stderr)
  assert ended.returncode == 0


STATUS = "VmRSS:\t 1168 kB\nRssAnon:\t {} kB\nVmData:\t 120 kB\nThreads:\t1\n"
LINKS = ["/dev/null", "socket:[1]", "anon_inode:[signalfd]", "socket:[2]"]


def quiet_moments(count=12):
  """Of a process that keeps nothing: a minute apart, 100 events and 0.2 s each, and some noise."""
  return [
    sample(place * 60.0, place * 100, True, STATUS.format(84 + place * 7 % 5 * 4),
           f"{place * 200_000_000} 0 {place}", "", LINKS)
    for place in range(count)]


def test_a_process_that_keeps_nothing_is_good():
  assert quiet_moments()[0].descriptors == tuple(sorted(
    ["/dev/null", "anon_inode", "socket", "socket"]))
  assert verdict.complaints(quiet_moments()) == []


def test_under_emulation_the_time_of_an_event_is_not_compared():
  assert verdict.complaints(later(6, with_more("processor", 2.0)), is_emulated=True) == []


def later(start, change):
  """The moments of which those from `start` on are changed by how many they are after it."""
  return [change(one, place - start + 1) if place >= start else one
          for place, one in enumerate(quiet_moments())]


def with_more(name, step):
  return lambda one, count: dataclasses.replace(one, **{name: getattr(one, name) + count * step})


@pytest.mark.parametrize("moments, complaint", [
  (later(11, with_more("descriptors", ("socket",))),
   "descriptors after 1100 events: ('/dev/null', 'anon_inode', 'socket', 'socket', 'socket'), "
   "at the start: ('/dev/null', 'anon_inode', 'socket', 'socket')"),
  (later(5, with_more("children", ("77",))),
   "children after 500 events: ('77',), at the start: ()"),
  (later(11, with_more("threads", 1)), "threads after 1100 events: 2, at the start: 1"),
  # Three pages in a minute: 123 bytes an event.
  (later(0, with_more("anonymous", 12)),
   "anonymous memory: 236 KiB at most in the last third, 136 in the first"),
  (later(4, with_more("data", 16)),
   "data memory: 248 KiB at most in the last third, 120 in the first"),
  (later(6, with_more("processor", 2.0)),
   "an event takes 22.0 ms of the processor in the last half, 5.3 in the first"),
  (later(1, with_more("processor", 12.0)), "134.20 s of the processor in 660 s"),
  (quiet_moments(2), "2 quiet moments are too few to compare"),
])
def test_what_a_process_keeps_is_found(moments, complaint):
  assert complaint in verdict.complaints(moments)
