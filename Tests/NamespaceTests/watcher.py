"""`guestagent watch` at work in the guest of a lab, with what it has said so far."""

import os
import pathlib
import signal
import socket
import subprocess

from lab import LIMIT, inside, until

# Of a file's first program header on: PT_INTERP names the loader that a static program has not.
PT_INTERP = "INTERP"


class Watcher:
  def __init__(self, lab, *words, environment=None, number=0):
    self.lab = lab
    self.outputs = [lab.folder / f"watch-{number}.{name}" for name in ("out", "err")]
    with open(self.outputs[0], "wb") as out, open(self.outputs[1], "wb") as err:
      self.process = subprocess.Popen(
        [*inside(lab.guest), *lab.command("watch", *words)], stdin=subprocess.DEVNULL,
        stdout=out, stderr=err, env=os.environ | (environment or {}))

  # What it said

  def lines(self, output=0):
    return self.outputs[output].read_text().replace(str(self.lab.root), "").splitlines()

  @property
  def changed(self):
    return [line.removeprefix("changed: ") for line in self.lines() if line.startswith("changed: ")]

  @property
  def problems(self):
    return [line for line in self.lines(1) if not line.startswith("guestagent: note: ")]

  def until_says(self, text, output=0):
    until(lambda: self.is_alive() and any(text in line for line in self.lines(output)))

  # What it is

  def is_alive(self):
    assert self.process.poll() is None, self.outputs[1].read_text()
    return True

  @property
  def place(self):
    return pathlib.Path("/proc") / str(self.process.pid)

  def sleeps(self):
    """Whether it waits for events, with nothing left to do."""
    self.is_alive()
    if (self.place / "comm").read_text().strip() != "guestagent":
      return False
    # poll(2) for ever: the third word is its time limit.
    words = (self.place / "syscall").read_text().split()
    return words[0] == POLL and int(words[3], 16) & 0xFFFFFFFF == 0xFFFFFFFF

  def until_sleeps(self):
    until(self.sleeps)

  def number_in(self, file, name):
    for line in (self.place / file).read_text().splitlines():
      if line.startswith(name + ":"):
        return int(line.split()[1])
    raise AssertionError(f"{file} has no {name}")

  @property
  def resident(self):
    """Bytes."""
    return self.number_in("status", "VmRSS") << 10

  @property
  def processor_seconds(self):
    return int((self.place / "schedstat").read_text().split()[0]) / 1e9

  @property
  def descriptors(self):
    return sorted(os.readlink(entry).split(":")[0] for entry in (self.place / "fd").iterdir())

  @property
  def is_static(self):
    headers = subprocess.run(["readelf", "--wide", "--program-headers", self.lab.binary],
                             check=True, capture_output=True, text=True).stdout
    return PT_INTERP not in headers

  # What is done to it

  def signal(self, number):
    self.process.send_signal(number)

  def end(self):
    """Its exit status after it was asked to end."""
    if self.process.poll() is None:
      self.signal(signal.SIGCONT)
      self.signal(signal.SIGTERM)
    return self.process.wait(timeout=LIMIT)

  def kill(self):
    self.process.kill()
    self.process.wait(timeout=LIMIT)


# Source: asm/unistd_64.h, asm-generic/unistd.h (which has ppoll only).
POLL = {"x86_64": "7", "aarch64": "73"}[os.uname().machine]


class Manager:
  """What a service manager hears by its socket, message by message."""

  def __init__(self, folder, abstract=False):
    path = str(folder / "notify")
    self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    self.socket.bind("\0" + path if abstract else path)
    self.environment = {"NOTIFY_SOCKET": "@" + path if abstract else path}
    self.heard = []

  def next(self):
    self.socket.settimeout(LIMIT)
    message = self.socket.recv(4096).decode()
    self.heard.append(message)
    return message

  def until(self, line):
    """All messages up to the one with this line."""
    start = len(self.heard)
    while line not in self.next().splitlines():
      pass
    return self.heard[start:]

  def close(self):
    self.socket.close()
