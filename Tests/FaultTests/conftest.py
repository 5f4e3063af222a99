"""The shipped program, named by the environment variable GUESTAGENT, and what disturbs it."""

import os
import pathlib

import pytest

import disks
import faults
import lab as laboratory


def pytest_addoption(parser):
  parser.addoption("--all", action="store_true",
                   help="every fault at every place, not a sample where that takes long")


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
def lab(binary, tmp_path):
  made = laboratory.Lab(binary, tmp_path)
  yield made
  made.close()


@pytest.fixture
def bench(binary, tmp_path):
  made = disks.Bench(binary, tmp_path)
  yield made
  made.close()


@pytest.fixture
def every(request):
  """Whether nothing is left out."""
  return request.config.getoption("--all")
