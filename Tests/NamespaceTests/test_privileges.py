"""What each command may still do when it reads its first byte, and what of its caller reaches it."""

import os
import pathlib
import re
import signal
import subprocess

import pytest

from lab import inside, until
from test_seed_plan import SEED, WANTED

# linux/capability.h
NUMBERS = {"DAC_OVERRIDE": 1, "DAC_READ_SEARCH": 2, "NET_ADMIN": 12, "NET_RAW": 13,
           "CHOWN": 0, "FOWNER": 3, "IPC_LOCK": 14, "SYS_ADMIN": 21, "SYS_NICE": 23,
           "SYS_RESOURCE": 24, "MKNOD": 27}
NAMED = "DAC_READ_SEARCH "
GROWTH = "DAC_READ_SEARCH SYS_ADMIN SYS_RESOURCE CHOWN FOWNER IPC_LOCK SYS_NICE MKNOD"
EXIT_GROUP = {"x86_64": "231", "aarch64": "94"}[os.uname().machine]


def mask(names):
  return sum(1 << NUMBERS[name] for name in names.split())


def status(process):
  """What proc(5) tells of a process: its sets as numbers."""
  lines = pathlib.Path(f"/proc/{process}/status").read_text().splitlines()
  told = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
  return {key: int(told[key], 16) for key in
          ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")}


def ours():
  return status("self")


def expected(capabilities):
  kept = mask(capabilities) & ours()["CapPrm"]
  return {"CapInh": 0, "CapPrm": kept, "CapEff": kept, "CapAmb": 0, "NoNewPrivs": 1, "Seccomp": 2}


class Stopped:
  """A run of the program that strace holds when it is about to end."""

  def __init__(self, lab, words, root):
    self.record = lab.folder / "calls"
    self.strace = subprocess.Popen(
      [*inside(lab.guest), "strace", "-f", "-o", str(self.record),
       "-e", "inject=exit_group:delay_enter=60000000", *lab.command(*words, root=root)],
      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    self.process = until(self.held)

  def held(self):
    """The process whose call is exit_group."""
    assert self.strace.poll() is None
    for child in children(self.strace.pid):
      try:
        if pathlib.Path(f"/proc/{child}/syscall").read_text().split()[0] == EXIT_GROUP:
          return child
      except OSError:
        pass
    return None

  @property
  def status(self):
    return status(self.process)

  def end(self):
    # Its child goes on to its end then.
    self.strace.kill()
    self.strace.wait()
    return self.record.read_text()


def children(process):
  found = []
  for child in map(int, pathlib.Path(f"/proc/{process}/task/{process}/children")
                   .read_text().split()):
    found += [child, *children(child)]
  return found


@pytest.fixture
def stopped(lab):
  held = []

  def start(*words, root=True):
    held.append(Stopped(lab, words, root))
    return held[-1]

  yield start
  for each in held:
    if each.strace.poll() is None:
      each.end()


@pytest.mark.parametrize("words, root, capabilities", [
  (["check", SEED], False, NAMED),
  (["config", "--cmdline", "quiet", "--wait", 0], False, ""),
  (["config", "--metadata", SEED], False, NAMED),
  (["status", "--cmdline", "quiet", "--wait", 0], False, NAMED),
  (["diagnose", "--cmdline", "quiet"], False, "NET_RAW"),
  (["apply", "--dry-run", "--metadata", SEED], True, NAMED),
  (["apply", "--metadata", SEED], True, NAMED + "NET_ADMIN DAC_OVERRIDE"),
  (["down"], True, NAMED + "NET_ADMIN DAC_OVERRIDE"),
  (["grow", "--dry-run"], False, NAMED),
  (["grow", "--cmdline", "guestagent.grow=none"], False, GROWTH),
  (["growpart", "/dev/null", 1], False, GROWTH + " DAC_OVERRIDE"),
  (["growpart", "--dry-run", "/dev/null", 1], False, NAMED),
], ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else None)
def test_a_command_keeps_what_its_work_needs(lab, stopped, words, root, capabilities):
  run = stopped(*words, root=root)
  told = run.status
  bounding = told.pop("CapBnd")
  assert told == expected(capabilities)
  # No program can have more than its caller (NoNewPrivs); those that start programs take it from
  # the bounding set besides.
  kept = expected(capabilities)["CapPrm"]
  assert bounding == (kept if "SYS_ADMIN" in capabilities else ours()["CapBnd"])
  calls = [line.split(None, 1)[1] for line in run.end().splitlines()]
  taken = next(at for at, call in enumerate(calls) if call.startswith("seccomp("))
  assert calls[taken].endswith("= 0")
  # Before that its libraries were loaded, and nothing else was opened, heard or asked.
  places = "|".join(map(re.escape, [str(SEED), str(lab.root), "/dev/", "/run/", "/etc/hostname",
                                    "/etc/guestagent.yaml", "/proc/cmdline",
                                    "/proc/partitions"]))
  assert [call for call in calls[:taken]
          if re.match(rf'open\w*\([^"]*"({places})|socket\(|recv|bind\(', call)] == []
  assert any(re.search(places, call) for call in calls[taken:]), words


def test_a_watch_keeps_no_more_than_apply_for_as_long_as_it_lives(lab, watching):
  told = status(watching.process.pid)
  kept = expected(NAMED + "NET_ADMIN DAC_OVERRIDE")
  assert told == kept | {"CapBnd": kept["CapPrm"]}
  # With --root nothing grows: nobody starts anything for it.
  assert children(watching.process.pid) == []


def growing_watch(lab, tmp_path):
  """Of the running guest, in which no metadata say anything, with a /run/guestagent of its own."""
  run = tmp_path / "run"
  run.mkdir()
  script = 'mkdir -p /run/guestagent && mount --bind "$0" /run/guestagent && exec "$@"'
  words = lab.command("watch", "--cmdline", "guestagent.grow=none", "--no-reread", root=False)
  return subprocess.Popen(
    [*inside(lab.guest), "unshare", "--mount", "sh", "-c", script, str(run), *words],
    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def starter_of(process):
  [starter] = until(lambda: [child for child in children(process.pid)
                             if status(child)["Seccomp"] == 2][:1])
  return starter


def test_growth_is_started_for_a_watch_by_a_process_that_reads_nothing(lab, tmp_path):
  with growing_watch(lab, tmp_path) as process:
    try:
      starter = starter_of(process)
      until(lambda: status(process.pid)["Seccomp"] == 2)
      assert status(process.pid)["CapPrm"] == expected("NET_ADMIN")["CapPrm"]
      told = status(starter)
      kept = expected(GROWTH)
      assert told == kept | {"CapBnd": kept["CapPrm"]}
      # Whatever signal the group gets, the starter ends with the watch.
      os.kill(starter, signal.SIGTERM)
      process.send_signal(signal.SIGTERM)
      assert process.wait(10) == 0
      until(lambda: not pathlib.Path(f"/proc/{starter}/task").exists())
      assert process.stderr.read() == ""
    finally:
      process.kill()


def test_a_watch_whose_starter_is_killed_says_so_and_goes_on(lab, tmp_path):
  with growing_watch(lab, tmp_path) as process:
    try:
      starter = starter_of(process)
      os.kill(starter, signal.SIGKILL)
      said = "guestagent: growth: nothing grows any more until watch is started again\n"
      assert said in iter(process.stderr.readline, "")
      assert process.poll() is None
      until(lambda: not pathlib.Path(f"/proc/{starter}").exists())
    finally:
      process.kill()


HOSTILE = {
  "PATH": "{fake}", "LD_BIND_NOW": "1", "LVM_SYSTEM_DIR": "{fake}", "DM_DEV_DIR": "{fake}",
  "TMPDIR": "{fake}", "HOME": "{fake}", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8",
  "TZ": "Pacific/Kiritimati", "MALLOC_PERTURB_": "165", "CREDENTIALS_DIRECTORY": "{fake}",
  "RUNTIME_DIRECTORY": "{fake}", "WATCHDOG_USEC": "1", "NOTIFY_SOCKET": "nowhere",
  "SYSTEMD_LOG_LEVEL": "debug", "UDEV_LOG": "debug", "GUESTAGENT": "{fake}", "COLUMNS": "1",
  "TERM": "dumb", "NO_COLOR": "1",
}


def test_no_variable_of_the_caller_changes_what_is_done(lab, tmp_path):
  fake = tmp_path / "fake"
  fake.mkdir()
  for name in ("lvm", "systemctl", "ip", "guestagent.network-config"):
    (fake / name).write_text(f"#!/bin/sh\necho {name} >> {tmp_path}/called\n")
    (fake / name).chmod(0o755)
  words = [f"{name}={value.format(fake=fake)}" for name, value in HOSTILE.items()]
  plain = lab.run("config", "--json")
  hostile = lab.run("config", "--json", within=["env", *words])
  assert (hostile.text, hostile.err, hostile.status) == (plain.text, plain.err, plain.status)
  result = lab.run("apply", "--metadata", SEED, within=["env", *words])
  assert (result.status, result.err) == (0, [])
  assert lab.state() == WANTED
  assert not (tmp_path / "called").exists()


@pytest.mark.parametrize("umask", ["0000", "0777"])
def test_the_mask_of_the_caller_does_not_matter(lab, umask):
  result = lab.run("apply", "--metadata", SEED, within=["sh", "-c", f'umask {umask}; exec "$@"',
                                                       "sh"])
  assert (result.status, result.err) == (0, [])
  modes = {str(path.relative_to(lab.root)): path.stat().st_mode & 0o7777
           for path in lab.root.rglob("*")}
  assert modes == {
    "etc": 0o755, "etc/hostname": 0o644, "etc/resolv.conf": 0o644,
    "run": 0o755, "run/guestagent": 0o755, "run/guestagent/network.lock": 0o600,
    "run/guestagent/resolv.conf": 0o644, "run/guestagent/resolv.conf.before": 0o644,
  } | {"run/guestagent/links": 0o600}


def test_files_that_the_caller_left_open_are_closed(lab, stopped):
  # Above the three, and above what a shell would take.
  held = os.open("/dev/null", os.O_RDONLY)
  os.dup2(held, 200, inheritable=True)
  try:
    process = subprocess.Popen(
      [*inside(lab.guest), *lab.command("watch", "--metadata", SEED)], pass_fds=[200],
      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
      until(lambda: lab.state() == WANTED)
      assert "200" not in os.listdir(f"/proc/{process.pid}/fd")
    finally:
      process.kill()
      process.wait()
  finally:
    os.close(200)
    os.close(held)


def test_who_is_not_root_looks_as_before(lab):
  """An ordinary user has nothing to give up, and is refused nothing by it."""
  nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
  for path in (lab.root, *lab.root.parents):
    if str(path).startswith("/tmp/") and path != pathlib.Path("/tmp"):
      path.chmod(path.stat().st_mode | 0o055)
  result = lab.run("check", SEED, root=False, within=nobody)
  assert (result.status, result.err) == (0, [])
  plan = lab.run("apply", "--dry-run", "--metadata", SEED, within=nobody)
  assert plan.out == lab.run("apply", "--dry-run", "--metadata", SEED).out


def test_in_a_user_namespace_it_goes_on_with_what_is_there(lab):
  words = lab.command("apply", "--metadata", SEED)
  ended = subprocess.run(
    ["ip", "netns", "exec", lab.guest, "unshare", "--user", "--map-root-user", "--uts", *words],
    capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
  # Its network namespace is another user namespace's: links are not its own to change.
  assert ended.returncode == 1
  assert "Operation not permitted" in ended.stderr
  made = subprocess.run(
    ["unshare", "--user", "--map-root-user", "--net", "--uts", "sh", "-c",
     'ip link add eth0 type veth peer name peer && "$@"; hostname; ip -br link show eth0', "sh",
     lab.binary, "apply", "--metadata", str(SEED), "--root", str(lab.root)],
    capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
  assert "ip link set dev eth0 up" in made.stdout, made
