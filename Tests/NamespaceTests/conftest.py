"""The shipped program, named by the environment variable GUESTAGENT, in a guest of its own."""

import os
import pathlib

import pytest

import kernel
import lab as laboratory
from test_seed_plan import SEED, WANTED
from watcher import Watcher


@pytest.fixture(scope="session")
def binary():
  named = os.environ.get("GUESTAGENT")
  if not named:
    pytest.exit("GUESTAGENT must name the program under test", returncode=2)
  if os.geteuid() != 0:
    pytest.exit("network namespaces need root", returncode=2)
  return str(pathlib.Path(named).resolve(strict=True))


@pytest.fixture
def lab(binary, tmp_path):
  made = laboratory.Lab(binary, tmp_path)
  yield made
  made.close()


@pytest.fixture
def watch(lab):
  """Starts watches; all of them end with the test."""
  running = []

  def started(*words, **options):
    running.append(Watcher(lab, *words, number=len(running), **options))
    return running[-1]

  yield started
  for watcher in running:
    watcher.kill()


@pytest.fixture
def watching(lab, watch):
  """The plan of the seed, in place and kept so."""
  watcher = watch("--metadata", SEED)
  laboratory.until(lambda: lab.state() == WANTED)
  watcher.until_sleeps()
  return watcher


@pytest.fixture
def asker(lab):
  made = kernel.Asker(lab.guest)
  yield made
  made.close()
