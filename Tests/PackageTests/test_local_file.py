"""/etc/guestagent.yaml as it is shipped: nothing but examples, each of which is read."""

import pathlib
import re
import subprocess

import pytest

FILE = pathlib.Path(__file__).parents[2] / "Packaging/guestagent.yaml"
# Behind the mark of a comment at once.
EXAMPLES = [re.sub("^#", "", part, flags=re.MULTILINE)
            for part in re.findall(r"^#\w+:.*\n(?:#  .*\n)*", FILE.read_text(), re.MULTILINE)]


def run(binary, *words):
  done = subprocess.run([binary, *words], capture_output=True, text=True)
  return done.returncode, done.stdout, done.stderr


@pytest.fixture
def guest(tmp_path):
  """A guest with metadata that say nothing of growth, and its own file."""
  (tmp_path / "var/lib/cloud/seed/nocloud").mkdir(parents=True)
  (tmp_path / "var/lib/cloud/seed/nocloud/meta-data").write_text("instance-id: vm6\n")
  (tmp_path / "var/lib/cloud/seed/nocloud/user-data").touch()
  (tmp_path / "proc").mkdir()
  (tmp_path / "proc/cmdline").touch()
  (tmp_path / "etc").mkdir()
  return tmp_path


def config(binary, guest, text):
  (guest / "etc/guestagent.yaml").write_text(text)
  status, out, err = run(binary, "config", "--root", guest)
  assert (status, err) == (0, "")
  return out


def test_it_is_without_fault_and_says_nothing(binary, guest):
  assert run(binary, "check", FILE) == (0, "", "")
  assert config(binary, guest, FILE.read_text()) == config(binary, guest, "")


def test_it_is_the_packages(unpacked):
  assert (unpacked / "etc/guestagent.yaml").read_text() == FILE.read_text()


@pytest.mark.parametrize("text", EXAMPLES)
def test_each_example_is_read(binary, guest, text):
  found = config(binary, guest, text)
  if text.startswith("sources:"):
    # The order that counts without the file.
    assert found == config(binary, guest, "")
  else:
    assert "growth" in found
    assert found != config(binary, guest, "")
  (guest / "guestagent.yaml").write_text(text)
  assert run(binary, "check", guest / "guestagent.yaml") == (0, "", "")


def test_there_is_an_example_of_each_key():
  assert {text.split(":")[0] for text in EXAMPLES} == {"sources", "grow"}
  assert len(EXAMPLES) == 6
