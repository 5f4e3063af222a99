"""The shipped program, named by the environment variable GUESTAGENT, beside the readers of others.

GUESTAGENT_SEED and GUESTAGENT_CASES choose what is generated: every case is made from the seed and
its own number, so that one that failed is made again by both.
"""

import json
import os
import pathlib
import subprocess

import pytest

SEED = os.environ.get("GUESTAGENT_SEED", "1")
CASES = int(os.environ.get("GUESTAGENT_CASES", "500"))


def pytest_report_header():
  return f"GUESTAGENT_SEED={SEED} GUESTAGENT_CASES={CASES}"


def pytest_generate_tests(metafunc):
  if "case" in metafunc.fixturenames:
    metafunc.parametrize("case", [f"{SEED}-{number}" for number in range(CASES)])


class Program:
  """`guestagent config`, which looks at no link."""

  def __init__(self, path):
    self.path = path

  def config(self, metadata, *options):
    """What it makes of metadata, or its complaints; and its warnings."""
    run = subprocess.run(
      [self.path, "config", "--json", "--metadata", str(metadata), *options],
      capture_output=True, text=True, timeout=30)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(scope="session")
def program():
  named = os.environ.get("GUESTAGENT")
  if not named:
    pytest.exit("GUESTAGENT must name the program under test", returncode=2)
  return Program(str(pathlib.Path(named).resolve(strict=True)))
