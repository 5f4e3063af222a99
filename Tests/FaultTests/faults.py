"""Which faults there are, and runs of a program that meets one of them."""

import collections
import errno
import pathlib
import random
import subprocess
import typing

HERE = pathlib.Path(__file__).parent
# Far above what any run needs; reached only by a program that hangs.
LIMIT = 30

FILE = ("EACCES", "EINTR", "EIO", "EMFILE", "ENFILE", "ENOMEM")
LOOK = ("EACCES", "EIO", "ENOMEM")
SEND = ("EINTR", "ENOBUFS", "ENOMEM", "EPERM")
RECEIVE = ("EINTR", "ENOBUFS", "ENOMEM")
WRITE = ("EINTR", "EIO", "ENOSPC", "EPERM")
START = ("EAGAIN", "ENOMEM")
SYNC = ("EINTR", "EIO", "ENOSPC")
RENAME = ("EIO", "EROFS", "EXDEV")
# What each call may say that did well a thousand times before; not that something is not there:
# that is another guest.
ERRNOS = {
  "open": FILE, "openat": FILE, "openat2": FILE,
  "read": ("EAGAIN", "EINTR", "EIO"), "readv": ("EINTR", "EIO"), "pread64": ("EINTR", "EIO"),
  "write": WRITE, "writev": WRITE, "pwrite64": WRITE, "ftruncate": ("EINTR", "EIO"),
  "close": ("EINTR", "EIO"), "fsync": SYNC, "fdatasync": SYNC, "flock": ("EINTR", "ENOLCK"),
  "stat": LOOK, "lstat": LOOK, "fstat": LOOK, "newfstatat": LOOK, "statx": LOOK, "access": LOOK,
  "faccessat": LOOK, "faccessat2": LOOK, "readlink": LOOK, "readlinkat": LOOK, "fstatfs": LOOK,
  "getdents64": ("EIO", "ENOMEM"), "fcntl": ("EINVAL",), "lseek": ("EINVAL",),
  "rename": RENAME, "renameat": RENAME, "renameat2": RENAME,
  "unlink": ("EACCES", "EIO", "EROFS"), "unlinkat": ("EACCES", "EIO", "EROFS"),
  "rmdir": ("EACCES", "EBUSY"), "mkdir": ("EACCES", "ENOSPC", "EROFS"),
  "mkdirat": ("EACCES", "ENOSPC", "EROFS"), "memfd_create": ("EMFILE", "ENOMEM"),
  "socket": ("EAFNOSUPPORT", "EMFILE", "ENFILE", "ENOBUFS", "EPERM"),
  "bind": ("EADDRINUSE", "ENOMEM", "EPERM"), "connect": ("ECONNREFUSED", "EPERM"),
  "getsockname": ("ENOBUFS",), "setsockopt": ("ENOMEM", "ENOPROTOOPT", "EPERM"),
  "sendto": SEND, "sendmsg": SEND, "recvfrom": RECEIVE, "recvmsg": RECEIVE, "recvmmsg": RECEIVE,
  "ioctl": ("EBUSY", "EIO", "ENOTTY", "EPERM"), "sethostname": ("EPERM",),
  "mmap": ("ENOMEM",), "brk": ("ENOMEM",), "munmap": ("ENOMEM",), "mremap": ("ENOMEM",),
  "madvise": ("ENOMEM",),
  "poll": ("EINTR", "ENOMEM"), "ppoll": ("EINTR", "ENOMEM"),
  "fork": START, "vfork": START, "clone": START, "wait4": ("ECHILD", "EINTR"),
  "pipe": ("EMFILE", "ENFILE"), "pipe2": ("EMFILE", "ENFILE"),
  "signalfd": ("EMFILE", "ENOMEM"), "signalfd4": ("EMFILE", "ENOMEM"),
  "unshare": ("ENOMEM", "EPERM"), "mount": ("EBUSY", "ENOMEM", "EPERM"), "umount2": ("EBUSY",),
  "prctl": ("EINVAL", "EPERM"), "capset": ("EPERM",), "capget": ("EPERM",),
  "seccomp": ("EINVAL", "ENOMEM"), "close_range": ("ENOMEM", "ENOSYS"),
  "socketpair": ("EMFILE", "ENFILE"),
}
# Those that cannot fail where they are used.
CERTAIN = {
  "arch_prctl", "exit", "exit_group", "getpid", "gettid", "getuid", "geteuid", "rt_sigaction",
  "clock_gettime", "rt_sigprocmask", "rt_sigreturn", "set_tid_address", "sigaltstack", "umask",
  "uname",
}
# What transfers may transfer only a part: one byte or message, and half of what was asked for.
PARTS = {name: ("one", "half") for name in (
  "read", "readv", "pread64", "write", "writev", "pwrite64")} | {"recvmmsg": ("one",)}
MEMORY = {"mmap", "brk", "munmap", "mremap", "madvise"}


class Call(typing.NamedTuple):
  """A system call that a program made, which one of its name, on what, and the answer."""
  place: int
  name: str
  object: str
  result: int


class Fault(typing.NamedTuple):
  place: int
  call: str
  object: str
  kind: str  # the name of an errno, "one", "half" or "kill"

  def __str__(self):
    return f"{self.call} {self.object} ({self.place}): {self.kind}"

  @property
  def options(self):
    how = {"one": ["-s", "0"], "half": ["-s", "4"], "kill": ["-k"]}.get(self.kind)
    return ["-n", str(self.place), *(how or ["-e", str(getattr(errno, self.kind))])]

  @property
  def is_certain(self):
    """The place is reached in each run: those for memory differ."""
    return self.call not in MEMORY

  @property
  def kills(self):
    """The last call does not return."""
    return self.place == 0 or self.is_certain and self.call != "exit_group"

  @property
  def takes_words(self):
    """What the program says does not arrive."""
    return self.call in ("write", "writev") and self.object.startswith("pipe:")


class Run(typing.NamedTuple):
  """What a run left; `signal` is None where it ended by itself."""
  status: int
  signal: int
  out: list
  err: list
  calls: list
  hit: bool

  @property
  def changed(self):
    return [line.removeprefix("changed: ") for line in self.out if line.startswith("changed: ")]

  def __str__(self):
    ended = f"signal {self.signal}" if self.signal else f"status {self.status}"
    return "\n".join([ended, *self.out, *self.err])


class Injector:
  def __init__(self, folder):
    self.program = folder / "inject"
    ended = subprocess.run(
      ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-o", self.program,
       HERE / "inject.c"], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    headers = subprocess.run(
      ["cc", "-dM", "-E", "-include", "sys/syscall.h", "-x", "c", "/dev/null"],
      check=True, capture_output=True, text=True).stdout
    self.numbers = {}
    for line in headers.splitlines():
      words = line.split()
      if len(words) == 3 and words[1].startswith("__NR_") and words[2].isdigit():
        self.numbers[words[1].removeprefix("__NR_")] = int(words[2])
    self.names = {number: name for name, number in self.numbers.items()}

  def command(self, record, words, fault=None):
    options = ["-c", str(self.numbers[fault.call]), *fault.options] if fault else ["-l"]
    return [str(self.program), "-o", str(record), *options, *map(str, words)]

  def run(self, folder, words, fault=None):
    """A run to its end; without a fault all its calls are listed."""
    record = folder / "record"
    try:
      ended = subprocess.run(self.command(record, words, fault), capture_output=True, text=True,
                             timeout=LIMIT, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
      raise AssertionError(f"{fault}: it hangs") from None
    return self.read(record, ended.stdout, ended.stderr)

  def read(self, record, out, err):
    calls, hit, status, signal = [], False, None, None
    counts = collections.Counter()
    for line in record.read_text(errors="replace").splitlines():
      word, *rest = line.split("\t")
      if word == "call":
        name = self.names[int(rest[1])]
        counts[name] += 1
        place = "socket" if rest[2].startswith("socket:") else rest[2]
        # The last one does not return.
        calls.append(Call(counts[name], name, place, int(rest[3]) if rest[3:] else 0))
      hit = hit or word == "hit"
      if word == "exit":
        status = int(rest[0])
      if word == "signal":
        signal = int(rest[0])
    return Run(status, signal, out.splitlines(), err.splitlines(), calls, hit)


def errors(calls):
  """Each call fails with each of its errnos, and transfers less than it was to."""
  unknown = {call.name for call in calls} - ERRNOS.keys() - CERTAIN
  assert not unknown, f"how these fail is not said: {sorted(unknown)}"
  return [Fault(call.place, call.name, call.object, kind) for call in calls for kind in (
    *ERRNOS.get(call.name, ()), *(PARTS.get(call.name, ()) if call.result > 1 else ()))]


def kills(calls):
  """SIGKILL before the first call and after each: after one is before the next."""
  return [Fault(0, "exit_group", "", "kill")] + [
    Fault(call.place, call.name, call.object, "kill") for call in calls]


def sample(faults, count, seed=6):
  """So many of them, all over the run and of all kinds, and always the same."""
  return faults if len(faults) <= count else sorted(random.Random(seed).sample(faults, count))


def share(faults, part, parts):
  """The part of one worker, where several go through them."""
  return faults[part::parts]
