"""The packages that are shipped, each named by an environment variable, and what is in them."""

import os
import pathlib
import subprocess

import pytest


def named(variable):
  path = os.environ.get(variable)
  if not path:
    pytest.exit(f"{variable} must name the package under test", returncode=2)
  return pathlib.Path(path).resolve(strict=True)


@pytest.fixture(scope="session")
def deb():
  return named("GUESTAGENT_DEB")


@pytest.fixture(scope="session")
def upgrade():
  """The same package of a higher version."""
  return named("GUESTAGENT_DEB_UPGRADE")


@pytest.fixture(scope="session")
def unpacked(deb, tmp_path_factory):
  """The files of the Debian package, below a folder."""
  folder = tmp_path_factory.mktemp("deb")
  subprocess.run(["dpkg-deb", "--extract", deb, folder], check=True)
  return folder


@pytest.fixture(scope="session")
def binary(unpacked):
  return unpacked / "usr/sbin/guestagent"
