"""`watch` with a fault at each of its system calls: it mends the network all the same, or says why
it ends, and whoever starts it again finds all in order."""

import contextlib
import os
import pathlib
import signal
import struct
import subprocess
import time

import faults
import guest as guest_of
import kernel
import scenario
import trial

# Seconds until it has mended, also after it has waited for another try.
LIMIT = 6


class WatchTrial(trial.Trial):
  def __init__(self, guest, injector, seed):
    super().__init__(guest, injector, *guest.source(seed))
    self.words = [guest.binary, "watch", "--metadata", seed, "--no-grow", "--wait", "2"]
    self.index = next(index for index, (name, *_) in guest.links().items() if name == "eth0")
    self.hits = 0
    clean = self.watched(None)
    assert clean.status == 0 and not clean.err and not self.complaints, f"{clean} {self.complaints}"
    self.back()
    self.calls["watch"] = clean.calls

  def set_link_down(self):
    self.guest.sequence += 1
    part = struct.pack("=BxHiII", 0, 0, self.index, 0, kernel.IFF_UP)
    flags = kernel.NLM_F_REQUEST | kernel.NLM_F_ACK
    self.guest.socket.send(kernel.message(kernel.RTM_SETLINK, flags, self.guest.sequence, part))
    self.guest.socket.recv(1 << 16)

  def until(self, process, condition):
    """Whether it came to be, while the program runs."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end and process.poll() is None:
      if condition():
        return True
      time.sleep(0.003)
    return condition()

  def watched(self, fault):
    """A watch from its start over a link that somebody sets down to its end by SIGTERM."""
    record = self.guest.folder / "record"
    with open(self.guest.folder / "out", "w+") as out, open(self.guest.folder / "err", "w+") as err:
      process = subprocess.Popen(self.injector.command(record, self.words, fault), stdout=out,
                                 stderr=err, stdin=subprocess.DEVNULL)
      try:
        def is_wanted():
          return self.guest.network() == self.wanted
        started = self.until(process, is_wanted)
        mended = False
        if started and process.poll() is None:
          self.set_link_down()
          mended = self.until(process, is_wanted)
        if process.poll() is None:
          self.expect(started, "not applied")
          self.expect(mended, "not mended")
          self.signal(process, signal.SIGTERM)
        process.wait(timeout=LIMIT)
      except subprocess.TimeoutExpired:
        self.expect(False, "it does not end")
        process.kill()
        process.wait()
      out.seek(0)
      err.seek(0)
      return self.injector.read(record, out.read(), err.read())

  @staticmethod
  def signal(process, number):
    """To the traced program, if it has not just ended."""
    with contextlib.suppress(OSError):
      children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
      for child in children.split():
        os.kill(int(child), number)

  def watch(self, fault):
    run = self.watched(fault)
    self.hits += run.hit
    self.expect(run.signal is None, f"ended by signal {run.signal}")
    self.expect(run.status in (0, 1), f"exit status {run.status}")
    if run.status != 0 and not fault.object.endswith(("/out", "/err")):
      self.expect(any(line.startswith("guestagent: ") for line in run.err), "no word of a failure")
    self.expect_others()
    self.expect_completion()
    self.back()
    self.end(fault, run)


def test_a_fault_is_outlived_or_told(lab, injector, every):
  seed = scenario.prepare(lab)

  def work(guest):
    made = WatchTrial(guest, injector, seed)
    met = faults.errors(made.calls["watch"])
    chosen = met if every else faults.sample(met, 80)
    for fault in chosen:
      made.watch(fault)
    return [*made.told, str(made.count), str(made.hits)]

  *told, count, hits = guest_of.inside(lambda: guest_of.Guest(lab), work)
  print(count, "faults")
  assert not told, "\n".join(told)
  assert int(count) >= 80
  # How often it wakes up is the machine's matter.
  assert int(hits) >= int(count) * 3 // 4
