"""The shipped program, named by the environment variable GUESTAGENT, on images and loop devices."""

import os
import pathlib

import pytest

import disks


@pytest.fixture(scope="session")
def binary():
  named = os.environ.get("GUESTAGENT")
  if not named:
    pytest.exit("GUESTAGENT must name the program under test", returncode=2)
  if os.geteuid() != 0:
    pytest.exit("loop devices need root", returncode=2)
  return str(pathlib.Path(named).resolve(strict=True))


@pytest.fixture
def bench(binary, tmp_path):
  made = disks.Bench(binary, tmp_path)
  yield made
  made.close()
