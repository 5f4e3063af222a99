"""Debian's cloud-init as a library: fetched and unpacked, never installed, so that none of its
services acts on this machine."""

import json
import os
import pathlib
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / ".build-comparisons" / "cloud-init"
DRIVER = pathlib.Path(__file__).resolve().with_name("cloud_init_rendering.py")


def library():
  """The folder to import it from."""
  unpacked = FOLDER / "unpacked"
  packages = unpacked / "usr/lib/python3/dist-packages"
  if not (packages / "cloudinit").is_dir():
    subprocess.run([REPOSITORY / "Packaging/install-dependencies", "comparisons"], check=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("cloud-init_*.deb"):
      old.unlink()
    download()
    package = next(FOLDER.glob("cloud-init_*.deb"))
    subprocess.run(["dpkg-deb", "--extract", package, unpacked], check=True)
  return packages


def download():
  command = ["apt-get", "--quiet=2", "-o", "APT::Sandbox::User=root", "download", "cloud-init"]
  if subprocess.run(command, cwd=FOLDER).returncode != 0:
    # A fresh image has no package lists.
    subprocess.run(["apt-get", "--quiet=2", "update"], check=True)
    subprocess.run(command, cwd=FOLDER, check=True)


def render(cases):
  """What cloud-init makes of each case, in one process for all of them."""
  result = subprocess.run(
    [sys.executable, "-B", DRIVER], input=json.dumps(cases), stdout=subprocess.PIPE, text=True,
    check=True, env={**os.environ, "PYTHONPATH": str(library())})
  return json.loads(result.stdout)
