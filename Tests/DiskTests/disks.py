"""Images of disks, the loop devices that show them to the kernel, and growpart beside us.

The program runs in a mount namespace of its own with an empty /run/guestagent, which lasts as long
as the test. This kernel may know no partition tables: partx tells it of the partitions.
"""

import errno
import json
import os
import pathlib
import re
import subprocess

MiB = 1 << 20
# Far above what any run needs; reached only by a program that hangs.
LIMIT = 120

# Name: the table as sfdisk reads it, the disk's size when it was made.
LAYOUTS = {
  "primary": ("""label: dos
1 : start=2048, size=20480, type=83, bootable
2 : start=22528, size=20480, type=83
""", 64 * MiB),
  # As Debian's installer writes it: the container begins two sectors before the logical.
  "debian": ("""label: dos
1 : start=2048, size=20480, type=83, bootable
2 : start=24574, size=104450, type=5
5 : start=24576, size=104448, type=8e
""", 64 * MiB),
  "two-logicals": ("""label: dos
1 : start=2048, size=20480, type=83
2 : start=22528, size=106496, type=f
5 : start=24576, size=40960, type=83
6 : start=67584, size=61440, type=8e
""", 64 * MiB),
  "gpt": ("""label: gpt
1 : start=2048, size=20480, name="boot", attrs="LegacyBIOSBootable"
2 : start=22528, size=20480, name="root"
""", 64 * MiB),
}


class Result:
  def __init__(self, ended):
    self.status = ended.returncode
    self.out = ended.stdout
    self.err = ended.stderr

  @property
  def told(self):
    return (self.status, self.out)

  def __repr__(self):
    return f"status {self.status}\n{self.out}{self.err}"


class Bench:
  def __init__(self, binary, folder):
    self.binary = binary
    self.folder = pathlib.Path(folder)
    self.run_folder = self.folder / "run"
    self.run_folder.mkdir()
    self.devices = []

  def close(self):
    for device in reversed(self.devices):
      device.close()

  # Programs

  def run(self, *words, within=()):
    words = [str(word) for word in words]
    script = 'mkdir -p /run/guestagent && mount --bind "$0" /run/guestagent && exec "$@"'
    return Result(subprocess.run(
      ["unshare", "--mount", "sh", "-c", script, str(self.run_folder), *within, self.binary,
       *words],
      capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL, cwd=self.folder))

  def growpart(self, *words, within=()):
    return self.run("growpart", *words, within=within)

  def restore(self, within=()):
    return self.run("grow", "--restore", within=within)

  def theirs(self, *words):
    """What cloud-utils' growpart says."""
    return Result(subprocess.run(
      ["growpart", *map(str, words)], capture_output=True, text=True, timeout=LIMIT,
      stdin=subprocess.DEVNULL, cwd=self.folder))

  def traced(self, calls, *words):
    """The result and the calls of these names, by line."""
    record = self.folder / "strace"
    result = self.run(*words, within=["strace", "-o", str(record), "-e", f"trace={calls}"])
    return result, record.read_text().splitlines()

  # Disks

  def image(self, layout, size=200 * MiB, name="disk.img"):
    """A file with the layout's table, enlarged to `size` bytes afterwards."""
    script, made = LAYOUTS[layout]
    path = self.folder / name
    with open(path, "wb") as file:
      file.truncate(made)
    shell("sfdisk", "--quiet", str(path), stdin=script)
    with open(path, "r+b") as file:
      file.truncate(size)
    return path

  def copy(self, path, name="copy.img"):
    shell("cp", "--sparse=always", str(path), str(self.folder / name))
    return self.folder / name

  def loop(self, image, sector_size=512, read_only=False):
    self.devices.append(Loop(image, sector_size, read_only))
    return self.devices[-1]


class Loop:
  """An image as a device, its partitions told to the kernel."""

  def __init__(self, image, sector_size, read_only):
    self.image = image
    self.mounts = []
    self.path = shell("losetup", "--find", "--show", "--sector-size", str(sector_size),
                      *(["--read-only"] if read_only else []), str(image)).strip()
    self.name = self.path.removeprefix("/dev/")
    subprocess.run(["partx", "--add", self.path], capture_output=True, check=False)

  def close(self):
    for place in self.mounts:
      shell("umount", str(place))
    subprocess.run(["partx", "--delete", self.path], capture_output=True, check=False)
    shell("losetup", "--detach", self.path)

  def enlarge(self, size):
    with open(self.image, "r+b") as file:
      file.truncate(size)
    shell("losetup", "--set-capacity", self.path)

  def mount(self, number, place):
    place.mkdir()
    shell("mount", f"{self.path}p{number}", str(place))
    self.mounts.append(place)

  def kernel(self, number):
    """Start and sectors of a partition (512 bytes), as the kernel has them; None: it has none."""
    folder = pathlib.Path(f"/sys/block/{self.name}/{self.name}p{number}")
    if not folder.exists():
      return None
    return tuple(int((folder / file).read_text()) for file in ("start", "size"))


def shell(*words, stdin=""):
  ended = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT, input=stdin)
  assert ended.returncode == 0, f"{' '.join(words)}: {ended.stderr}"
  return ended.stdout


def content(path):
  """What a disk's image holds, by offset, without its zeros: equal for images equal to the byte."""
  chunk, blocks = 1 << 16, {}
  with open(path, "rb") as file:
    size = file.seek(0, os.SEEK_END)
    position = 0
    while position < size:
      try:
        position = os.lseek(file.fileno(), position, os.SEEK_DATA) // chunk * chunk
      except OSError as error:
        if error.errno != errno.ENXIO:
          raise
        break
      file.seek(position)
      block = file.read(chunk)
      if block.strip(b"\0"):
        blocks[position] = block
      position += chunk
  return size, blocks


def table(path):
  """The table as sfdisk reads it, without what names the file."""
  told = json.loads(shell("sfdisk", "--json", str(path)))["partitiontable"]
  del told["device"]
  for partition in told["partitions"]:
    partition["node"] = int(re.search(r"(\d+)$", partition["node"])[1])
  return told


def partition(path, number):
  """Start and sectors."""
  found = [entry for entry in table(path)["partitions"] if entry["node"] == number][0]
  return found["start"], found["size"]


def with_size(told, sizes):
  """The table with other sizes of some partitions, and without the end of a GPT's space."""
  return {**{key: value for key, value in told.items() if key != "lastlba"},
          "partitions": [{**entry, "size": sizes.get(entry["node"], entry["size"])}
                         for entry in told["partitions"]]}


def verify(path):
  """sfdisk finds nothing wrong."""
  ended = subprocess.run(["sfdisk", "--verify", str(path)], capture_output=True, text=True,
                         timeout=LIMIT)
  assert ended.returncode == 0 and "No errors detected" in ended.stdout, ended
  assert ended.stderr == "", ended


CHANGED = re.compile(r"(CHANGED?): partition=(\d+) start=(\d+) old: size=(\d+) end=(\d+)"
                     r" new: size=(\d+) end=(\d+)\n")


def change(result):
  """The word and the numbers of a line that tells a change."""
  told = CHANGED.fullmatch(result.out)
  assert told, result
  return told[1], *(int(number) for number in told.groups()[1:])
