"""The shipped program, named by the environment variable GUESTAGENT, and what disturbs it."""

import os
import pathlib
import tempfile

import pytest

import disks
import faults
import lab as laboratory


@pytest.fixture(scope="session")
def binary():
  named = os.environ.get("GUESTAGENT")
  if not named:
    pytest.exit("GUESTAGENT must name the program under test", returncode=2)
  if os.geteuid() != 0:
    pytest.exit("network namespaces and loop devices need root", returncode=2)
  return str(pathlib.Path(named).resolve(strict=True))


@pytest.fixture(scope="session")
def injector(tmp_path_factory):
  return faults.Injector(tmp_path_factory.mktemp("injector"))


@pytest.fixture
def memory():
  """A folder in memory: nobody waits for a disk that is written thousands of times."""
  with tempfile.TemporaryDirectory(prefix="guestagent-", dir="/dev/shm") as name:
    yield pathlib.Path(name)


@pytest.fixture
def lab(binary, memory):
  made = laboratory.Lab(binary, memory)
  yield made
  made.close()


@pytest.fixture
def bench(binary, memory):
  made = disks.Bench(binary, memory)
  yield made
  made.close()


@pytest.fixture
def every():
  """Whether there is every fault at every place, not a sample where that takes long."""
  return os.environ.get("GUESTAGENT_FAULTS") == "all"
