"""A folder of metadata in, the whole plan out: fixtures/<case>/expected.txt."""

import pathlib
import subprocess

import pytest

from lab import FIXTURES

CASES = sorted(path.name for path in FIXTURES.iterdir())


def files(root):
  return sorted(str(path) for path in pathlib.Path(root).rglob("*"))


@pytest.mark.parametrize("case", CASES)
def test_the_plan_is_printed_and_nothing_changed(lab, case):
  before = lab.state()
  result = lab.apply(FIXTURES / case, "--dry-run")
  assert result.status == 0
  assert result.text == (FIXTURES / case / "expected.txt").read_text()
  assert lab.state() == before
  assert files(lab.root) == []


@pytest.mark.parametrize("case", CASES)
def test_what_is_planned_is_what_is_done(lab, case):
  result = lab.apply(FIXTURES / case)
  assert result.status == 0
  assert result.changed == (FIXTURES / case / "expected.txt").read_text().splitlines()
  assert lab.apply(FIXTURES / case, "--dry-run").out == []
  assert lab.apply(FIXTURES / case).changed == []
  assert lab.run("down").status == 0
  assert lab.state() == ["link eth0 52:54:00:12:34:56 mtu 1500 down"]


@pytest.mark.parametrize("case", CASES)
def test_the_commands_do_the_same_by_hand(lab, case):
  """What is printed is what people can run; only the marks differ."""
  def unmarked():
    return sorted(line.replace(" proto 103", "").replace(" proto 3", "").replace(" proto 0", "")
                  for line in lab.state())

  commands = [line for line in (FIXTURES / case / "expected.txt").read_text().splitlines()
              if line.startswith(("ip ", "sysctl "))]
  ended = subprocess.run(["ip", "netns", "exec", lab.guest, "sh", "-e"],
                         input="\n".join(commands) + "\n", text=True, capture_output=True)
  assert (ended.returncode, ended.stderr) == (0, "")
  by_hand = unmarked()
  again = lab.apply(FIXTURES / case)
  assert [line for line in again.changed if line.startswith("ip ")] == []
  assert unmarked() == by_hand
  # A fresh guest, by the program alone.
  lab.ip("link del dev peer", at=lab.gateway)
  lab.add_nic()
  lab.ip("link set dev peer addrgenmode none up", at=lab.gateway)
  assert lab.apply(FIXTURES / case).status == 0
  assert unmarked() == by_hand
