"""Runs that meet a fault, and what has to hold after each of them."""

import signal

import guest as guest_of
import scenario

LOCK = "/run/guestagent/network.lock"
# What is left for watch, and what nobody may take away while another waits for it.
LOCKS = (LOCK, "/run/guestagent/watch.lock")
LEFT_BY_DOWN = {"/run/guestagent/down", *LOCKS}


class Trial:
  """The guest of `scenario`, and the states between which `apply` and `down` lead it."""

  def __init__(self, guest, injector, source, effects):
    self.guest, self.injector = guest, injector
    self.effects = effects
    self.apply_words = [guest.binary, "apply", *source]
    self.down_words = [guest.binary, "down"]
    self.complaints, self.told, self.count = [], [], 0
    self.bare, self.files_before = guest.network(), self.lasting_files()
    self.others = [line for line in self.bare if "eth1" in line]
    applied = self.clean(self.apply_words)
    self.wanted, self.wanted_files = guest.network(), guest.files()
    assert applied.status == 0 and not applied.err, str(applied)
    assert sorted(applied.changed) == sorted(self.effects), str(applied)
    assert self.lies(applied) == []
    again = self.clean(self.apply_words)
    assert again.status == 0 and not again.changed, str(again)
    down = self.back()
    assert down.status == 0 and not self.complaints, f"{down} {self.complaints}"
    self.calls = {"apply": applied.calls, "again": again.calls, "down": down.calls}

  def clean(self, words):
    return self.injector.run(self.guest.folder, words)

  def disturbed(self, words, fault):
    return self.injector.run(self.guest.folder, words, fault)

  def lasting_files(self):
    """Without what guestagent keeps for itself, and the host name, which stays."""
    return [line for line in self.guest.files()
            if not line.startswith(("/run/guestagent/", "hostname ", "/etc/hostname: "))]

  def back(self, cut=False):
    """`down`, to where all began; the run."""
    run = self.clean(self.down_words)
    self.expect(run.status == 0, f"down: {run}")
    self.expect_bare(cut)
    self.guest.put_files()
    if self.complaints:
      self.guest.put_network()
    return run

  # What has to hold

  def expect(self, holds, words):
    if not holds:
      self.complaints.append(words)

  def expect_same(self, found, wanted, what):
    for line in sorted(set(wanted) - set(found)):
      self.complaints.append(f"{what}: missing: {line}")
    for line in sorted(set(found) - set(wanted)):
      self.complaints.append(f"{what}: not wanted: {line}")

  def expect_bare(self, cut=False):
    """`cut`: what was written beside a file is replaced by the next who writes it."""
    def is_beside(line):
      return cut and line.split(":")[0].endswith(".guestagent-new")
    self.expect_same(self.guest.network(), self.bare, "after down")
    files = [line for line in self.lasting_files() if not is_beside(line)]
    self.expect_same(files, self.files_before, "after down")
    left = {line.split(":")[0] for line in self.guest.files()
            if line.startswith("/run/guestagent/") and not is_beside(line)}
    self.expect(left <= LEFT_BY_DOWN, f"left by down: {sorted(left - LEFT_BY_DOWN)}")

  def expect_wanted(self, what):
    self.expect_same(self.guest.network(), self.wanted, what)
    files, wanted = ([line for line in lines if not line.startswith(LOCKS)]
                     for lines in (self.guest.files(), self.wanted_files))
    self.expect_same(files, wanted, what)
    self.expect(not self.guest.is_locked(), f"{what}: the lock is held")

  def expect_others(self):
    self.expect(set(self.others) <= set(self.guest.network()), "something of others is gone")

  def lies(self, run):
    """What was told to be done and is not."""
    there = self.guest.network() + self.guest.files()
    return [line for line in run.changed if line in self.effects
            and not any(found.startswith(self.effects[line]) for found in there)]

  def expect_ended(self, run, fault):
    """By itself, and with a word where it did not do all."""
    self.expect(run.hit or not fault.is_certain or fault.takes_words, "place not reached")
    self.expect(run.signal is None, f"ended by signal {run.signal}")
    self.expect(run.status in (0, 1, 2, 3), f"exit status {run.status}")
    if run.status != 0 and not fault.takes_words:
      self.expect(any(line.startswith("guestagent: ") for line in run.err), "no word of a failure")
    self.expect_others()

  def expect_completion(self):
    """By the next run."""
    again = self.clean(self.apply_words)
    self.expect(again.status == 0, f"the next run: {again}")
    self.expect_wanted("after the next run")

  def end(self, fault, run=None):
    self.count += 1
    self.told += [f"{fault}: {complaint}" for complaint in self.complaints]
    if self.complaints and run is not None:
      self.told += [f"  it said: {line}" for line in run.err]
    self.complaints = []

  # The trials

  def apply(self, fault):
    """To a bare guest."""
    run = self.disturbed(self.apply_words, fault)
    self.expect_ended(run, fault)
    for line in self.lies(run):
      self.expect(False, f"told and not done: {line}")
    if run.status == 0:
      self.expect_wanted("after success")
    self.expect_completion()
    self.back()
    self.end(fault, run)

  def again(self, fault):
    """`apply` to a guest that is as wanted."""
    if self.count == 0 or self.told:
      self.clean(self.apply_words)
    run = self.disturbed(self.apply_words, fault)
    self.expect_ended(run, fault)
    gone = set(self.wanted) - set(self.guest.network())
    self.expect(not gone, f"gone: {sorted(gone)}")
    if run.status == 0:
      self.expect_wanted("after success")
    self.expect_completion()
    if self.complaints:
      self.back()
      self.clean(self.apply_words)
    self.end(fault, run)

  def down(self, fault):
    self.clean(self.apply_words)
    run = self.disturbed(self.down_words, fault)
    self.expect_ended(run, fault)
    if run.status == 0:
      self.expect_bare()
    self.back()
    self.end(fault, run)

  def killed(self, fault):
    """`apply` cut off, then another."""
    self.cut(self.apply_words, fault)
    self.expect_whole()
    self.expect_completion()
    self.back()
    self.end(fault)

  def killed_then_down(self, fault):
    self.cut(self.apply_words, fault)
    self.expect_whole()
    self.back(cut=True)
    self.end(fault)

  def killed_down(self, fault):
    self.clean(self.apply_words)
    self.cut(self.down_words, fault)
    self.expect_whole()
    self.back(cut=True)
    self.end(fault)

  def cut(self, words, fault):
    run = self.disturbed(words, fault)
    self.expect(run.signal == signal.SIGKILL or not fault.kills, "not killed")

  def expect_whole(self):
    self.expect_others()
    files = self.guest.files()
    for old, new in scenario.WHOLE:
      self.expect(old in files or new in files, f"neither {old} nor {new}")


def go_through(lab, injector, calls, kind, choose, method, makes=False, guest_class=guest_of.Guest):
  """What was wrong, line by line, and how many faults were met. `calls` names the clean run whose
  calls are disturbed, `method` what is tried at each of the faults chosen."""
  seed = scenario.prepare(lab, makes)

  def work(guest):
    trial = Trial(guest, injector, *guest.source(seed, makes))
    for fault in choose(kind(trial.calls[calls])):
      getattr(trial, method)(fault)
    return [*trial.told, str(trial.count)]

  *told, count = guest_of.inside(lambda: guest_class(lab), work)
  return told, int(count)
