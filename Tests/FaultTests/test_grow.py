"""`grow` and `growpart` on a loop device, disturbed at each of their system calls and cut off after
each: the table stays one, no partition becomes smaller, and the next run completes."""

import ctypes
import fcntl
import os
import shutil
import signal
import struct

import pytest

import disks
import faults
import guest

# Source: linux/blkpg.h.
BLKPG, BLKPG_RESIZE_PARTITION = 0x1269, 3
LAYOUTS = [("gpt", 2), ("debian", 5)]
CHANGES = {"pwrite64", "write", "fdatasync", "fsync", "ioctl", "flock", "rename", "unlink", "mkdir"}


class Disk:
  """A loop device that has grown, and is put back to that after each run."""

  def __init__(self, loop, number):
    self.loop, self.number = loop, number
    self.before = disks.content(loop.image)
    self.table = disks.table(loop.path)
    self.kernel = {entry["node"]: loop.kernel(entry["node"]) for entry in self.table["partitions"]}

  def put_back(self):
    _, blocks = self.before
    _, now = disks.content(self.loop.image)
    descriptor = os.open(self.loop.path, os.O_RDWR)
    for position in {*blocks, *now}:
      if blocks.get(position) != now.get(position):
        os.pwrite(descriptor, blocks.get(position, bytes(1 << 16)), position)
    os.fsync(descriptor)
    for number, place in self.kernel.items():
      if place and self.loop.kernel(number) != place:
        start, sectors = place
        wanted = ctypes.create_string_buffer(
          struct.pack("qqi64s64s4x", start * 512, sectors * 512, number, b"", b""))
        fcntl.ioctl(descriptor, BLKPG, struct.pack(
          "iiiP", BLKPG_RESIZE_PARTITION, 0, len(wanted), ctypes.addressof(wanted)))
    os.close(descriptor)

  def sizes(self):
    return {entry["node"]: (entry["start"], entry["size"])
            for entry in disks.table(self.loop.path)["partitions"]}


class Trial:
  def __init__(self, room, injector, disk, words):
    self.room, self.injector, self.disk, self.words = room, injector, disk, words
    self.told, self.complaints, self.count = [], [], 0
    self.small = disk.sizes()
    ran = injector.run(room.folder, words)
    assert ran.status == 0, str(ran)
    self.calls = ran.calls
    self.large, self.content = disk.sizes(), disks.content(disk.loop.image)
    self.kernel = disk.loop.kernel(disk.number)
    assert self.large[disk.number][1] > self.small[disk.number][1]
    self.put_back()

  def put_back(self):
    self.disk.put_back()
    shutil.rmtree(self.room.run / "guestagent", ignore_errors=True)

  def expect(self, holds, words):
    if not holds:
      self.complaints.append(words)

  def expect_sound(self):
    """Every partition is there, none elsewhere, none smaller, and none larger than it will be."""
    found = self.disk.sizes()
    self.expect(found.keys() == self.small.keys(), f"partitions {sorted(found)}")
    for number, (start, size) in found.items():
      self.expect(start == self.small[number][0], f"partition {number} starts at {start}")
      self.expect(size in (self.small[number][1], self.large[number][1]),
                  f"partition {number} has {size} sectors")
    sectors = self.disk.loop.kernel(self.disk.number)[1]
    self.expect(sectors >= self.small[self.disk.number][1], f"the kernel has {sectors} sectors")

  def expect_grown(self, what):
    self.expect(self.disk.sizes() == self.large, f"{what}: {self.disk.sizes()}")
    known = self.disk.loop.kernel(self.disk.number)
    self.expect(known == self.kernel, f"{what}: the kernel has {known}")
    # Which copy was mended last may show in bytes that nobody reads.
    if disks.content(self.disk.loop.image) != self.content:
      disks.verify(self.disk.loop.path)

  def one(self, fault):
    run = self.injector.run(self.room.folder, self.words, fault)
    if fault.kind == "kill":
      self.expect(run.signal == signal.SIGKILL or not fault.kills, "not killed")
    else:
      self.expect(run.hit or not fault.is_certain or fault.takes_words, "place not reached")
      self.expect(run.signal is None, f"ended by signal {run.signal}")
      self.expect(run.status in (0, 1, 2), f"exit status {run.status}")
      if run.status == 0:
        self.expect_grown("after success")
      elif not fault.takes_words:
        told = any(line.startswith(("guestagent: ", "FAILED: ")) for line in run.err + run.out)
        self.expect(told, f"no word of a failure: {run}")
    self.expect_sound()
    again = self.injector.run(self.room.folder, self.words)
    # growpart says by 1 that there is nothing left to do.
    self.expect(again.status == 0 or again.out[:1] and again.out[0].startswith("NOCHANGE"),
                f"the next run: {again}")
    self.expect_grown("after the next run")
    self.put_back()
    self.count += 1
    self.told += [f"{fault}: {complaint}" for complaint in self.complaints]
    if self.complaints:
      self.told += [f"  it said: {line}" for line in run.out + run.err]
    self.complaints = []


def go_through(bench, injector, layout, number, words, choose):
  disk = Disk(bench.loop(bench.image(layout)), number)
  words = [bench.binary, *(word.format(disk=disk.loop.path) for word in words)]

  def work(room):
    trial = Trial(room, injector, disk, words)
    for fault in choose(trial.calls):
      trial.one(fault)
    return [*trial.told, str(trial.count)]

  *told, count = guest.inside(lambda: guest.Room(bench.folder), work)
  return told, int(count)


COMMANDS = {"grow": ["grow", "{disk}p{number}"], "growpart": ["growpart", "{disk}", "{number}"]}


@pytest.mark.parametrize("kind, least", [(faults.kills, 60), (faults.errors, 60)])
@pytest.mark.parametrize("layout, number", LAYOUTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_fault_harms_a_table(bench, injector, every, command, layout, number, kind, least):
  words = [word.replace("{number}", str(number)) for word in COMMANDS[command]]

  def choose(calls):
    met = kind(calls)
    if every:
      return met
    # What is done to the disk and to the copy of its table, and of the looks around it some.
    done = [fault for fault in met if kind is faults.kills and fault.call in CHANGES]
    return done + faults.sample([fault for fault in met if fault not in done], 60)

  told, count = go_through(bench, injector, layout, number, words, choose)
  print(count, "faults")
  assert not told, "\n".join(told)
  assert count >= least
