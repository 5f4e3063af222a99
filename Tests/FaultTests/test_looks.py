"""The commands that only look, with a fault at each of their system calls: what they say is whole,
or they say what went wrong."""

import pytest

import faults
import guest as guest_of
import scenario

COMMANDS = {
  "config": ["config", "--json", "--metadata", "{seed}"],
  # With --interface: how full the disks of this machine are is nobody's matter here.
  "status": ["status", "--json", "--interface", "eth0", "--metadata", "{seed}"],
  "check": ["check", "--json", "{seed}"],
  "dry run": ["apply", "--dry-run", "--metadata", "{seed}"],
}


class Look:
  def __init__(self, guest, injector, words):
    self.guest, self.injector, self.words = guest, injector, words
    self.clean = injector.run(guest.folder, words)
    self.told, self.count = [], 0

  def expect(self, holds, fault, run, complaint):
    if not holds:
      self.told += [f"{fault}: {complaint}", *(f"  it said: {line}" for line in run.err)]

  def one(self, fault):
    run = self.injector.run(self.guest.folder, self.words, fault)
    self.expect(run.hit or not fault.is_certain or fault.takes_words, fault, run, "not reached")
    self.expect(run.signal is None, fault, run, f"ended by signal {run.signal}")
    self.expect(run.status in (0, 1, 2, 3), fault, run, f"exit status {run.status}")
    whole = run.out == self.clean.out and run.status == self.clean.status
    told = run.err or any('"message"' in line for line in run.out)
    self.expect(whole or told or fault.takes_words, fault, run, "neither whole nor a word")
    if fault.takes_words and not whole:
      self.expect(run.status == 1 and run.err, fault, run, "words are lost without a word")
    self.count += 1


@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_said_is_whole(lab, injector, every, name):
  seed = scenario.prepare(lab)
  words = [lab.binary, *(word.format(seed=seed) for word in COMMANDS[name])]

  def work(guest):
    look = Look(guest, injector, words)
    met = faults.errors(look.clean.calls)
    for fault in met if every else faults.sample(met, 120):
      look.one(fault)
    return [*look.told, str(look.count)]

  *told, count = guest_of.inside(lambda: guest_of.Guest(lab), work)
  print(count, "faults")
  assert not told, "\n".join(told)
  assert int(count) >= 60
