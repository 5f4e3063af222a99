"""`apply` and `down` with a fault at each of their system calls, and cut off after each of them."""

import pytest

import faults
import trial

# Name: the run that is disturbed, by what faults, what is tried, in how many parts, and how many
# faults there are at least.
TRIALS = {
  "apply": ("apply", faults.errors, "apply", 3, 400),
  "apply to what is as wanted": ("again", faults.errors, "again", 1, 250),
  "down": ("down", faults.errors, "down", 2, 300),
  "apply is killed, then apply": ("apply", faults.kills, "killed", 1, 130),
  "apply is killed, then down": ("apply", faults.kills, "killed_then_down", 1, 130),
  "down is killed, then down": ("down", faults.kills, "killed_down", 1, 100),
}
PARTS = [(name, part) for name, (*_, parts, _) in TRIALS.items() for part in range(parts)]


@pytest.mark.parametrize("name, part", PARTS)
def test_a_fault_is_told_and_the_next_run_completes(lab, injector, name, part):
  calls, kind, method, parts, least = TRIALS[name]
  told, count = trial.go_through(
    lab, injector, calls, kind, lambda met: faults.share(met, part, parts), method)
  print(count, "faults")
  assert not told, "\n".join(told)
  assert count >= least // parts


@pytest.mark.parametrize(
  "kind, method", [(faults.errors, "apply"), (faults.kills, "killed_then_down")])
def test_links_that_are_made(lab, injector, every, kind, method):
  """Those faults alone that come while one is made."""
  def choose(met):
    places = ("socket", "/run/guestagent/links.guestagent-new")
    chosen = [fault for fault in met if fault.object in places]
    return chosen if every else faults.sample(chosen, 25)
  told, count = trial.go_through(lab, injector, "apply", kind, choose, method, makes=True)
  print(count, "faults")
  assert not told, "\n".join(told)
  assert count >= 25
