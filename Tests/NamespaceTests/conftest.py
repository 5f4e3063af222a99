"""The shipped program, named by the environment variable GUESTAGENT, in a guest of its own."""

import os
import pathlib

import pytest

import lab as laboratory


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
